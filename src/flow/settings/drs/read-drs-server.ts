// In: servers of a target of DRS. Out: whether each may be changed now, and what each is set to, as far as that matters. Only
// reads. Called by whoever shows, applies or puts back.
import type { DrsServerSeen } from '../../../core/desired/drs/compare-drs.ts';
import type { DrsMoment } from '../../../core/desired/drs/drs-may-change.ts';
import { observeDrsServer } from '../../../core/observation/drs-server.ts';
import { textAt } from '../../../core/observation.ts';
import type { Target } from '../../../core/target.ts';
import type { Answer } from '../../ports.ts';
import { readTemplate } from '../launch-template-version.ts';
import { asked } from '../settings-ports.ts';
import type { DrsServersPorts } from './drs-settings-ports.ts';

/** Answers the moment of each of these servers; the refusal where the target does not say. */
export async function drsMomentsOf(
  ports: DrsServersPorts,
  target: Target,
  servers: readonly string[],
): Promise<Answer<ReadonlyMap<string, DrsMoment>>> {
  const api = ports.drsSettingsOf(target);
  const now = ports.clock.now();
  const listed = await asked(ports, () => api.describeSourceServers(servers));
  if (!listed.ok) return listed;
  const observations = new Map(
    listed.value
      .map((document) => observeDrsServer(document, { target, readAt: now, answeredAt: now }))
      .filter((one) => one !== undefined)
      .map((one) => [one.sourceServerId, one]),
  );
  const launches = [...observations.values()].map(({ drs }) => drs?.lastLaunch?.jobId);
  const ids = [...new Set(launches.filter((id) => id !== undefined))].sort();
  const jobs =
    ids.length === 0
      ? { ok: true as const, value: [] }
      : await asked(ports, () => api.describeJobs({ ids }));
  if (!jobs.ok) return jobs;
  const open = new Set(
    jobs.value.filter(({ status }) => status !== 'COMPLETED').map((job) => textAt(job, 'jobID')),
  );
  const moments = servers.map((server): [string, DrsMoment] => {
    const observation = observations.get(server);
    const job = observation?.drs?.lastLaunch?.jobId;
    return [server, { observation, launchingJob: open.has(job) ? job : undefined }];
  });
  return { ok: true, value: new Map(moments) };
}

/** Which settings beside the launch configuration matter. */
export interface DrsWanted {
  readonly actions: boolean;
  readonly template: boolean;
}

/** Reads what a server is set to. */
export async function readDrsServer(
  ports: DrsServersPorts,
  target: Target,
  server: string,
  wanted: DrsWanted,
): Promise<Answer<DrsServerSeen>> {
  const api = ports.drsSettingsOf(target);
  const launch = await asked(ports, () => api.getLaunchConfiguration(server));
  if (!launch.ok) return launch;
  let seen: DrsServerSeen = { launch: launch.value };
  if (wanted.actions) {
    const actions = await asked(ports, () => api.listLaunchActions(server));
    if (!actions.ok) return actions;
    seen = { ...seen, actions: actions.value };
  }
  if (!wanted.template) return { ok: true, value: seen };
  const template = await readTemplate(ports, api, textAt(launch.value, 'ec2LaunchTemplateID'));
  if (!template.ok) return template;
  const { value } = template;
  return { ok: true, value: value === undefined ? seen : { ...seen, template: value } };
}
