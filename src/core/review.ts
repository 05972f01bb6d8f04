import { type Failure, FailureCode } from './failure.ts';
import type { Outcome } from './outcome.ts';
import type { Arrival, Stretch } from './phase.ts';
import type { Phase } from './plan/settings.ts';
import type { WavePolicy } from './plan/settings-for.ts';
import { type Instant, toMs } from './time.ts';

/** How one run of a phase machine ended for a server. */
export interface PhaseResult {
  readonly phase: Stretch;
  readonly attempt: number;
  readonly status: 'succeeded' | 'failed';
  readonly failure?: Failure;
  readonly endedAt: Instant;
}

/** A server of a wave as review sees it. */
export interface Member {
  readonly server: string;
  readonly tier: number;
  readonly phases: readonly Phase[];
  readonly arrival: Arrival;
  /** Whether it takes a new active slot to begin. */
  readonly needsSlot: boolean;
  readonly results: readonly PhaseResult[];
  /** What the last stage ran for this server; a result for it may be missing. */
  readonly started?: { readonly phase: Stretch; readonly attempt: number };
  readonly outcome?: Outcome;
}

/** A wave as review sees it. */
export interface WaveView {
  readonly policy: WavePolicy;
  readonly members: readonly Member[];
  /** The servers that go their whole way before others begin; empty before the first cohort. */
  readonly cohort: readonly string[];
  readonly held?: { readonly since: Instant; readonly reason: string };
  /** A person's answer to the hold. */
  readonly resumedAt?: Instant;
  /** Failures that a person knew of when resuming; only more than these stop the line again. */
  readonly acknowledgedFailures: number;
  /** Since when the wave has had no slot to go on with. */
  readonly awaitingSlotsSince?: Instant;
  readonly aborted?: boolean;
}

/** What a wave does next. `settle` and `cohort` are records only; review is asked again after them. */
export type Decision =
  | {
      readonly kind: 'settle';
      readonly outcomes: readonly { readonly server: string; readonly outcome: Outcome }[];
    }
  | { readonly kind: 'cohort'; readonly servers: readonly string[]; readonly slots: number }
  | { readonly kind: 'await-slots'; readonly atLeast: number; readonly reason: string }
  | {
      readonly kind: 'run';
      readonly phase: Stretch;
      readonly servers: readonly { readonly server: string; readonly attempt: number }[];
    }
  | { readonly kind: 'hold'; readonly reason: string }
  | { readonly kind: 'resume'; readonly acknowledgedFailures: number }
  | { readonly kind: 'done' };

/** What a server needs next: a stretch to run, an outcome to settle with, or nothing as it has ended. */
type Need =
  | { readonly run: Stretch; readonly attempt: number }
  | { readonly settle: Outcome }
  | 'ended';

// The state of these servers is not known, or not ours to touch (design.md 4): hands off.
const unsafe: ReadonlySet<FailureCode> = new Set([
  FailureCode.LaunchUnresolved,
  FailureCode.ServerVanished,
  FailureCode.ExecutionDied,
  FailureCode.ContractBroken,
]);
// Trying the same again cannot help these.
const final: ReadonlySet<FailureCode> = new Set([
  FailureCode.ServerArchived,
  FailureCode.ServerDisconnected,
  FailureCode.ReplicationStalled,
  FailureCode.DeadlineExceeded,
  FailureCode.WaveAborted,
]);

function attemptsOf(member: Member, phase: Stretch): number {
  return member.results.filter((result) => result.phase === phase).length;
}

function ended(outcome: Outcome['outcome'], reason: string, code?: FailureCode): Need {
  return { settle: code === undefined ? { outcome, reason } : { outcome, reason, code } };
}

/** Says what a server needs next, from its results so far. */
export function needOf(member: Member, policy: WavePolicy): Need {
  if (member.outcome !== undefined) return 'ended';
  const { arrival, results, started } = member;
  if ('outcome' in arrival) {
    return ended(arrival.outcome, arrival.reason, arrival.failure?.code);
  }
  const last = results.at(-1);
  const unanswered =
    started !== undefined &&
    !results.some((r) => r.phase === started.phase && r.attempt === started.attempt);
  if (unanswered) {
    return ended(
      'frozen',
      `the ${started.phase} execution died without a result; look at the server before anything else moves it`,
      FailureCode.ExecutionDied,
    );
  }
  if (last === undefined) return { run: arrival.enter, attempt: 1 };
  if (last.phase === 'rollback') return afterRollback(member, last, policy);
  if (last.status === 'succeeded') return goOn(member, last.phase);
  return afterFailure(member, last, last.phase, policy);
}

/** The first phase that has not succeeded yet; a server that had to replicate again does not test again. */
function goOn(member: Member, last: Phase): Need {
  const { phases, arrival, results } = member;
  const enter = 'enter' in arrival ? arrival.enter : last;
  const next = phases
    .slice(phases.indexOf(enter))
    .find((phase) => !results.some((r) => r.phase === phase && r.status === 'succeeded'));
  return next === undefined
    ? ended('succeeded', `went through ${last}`)
    : { run: next, attempt: attemptsOf(member, next) + 1 };
}

function afterFailure(member: Member, last: PhaseResult, phase: Phase, policy: WavePolicy): Need {
  const code = last.failure?.code;
  const reason = `${phase}: ${last.failure?.message ?? 'failed without a reason'}`;
  if (code !== undefined && unsafe.has(code)) return ended('frozen', reason, code);
  const mayRetry =
    (code === undefined || !final.has(code)) && attemptsOf(member, phase) < policy.attempts;
  if (phase === 'finalize') {
    // The users may already work on the new instance: neither going on nor going back is ours to choose.
    return mayRetry
      ? { run: phase, attempt: attemptsOf(member, phase) + 1 }
      : ended('frozen', reason, code);
  }
  const launched = phase === 'test' || phase === 'cutover';
  const goneForGood =
    code === FailureCode.ServerArchived || code === FailureCode.ServerDisconnected;
  if (launched && !goneForGood)
    return { run: 'rollback', attempt: attemptsOf(member, 'rollback') + 1 };
  if (!launched && mayRetry) return { run: phase, attempt: attemptsOf(member, phase) + 1 };
  return ended('failed', reason, code);
}

function afterRollback(member: Member, rollback: PhaseResult, policy: WavePolicy): Need {
  const cause = member.results.findLast((result) => result.phase !== 'rollback');
  const code = cause?.failure?.code;
  const why = `${cause?.phase ?? 'test'}: ${cause?.failure?.message ?? 'rolled back by the policy'}`;
  if (rollback.status === 'failed') {
    return ended(
      'frozen',
      `${why}; and it could not be rolled back: ${rollback.failure?.message ?? 'no reason given'}`,
      rollback.failure?.code ?? code,
    );
  }
  const phase = cause?.phase;
  const retry =
    cause?.status === 'failed' &&
    phase !== undefined &&
    phase !== 'rollback' &&
    (code === undefined || !final.has(code)) &&
    attemptsOf(member, phase) < policy.attempts;
  if (retry) return { run: phase, attempt: attemptsOf(member, phase) + 1 };
  // A stall is replicate's business: it has the budget to mend it, and then the launch is tried again.
  const mendable =
    code === FailureCode.ReplicationStalled &&
    member.phases.includes('replicate') &&
    phase !== undefined &&
    attemptsOf(member, phase) < policy.attempts;
  if (mendable) return { run: 'replicate', attempt: attemptsOf(member, 'replicate') + 1 };
  return ended('rolled-back', why, code);
}

function tolerated(policy: WavePolicy, size: number): number {
  return 'count' in policy.tolerate
    ? policy.tolerate.count
    : Math.floor((policy.tolerate.percent / 100) * size);
}

function isFailure(outcome: Outcome | undefined): boolean {
  return outcome !== undefined && ['failed', 'frozen', 'rolled-back'].includes(outcome.outcome);
}

function failuresOf(wave: WaveView): readonly Member[] {
  return wave.members.filter((m) => isFailure(m.outcome) && 'enter' in m.arrival);
}

/** Says why the line must stop: more failures than the policy tolerates, or one in the canary. */
function stopReason(wave: WaveView): string | undefined {
  const { members, policy } = wave;
  const failures = failuresOf(wave);
  if (failures.length <= wave.acknowledgedFailures) return undefined;
  const canary = new Set(canaryOf(wave));
  const sick = failures.filter((m) => canary.has(m.server));
  if (sick.length > 0) {
    return `${sick.length} of ${canary.size} canary servers failed: ${named(sick)}`;
  }
  const limit = tolerated(policy, members.length);
  if (policy.onFailure === 'continue' || failures.length <= limit) return undefined;
  return `${failures.length} of ${members.length} servers failed, ${limit} are tolerated: ${named(failures)}`;
}

function named(members: readonly Member[]): string {
  const names = members.slice(0, 5).map((m) => m.server);
  return names.join(', ') + (members.length > 5 ? `, and ${members.length - 5} more` : '');
}

/** The first servers of the wave that do not bring their end along, as many as the policy wants. */
function canaryOf(wave: WaveView): readonly string[] {
  return wave.members
    .filter((m) => 'enter' in m.arrival)
    .slice(0, wave.policy.canary)
    .map((m) => m.server);
}

const stretchOrder: readonly Stretch[] = ['rollback', 'replicate', 'test', 'cutover', 'finalize'];

/**
 * Decides what a wave does next. Pure: the same view gives the same decision. A cohort goes its whole way before
 * the next begins; failures are retried before the others go on; tiers order cutover only (design.md 6).
 */
export function review(wave: WaveView, freeSlots: number, now: Instant): Decision {
  if (wave.aborted === true) return abort(wave);
  const settled = settleMembers(wave, wave.members);
  if (settled !== undefined) return settled;
  const stop = stopReason(wave);
  if (stop !== undefined) {
    const stopped = stopTheLine(wave, stop, now);
    if (stopped !== undefined) return stopped;
  }
  return runCohort(wave) ?? nextCohort(wave, freeSlots, now);
}

function settleMembers(wave: WaveView, members: readonly Member[]): Decision | undefined {
  const outcomes = members.flatMap((member) => {
    const inPlay = wave.cohort.includes(member.server) || 'outcome' in member.arrival;
    if (!inPlay) return [];
    const need = needOf(member, wave.policy);
    return need !== 'ended' && 'settle' in need
      ? [{ server: member.server, outcome: need.settle }]
      : [];
  });
  return outcomes.length === 0 ? undefined : { kind: 'settle', outcomes };
}

/** A cohort's next stage: what is furthest behind first, and of a cutover the lowest tier. */
function runCohort(wave: WaveView): Decision | undefined {
  const needs = wave.members.flatMap((member) => {
    if (!wave.cohort.includes(member.server)) return [];
    const need = needOf(member, wave.policy);
    return need !== 'ended' && 'run' in need ? [{ member, need }] : [];
  });
  if (needs.length === 0) return undefined;
  const phase = stretchOrder.find((stretch) => needs.some(({ need }) => need.run === stretch));
  const due = needs.filter(({ need }) => need.run === phase);
  const tier = Math.min(...due.map(({ member }) => member.tier));
  const turn = phase === 'cutover' ? due.filter(({ member }) => member.tier === tier) : due;
  return {
    kind: 'run',
    phase: phase ?? 'replicate',
    servers: turn.map(({ member, need }) => ({ server: member.server, attempt: need.attempt })),
  };
}

/** How long a wave may wait for its first free slot before what is left is skipped. */
export const slotPatienceSeconds = 30 * 86_400;

function nextCohort(wave: WaveView, freeSlots: number, now: Instant): Decision {
  const begun = new Set(wave.cohort);
  const left = wave.members.filter((m) => m.outcome === undefined && !begun.has(m.server));
  if (left.length === 0) return { kind: 'done' };
  const canary = canaryOf(wave);
  const first = left.filter((m) => canary.includes(m.server));
  const pool = first.length > 0 ? first : left;
  const cohort: string[] = [];
  let slots = 0;
  for (const member of pool) {
    if (member.needsSlot && slots >= freeSlots) continue;
    if (member.needsSlot) slots += 1;
    cohort.push(member.server);
  }
  if (cohort.length === 0) {
    const since = wave.awaitingSlotsSince;
    if (since !== undefined && toMs(now) >= toMs(since) + slotPatienceSeconds * 1000) {
      return {
        kind: 'settle',
        outcomes: pool.map(({ server }) => ({
          server,
          outcome: {
            outcome: 'skipped' as const,
            reason: 'no active server slot came free; raise the quota or archive what is done',
            code: FailureCode.DeadlineExceeded,
          },
        })),
      };
    }
    return {
      kind: 'await-slots',
      atLeast: 1,
      reason: `${pool.length} servers wait for an active slot; ${Math.max(0, freeSlots)} are free`,
    };
  }
  return { kind: 'cohort', servers: cohort, slots };
}

/** Stops the line: rolls the wave back, or holds it for a person; undefined where nothing is left to stop. */
function stopTheLine(wave: WaveView, reason: string, now: Instant): Decision | undefined {
  const { policy, held } = wave;
  const open = wave.members.filter((m) => m.outcome === undefined);
  if (open.length === 0) return undefined;
  if (policy.onFailure === 'rollback') return unwind(open, reason);
  if (held === undefined) return { kind: 'hold', reason };
  if (wave.resumedAt !== undefined && toMs(wave.resumedAt) >= toMs(held.since)) {
    return { kind: 'resume', acknowledgedFailures: failuresOf(wave).length };
  }
  const expired = toMs(now) >= toMs(held.since) + policy.holdTimeoutSeconds * 1000;
  if (!expired) return { kind: 'hold', reason: held.reason };
  return {
    kind: 'settle',
    outcomes: open.map((member) => ({
      server: member.server,
      outcome: isCutOver(member)
        ? {
            outcome: 'frozen' as const,
            reason: `cut over but not finalized when the hold expired: ${reason}`,
            code: FailureCode.HoldExpired,
          }
        : {
            outcome: 'skipped' as const,
            reason: `nobody resumed the held wave in time: ${reason}`,
            code: FailureCode.HoldExpired,
          },
    })),
  };
}

function isCutOver(member: Member): boolean {
  const cutovers = member.results.filter((r) => r.phase === 'cutover' || r.phase === 'rollback');
  return cutovers.at(-1)?.phase === 'cutover' && cutovers.at(-1)?.status === 'succeeded';
}

/** Takes every server that launched something back, and skips what has not begun. */
function unwind(open: readonly Member[], reason: string): Decision {
  const back = open.filter((m) => {
    const last = m.results.at(-1);
    return (
      last !== undefined &&
      (last.phase === 'test' || last.phase === 'cutover' || last.phase === 'finalize')
    );
  });
  if (back.length > 0) {
    return {
      kind: 'run',
      phase: 'rollback',
      servers: back.map((m) => ({ server: m.server, attempt: attemptsOf(m, 'rollback') + 1 })),
    };
  }
  return {
    kind: 'settle',
    outcomes: open.map((member) => {
      const rolledBack = member.results.some((r) => r.phase === 'rollback');
      return {
        server: member.server,
        outcome: rolledBack
          ? { outcome: 'rolled-back' as const, reason: `the wave was rolled back: ${reason}` }
          : {
              outcome: 'skipped' as const,
              reason: `the wave was stopped before it began: ${reason}`,
            },
      };
    }),
  };
}

function abort(wave: WaveView): Decision {
  const open = wave.members.filter((m) => m.outcome === undefined);
  if (open.length === 0) return { kind: 'done' };
  return {
    kind: 'settle',
    outcomes: open.map((member) => ({
      server: member.server,
      outcome:
        member.results.length === 0 && member.started === undefined
          ? {
              outcome: 'skipped' as const,
              reason: 'the wave was aborted',
              code: FailureCode.WaveAborted,
            }
          : {
              outcome: 'frozen' as const,
              reason: 'the wave was aborted while the server was under way',
              code: FailureCode.WaveAborted,
            },
    })),
  };
}
