import { type Failure, FailureCode, failure } from './failure.ts';
import type { JobObservation } from './job.ts';
import { hasReached, isAgentless, type Observation } from './observation.ts';
import { type Instant, instantMs, spokenSpan, toMs } from './time.ts';

/** What a parked execution waits for. A closed union: each kind is evaluated here and nowhere else. */
export type Condition =
  | Launchable
  | Drained
  | Healthy
  | Signable
  | { readonly kind: 'finalized' }
  | { readonly kind: 'archived' }
  | { readonly kind: 'idle' }
  | { readonly kind: 'slots-free'; readonly atLeast: number }
  | { readonly kind: 'resumed'; readonly heldSince: Instant };

/** In sync, and within the plan's limits for a while: a launch now would be good. */
export interface Launchable {
  readonly kind: 'launchable';
  readonly lagSeconds: number;
  readonly backlogBytes: number;
  readonly sustainedPolls: number;
  readonly sustainedSeconds: number;
  /** How long a stalled replication may try to recover by itself. */
  readonly stallGraceSeconds: number;
}

/** Everything written at the source before the freeze has reached AWS (design.md 15.2). */
export interface Drained {
  readonly kind: 'drained';
  readonly frozenAt: Instant;
  readonly polls: number;
  /** Room for clocks that differ between the source, AWS and us. */
  readonly skewSeconds: number;
  readonly stallGraceSeconds: number;
}

/** The instance of this very launch runs, has booted, and passes its checks and post-launch actions. */
export interface Healthy {
  readonly kind: 'healthy';
  readonly launch: 'test' | 'cutover';
  readonly jobId: string | undefined;
  readonly instanceId: string | undefined;
}

/** The cutover instance that was healthy is still the launched one, and its soak time is over. */
export interface Signable {
  readonly kind: 'signable';
  readonly instanceId: string | undefined;
  readonly soakUntil: Instant | undefined;
}

/** What a condition remembers between looks; plain data kept with the wait, written when it changes. */
export interface Memory {
  /** The tick and the moment since which the condition has held without a break. */
  readonly heldSince?: { readonly tick: number; readonly at: Instant };
  readonly stalledSince?: Instant;
  readonly absentSinceTick?: number;
  /** Distinct heartbeats that showed a drained server. */
  readonly heartbeats?: readonly string[];
  readonly cycles?: {
    readonly baselineAt: string | null;
    readonly advances: number;
    readonly idleSeen: boolean;
  };
}

/** All that an evaluation may look at. What was not looked at in this tick is undefined. */
export interface Sight {
  readonly now: Instant;
  readonly tick: number;
  /** The last tick that failed; a run of held looks that began before it is broken. */
  readonly lastFailedTick: number;
  readonly observation: Observation | 'absent' | undefined;
  readonly job: JobObservation | undefined;
  readonly instance: InstanceStatus | undefined;
  /** Whether any open job holds the server. */
  readonly busy: boolean;
  readonly freeSlots: number | undefined;
  readonly resumedAt: Instant | undefined;
}

/** EC2's view of an instance. */
export interface InstanceStatus {
  readonly state: string | undefined;
  readonly systemStatus: string | undefined;
  readonly instanceStatus: string | undefined;
}

/** The answer to "may this wait go on?". */
export type Verdict =
  | { readonly is: 'met'; readonly output: Readonly<Record<string, unknown>> }
  | {
      readonly is: 'not-yet';
      /** What a person reads on the board. */
      readonly reason: string;
      /** `near`: look again at the next tick; `far`: nothing can change soon. */
      readonly pace: 'near' | 'far';
      readonly memory: Memory;
      /** What it means when the deadline passes like this; DeadlineExceeded where it says nothing. */
      readonly late?: FailureCode;
    }
  | { readonly is: 'impossible'; readonly failure: Failure };

function met(output: Readonly<Record<string, unknown>> = {}): Verdict {
  return { is: 'met', output };
}
function notYet(reason: string, pace: 'near' | 'far', memory: Memory = {}): Verdict {
  return { is: 'not-yet', reason, pace, memory };
}
function sickly(reason: string, late: FailureCode, memory: Memory): Verdict {
  return { is: 'not-yet', reason, pace: 'near', memory, late };
}
function impossible(code: FailureCode, message: string, detail?: string): Verdict {
  return { is: 'impossible', failure: failure(code, message, detail) };
}

/**
 * Evaluates a condition against what this tick saw. Level-triggered: it needs no memory of edges, only of how
 * long it has held. A condition on a server that was not looked at stays as it is.
 */
export function evaluate(condition: Condition, sight: Sight, memory: Memory): Verdict {
  switch (condition.kind) {
    case 'slots-free':
      return evaluateSlots(condition.atLeast, sight);
    case 'resumed':
      return sight.resumedAt !== undefined && toMs(sight.resumedAt) >= toMs(condition.heldSince)
        ? met({ resumed: true })
        : notYet('held until a person resumes the wave', 'far');
    case 'idle':
      return sight.busy ? notYet('a job still runs on the server', 'near') : met();
    case 'launchable':
    case 'drained':
    case 'healthy':
    case 'signable':
    case 'finalized':
    case 'archived':
      return evaluateServer(condition, sight, memory);
    default:
      return condition satisfies never;
  }
}

function evaluateSlots(atLeast: number, sight: Sight): Verdict {
  if (sight.freeSlots === undefined) return notYet('the free slots are not known yet', 'near');
  return sight.freeSlots >= atLeast
    ? met({ freeSlots: sight.freeSlots })
    : notYet(`${sight.freeSlots} active slots are free, ${atLeast} are needed`, 'far');
}

type ServerCondition = Exclude<Condition, { kind: 'slots-free' | 'resumed' | 'idle' }>;

function evaluateServer(condition: ServerCondition, sight: Sight, memory: Memory): Verdict {
  const { observation } = sight;
  if (observation === undefined) return notYet('not looked at in this tick', 'far', memory);
  if (observation === 'absent') {
    if (memory.absentSinceTick === undefined) {
      return notYet('the service did not list the server', 'near', {
        ...memory,
        absentSinceTick: sight.tick,
      });
    }
    return impossible(
      FailureCode.ServerVanished,
      'the service no longer lists the server: it was deleted elsewhere',
    );
  }
  const { absentSinceTick: _, ...seen } = memory;
  if (condition.kind === 'archived') {
    return observation.isArchived ? met() : notYet('not archived yet', 'near', seen);
  }
  // Whoever archived a finalized server: it is finalized.
  const finalized = condition.kind === 'finalized' && observation.lifecycle === 'CUTOVER';
  if (observation.isArchived && !finalized) {
    return impossible(FailureCode.ServerArchived, 'the server was archived by somebody else');
  }
  if (condition.kind === 'finalized') return evaluateFinalized(observation, seen);
  const gone =
    observation.lifecycle === 'DISCONNECTED' ||
    (observation.replication.state === 'DISCONNECTED' && observation.lifecycle !== 'CUTOVER');
  if (gone) {
    return impossible(
      FailureCode.ServerDisconnected,
      'the server is disconnected from the service; its agent must be installed again',
    );
  }
  switch (condition.kind) {
    case 'launchable':
      return evaluateLaunchable(condition, observation, sight, seen);
    case 'drained':
      return evaluateDrained(condition, observation, sight, seen);
    case 'healthy':
      return evaluateHealthy(condition, observation, sight, seen);
    case 'signable':
      return evaluateSignable(condition, observation, sight, seen);
    default:
      return condition satisfies never;
  }
}

function evaluateSignable(
  condition: Signable,
  observation: Observation,
  sight: Sight,
  memory: Memory,
): Verdict {
  if (observation.lifecycle === 'CUTOVER') return met();
  if (observation.lifecycle !== 'CUTTING_OVER') {
    return impossible(
      FailureCode.LifecycleUnexpected,
      `life cycle ${observation.lifecycle ?? 'unknown'} instead of CUTTING_OVER: somebody else changed it`,
    );
  }
  const { instanceId } = observation.launched;
  if (condition.instanceId !== undefined && condition.instanceId !== instanceId) {
    return impossible(
      FailureCode.SignOffMissing,
      `instance ${condition.instanceId} was healthy, but ${instanceId ?? 'none'} is launched now`,
    );
  }
  if (condition.soakUntil !== undefined && toMs(sight.now) < toMs(condition.soakUntil)) {
    return notYet(`soaks until ${condition.soakUntil}`, 'far', memory);
  }
  return met();
}

function evaluateFinalized(observation: Observation, memory: Memory): Verdict {
  if (observation.lifecycle === 'CUTOVER') return met();
  if (observation.lifecycle === 'DISCONNECTED') return met();
  return notYet(
    `life cycle ${observation.lifecycle ?? 'unknown'}, not CUTOVER yet`,
    'near',
    memory,
  );
}

/** A stalled replication: tolerated for its grace, then impossible with its error class named. */
function evaluateStall(
  observation: Observation,
  graceSeconds: number,
  sight: Sight,
  memory: Memory,
): Verdict | undefined {
  if (observation.replication.state !== 'STALLED') return undefined;
  const errorClass = observation.replication.errorClass ?? 'UNKNOWN';
  const since = memory.stalledSince ?? sight.now;
  const stalledSeconds = (toMs(sight.now) - toMs(since)) / 1000;
  if (stalledSeconds < graceSeconds) {
    const { heldSince: _, ...rest } = memory;
    return notYet(`replication stalled: ${errorClass}`, 'far', { ...rest, stalledSince: since });
  }
  return impossible(
    FailureCode.ReplicationStalled,
    `replication has been stalled for ${spokenSpan(stalledSeconds)}: ${errorClass}`,
    errorClass,
  );
}

/** Says why a launch now would be wrong; undefined where it would be right. Also a guard of admission. */
export function unlaunchableReason(
  limits: { readonly lagSeconds: number; readonly backlogBytes: number },
  observation: Observation,
): string | undefined {
  const { replication } = observation;
  if (!hasReached(observation.lifecycle, 'READY_FOR_TEST')) {
    return `life cycle ${observation.lifecycle ?? 'unknown'}, not ready for test yet`;
  }
  if (replication.lagSeconds === undefined) return 'no lag is known: not launchable yet';
  if (isAgentless(observation)) {
    if (replication.lastSnapshotAt === undefined) return 'no shipping cycle has finished yet';
    return replication.state === 'PENDING_SNAPSHOT_SHIPPING' ||
      replication.state === 'SHIPPING_SNAPSHOT' ||
      replication.state === 'CONTINUOUS'
      ? undefined
      : `replication ${replication.state ?? 'unknown'}, not in its shipping cycle`;
  }
  if (replication.state !== 'CONTINUOUS') {
    return `replication ${replication.state ?? 'unknown'}, not CONTINUOUS`;
  }
  if (replication.lagSeconds > limits.lagSeconds) {
    return `lag ${spokenSpan(replication.lagSeconds)}, above ${spokenSpan(limits.lagSeconds)}`;
  }
  if (replication.backlogBytes === undefined) return 'no backlog is known';
  if (replication.backlogBytes > limits.backlogBytes) {
    return `backlog ${replication.backlogBytes} bytes, above ${limits.backlogBytes}`;
  }
  return undefined;
}

/** How far off a sync may be before a look each tick is worth its price. */
const nearEtaSeconds = 1800;

function evaluateLaunchable(
  condition: Launchable,
  observation: Observation,
  sight: Sight,
  memory: Memory,
): Verdict {
  const stall = evaluateStall(observation, condition.stallGraceSeconds, sight, memory);
  if (stall !== undefined) return stall;
  const { heldSince, stalledSince: _, ...rest } = memory;
  const reason = unlaunchableReason(condition, observation);
  if (reason !== undefined) {
    return notYet(reason, paceOfSync(observation, sight), rest);
  }
  const since =
    heldSince !== undefined && heldSince.tick > sight.lastFailedTick
      ? heldSince
      : { tick: sight.tick, at: sight.now };
  const polls = sight.tick - since.tick + 1;
  const seconds = (toMs(sight.now) - toMs(since.at)) / 1000;
  if (polls >= condition.sustainedPolls && seconds >= condition.sustainedSeconds) {
    return met({ heldPolls: polls, heldSeconds: seconds });
  }
  return notYet(
    `within limits for ${polls} of ${condition.sustainedPolls} polls and ${spokenSpan(seconds)} of ${spokenSpan(condition.sustainedSeconds)}`,
    'near',
    { ...rest, heldSince: since },
  );
}

function paceOfSync(observation: Observation, sight: Sight): 'near' | 'far' {
  const etaMs = instantMs(observation.replication.etaAt);
  if (etaMs === undefined) return 'far';
  return (etaMs - toMs(sight.now)) / 1000 <= nearEtaSeconds ? 'near' : 'far';
}

function evaluateDrained(
  condition: Drained,
  observation: Observation,
  sight: Sight,
  memory: Memory,
): Verdict {
  const stall = evaluateStall(observation, condition.stallGraceSeconds, sight, memory);
  if (stall !== undefined) return stall;
  const { stalledSince: _, ...rest } = memory;
  const freezeEndMs = toMs(condition.frozenAt) + condition.skewSeconds * 1000;
  return isAgentless(observation)
    ? evaluateCycles(observation, freezeEndMs, rest)
    : evaluateHeartbeats(condition, observation, freezeEndMs, rest);
}

function evaluateHeartbeats(
  condition: Drained,
  observation: Observation,
  freezeEndMs: number,
  memory: Memory,
): Verdict {
  const { heartbeats, ...rest } = memory;
  const reason = unlaunchableReason({ lagSeconds: 0, backlogBytes: 0 }, observation);
  if (reason !== undefined) return notYet(`not drained: ${reason}`, 'near', rest);
  const seenMs = instantMs(observation.lastSeenAt);
  if (observation.lastSeenAt === undefined || seenMs === undefined || seenMs <= freezeEndMs) {
    return notYet('no heartbeat since the freeze yet', 'near', rest);
  }
  const stamps = heartbeats?.includes(observation.lastSeenAt)
    ? heartbeats
    : [...(heartbeats ?? []), observation.lastSeenAt];
  if (stamps.length >= condition.polls) return met({ heartbeats: stamps.length });
  return notYet(`drained in ${stamps.length} of ${condition.polls} heartbeats`, 'near', {
    ...rest,
    heartbeats: stamps,
  });
}

function evaluateCycles(observation: Observation, freezeEndMs: number, memory: Memory): Verdict {
  const { state, lastSnapshotAt } = observation.replication;
  const snapshot = lastSnapshotAt ?? null;
  if (toMs(observation.readAt) <= freezeEndMs) {
    return notYet('the freeze has just begun', 'far', memory);
  }
  const idle = state === 'PENDING_SNAPSHOT_SHIPPING' || state === 'CONTINUOUS';
  const before = memory.cycles ?? { baselineAt: snapshot, advances: 0, idleSeen: false };
  const advanced = snapshot !== null && snapshot !== before.baselineAt;
  // A cycle in flight at the freeze took its VMware snapshot before it: it does not count (mgn.md 6.4).
  if (advanced && (before.idleSeen || before.advances >= 1)) {
    return met({ lastSnapshotAt: snapshot });
  }
  const cycles = {
    baselineAt: snapshot,
    advances: before.advances + (advanced ? 1 : 0),
    idleSeen: before.idleSeen || idle,
  };
  return notYet(
    cycles.idleSeen
      ? 'waits for one whole shipping cycle begun after the freeze'
      : 'a shipping cycle from before the freeze is still in flight',
    'far',
    { ...memory, cycles },
  );
}

function evaluateHealthy(
  condition: Healthy,
  observation: Observation,
  sight: Sight,
  memory: Memory,
): Verdict {
  const expected = condition.launch === 'test' ? 'TESTING' : 'CUTTING_OVER';
  if (observation.lifecycle !== expected) {
    return impossible(
      FailureCode.LifecycleUnexpected,
      `life cycle ${observation.lifecycle ?? 'unknown'} instead of ${expected}: somebody else changed it`,
    );
  }
  const { instanceId, firstBoot } = observation.launched;
  if (instanceId === undefined)
    return notYet('the launched instance is not listed yet', 'near', memory);
  if (condition.instanceId !== undefined && condition.instanceId !== instanceId) {
    return impossible(
      FailureCode.LifecycleUnexpected,
      `instance ${instanceId} instead of ${condition.instanceId}: somebody else launched again`,
    );
  }
  const part = sight.job?.servers.find((s) => s.sourceServerId === observation.sourceServerId);
  const failed = part?.postLaunchActions.find((action) => action.status === 'FAILED');
  if (failed !== undefined) {
    return impossible(
      FailureCode.PostLaunchActionFailed,
      `post-launch action ${failed.name} failed: ${failed.reason ?? 'no reason given'}`,
      failed.name,
    );
  }
  const running = part?.postLaunchActions.find((action) => action.status !== 'SUCCESS');
  if (running !== undefined) {
    return sickly(
      `post-launch action ${running.name} is ${running.status ?? 'unknown'}`,
      FailureCode.PostLaunchActionFailed,
      memory,
    );
  }
  if (firstBoot !== 'SUCCEEDED') {
    return sickly(`first boot is ${firstBoot ?? 'unknown'}`, FailureCode.FirstBootFailed, memory);
  }
  const { instance } = sight;
  if (instance === undefined) return notYet('EC2 does not list the instance yet', 'near', memory);
  if (instance.state === 'terminated' || instance.state === 'shutting-down') {
    return impossible(FailureCode.StatusChecksFailed, `the instance is ${instance.state}`);
  }
  if (
    instance.state !== 'running' ||
    instance.systemStatus !== 'ok' ||
    instance.instanceStatus !== 'ok'
  ) {
    return sickly(
      `instance ${instance.state ?? 'unknown'}, system check ${instance.systemStatus ?? 'unknown'}, instance check ${instance.instanceStatus ?? 'unknown'}`,
      FailureCode.StatusChecksFailed,
      memory,
    );
  }
  return met({ instanceId, jobId: condition.jobId ?? observation.launched.jobId ?? null });
}
