import type { EtaSlip } from '../change/eta.ts';
import type { Change, Facts } from '../change.ts';
import type { Observation } from '../observation.ts';
import type { Outcome } from '../outcome.ts';
import { type Instant, secondsBetween } from '../time.ts';
import { DetailType } from './detail-type.ts';
import { cutText, type Told } from './stream.ts';

const detailTypeOfFact: Readonly<Record<Change['fact'], DetailType>> = {
  discovered: DetailType.Discovered,
  present: DetailType.Presence,
  lifecycle: DetailType.Lifecycle,
  replicationState: DetailType.Replication,
  replicationType: DetailType.ReplicationType,
  stalled: DetailType.Stalled,
  failedStep: DetailType.InitiationStep,
  initialSync: DetailType.InitialSync,
  launchable: DetailType.Launchable,
  lagBand: DetailType.Lag,
  backlogBand: DetailType.Backlog,
  lastSnapshot: DetailType.Snapshot,
  lastCycleAt: DetailType.ShippingCycle,
  agentStale: DetailType.AgentStale,
  freePeriodUsed: DetailType.FreePeriod,
  instanceId: DetailType.Instance,
  firstBoot: DetailType.FirstBoot,
  instanceHealth: DetailType.InstanceHealth,
  postLaunch: DetailType.PostLaunch,
  archived: DetailType.Archived,
};

/**
 * Tells each change of a server's facts as one event; the members say what was and what is. A discovery tells all facts,
 * so that a subscriber can rebuild the recorded state from events alone.
 */
export function tellChanges(
  changes: readonly Change[],
  observation: Pick<Observation, 'replication'>,
  facts?: Facts,
  evidence: (change: Change) => Readonly<Record<string, unknown>> = () => ({}),
): readonly Told[] {
  return changes.map((change) => {
    const { fact, previous, current } = change;
    return {
      detailType: detailTypeOfFact[fact],
      members: {
        previous,
        current,
        ...evidence(change),
        ...(fact === 'discovered' && facts !== undefined ? { facts } : {}),
        ...(fact === 'stalled' && observation.replication.rawError !== undefined
          ? { rawError: cutText(observation.replication.rawError) }
          : {}),
      },
    };
  });
}

/** Tells that the estimated end of a sync has moved later, and by how much. */
export function tellEtaSlip({ previous, current, slippedSeconds }: EtaSlip): Told {
  return { detailType: DetailType.EtaSlip, members: { previous, current, slippedSeconds } };
}

/** Tells that a target cannot be read, since when, why, and what helps. */
export function tellUnreachable(why: {
  readonly since: Instant;
  readonly kind: string;
  readonly reason: string;
  readonly remedy: string;
}): Told {
  return {
    detailType: DetailType.TargetUnreachable,
    members: { kind: why.kind, since: why.since, reason: cutText(why.reason), remedy: why.remedy },
  };
}

/** Tells that a target can be read again, and for how long it could not. */
export function tellReachable(
  was: { readonly since: Instant; readonly kind: string },
  at: Instant,
): Told {
  return {
    detailType: DetailType.TargetReachable,
    members: {
      kind: was.kind,
      since: was.since,
      unreachableSeconds: Math.round(secondsBetween(was.since, at)),
    },
  };
}

/** A launch's result as the server's stream tells it. */
export interface LaunchResult {
  readonly kind: 'test' | 'cutover' | 'drill' | 'recovery' | 'terminate';
  readonly jobId: string;
  readonly launchStatus: string;
  readonly instanceId: string | undefined;
  readonly usedPreviousSnapshot: boolean;
  readonly reason: string | undefined;
  /** When its own snapshot was taken; absent where the log of the job does not say. */
  readonly snapshotEndedAt?: string;
  /** When the call was made that launched it; on record only. */
  readonly calledAt?: Instant;
  /** The moment whose data it was launched from, as far as it is known; on record only. */
  readonly pointInTimeAt?: Instant;
}

/** Tells how a job ended for a server. */
export function tellLaunchResult(result: LaunchResult): Told {
  return {
    detailType: DetailType.LaunchResult,
    members: {
      kind: result.kind,
      jobId: result.jobId,
      launchStatus: result.launchStatus,
      usedPreviousSnapshot: result.usedPreviousSnapshot,
      ...(result.instanceId === undefined ? {} : { instanceId: result.instanceId }),
      ...(result.reason === undefined ? {} : { reason: cutText(result.reason) }),
      ...(result.snapshotEndedAt === undefined ? {} : { snapshotEndedAt: result.snapshotEndedAt }),
    },
  };
}

/** Tells how a wait ended: what for, how long, and why it took that long. */
export function tellWaitEnded(wait: {
  readonly name: string;
  readonly phase: string;
  readonly since: Instant;
  readonly until: Instant;
  readonly ended: 'met' | 'failed' | 'expired';
  readonly trail: readonly { readonly since: Instant; readonly reason: string }[];
}): Told {
  return {
    detailType: DetailType.ServerWaitEnded,
    members: {
      wait: wait.name,
      phase: wait.phase,
      since: wait.since,
      waitedSeconds: Math.round(secondsBetween(wait.since, wait.until)),
      ended: wait.ended,
      reasons: wait.trail.map(({ since, reason }) => ({ since, reason: cutText(reason) })),
    },
  };
}

/** Tells a server's end in its wave. */
export function tellOutcome(outcome: Outcome): Told {
  return {
    detailType: DetailType.ServerOutcome,
    members: {
      outcome: outcome.outcome,
      reason: cutText(outcome.reason),
      code: outcome.code ?? null,
      ...(outcome.evidence === undefined ? {} : { evidence: outcome.evidence }),
      ...(outcome.nextAction === undefined ? {} : { nextAction: outcome.nextAction }),
    },
  };
}
