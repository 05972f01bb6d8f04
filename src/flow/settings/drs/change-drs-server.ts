// In: a server of DRS, what it is set to, and settings to change. Out: the calls made, each once, until one is refused; before each,
// the poller is told what to expect. Called to apply and to put back.
import { acceptedBetween } from '../../../core/configuration/accepted.ts';
import type { DrsServerSeen } from '../../../core/desired/drs/compare-drs.ts';
import { fieldsToSet } from '../../../core/desired/drs/drs-calls.ts';
import type { SettingChange } from '../../../core/desired/setting.ts';
import type { Target } from '../../../core/target.ts';
import { fieldsOfVersions, type VersionMade } from '../launch-template-version.ts';
import { asked } from '../settings-ports.ts';
import { type Stopped, stoppedBy, stoppedUnlessOk } from '../stopped.ts';
import { changeActions } from './action-calls.ts';
import type { DrsServersPorts } from './drs-settings-ports.ts';
import { meanToo } from './mean-settings.ts';

/** One server of DRS whose settings are being changed. */
export interface DrsTurn {
  readonly ports: DrsServersPorts;
  readonly target: Target;
  readonly server: string;
}

/**
 * Makes the calls for these changes, with what is to be done to the EC2 launch template in its place: after the launch
 * configuration, which DRS follows in the template.
 */
export async function changeDrsServer(
  { ports, target, server }: DrsTurn,
  seen: DrsServerSeen,
  changes: readonly SettingChange[],
  template: () => Promise<Stopped | undefined>,
): Promise<Stopped | undefined> {
  const api = ports.drsSettingsOf(target);
  const fields = fieldsToSet(changes);
  if (Object.keys(fields).length > 0) {
    const answer = await asked(ports, () => api.updateLaunchConfiguration(server, fields));
    if (!answer.ok) return stoppedBy('UpdateLaunchConfiguration', answer.refusal);
  }
  return (await template()) ?? changeActions(ports, api, server, changes, seen.actions ?? []);
}

/** Makes a version of the EC2 launch template the default, and has the poller expect what it says. */
export async function makeDefault(
  { ports, target, server }: DrsTurn,
  version: VersionMade,
): Promise<Stopped | undefined> {
  const api = ports.drsSettingsOf(target);
  const fields = await fieldsOfVersions(ports, api, version);
  if ('refusal' in fields) return fields;
  const accepted = acceptedBetween(fields.before, fields.after);
  await meanToo(ports, target, server, { 'launch-template': accepted });
  const answer = await asked(ports, () => api.setDefaultTemplateVersion(version.id, version.to));
  return stoppedUnlessOk('ModifyLaunchTemplate', answer);
}
