import type { Change } from './change.ts';
import type { Observation } from './observation.ts';
import type { Outcome } from './outcome.ts';
import { type Target, targetName } from './target.ts';
import { type Instant, secondsBetween } from './time.ts';

/** The version of every event's detail; it grows only with a breaking change. */
export const schemaVersion = 1;

/** The detail-types that Landfall tells, in AWS's style (docs/events.md). */
export const DetailType = {
  Discovered: 'Source Server Discovered',
  Presence: 'Source Server Presence Change',
  Lifecycle: 'Source Server Lifecycle State Change',
  Replication: 'Source Server Replication State Change',
  ReplicationType: 'Source Server Replication Type Change',
  Stalled: 'Source Server Stalled Change',
  InitiationStep: 'Source Server Initiation Step Failed Change',
  Launchable: 'Source Server Launchable Change',
  Lag: 'Source Server Lag Band Change',
  Backlog: 'Source Server Backlog Band Change',
  Snapshot: 'Source Server First Snapshot Change',
  Instance: 'Source Server Launched Instance Change',
  FirstBoot: 'Source Server First Boot Change',
  Archived: 'Source Server Archived',
  LaunchResult: 'Source Server Launch Result',
  TargetUnreachable: 'Target Unreachable',
  TargetReachable: 'Target Reachable',
  WaveStarted: 'Wave Started',
  WaveStageStarted: 'Wave Stage Started',
  WaveHeld: 'Wave Held',
  WaveResumed: 'Wave Resumed',
  WavePaused: 'Wave Paused',
  WaveAbortRequested: 'Wave Abort Requested',
  WaveApprovalRequested: 'Wave Approval Requested',
  WaveApprovalGiven: 'Wave Approval Given',
  WaveApprovalDenied: 'Wave Approval Denied',
  WaveApprovalExpired: 'Wave Approval Expired',
  WaveConcluded: 'Wave Concluded',
  ServerHealthy: 'Wave Server Healthy',
  ServerSignedOff: 'Wave Server Signed Off',
  ServerWaitEnded: 'Wave Server Wait Ended',
  ServerPhaseEnded: 'Wave Server Phase Ended',
  ServerOutcome: 'Wave Server Outcome',
} as const;
export type DetailType = (typeof DetailType)[keyof typeof DetailType];

const detailTypeOfFact: Readonly<Record<Change['fact'], DetailType>> = {
  discovered: DetailType.Discovered,
  present: DetailType.Presence,
  lifecycle: DetailType.Lifecycle,
  replicationState: DetailType.Replication,
  replicationType: DetailType.ReplicationType,
  stalled: DetailType.Stalled,
  failedStep: DetailType.InitiationStep,
  launchable: DetailType.Launchable,
  lagBand: DetailType.Lag,
  backlogBand: DetailType.Backlog,
  lastSnapshot: DetailType.Snapshot,
  instanceId: DetailType.Instance,
  firstBoot: DetailType.FirstBoot,
  archived: DetailType.Archived,
};

/** An event that is recorded and waits to be published; the outbox of its stream holds it until then. */
export interface PendingEvent {
  readonly source: 'landfall.mgn' | 'landfall.wave';
  readonly detailType: DetailType;
  readonly resources: readonly string[];
  readonly time: Instant;
  readonly detail: {
    readonly schemaVersion: number;
    /** Unique, and the same whenever the same change is told again. */
    readonly eventId: string;
    readonly stream: string;
    /** Counts a stream's events from 1, without gaps. */
    readonly sequence: number;
    readonly observedAt: Instant;
    readonly [member: string]: unknown;
  };
}

/** Text from outside is cut to this many characters in events (design.md 13). */
export const eventTextLimit = 1000;

/** Cuts text from outside to what an event may carry. */
export function cutText(text: string): string {
  return text.length <= eventTextLimit ? text : `${text.slice(0, eventTextLimit - 1)}…`;
}

/** Something to tell, before it has a number. */
export interface Told {
  readonly detailType: DetailType;
  readonly members: Readonly<Record<string, unknown>>;
}

/** What every event of one stream shares. */
export interface Stream {
  readonly source: PendingEvent['source'];
  readonly stream: string;
  readonly resources: readonly string[];
  readonly common: Readonly<Record<string, unknown>>;
}

/** Numbers a stream's next events from the last sequence on. */
export function number(
  stream: Stream,
  lastSequence: number,
  at: Instant,
  told: readonly Told[],
): readonly PendingEvent[] {
  return told.map(({ detailType, members }, index) => {
    const sequence = lastSequence + index + 1;
    return {
      source: stream.source,
      detailType,
      resources: stream.resources,
      time: at,
      detail: {
        ...stream.common,
        ...members,
        schemaVersion,
        eventId: `${stream.stream}/${sequence}`,
        stream: stream.stream,
        sequence,
        observedAt: at,
      },
    };
  });
}

/** The stream of one source server. */
export function serverStream(
  server: Pick<Observation, 'sourceServerId' | 'arn' | 'target' | 'hostname' | 'tags'>,
  wave: string | undefined,
): Stream {
  const { service, accountId, region } = server.target;
  return {
    source: 'landfall.mgn',
    stream: `${service}/${accountId}/${region}/${server.sourceServerId}`,
    resources: server.arn === '' ? [] : [server.arn],
    common: {
      accountId,
      region,
      sourceServerId: server.sourceServerId,
      ...(server.hostname === undefined ? {} : { hostname: cutText(server.hostname) }),
      ...(wave === undefined ? {} : { wave }),
    },
  };
}

/** The stream of one target: what is true of an account and Region as a whole. */
export function targetStream(target: Target): Stream {
  const { service, accountId, region } = target;
  return {
    source: 'landfall.mgn',
    stream: `target/${service}/${accountId}/${region}`,
    resources: [],
    common: { accountId, region, target: targetName(target) },
  };
}

/** Tells each change of a server's facts as one event; the members say what was and what is. */
export function tellChanges(
  changes: readonly Change[],
  observation: Pick<Observation, 'replication'>,
): readonly Told[] {
  return changes.map(({ fact, previous, current }) => ({
    detailType: detailTypeOfFact[fact],
    members: {
      previous,
      current,
      ...(fact === 'stalled' && observation.replication.rawError !== undefined
        ? { rawError: cutText(observation.replication.rawError) }
        : {}),
    },
  }));
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
  readonly kind: 'test' | 'cutover' | 'terminate';
  readonly jobId: string;
  readonly launchStatus: string;
  readonly instanceId: string | undefined;
  readonly usedPreviousSnapshot: boolean;
  readonly reason: string | undefined;
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
    },
  };
}
