// In: what a dry run has seen. Out: what stands in the way of a plan, with what to do about it. Pure.

import { quotasOfService } from '../../core/admission/quotas-of-service.ts';
import type { Facts } from '../../core/change.ts';
import { namesText } from '../../core/operate/order-view.ts';
import type { ResolvedServer, ResolvedWave } from '../../core/plan/resolve-plan.ts';
import type { FreeSlots } from '../../core/review/review.ts';
import { targetName } from '../../core/target.ts';
import { type Instant, spokenSpan } from '../../core/time.ts';
import type { Refusal } from '../ports.ts';
import type { TargetRecord } from '../records/target-records.ts';
import type { WaveRecord } from '../records/wave-records.ts';
import type { FirstStep } from './first-step.ts';
import type { Yielded } from './held-servers.ts';

/** Something that stands in the way of a plan. */
export interface Obstacle {
  /** `blocks`: it cannot start or go on; `delays`: it waits; `notes`: worth knowing before. */
  readonly severity: 'blocks' | 'delays' | 'notes';
  readonly kind:
    | 'plan-changed'
    | 'server-taken'
    | 'drill-yields'
    | 'wave-started'
    | 'target-not-polled'
    | 'target-unreachable'
    | 'target-never-ticked'
    | 'tick-overdue'
    | 'tick-failed'
    | 'slots-short'
    | 'jobs-short'
    | 'servers-end-at-once'
    | 'state-unknown'
    | 'not-extensible'
    | 'preflight';
  /** The rule of the preflight that found it. */
  readonly rule?: string;
  readonly wave?: string;
  readonly target?: string;
  /** The servers concerned; empty where it is about none in particular. */
  readonly servers: readonly string[];
  readonly message: string;
  readonly remedy: string;
}

/** Says which servers a recovery takes over from a drill: that is no obstacle, but good to know. */
export function takesOver({ wave, servers }: Yielded): Obstacle {
  return {
    severity: 'notes',
    kind: 'drill-yields',
    wave,
    servers,
    message: `${namesText(servers)}: taken over from drill ${wave} when it begins to recover them`,
    remedy: 'nothing to do: their drill ends by itself then',
  };
}

/** What a dry run knows of one target. */
export interface SeenTarget {
  readonly target: Parameters<typeof targetName>[0];
  readonly polled: boolean;
  readonly record: TargetRecord | undefined;
  readonly openJobs: number | undefined;
  readonly serversInJobs: number | undefined;
  readonly refusal: Refusal | undefined;
  readonly overdueSeconds: number | undefined;
}

// A tick that is due comes within a minute; later than this the poller does not run.
const patienceSeconds = 600;

/** Says what stands in the way at a target. */
export function* targetObstacles(seen: SeenTarget): Generator<Obstacle> {
  const { record, refusal, polled, overdueSeconds } = seen;
  const target = targetName(seen.target);
  const about = { target, servers: [] };
  if (!polled) {
    yield {
      ...about,
      severity: 'blocks',
      kind: 'target-not-polled',
      message: `the deployment does not poll ${target}`,
      remedy: `add ${target} to the targets of the deployment and deploy it again`,
    };
  }
  if (record?.unreachable !== undefined && record.unreachable !== null) {
    const { since, reason, remedy } = record.unreachable;
    yield {
      ...about,
      severity: 'delays',
      kind: 'target-unreachable',
      message: `the poller cannot reach ${target} since ${since}: ${reason}`,
      remedy,
    };
  } else if (refusal !== undefined) {
    yield {
      ...about,
      severity: 'delays',
      kind: 'target-unreachable',
      message: `${target} did not answer: ${refusal.errorName}: ${refusal.message}`,
      remedy: 'look at its credentials, its Region and whether the service is initialised there',
    };
  }
  if (record === undefined || record.lastSweepAt === null) {
    yield {
      ...about,
      severity: 'delays',
      kind: 'target-never-ticked',
      message: `the poller has not looked at ${target} as a whole yet`,
      remedy: 'a wave begins after the first look; where none comes, look at the poller',
    };
  } else if (overdueSeconds !== undefined && overdueSeconds > patienceSeconds) {
    yield {
      ...about,
      severity: 'delays',
      kind: 'tick-overdue',
      message: `the poller should have looked at ${target} ${spokenSpan(overdueSeconds)} ago`,
      remedy: 'look at the poller: its schedule, its alarms, its log',
    };
  }
  if (record !== undefined && record.tick > 0 && record.lastFailedTick === record.tick) {
    yield {
      ...about,
      severity: 'notes',
      kind: 'tick-failed',
      message: `the last look at ${target} failed`,
      remedy: 'the next one may do; where it does not, look at the log of the poller',
    };
  }
  yield* jobObstacles(seen, target);
}

function* jobObstacles(
  { target: { service }, record, openJobs, serversInJobs }: SeenTarget,
  target: string,
): Generator<Obstacle> {
  const quotas = quotasOfService(service, record?.quotaValues ?? {});
  const full =
    openJobs !== undefined && openJobs >= quotas.jobs
      ? `all ${quotas.jobs} jobs`
      : serversInJobs !== undefined && serversInJobs >= quotas.serversInJobs
        ? `all ${quotas.serversInJobs} places of servers in jobs`
        : undefined;
  if (full === undefined) return;
  yield {
    severity: 'delays',
    kind: 'jobs-short',
    target,
    servers: [],
    message: `${full} of ${target} are taken now`,
    remedy: 'launches wait until one is free; raise the quota where this goes on',
  };
}

/** What a dry run knows of one wave. */
export interface SeenWave {
  readonly record:
    | { readonly startedAt: Instant; readonly concludedAt: WaveRecord['concludedAt'] }
    | undefined;
  readonly step: FirstStep;
  readonly free: FreeSlots;
  readonly known: (server: ResolvedServer) => Facts | 'absent' | undefined;
}

// Life-cycle states that a plan can take or that end a server at once with a reason of their own.
const knownStates = new Set([
  'PENDING_INSTALLATION',
  'DISCOVERED',
  'STOPPED',
  'NOT_READY',
  'READY_FOR_TEST',
  'TESTING',
  'READY_FOR_CUTOVER',
  'CUTTING_OVER',
  'CUTOVER',
  'DISCONNECTED',
]);

/** Says what stands in the way of a wave. */
export function* waveObstacles(
  wave: string,
  { servers }: ResolvedWave,
  { record, step, free, known }: SeenWave,
): Generator<Obstacle> {
  if (record !== undefined) {
    yield {
      severity: 'notes',
      kind: 'wave-started',
      wave,
      servers: [],
      message:
        record.concludedAt === null
          ? `wave ${wave} was started at ${record.startedAt} and runs`
          : `wave ${wave} concluded at ${record.concludedAt}; it is not started again`,
      remedy:
        record.concludedAt === null
          ? 'see landfall status; starting the plan again changes nothing about it'
          : 'give the wave another name to move what it left behind',
    };
    return;
  }
  for (const [target, needed] of Object.entries(step.slots).sort()) {
    const left = free[target];
    if (left === undefined || needed <= left) continue;
    yield {
      severity: 'delays',
      kind: 'slots-short',
      wave,
      target,
      servers: [],
      message: `${needed} servers of wave ${wave} need an active slot in ${target}, ${Math.max(0, left)} are free`,
      remedy:
        'they go in cohorts, one after the other; raise quota L-9A599620 to move more at once',
    };
  }
  const failing = step.ends.filter(({ outcome }) => outcome.outcome === 'failed');
  const reasons = new Map<string, string[]>();
  for (const { server, outcome } of failing) {
    reasons.set(outcome.reason, [...(reasons.get(outcome.reason) ?? []), server]);
  }
  for (const [reason, ids] of reasons) {
    yield {
      severity: 'notes',
      kind: 'servers-end-at-once',
      wave,
      servers: ids,
      message: `${ids.length} of wave ${wave} would fail at once: ${reason}`,
      remedy: 'mend them first, or exclude them from the plan',
    };
  }
  yield* strangeStates(wave, servers, known);
}

function* strangeStates(
  wave: string,
  servers: readonly ResolvedServer[],
  known: SeenWave['known'],
): Generator<Obstacle> {
  const states = new Map<string, string[]>();
  for (const server of servers) {
    const facts = known(server);
    if (facts === undefined || facts === 'absent' || facts.archived) continue;
    const state = facts.lifecycle ?? 'none';
    if (knownStates.has(state)) continue;
    states.set(state, [...(states.get(state) ?? []), server.sourceServerId]);
  }
  for (const [state, ids] of states) {
    yield {
      severity: 'notes',
      kind: 'state-unknown',
      wave,
      servers: ids,
      message: `${ids.length} of wave ${wave} are in the life-cycle state ${state}, which Landfall does not know`,
      remedy:
        'it waits for a state that it knows until the deadline, then fails them; look at them',
    };
  }
}
