// In: a template or a server of DRS of which Landfall changed settings, and who wants them put back and why. Out: each setting is
// what it was before, unless somebody else has changed it since; what came of it is read back.
import {
  type AppliedSettings,
  begun,
  ended,
  putBack,
  type Restoration,
} from '../../../core/desired/applied.ts';
import { drsClosedBecause } from '../../../core/desired/drs/drs-may-change.ts';
import { drsRestorationOf } from '../../../core/desired/drs/drs-restoration.ts';
import { meantToBePutBack } from '../../../core/desired/drs/meant.ts';
import type { SettingChange } from '../../../core/desired/setting.ts';
import { change, type Place } from '../../records/documents.ts';
import { place } from '../../records/place.ts';
import { refusalText } from '../refusal-text.ts';
import type { RestoreOrder, ServerApplied } from '../restore-settings.ts';
import { type Stopped, stoppedText } from '../stopped.ts';
import { changeDrsServer, type DrsTurn, makeDefault } from './change-drs-server.ts';
import { changeTemplate } from './change-template.ts';
import {
  type DrsResult,
  type DrsSettingsPorts,
  isOfTemplate,
  templatePlace,
} from './drs-settings-ports.ts';
import { expectTemplate } from './expect-template.ts';
import { lookAtTemplate, unusableBecause } from './look-at-template.ts';
import { meanToo } from './mean-settings.ts';
import { drsMomentsOf, readDrsServer } from './read-drs-server.ts';

/** What came of putting back; an EC2 launch template is named by its versions. */
export interface DrsRestored extends DrsResult {
  readonly lost: readonly string[];
  /** Who had it changed last, when and why. */
  readonly last: Pick<AppliedSettings['log'][number], 'by' | 'at' | 'reason'> | undefined;
}

/** Puts back what Landfall changed of a template or a server. */
export async function restoreDrs(
  ports: DrsSettingsPorts,
  order: RestoreOrder,
  one: ServerApplied,
): Promise<DrsRestored> {
  return isOfTemplate(one.applied)
    ? restoreTemplate(ports, order, one)
    : restoreServer(ports, order, one);
}

async function restoreTemplate(
  ports: DrsSettingsPorts,
  order: RestoreOrder,
  { target, applied }: ServerApplied,
): Promise<DrsRestored> {
  const result = resultOf({ target, applied }, null);
  const read = async () => {
    const look = await lookAtTemplate(ports, target, true);
    return look.is === 'seen' ? look.seen : (unusableBecause(look) ?? '');
  };
  const seen = await read();
  if (typeof seen === 'string') return result('refused', { because: seen });
  const now = { document: seen.document, actions: seen.actions ?? [] };
  const restoration = drsRestorationOf(applied, now);
  const { changes, lost } = restoration;
  const where = templatePlace(target);
  const early = decided(order, restoration, changes);
  if (early !== undefined) return result(early.status, { ...early.more, lost });
  if (changes.length === 0) {
    await close(ports, where);
    return result('same', { lost });
  }
  await begin(ports, where, order, applied, changes);
  const { stopped } = await changeTemplate({
    ports,
    target,
    differences: ({ document, actions = [] }) =>
      drsRestorationOf(applied, { document, actions }).changes,
    note: async () => undefined,
  });
  const after = await read();
  if (typeof after === 'string') {
    return result('partly', { left: changes, lost, because: after });
  }
  const left = drsRestorationOf(applied, {
    document: after.document,
    actions: after.actions ?? [],
  }).changes;
  await expectTemplate(ports, target, after);
  if (left.length === 0) await close(ports, where);
  return result(left.length === 0 ? 'done' : 'partly', endOf(changes, left, lost, stopped));
}

async function restoreServer(
  ports: DrsSettingsPorts,
  order: RestoreOrder,
  { target, applied }: ServerApplied,
): Promise<DrsRestored> {
  const { server } = applied;
  const moments = await drsMomentsOf(ports, target, [server]);
  const moment = moments.ok ? moments.value.get(server) : undefined;
  const result = resultOf({ target, applied }, moment?.observation?.hostname ?? null);
  if (!moments.ok) {
    return result('refused', { because: refusalText('asking for it', moments.refusal) });
  }
  const closed = moment === undefined ? undefined : drsClosedBecause(moment);
  if (closed !== undefined) return result('refused', { because: closed });
  const read = () => readDrsServer(ports, target, server, partsOf(applied));
  const seen = await read();
  if (!seen.ok) {
    return result('refused', { because: refusalText('reading its settings', seen.refusal) });
  }
  const restorationBy = (now: typeof seen.value) => {
    const { launch, actions = [], template } = now;
    const known = template === undefined ? {} : { template };
    return drsRestorationOf(applied, { document: launch, actions, ...known });
  };
  const restoration = restorationBy(seen.value);
  const { lost, version } = restoration;
  const changes = allChanges(restoration);
  const where = place.settings(target, server);
  const early = decided(order, restoration, changes);
  if (early !== undefined) return result(early.status, { ...early.more, lost });
  if (changes.length === 0) {
    await close(ports, where);
    return result('same', { lost });
  }
  await begin(ports, where, order, applied, changes);
  // The account's template may not be put back yet.
  const meant = meantToBePutBack(restoration.changes, seen.value.actions ?? []);
  await meanToo(ports, target, server, meant);
  const turn: DrsTurn = { ports, target, server };
  const stopped = await changeDrsServer(turn, seen.value, restoration.changes, async () =>
    version === undefined ? undefined : makeDefault(turn, version),
  );
  const after = await read();
  if (!after.ok) {
    const because = refusalText('reading back', after.refusal);
    return result('partly', { left: changes, lost, because });
  }
  const left = allChanges(restorationBy(after.value));
  if (left.length === 0) await close(ports, where);
  return result(left.length === 0 ? 'done' : 'partly', endOf(changes, left, lost, stopped));
}

function resultOf({ target, applied }: ServerApplied, hostname: string | null) {
  const last = applied.log.findLast(({ what }) => what === 'apply');
  const server = isOfTemplate(applied) ? null : applied.server;
  return (status: DrsResult['status'], more: Partial<DrsRestored> = {}): DrsRestored => ({
    ...{ target, server, hostname, status, changes: [], left: [], lost: [], last },
    ...more,
  });
}

/** What is said before anything is touched; undefined where it is to be put back. */
function decided(
  order: RestoreOrder,
  { disputed }: Restoration,
  changes: readonly SettingChange[],
): { readonly status: DrsResult['status']; readonly more: Partial<DrsRestored> } | undefined {
  if (disputed.length > 0 && !order.force) {
    const because = `somebody else has changed since: ${disputed.join(', ')}; put it back all the same with --force`;
    return { status: 'refused', more: { left: changes, because } };
  }
  if (!order.dryRun) return undefined;
  return { status: changes.length === 0 ? 'same' : 'done', more: { changes } };
}

function endOf(
  changes: readonly SettingChange[],
  left: readonly SettingChange[],
  lost: readonly string[],
  stopped: Stopped | undefined,
): Partial<DrsRestored> {
  return {
    changes: changes.filter(({ field }) => !left.some((still) => still.field === field)),
    left,
    lost,
    ...(left.length === 0 ? {} : { because: stoppedText(stopped, 'DRS') }),
  };
}

function allChanges({ changes, version }: Restoration): readonly SettingChange[] {
  if (version === undefined) return changes;
  const { from, to } = version;
  return [...changes, { aspect: 'launch-template', field: 'default version', from, to }];
}

function partsOf({ fields, template }: AppliedSettings) {
  return {
    actions: fields.some(({ aspect }) => aspect === 'post-launch-actions'),
    template: template !== null,
  };
}

async function begin(
  { store, clock }: DrsSettingsPorts,
  where: Place<AppliedSettings>,
  { by, reason, force }: RestoreOrder,
  { server, plan, wave }: AppliedSettings,
  changes: readonly SettingChange[],
): Promise<void> {
  const note = { server, plan, wave, by, reason, what: 'restore' as const, forced: force };
  await change(store, where, (known) => begun(known, { ...note, at: clock.now() }, changes));
}

/** Notes the end; what is meant of a server is forgotten by whoever puts its template back as well. */
async function close(
  { store, clock }: DrsSettingsPorts,
  where: Place<AppliedSettings>,
): Promise<void> {
  const now = clock.now();
  await change(store, where, (known) => {
    if (known === undefined) return undefined;
    const { meant } = known;
    return { ...putBack(ended(known, now)), ...(meant === undefined ? {} : { meant }) };
  });
}

/** All templates and servers of DRS of which Landfall has something to put back: servers first. */
export function inOrderOfRestoring(all: readonly ServerApplied[]): readonly ServerApplied[] {
  return [
    ...all.filter(({ applied }) => !isOfTemplate(applied)),
    ...all.filter(({ applied }) => isOfTemplate(applied)),
  ];
}
