// In: servers whose settings Landfall changed for a plan, and who wants them put back and why. Out: each setting is what it
// was before, unless somebody else has changed it since; what came of it is read back.
import {
  type AppliedSettings,
  type ApplyNote,
  begun,
  putBack,
  type Restoration,
  restorationOf,
} from '../../core/desired/applied.ts';
import { closedBecause } from '../../core/desired/may-change.ts';
import type { SettingChange, SettingsSeen } from '../../core/desired/setting.ts';
import type { Target } from '../../core/target.ts';
import { change, readAll } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { SettingsOrder, SettingsResult } from './apply-settings.ts';
import {
  type ChangeTurn,
  changeSettings,
  expectAsSeen,
  expectVersion,
  setDefaultVersion,
} from './change-settings.ts';
import { endSettings } from './end-settings.ts';
import { expectFromNowOn } from './expect-settings.ts';
import { momentsOf } from './moments.ts';
import { readSettings } from './read-settings.ts';
import { refusalText } from './refusal-text.ts';
import type { SettingsPorts } from './settings-ports.ts';
import { stoppedText } from './stopped.ts';

/** A server of which Landfall changed settings. */
export interface ServerApplied {
  readonly target: Target;
  readonly applied: AppliedSettings;
}

/** How settings are put back. */
export interface RestoreOrder extends SettingsOrder {
  /** Whether what others have changed since is put back too. */
  readonly force: boolean;
  /** Whether only to say what would be put back. */
  readonly dryRun: boolean;
}

/** What came of putting back the settings of one server; `changes` names the launch template by its versions. */
export interface RestoreResult extends SettingsResult {
  /** Who had them changed last, when and why. */
  readonly last: Pick<AppliedSettings['log'][number], 'by' | 'at' | 'reason'> | undefined;
  readonly lost: readonly string[];
}

/** All servers of which Landfall ever changed settings, in the order of their targets and ids. */
export async function appliedIn(
  { store }: Pick<SettingsPorts, 'store'>,
  targets: readonly Target[],
): Promise<readonly ServerApplied[]> {
  const found: ServerApplied[] = [];
  for (const target of targets) {
    const records = await readAll(store, place.settings(target, ''));
    found.push(...records.map(({ body: applied }) => ({ target, applied })));
  }
  return found;
}

/** Says whether there is something of it to put back. */
export function isToBePutBack({ applied: { fields, template } }: ServerApplied): boolean {
  return fields.length > 0 || template !== null;
}

/** Puts back what Landfall changed of one server. */
export async function restoreSettings(
  ports: SettingsPorts,
  order: RestoreOrder,
  { target, applied }: ServerApplied,
): Promise<RestoreResult> {
  const { server, wave } = applied;
  const last = applied.log.findLast(({ what }) => what === 'apply');
  const moments = await momentsOf(ports, target, [server]);
  const moment = moments.ok ? moments.value.get(server) : undefined;
  const hostname = moment?.observation?.hostname ?? null;
  const result = (
    status: SettingsResult['status'],
    more: Partial<RestoreResult> = {},
  ): RestoreResult => ({
    ...{ server, hostname, wave, status, changes: [], left: [], lost: [], last },
    ...more,
  });
  if (!moments.ok)
    return result('refused', { because: refusalText('asking for it', moments.refusal) });
  const closed = moment === undefined ? undefined : closedBecause('restore', moment);
  if (closed !== undefined) return result('refused', { because: closed });
  const read = () => readSettings(ports, target, server, wantedOf(applied));
  const seen = await read();
  if (!seen.ok)
    return result('refused', { because: refusalText('reading its settings', seen.refusal) });
  const plan = restorationOf(applied, seen.value);
  const { disputed, lost, version } = plan;
  const changes = allChanges(plan);
  if (disputed.length > 0 && !order.force) {
    return result('refused', {
      left: changes,
      lost,
      because: `somebody else has changed since: ${disputed.join(', ')}; put it back all the same with --force`,
    });
  }
  if (order.dryRun) return result(changes.length === 0 ? 'same' : 'done', { changes, lost });
  const turn: ChangeTurn = { ports, target, server, accepted: {} };
  if (changes.length === 0) {
    await close(turn, applied, seen.value);
    return result('same', { lost });
  }
  const note: ApplyNote = {
    ...{ server, wave, plan: applied.plan, what: 'restore', at: ports.clock.now() },
    ...{ by: order.by, reason: order.reason, forced: order.force },
  };
  await change(ports.store, place.settings(target, server), (known) => begun(known, note, changes));
  const stopped = await changeSettings(turn, seen.value, plan.changes, async () =>
    version === undefined
      ? undefined
      : setDefaultVersion(turn, version.id, version.from, version.to),
  );
  const after = await read();
  if (!after.ok) {
    const because = refusalText('reading back', after.refusal);
    await endSettings(turn, { left: changes.length, because });
    return result('partly', { left: changes, lost, because });
  }
  const left = allChanges(restorationOf(applied, after.value));
  if (left.length === 0) await close(turn, applied, after.value);
  else await endSettings(turn, { left: left.length, because: stoppedText(stopped, 'MGN') });
  return result(left.length === 0 ? 'done' : 'partly', {
    changes: changes.filter(({ field }) => !left.some((still) => still.field === field)),
    left,
    lost,
    ...(left.length === 0 ? {} : { because: stoppedText(stopped, 'MGN') }),
  });
}

function allChanges({ changes, version }: Restoration): readonly SettingChange[] {
  return version === undefined
    ? changes
    : [
        ...changes,
        {
          aspect: 'launch-template',
          field: 'default version',
          from: version.from,
          to: version.to,
        },
      ];
}

function wantedOf({ fields, template }: AppliedSettings) {
  return {
    replication: fields.some(({ aspect }) => aspect === 'replication-configuration'),
    actions: fields.some(({ aspect }) => aspect === 'post-launch-actions'),
    template: template !== null,
  };
}

/** Notes the end, and has the poller expect what is put back from now on, also where somebody else had put it back. */
async function close(
  turn: ChangeTurn,
  { fields, template }: AppliedSettings,
  seen: SettingsSeen,
): Promise<void> {
  const { ports, target, server } = turn;
  await expectAsSeen(turn, seen, fields);
  const ours = template?.ours.at(-1);
  if (template !== null && ours !== undefined && seen.template?.version === template.before) {
    await expectVersion(turn, template.id, ours, template.before);
  }
  await expectFromNowOn(ports, target, server, turn.accepted);
  await endSettings(turn, { left: 0 }, putBack);
}
