// In: a server of DRS that is to be set as a launch configuration wants it, and who wants it and why. Out: what was before is on
// record, then the difference is set, and what came of it is read back. Safe to repeat.
import { type Ended, noted } from '../../../core/desired/applied.ts';
import { compareDrsServer, type DrsServerSeen } from '../../../core/desired/drs/compare-drs.ts';
import { meantForNow } from '../../../core/desired/drs/meant.ts';
import type { SettingChange } from '../../../core/desired/setting.ts';
import { textAt } from '../../../core/observation.ts';
import type { ServerWanted } from '../../../core/plan/launch-configuration/wanted.ts';
import type { Refusal } from '../../ports.ts';
import { change } from '../../records/documents.ts';
import { place } from '../../records/place.ts';
import type { SettingsOrder } from '../apply-settings.ts';
import { makeVersion } from '../launch-template-version.ts';
import { refusalText } from '../refusal-text.ts';
import { asked } from '../settings-ports.ts';
import { type Stopped, stoppedText, stoppedUnlessOk } from '../stopped.ts';
import { changeDrsServer, type DrsTurn, makeDefault } from './change-drs-server.ts';
import { compareOne, partsOf } from './compare-drs-servers.ts';
import type { DrsResult, DrsServersPorts } from './drs-settings-ports.ts';
import { meanToo } from './mean-settings.ts';
import { noteDone } from './note-done.ts';
import { drsMomentsOf, readDrsServer } from './read-drs-server.ts';

/** What follows once a server was set, or what was begun before turned out to be done. */
export type DrsEnd = (turn: DrsTurn, how: Ended) => Promise<void>;

const noteWhatIsDone: DrsEnd = async ({ ports, target, server }, { left }) => {
  if (left === 0) await noteDone(ports, place.settings(target, server));
};

/** Sets a server as it is wanted. It is looked at anew: time has passed since it was compared. */
export async function applyDrsServer(
  ports: DrsServersPorts,
  order: SettingsOrder,
  wanted: ServerWanted,
  end: DrsEnd = noteWhatIsDone,
): Promise<DrsResult> {
  const { target, server, hostname } = wanted;
  const result = (status: DrsResult['status'], more: Partial<DrsResult> = {}): DrsResult => ({
    ...{ target, server, hostname, status, changes: [], left: [] },
    ...more,
  });
  const moments = await drsMomentsOf(ports, target, [server]);
  if (!moments.ok) {
    return result('refused', refusedBy('asking for it', moments.refusal));
  }
  const compared = await compareOne(ports, wanted, moments.value.get(server));
  if (compared.is === 'closed') return result('refused', { because: compared.because });
  if (compared.is === 'unread') {
    return result('refused', refusedBy('reading its settings', compared.refusal));
  }
  const { comparison, seen } = compared;
  const [obstacle] = comparison.obstacles;
  if (obstacle !== undefined) return result('refused', { because: obstacle });
  const { changes } = comparison;
  const turn: DrsTurn = { ports, target, server };
  if (changes.length === 0) {
    await end(turn, { left: 0 });
    return result('same');
  }
  await begin(turn, order, changes, seen);
  await meanToo(ports, target, server, meantForNow(wanted, seen.actions ?? []));
  const stopped = await changeDrsServer(turn, seen, changes, () =>
    applyLaunchTemplate(turn, wanted, order.plan),
  );
  const after = await readDrsServer(ports, target, server, partsOf(wanted));
  if (!after.ok) {
    const unread = refusedBy('reading back what was set', after.refusal);
    await end(turn, { left: changes.length, because: unread.because });
    return result('partly', { left: changes, ...unread });
  }
  const left = compareDrsServer(wanted, after.value).changes;
  const because = stoppedText(stopped, 'DRS');
  await end(turn, left.length === 0 ? { left: 0 } : { left: left.length, because });
  return result(left.length === 0 ? 'done' : 'partly', {
    changes: changes.filter(
      ({ aspect, field }) =>
        !left.some((still) => still.aspect === aspect && still.field === field),
    ),
    left,
    ...(left.length === 0 ? {} : { because }),
    ...(left.length === 0 || stopped === undefined ? {} : { refusal: stopped.refusal }),
  });
}

function refusedBy(doing: string, refusal: Refusal) {
  return { because: refusalText(doing, refusal), refusal };
}

async function begin(
  { ports, target, server }: DrsTurn,
  { plan, by, reason }: SettingsOrder,
  changes: readonly SettingChange[],
  seen: DrsServerSeen,
): Promise<void> {
  const note = { server, plan, wave: plan, by, reason, at: ports.clock.now() };
  const touches = changes.some(({ aspect }) => aspect === 'launch-template');
  await change(ports.store, place.settings(target, server), (known) =>
    noted(known, { ...note, what: 'apply' }, changes, touches ? seen.template : undefined),
  );
}

async function applyLaunchTemplate(
  turn: DrsTurn,
  { launchTemplate }: ServerWanted,
  plan: string,
): Promise<Stopped | undefined> {
  if (launchTemplate === undefined) return undefined;
  const { ports, target, server } = turn;
  const api = ports.drsSettingsOf(target);
  // DRS may have written the template anew when its launch configuration changed.
  const launch = await asked(ports, () => api.getLaunchConfiguration(server));
  if (!launch.ok) return stoppedUnlessOk('GetLaunchConfiguration', launch);
  const made = await makeVersion(ports, api, {
    id: textAt(launch.value, 'ec2LaunchTemplateID'),
    where: place.settings(target, server),
    wanted: launchTemplate,
    plan,
  });
  if (made === 'same') return undefined;
  return 'refusal' in made ? made : makeDefault(turn, made);
}
