// In: the name of a wait and what is on record. Out: the condition to wait for, and how long. Called by park.
import type { Condition } from '../core/condition/condition.ts';
import { FailureCode, InvalidInput } from '../core/failure.ts';
import type { HookSite } from '../core/hook/hook-run.ts';
import type { FailbackSettings } from '../core/plan/settings-for.ts';
import { approvalDeadline, awaitedApproval } from '../core/review/gates.ts';
import { blockedUntil } from '../core/review/preflight.ts';
import { slotPatienceSeconds } from '../core/review/review.ts';
import { type Instant, later, plusSeconds } from '../core/time.ts';
import type { WaveRecord, WaveServer } from './records/wave-records.ts';

/** The waits that machines park on; `wave` is what the wave's own record says. */
export const waitNames = [
  'launchable',
  'drained',
  'healthy',
  'signable',
  'protected',
  'recovered',
  'reversed',
  'failback-ready',
  'finalized',
  'archived',
  'idle',
  'unpaused',
  'grace',
  'cleared',
  'hooks',
  'hooks-before-launch',
  'wave',
] as const;
export type WaitName = (typeof waitNames)[number];

/** What to wait for, until when, and what a passed deadline means. */
export interface Awaited {
  readonly condition: Condition;
  readonly deadlineAt: Instant | null;
  /** The moment that the deadline counts from; null where there is none yet. */
  readonly deadlineFrom: Instant | null;
  readonly onDeadline: 'fail' | 'release';
  /** When the wait ends whatever its condition. */
  readonly wakeAt?: Instant;
  /** When the window closes in which the server launches or is finalized. */
  readonly windowClosesAt?: Instant;
}

// In 90 minutes DRS has taken away what it kept in EC2 for a disconnected server (reference/drs.md 1.4).
const clearingSeconds = 90 * 60;

// Clocks of source, AWS and Landfall may differ by this much (design.md 15.2).
const skewSeconds = 120;

/** Says what a server's wait on its hooks is for; what is undone has its own time, and no order ends it. */
export function hooksWait(
  site: HookSite,
  { phase, attempt }: { readonly phase: string; readonly attempt: number },
  server: WaveServer,
): Awaited {
  const undo = site === 'undo';
  const closesAt = server.started?.window?.closesAt;
  const beforeLaunch =
    site === 'test-launch' ||
    site === 'freeze' ||
    site === 'cutover-launch' ||
    site === 'drill-launch' ||
    site === 'recover-launch';
  return {
    ...serverWait('unpaused', phase, server),
    condition: { kind: 'hooks', site, attempt, undo },
    ...(undo ? { deadlineAt: null } : {}),
    ...(closesAt == null || !beforeLaunch ? {} : { windowClosesAt: closesAt }),
  };
}

/** Says what a server's wait is for, from the plan's settings and the server's evidence. */
export function serverWait(
  wait: Exclude<WaitName, 'wave' | 'hooks' | 'hooks-before-launch'>,
  phase: string,
  server: WaveServer,
): Awaited {
  const { thresholds, stall } = server.settings;
  const seconds = secondsFor(phase, server.settings);
  const deadlineAt = server.started === null ? null : plusSeconds(beginOf(server.started), seconds);
  const condition = conditionOf(wait, phase, server, thresholds, stall.graceSeconds);
  return {
    condition,
    deadlineAt,
    deadlineFrom: server.started?.at ?? null,
    onDeadline: 'fail',
    ...(condition.kind === 'elapsed' ? { wakeAt: condition.until } : {}),
    ...windowEnd(wait, phase, server),
  };
}

/** How long a phase may take; what is taken back has as long as what it takes back. */
function secondsFor(
  phase: string,
  {
    deadlines,
    recovery,
    failback,
    phases,
  }: Pick<WaveServer['settings'], 'deadlines' | 'recovery' | 'failback' | 'phases'>,
): number {
  if (failback !== undefined) return failbackSeconds(phase, failback);
  if (recovery !== undefined) {
    if (phase === 'protect') return recovery.protectSeconds;
    if (phase === 'extend') return recovery.extendSeconds;
    if (phase === 'retire') {
      return recovery.retireSeconds + recovery.graceSeconds + clearingSeconds;
    }
    return phases.includes('recover') ? recovery.recoverSeconds : recovery.drillSeconds;
  }
  switch (phase) {
    case 'replicate':
      return deadlines.replicateSeconds;
    case 'cutover':
      return deadlines.cutoverSeconds;
    case 'finalize':
      return deadlines.finalizeSeconds;
    default:
      return deadlines.testSeconds;
  }
}

function failbackSeconds(phase: string, failback: FailbackSettings): number {
  switch (phase) {
    case 'reverse':
      return failback.reverseSeconds;
    case 'reprotect':
      return failback.reprotectSeconds;
    case 'vacate':
      return failback.vacateSeconds + failback.holdSeconds;
    default:
      return failback.failbackSeconds;
  }
}

/** When a phase has begun in earnest: once its server has soaked and its window is open. */
function beginOf({ at, soak, window }: NonNullable<WaveServer['started']>): Instant {
  return later(later(at, soak?.until), window?.opensAt);
}

// What comes before the launch, and before finalize, is given up when the window closes; what is launched goes on.
const untilWindowCloses: readonly WaitName[] = ['drained', 'signable'];

function windowEnd(
  wait: WaitName,
  phase: string,
  { started }: WaveServer,
): Pick<Awaited, 'windowClosesAt'> {
  const closesAt = started?.window?.closesAt;
  const isBefore = untilWindowCloses.includes(wait) || (phase === 'retire' && wait === 'idle');
  return closesAt == null || !isBefore ? {} : { windowClosesAt: closesAt };
}

function conditionOf(
  wait: Exclude<WaitName, 'wave' | 'hooks' | 'hooks-before-launch'>,
  phase: string,
  server: WaveServer,
  thresholds: WaveServer['settings']['thresholds'],
  stallGraceSeconds: number,
): Condition {
  switch (wait) {
    case 'launchable':
      return { kind: 'launchable', ...thresholds, stallGraceSeconds };
    case 'reversed':
      return isByClient(server)
        ? failbackWait(wait, server, thresholds)
        : conditionOf('protected', phase, server, thresholds, stallGraceSeconds);
    case 'failback-ready':
      return failbackWait(wait, server, thresholds);
    case 'drained':
      if (server.frozenAt === null) {
        throw new InvalidInput(
          `${FailureCode.ContractBroken}: ${server.server} waits to be drained but was never frozen`,
        );
      }
      if (isByClient(server)) return failbackWait(wait, server, thresholds);
      return {
        kind: 'drained',
        polls: thresholds.sustainedPolls,
        skewSeconds,
        stallGraceSeconds,
      };
    case 'healthy': {
      const launch = phase === 'test' ? 'test' : 'cutover';
      const known = server.launch?.kind === launch ? server.launch : null;
      return { kind: 'healthy', launch, jobId: known?.jobId, instanceId: known?.instanceId };
    }
    case 'signable':
      return {
        kind: 'signable',
        instanceId: server.health?.launch === 'cutover' ? server.health.instanceId : undefined,
        soakUntil: server.started?.soak?.until,
        ...(server.started?.soak === undefined ? {} : { soakFrom: server.started.soak.from }),
        ...(server.started?.window === undefined ? {} : { opensAt: server.started.window.opensAt }),
      };
    case 'protected': {
      // Nothing of AWS protects what failed back to a machine outside it, until its agent is installed anew.
      if (isByClient(server)) return { kind: 'unpaused' };
      const { lagSeconds, sustainedPolls, sustainedSeconds } = thresholds;
      return { kind: 'protected', lagSeconds, sustainedPolls, sustainedSeconds };
    }
    case 'recovered': {
      if (isByClient(server)) return failbackWait(wait, server, thresholds);
      const launch = phase === 'drill' ? 'drill' : 'recovery';
      return {
        kind: 'recovered',
        launch,
        jobId: server.launch?.kind === launch ? server.launch.jobId : undefined,
      };
    }
    case 'grace':
    case 'cleared':
      return phase === 'vacate' ? holdOfVacancy(server) : retirementWait(wait, server);
    case 'finalized':
    case 'archived':
    case 'idle':
    case 'unpaused':
      return { kind: wait };
    default:
      return wait satisfies never;
  }
}

/** Whether a server comes back by its failback client, from outside AWS. */
function isByClient({ failback }: WaveServer): boolean {
  return failback !== undefined && failback.reversed === undefined;
}

function failbackWait(
  wait: 'reversed' | 'failback-ready' | 'recovered' | 'drained',
  server: WaveServer,
  { lagSeconds, sustainedPolls, sustainedSeconds }: WaveServer['settings']['thresholds'],
): Condition {
  const { failback } = server;
  if (failback === undefined) {
    throw new InvalidInput(
      `${FailureCode.ContractBroken}: ${server.server} fails back and was never reversed`,
    );
  }
  const isDrain = wait === 'drained';
  return {
    kind: 'failback-ready',
    instanceId: failback.instanceId,
    // Through a client DRS tells the lag of the way back; across Regions the reversed server has told it already.
    ...(isByClient(server) ? { lagSeconds: isDrain ? 0 : lagSeconds } : {}),
    until: wait === 'recovered' ? 'completed' : 'ready',
    byClient: isByClient(server),
    ...{ sustainedPolls, sustainedSeconds: isDrain ? sustainedSeconds : 0 },
  };
}

/** Until when the recovery instance of a failed-back server is kept. */
function holdOfVacancy({ settings, results, started }: WaveServer): Condition {
  const failedBackAt = results.findLast(({ phase }) => phase === 'failback')?.endedAt;
  const from = failedBackAt ?? started?.at ?? '';
  return {
    kind: 'elapsed',
    until: plusSeconds(from, settings.failback?.holdSeconds ?? 0),
    meanwhile: 'failed back; the recovery instance is kept',
  };
}

/** Until when a server that is retired waits; what nothing was stopped of has no grace. */
function retirementWait(
  wait: 'grace' | 'cleared',
  { retirement, settings: { recovery }, started }: WaveServer,
): Condition {
  const { stoppedAt, disconnectedAt } = retirement ?? {};
  const from = wait === 'grace' ? stoppedAt : disconnectedAt;
  const seconds = wait === 'grace' ? (recovery?.graceSeconds ?? 0) : clearingSeconds;
  if (from === undefined && (wait === 'cleared' || started === null)) {
    throw new InvalidInput(`${FailureCode.ContractBroken}: a retirement waits that never began`);
  }
  return {
    kind: 'elapsed',
    until: from === undefined ? (started?.at ?? '') : plusSeconds(from, seconds),
    meanwhile:
      wait === 'grace'
        ? 'stopped, its recovery points are gone; it is disconnected after its grace, which lasts'
        : 'deleted; AWS takes its resources away',
  };
}

/** Says what a wave waits for: an order, a person's answer to its hold, its preflight, an approval, a window, a held server, or a free slot. */
export function waveWait(wave: WaveRecord): Awaited {
  if (wave.standsStill != null) {
    const { since, reason } = wave.standsStill;
    return {
      condition: { kind: 'ordered', reason },
      deadlineAt: null,
      deadlineFrom: since,
      onDeadline: 'release',
    };
  }
  if (wave.held !== null) {
    // What a person holds, a person lets go on; only a hold of the policy has an end of its own.
    return {
      condition: { kind: 'resumed', heldSince: wave.held.since },
      deadlineAt:
        wave.held.ordered === true
          ? null
          : plusSeconds(wave.held.since, wave.policy.holdTimeoutSeconds),
      deadlineFrom: wave.held.since,
      onDeadline: 'release',
    };
  }
  const { awaitingApproval: asked, awaitingWindow: awaited, gates, planHash, startedBy } = wave;
  const wake = awaited == null ? {} : { wakeAt: awaited.opensAt };
  // Any other decision of a review takes the block off the record: what is there is what was decided last.
  const { blocked, preflight } = wave;
  if (blocked != null) {
    return {
      condition: { kind: 'preflight', phase: blocked.phase },
      ...wake,
      deadlineAt: blockedUntil(blocked, preflight),
      deadlineFrom: blocked.since,
      onDeadline: 'release',
    };
  }
  if (asked != null && gates !== undefined) {
    const by = startedBy === undefined ? {} : { startedBy };
    return {
      condition: awaitedApproval({ gates, planHash, ...by }, asked),
      ...wake,
      deadlineAt: approvalDeadline({ gates }, asked) ?? null,
      deadlineFrom: asked.since,
      onDeadline: 'release',
    };
  }
  const { awaitingServers: held } = wave;
  if (held != null) {
    return {
      condition: { kind: 'server-resumed', servers: held.servers },
      deadlineAt: held.until,
      deadlineFrom: held.since,
      onDeadline: 'release',
    };
  }
  if (awaited != null) {
    const { phase, opensAt, since: from } = awaited;
    return {
      condition: { kind: 'window-open', phase, opensAt },
      deadlineAt: null,
      deadlineFrom: from,
      onDeadline: 'release',
      wakeAt: opensAt,
    };
  }
  const since = wave.awaitingSlotsSince ?? wave.startedAt;
  return {
    condition: { kind: 'slots-free', atLeast: 1, ...wave.awaitedTargets },
    deadlineAt: plusSeconds(since, slotPatienceSeconds),
    deadlineFrom: since,
    onDeadline: 'release',
  };
}
