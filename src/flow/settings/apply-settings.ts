// In: a server that differs from what its plan wants, and who wants it set and why. Out: what was before is on record, then
// the difference is set, and what came of it is read back. A server that was left half-way is set by the same again.
import { type ApplyNote, noted } from '../../core/desired/applied.ts';
import { compare } from '../../core/desired/compare.ts';
import type { SettingChange, SettingsSeen } from '../../core/desired/setting.ts';
import { textAt } from '../../core/observation.ts';
import type { Refusal } from '../ports.ts';
import { change } from '../records/documents.ts';
import { place } from '../records/place.ts';
import { type ChangeTurn, changeSettings, setDefaultVersion } from './change-settings.ts';
import {
  askForMoments,
  compareServer,
  type MomentAsked,
  type ServerAsked,
  wantedOf,
} from './compare-settings.ts';
import { endSettings } from './end-settings.ts';
import { expectFromNowOn } from './expect-settings.ts';
import { makeVersion } from './launch-template-version.ts';
import { readSettings } from './read-settings.ts';
import { refusalText } from './refusal-text.ts';
import { asked, type SettingsPorts } from './settings-ports.ts';
import { type Stopped, stoppedText, stoppedUnlessOk } from './stopped.ts';

/** Who has settings changed, and why. */
export interface SettingsOrder {
  readonly plan: string;
  readonly by: string;
  readonly reason: string;
}

/** What came of changing the settings of one server. */
export interface SettingsResult {
  readonly server: string;
  readonly hostname: string | null;
  readonly wave: string;
  /** `same`: nothing to do; `done`: all of it; `partly`: repeat it; `refused`: nothing was touched. */
  readonly status: 'same' | 'done' | 'partly' | 'refused';
  /** What was set. */
  readonly changes: readonly SettingChange[];
  /** What is still to be set. */
  readonly left: readonly SettingChange[];
  /** Why it was refused, or what stopped it. */
  readonly because?: string;
  /** What a service said to the call that it broke off at. */
  readonly refusal?: Refusal;
}

/** Sets a server as its plan wants it. It is looked at anew: time has passed since it was compared. */
export async function applySettings(
  ports: SettingsPorts,
  order: SettingsOrder,
  one: ServerAsked,
): Promise<SettingsResult> {
  const momentOf = await askForMoments(ports, [one]);
  return applySettingsAt(ports, order, one, momentOf(one));
}

/** Sets a server as its plan wants it, whose moment was asked for together with those of others. */
export async function applySettingsAt(
  ports: SettingsPorts,
  order: SettingsOrder,
  one: ServerAsked,
  asking: MomentAsked,
): Promise<SettingsResult> {
  const { server, hostname, wave, target, desired } = one;
  const result = (status: SettingsResult['status'], more: Partial<SettingsResult> = {}) => ({
    ...{ server, hostname, wave, status, changes: [], left: [] },
    ...more,
  });
  const compared = await compareServer(ports, one, asking);
  if (compared.is === 'closed') return result('refused', { because: compared.because });
  if (compared.is === 'unread') {
    return result('refused', refusedBy('reading its settings', compared.refusal));
  }
  const { comparison, seen } = compared;
  const [obstacle] = comparison.obstacles;
  if (obstacle !== undefined) return result('refused', { because: obstacle });
  const turn: ChangeTurn = { ports, target, server, accepted: {} };
  const { changes } = comparison;
  if (changes.length === 0) {
    // An earlier one may have died right after its last call.
    await close(turn);
    return result('same');
  }
  await begin(turn, { ...order, wave }, changes, seen);
  const stopped = await changeSettings(turn, seen, changes, () => applyTemplate(turn, one, order));
  const after = await readSettings(ports, target, server, wantedOf(desired));
  if (!after.ok) {
    const unread = refusedBy('reading back what was set', after.refusal);
    await endSettings(turn, { left: changes.length, because: unread.because });
    return result('partly', { left: changes, ...unread });
  }
  const left = compare(desired, after.value).changes;
  if (left.length === 0) await close(turn);
  else await endSettings(turn, { left: left.length, because: stoppedText(stopped, 'MGN') });
  return result(left.length === 0 ? 'done' : 'partly', {
    changes: changes.filter(
      ({ aspect, field }) =>
        !left.some((still) => still.aspect === aspect && still.field === field),
    ),
    left,
    ...(left.length === 0 ? {} : { because: stoppedText(stopped, 'MGN') }),
    ...(left.length === 0 || stopped === undefined ? {} : { refusal: stopped.refusal }),
  });
}

function refusedBy(doing: string, refusal: Refusal) {
  return { because: refusalText(doing, refusal), refusal };
}

async function begin(
  { ports, target, server }: ChangeTurn,
  { plan, wave, by, reason }: SettingsOrder & { readonly wave: string },
  changes: readonly SettingChange[],
  seen: SettingsSeen,
): Promise<void> {
  const note: ApplyNote = { server, plan, wave, what: 'apply', at: ports.clock.now(), by, reason };
  const touches = changes.some(({ aspect }) => aspect === 'launch-template');
  await change(ports.store, place.settings(target, server), (known) =>
    noted(known, note, changes, touches ? seen.template : undefined),
  );
}

/** Notes the end, and has the poller expect what is set from now on. */
async function close(turn: ChangeTurn): Promise<void> {
  const { ports, target, server, accepted } = turn;
  await expectFromNowOn(ports, target, server, accepted);
  await endSettings(turn, { left: 0 });
}

/** Makes a version with the difference out of the one that is the default now, and makes it the default. */
async function applyTemplate(
  turn: ChangeTurn,
  { desired: { launchTemplate } }: ServerAsked,
  { plan }: SettingsOrder,
): Promise<Stopped | undefined> {
  if (launchTemplate === undefined) return undefined;
  const { ports, target, server } = turn;
  const api = ports.settingsOf(target);
  // MGN may have written the template anew when its launch configuration changed.
  const launch = await asked(ports, () => api.getLaunchConfiguration(server));
  if (!launch.ok) return stoppedUnlessOk('GetLaunchConfiguration', launch);
  const made = await makeVersion(ports, api, {
    id: textAt(launch.value, 'ec2LaunchTemplateID'),
    where: place.settings(target, server),
    wanted: launchTemplate,
    plan,
  });
  if (made === 'same') return undefined;
  if ('refusal' in made) return made;
  return setDefaultVersion(turn, made.id, made.from, made.to);
}
