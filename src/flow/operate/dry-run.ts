// In: a resolved plan and the targets that the deployment polls. Out: what would happen first, and what stands in the
// way. Only reads, from the store and from the service. Called by operators.

import { quotasOfService } from '../../core/admission/quotas-of-service.ts';
import { type Facts, factsOf } from '../../core/change.ts';
import { isOpen, observeJob } from '../../core/job.ts';
import { observeDrsServer } from '../../core/observation/drs-server.ts';
import { type Observation, observe } from '../../core/observation.ts';
import { targetsOfWaves } from '../../core/plan/extension-target.ts';
import type { ResolvedServer } from '../../core/plan/resolve-plan.ts';
import { type Target, targetName } from '../../core/target.ts';
import { plusSeconds, secondsBetween } from '../../core/time.ts';
import { freeSlots, isReached } from '../free-slots.ts';
import type { Ports, Refusal, WatchApi } from '../ports.ts';
import { read } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { TargetRecord } from '../records/target-records.ts';
import type { ResolvedPlan } from '../start-wave.ts';
import { waveKey } from '../wave-record.ts';
import { extensionObstacles } from './extension-obstacles.ts';
import { type FirstStep, firstStep } from './first-step.ts';
import { type Obstacle, takesOver, targetObstacles, waveObstacles } from './obstacles.ts';
import { originObstacles } from './origin-obstacles.ts';
import { preflightObstacles } from './preflight-obstacles.ts';
import { inTheWay } from './start-refusals.ts';

/** What starting a plan would do now, and what stands in the way. Nothing was written. */
export interface DryRun {
  readonly plan: string;
  readonly planHash: string;
  readonly waves: readonly WavePreview[];
  readonly obstacles: readonly Obstacle[];
}

/** One wave as it would go. */
export interface WavePreview {
  readonly wave: string;
  readonly name: string;
  readonly servers: number;
  readonly dependsOn: readonly string[];
  /** What it would do first; null where it waits for another wave, or was started already. */
  readonly first: FirstStep | null;
}

/** What is known of one target, from the store and from the service. */
export interface TargetSight {
  readonly target: Target;
  /** Whether the deployment polls it. */
  readonly polled: boolean;
  readonly record: TargetRecord | undefined;
  /** The servers of the plan that the service lists; what the poller last saw where it cannot be asked. */
  readonly facts: ReadonlyMap<string, Facts>;
  /** The servers of the plan as the service describes them. */
  readonly observations: ReadonlyMap<string, Observation>;
  /** Whether `facts` is complete: a server that is not in it does not exist. */
  readonly complete: boolean;
  readonly openJobs: number | undefined;
  readonly serversInJobs: number | undefined;
  readonly refusal: Refusal | undefined;
  /** How long ago the next tick was due; negative where it is not yet. */
  readonly overdueSeconds: number | undefined;
}

/** Says what starting a plan would do first and what stands in the way, without writing anything. */
export async function dryRun(
  ports: Pick<Ports, 'store' | 'clock' | 'serviceOf' | 'drsOf'>,
  plan: ResolvedPlan,
  targets: readonly Target[],
): Promise<DryRun> {
  const now = ports.clock.now();
  const servers = plan.waves.flatMap((wave) => wave.servers);
  const sights = new Map<string, TargetSight>();
  for (const target of targetsOfWaves(plan.waves)) {
    const name = targetName(target);
    const own = servers.filter((server) => targetName(server.target) === name);
    const polled = targets.some((one) => targetName(one) === name);
    sights.set(name, await look(ports, target, own, polled));
  }
  const known = (server: ResolvedServer): Facts | 'absent' | undefined => {
    const sight = sights.get(targetName(server.target));
    const facts = sight?.facts.get(server.sourceServerId);
    return facts ?? (sight?.complete === true ? 'absent' : undefined);
  };
  const waves: WavePreview[] = [];
  const { refusals, yielding } = await inTheWay(ports, plan);
  const obstacles: Obstacle[] = [
    ...refusals.map((refusal) => ({ ...refusal, severity: 'blocks' as const })),
    ...yielding.map(takesOver),
  ];
  for (const sight of sights.values()) obstacles.push(...targetObstacles(sight));
  obstacles.push(...(await preflightObstacles(ports, plan, [...sights.values()])));
  const seen = ({ target, sourceServerId }: ResolvedServer) =>
    sights.get(targetName(target))?.observations.get(sourceServerId);
  obstacles.push(...(await extensionObstacles(ports, plan, { now, known: seen })));
  obstacles.push(...originObstacles(servers, seen, targets));
  for (const wave of plan.waves) {
    const key = waveKey(plan.name, wave.name);
    const { body: record } = await read(ports.store, place.wave(key));
    const waits = await openDependencies(ports, plan.name, wave.dependsOn);
    const free: Record<string, number> = {};
    for (const [name, sight] of sights) {
      const slots = slotsIn(sight, key);
      if (slots !== undefined) free[name] = slots;
    }
    const step = firstStep(plan, wave, known, free, now);
    obstacles.push(...waveObstacles(key, wave, { record, step, free, known }));
    waves.push({
      wave: key,
      name: wave.name,
      servers: wave.servers.length,
      dependsOn: wave.dependsOn,
      first: record === undefined && waits.length === 0 ? step : null,
    });
  }
  return { plan: plan.name, planHash: plan.hash, waves, obstacles };
}

/** The free slots that a wave would find; the account's quota where the poller has not counted yet. */
function slotsIn({ target, record, refusal }: TargetSight, wave: string): number | undefined {
  const quotas = quotasOfService(target.service, record?.quotaValues ?? {});
  if (isReached(record)) return freeSlots(record, wave);
  return refusal === undefined ? quotas.activeServers : undefined;
}

async function openDependencies(
  ports: Pick<Ports, 'store'>,
  plan: string,
  waves: readonly string[],
): Promise<readonly string[]> {
  const open: string[] = [];
  for (const name of waves) {
    const { body } = await read(ports.store, place.wave(waveKey(plan, name)));
    if (body === undefined || body.concludedAt === null) open.push(name);
  }
  return open;
}

// As the poller looks for open jobs: those of the last day.
const jobHistorySeconds = 86_400;

async function look(
  ports: Pick<Ports, 'store' | 'clock' | 'serviceOf' | 'drsOf'>,
  target: Target,
  servers: readonly ResolvedServer[],
  polled: boolean,
): Promise<TargetSight> {
  const now = ports.clock.now();
  const { body: record } = await read(ports.store, place.target(target));
  const isDrs = target.service === 'drs';
  const api: WatchApi = isDrs ? ports.drsOf(target) : ports.serviceOf(target);
  const described = await api.describeSourceServers(servers.map((one) => one.sourceServerId));
  const jobs = described.ok
    ? await api.describeJobs({ fromAt: plusSeconds(now, -jobHistorySeconds) })
    : described;
  const facts = new Map<string, Facts>();
  const observations = new Map<string, Observation>();
  if (described.ok) {
    for (const document of described.value) {
      const seen = { target, readAt: now, answeredAt: described.answeredAt ?? now };
      const observation = (isDrs ? observeDrsServer : observe)(document, seen);
      if (observation === undefined) continue;
      facts.set(observation.sourceServerId, factsOf(observation));
      observations.set(observation.sourceServerId, observation);
    }
  } else {
    for (const { sourceServerId } of servers) {
      const { body } = await read(ports.store, place.server(target, sourceServerId));
      if (body?.facts.present === true) facts.set(sourceServerId, body.facts);
    }
  }
  const open = jobs.ok
    ? jobs.value.flatMap((document) => observeJob(document) ?? []).filter(isOpen)
    : undefined;
  return {
    target,
    polled,
    record,
    facts,
    observations,
    complete: described.ok,
    openJobs: open?.length,
    serversInJobs: open?.reduce((sum, job) => sum + job.servers.length, 0),
    refusal: described.ok ? (jobs.ok ? undefined : jobs.refusal) : described.refusal,
    overdueSeconds: record === undefined ? undefined : secondsBetween(record.nextTickAt, now),
  };
}
