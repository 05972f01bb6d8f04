// In: a server and what is wanted of it. Out: what it is set to, as far as that matters: one call a configuration. Called by
// whoever shows, applies or puts back settings.
import type { SettingsSeen } from '../../core/desired/setting.ts';
import { textAt } from '../../core/observation.ts';
import type { Target } from '../../core/target.ts';
import type { Answer } from '../ports.ts';
import { readTemplate } from './launch-template-version.ts';
import { asked, type SettingsPorts } from './settings-ports.ts';

/** Which settings beside the launch configuration matter. */
export interface Wanted {
  readonly replication: boolean;
  readonly actions: boolean;
  readonly template: boolean;
}

/** Reads what a server is set to. */
export async function readSettings(
  ports: SettingsPorts,
  target: Target,
  server: string,
  wanted: Wanted,
): Promise<Answer<SettingsSeen>> {
  const api = ports.settingsOf(target);
  const launch = await asked(ports, () => api.getLaunchConfiguration(server));
  if (!launch.ok) return launch;
  let seen: SettingsSeen = { launch: launch.value };
  if (wanted.replication) {
    const replication = await asked(ports, () => api.getReplicationConfiguration(server));
    if (!replication.ok) return replication;
    seen = { ...seen, replication: replication.value };
  }
  if (wanted.actions) {
    const actions = await asked(ports, () => api.listSourceServerActions(server));
    if (!actions.ok) return actions;
    seen = { ...seen, actions: actions.value };
  }
  if (!wanted.template) return { ok: true, value: seen };
  const template = await readTemplate(ports, api, textAt(launch.value, 'ec2LaunchTemplateID'));
  if (!template.ok) return template;
  return {
    ok: true,
    value: { ...seen, ...(template.value === undefined ? {} : { template: template.value }) },
  };
}
