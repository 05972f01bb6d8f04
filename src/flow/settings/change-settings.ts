// In: a server, what it is set to, and settings to change. Out: the calls made, each once, in an order that is safe, until one
// is refused; before each, the poller is told what to expect. Called by apply-settings and restore-settings.
import { type Accepted, acceptedBetween, acceptedWith } from '../../core/configuration/accepted.ts';
import { actionFields, launchFields, replicationFields } from '../../core/configuration/fields.ts';
import { callsFor, type SettingCall, seenAfter } from '../../core/desired/calls.ts';
import { actionMember } from '../../core/desired/compare.ts';
import type { SettingChange, SettingsSeen } from '../../core/desired/setting.ts';
import type { Target } from '../../core/target.ts';
import { expectSoon } from './expect-settings.ts';
import { fieldsOfVersions } from './launch-template-version.ts';
import { asked, type SettingsPorts } from './settings-ports.ts';
import { type Stopped, stoppedUnlessOk } from './stopped.ts';

/** One server whose settings are being changed. */
export interface ChangeTurn {
  readonly ports: SettingsPorts;
  readonly target: Target;
  readonly server: string;
  /** What the poller was told to expect so far. */
  accepted: Accepted;
}

/**
 * Makes the calls of MGN for these changes, with what is to be done to the launch template in its place: after the launch
 * configuration, which MGN follows in the template.
 */
export async function changeSettings(
  turn: ChangeTurn,
  seen: SettingsSeen,
  changes: readonly SettingChange[],
  template: () => Promise<Stopped | undefined>,
): Promise<Stopped | undefined> {
  const calls = callsFor(changes, seen);
  const isFirst = ({ call }: SettingCall) => call === 'launch-configuration';
  let now = seen;
  const make = async (some: readonly SettingCall[]): Promise<Stopped | undefined> => {
    for (const call of some) {
      const after = seenAfter(now, call);
      await announce(turn, now, after);
      const stopped = await makeCall(turn, call);
      if (stopped !== undefined) return stopped;
      now = after;
    }
    return undefined;
  };
  return (
    (await make(calls.filter(isFirst))) ??
    (await template()) ??
    (await make(calls.filter((call) => !isFirst(call))))
  );
}

/** Makes a version of the launch template the default, and has the poller expect what it says. */
export async function setDefaultVersion(
  turn: ChangeTurn,
  id: string,
  from: number,
  to: number,
): Promise<Stopped | undefined> {
  const { ports, target } = turn;
  const stopped = await expectVersion(turn, id, from, to);
  if (stopped !== undefined) return stopped;
  const api = ports.settingsOf(target);
  const answer = await asked(ports, () => api.setDefaultTemplateVersion(id, to));
  return stoppedUnlessOk('ModifyLaunchTemplate', answer);
}

/** Has the poller expect what a version of the launch template says, where another said otherwise. */
export async function expectVersion(
  turn: ChangeTurn,
  id: string,
  from: number,
  to: number,
): Promise<Stopped | undefined> {
  const { ports, target } = turn;
  const fields = await fieldsOfVersions(ports, ports.settingsOf(target), { id, from, to });
  if ('refusal' in fields) return fields;
  await accept(turn, { 'launch-template': acceptedBetween(fields.before, fields.after) });
  return undefined;
}

/** Has the poller expect these settings as they are now, whoever set them so. */
export function expectAsSeen(
  turn: ChangeTurn,
  seen: SettingsSeen,
  settings: readonly Pick<SettingChange, 'aspect' | 'field'>[],
): Promise<void> {
  const { launch, replication = {}, actions = [] } = seen;
  const now = {
    'launch-configuration': launchFields(launch),
    'replication-configuration': replicationFields(replication),
    'post-launch-actions': actionFields(launch, actions),
  };
  const accepted: Partial<Record<keyof typeof now, Record<string, string | null>>> = {};
  for (const { aspect, field } of settings) {
    if (aspect === 'launch-template') continue;
    const about = aspect === 'post-launch-actions' ? actionMember(field) : undefined;
    const action = actions.find((one) => one['actionID'] === about?.actionId);
    const names =
      about === undefined ? [field] : Object.keys(actionFields({}, action ? [action] : []));
    for (const name of names) {
      accepted[aspect] = { ...accepted[aspect], [name]: now[aspect][name] ?? null };
    }
  }
  return accept(turn, accepted);
}

async function makeCall(
  { ports, target, server }: ChangeTurn,
  call: SettingCall,
): Promise<Stopped | undefined> {
  const api = ports.settingsOf(target);
  switch (call.call) {
    case 'launch-configuration': {
      const answer = await asked(ports, () => api.updateLaunchConfiguration(server, call.fields));
      return stoppedUnlessOk('UpdateLaunchConfiguration', answer);
    }
    case 'replication-configuration': {
      const answer = await asked(ports, () =>
        api.updateReplicationConfiguration(server, call.fields),
      );
      return stoppedUnlessOk('UpdateReplicationConfiguration', answer);
    }
    case 'post-launch-action': {
      const answer = await asked(ports, () => api.putSourceServerAction(server, call.action));
      return stoppedUnlessOk('PutSourceServerAction', answer);
    }
    default:
      return call satisfies never;
  }
}

/** Has the poller expect what a call makes of the configurations. */
function announce(turn: ChangeTurn, before: SettingsSeen, after: SettingsSeen): Promise<void> {
  const replication = (seen: SettingsSeen) =>
    seen.replication === undefined ? {} : replicationFields(seen.replication);
  const actions = ({ launch, actions: own = [] }: SettingsSeen) => actionFields(launch, own);
  return accept(turn, {
    'launch-configuration': acceptedBetween(
      launchFields(before.launch),
      launchFields(after.launch),
    ),
    'replication-configuration': acceptedBetween(replication(before), replication(after)),
    'post-launch-actions': acceptedBetween(actions(before), actions(after)),
  });
}

async function accept(turn: ChangeTurn, more: Accepted): Promise<void> {
  turn.accepted = acceptedWith(turn.accepted, more);
  await expectSoon(turn.ports, turn.target, turn.server, turn.accepted);
}
