// In: servers of a target. Out: whether each may be changed now: what MGN says of it, the job that launches it, the wave that
// has queued its launch. Called before settings are changed.
import type { ChangeMoment } from '../../core/desired/may-change.ts';
import { type Observation, observe } from '../../core/observation.ts';
import type { Target } from '../../core/target.ts';
import type { Answer } from '../ports.ts';
import { readAll } from '../records/documents.ts';
import { place } from '../records/place.ts';
import { asked, type SettingsPorts } from './settings-ports.ts';

/** Answers the moment of each of these servers; the refusal where the target does not say. */
export async function momentsOf(
  ports: SettingsPorts,
  target: Target,
  servers: readonly string[],
): Promise<Answer<ReadonlyMap<string, ChangeMoment>>> {
  const api = ports.settingsOf(target);
  const now = ports.clock.now();
  const listed = await asked(ports, () => api.describeSourceServers(servers));
  if (!listed.ok) return listed;
  const observations = new Map(
    listed.value
      .map((document) => observe(document, { target, readAt: now, answeredAt: now }))
      .filter((one) => one !== undefined)
      .map((one) => [one.sourceServerId, one]),
  );
  const jobs = await openJobs(ports, target, [...observations.values()]);
  if (!jobs.ok) return jobs;
  const queued = await queuedLaunches(ports, target);
  const moments = servers.map((server): [string, ChangeMoment] => {
    const observation = observations.get(server);
    const ids = [observation?.lastTest.jobId, observation?.lastCutover.jobId];
    const job = ids.find((id) => id !== undefined && jobs.value.has(id));
    return [
      server,
      {
        observation,
        launchingJob: job ?? queued.begun.get(server),
        queuedBy: queued.waiting.get(server),
      },
    ];
  });
  return { ok: true, value: new Map(moments) };
}

/** The last launches of these servers that have not ended, whoever started them. */
async function openJobs(
  ports: SettingsPorts,
  target: Target,
  observations: readonly Observation[],
): Promise<Answer<ReadonlySet<string>>> {
  const named = observations.flatMap(({ lastTest, lastCutover }) => [
    lastTest.jobId,
    lastCutover.jobId,
  ]);
  const ids = [...new Set(named.filter((id) => id !== undefined))].sort();
  if (ids.length === 0) return { ok: true, value: new Set() };
  const jobs = await asked(ports, () => ports.settingsOf(target).describeJobs({ ids }));
  if (!jobs.ok) return jobs;
  const open = jobs.value.filter(({ status }) => status !== 'COMPLETED');
  return { ok: true, value: new Set(open.map(({ jobID }) => String(jobID))) };
}

const launches = new Set<string>(['StartTest', 'StartCutover']);

/** The launches that waves have queued, and those that were decided. */
async function queuedLaunches({ store }: SettingsPorts, target: Target) {
  const waiting = new Map<string, string>();
  for (const { body } of await readAll(store, place.request(target, ''))) {
    if (launches.has(body.kind)) waiting.set(body.server, body.wave);
  }
  const begun = new Map<string, string>();
  for (const { body } of await readAll(store, place.intent(target, ''))) {
    if (!launches.has(body.kind)) continue;
    for (const server of body.servers) begun.set(server, body.jobId ?? 'that is being started');
  }
  return { waiting, begun };
}
