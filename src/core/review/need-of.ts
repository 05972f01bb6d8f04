import { FailureCode } from '../failure.ts';
import type { Outcome } from '../outcome.ts';
import type { Stretch } from '../phase.ts';
import type { Phase } from '../plan/settings.ts';
import type { WavePolicy } from '../plan/settings-for.ts';
import { attemptsOf } from './attempts-of.ts';
import { isLaunchLeft } from './launch-left.ts';
import { awaitsSettings } from './settings.ts';
import { isUnanswered, type Member, type PhaseResult } from './wave-view.ts';

/** What a server needs next: a stretch to run, an outcome to settle with, or nothing as it has ended. */
export type Need =
  | { readonly run: Stretch; readonly attempt: number }
  | { readonly settle: Outcome }
  | 'ended';

// The state of these servers is not known, or not ours to touch (design.md 4): hands off.
const unsafe: ReadonlySet<FailureCode> = new Set([
  FailureCode.LaunchUnresolved,
  FailureCode.ServerVanished,
  FailureCode.ExecutionDied,
  FailureCode.ContractBroken,
  FailureCode.HoldExpired,
  FailureCode.UndoFailed,
]);
// Trying the same again cannot help these.
const final: ReadonlySet<FailureCode> = new Set([
  FailureCode.ServerArchived,
  FailureCode.ServerDisconnected,
  FailureCode.ReplicationStalled,
  FailureCode.DeadlineExceeded,
  FailureCode.OrderedRollback,
  FailureCode.OrderedSkip,
  FailureCode.WaveAborted,
  FailureCode.InstanceUnhealthy,
  FailureCode.LiveRecoveryInstance,
  FailureCode.DrillInstancePresent,
  FailureCode.NotRecoverable,
  FailureCode.StagingServerInUse,
  FailureCode.NotReversible,
  FailureCode.FailbackNotReady,
  FailureCode.NetworkNotRecovered,
  FailureCode.NetworkPartlyRecovered,
  FailureCode.RecoveryTookOver,
  // A hook has retries of its own.
  FailureCode.HookFailed,
]);

// A drill was not made, or a server not retired, as it may not be or would show nothing: nothing of it has failed
// (reference/drs.md 7.2, 7.5).
const notBegun: ReadonlySet<FailureCode | undefined> = new Set([
  FailureCode.LiveRecoveryInstance,
  FailureCode.DrillInstancePresent,
  FailureCode.NotRecoverable,
  FailureCode.StagingServerInUse,
]);

// A server that does not get through in so many windows never will: something about it or them must change.
const mostMissedWindows = 5;

// These came between a try and its launch: they use up no try.
const noTry: ReadonlySet<FailureCode | undefined> = new Set([
  FailureCode.ServerHeld,
  FailureCode.WindowClosed,
  FailureCode.WaveHeld,
]);

/**
 * How often a stretch was really tried since a person had the server retried last; the plan's attempts count these. One
 * that met a hold, or whose window closed, never came to act.
 */
function triesOf({ results, retriedFrom }: Member, phase: Stretch): number {
  return results
    .slice(retriedFrom ?? 0)
    .filter((r) => r.phase === phase && !noTry.has(r.failure?.code)).length;
}

function run(member: Member, phase: Stretch): Need {
  return { run: phase, attempt: attemptsOf(member, phase) + 1 };
}

function wasHeld({ status, failure }: PhaseResult): boolean {
  return status === 'failed' && failure?.code === FailureCode.ServerHeld;
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
  const yielded = yieldedEnd(member);
  if (yielded !== undefined) return { settle: yielded };
  const last = results.at(-1);
  if (started !== undefined && isUnanswered(started, results)) {
    return ended(
      'frozen',
      `the ${started.phase} execution died without a result; look at the server before anything else moves it`,
      FailureCode.ExecutionDied,
    );
  }
  const ordered = orderedNeed(member) ?? retryNeed(member);
  if (ordered !== undefined) return ordered;
  const { settings } = member;
  // What could not be set keeps nothing from being recovered: it was told, and the server is launched as it is.
  if (settings?.end === 'failed' && !member.phases.includes('recover')) {
    return ended(
      'failed',
      `its settings could not be applied: ${settings.because ?? 'no reason given'}`,
      FailureCode.SettingsNotApplied,
    );
  }
  if (last === undefined) return { run: arrival.enter, attempt: 1 };
  if (wasHeld(last)) return { run: last.phase, attempt: attemptsOf(member, last.phase) + 1 };
  if (last.phase === 'rollback') return afterRollback(member, last, policy);
  if (last.status === 'succeeded') return goOn(member, last.phase);
  return afterFailure(member, last, last.phase, policy);
}

// These say nothing of the drill itself, or of nothing that the recovery would not take away.
const noVerdict: ReadonlySet<FailureCode | undefined> = new Set([
  ...noTry,
  ...notBegun,
  FailureCode.RecoveryTookOver,
  FailureCode.WaveAborted,
  FailureCode.ExecutionDied,
  FailureCode.LaunchUnresolved,
]);

/**
 * How a server ends whose drill yields to a recovery: nothing more is done for it, nothing is taken back. A drill that was
 * through, or had failed, ends as that; what is amiss with the server itself, a person looks at as ever.
 */
export function yieldedEnd(member: Member): Outcome | undefined {
  const { order, results } = member;
  if (order?.order !== 'yield') return undefined;
  const drill = results.findLast(({ phase }) => phase !== 'rollback');
  if (drill?.phase === 'drill' && drill.status === 'succeeded') return undefined;
  const code = drill?.failure?.code;
  if (drill?.phase === 'drill' && !noVerdict.has(code)) {
    if (code !== undefined && unsafe.has(code)) return undefined;
    const reason = `drill: ${drill.failure?.message ?? 'failed without a reason'}; ${order.by} takes it over`;
    return { outcome: 'failed', reason, ...(code === undefined ? {} : { code }) };
  }
  const reason = `${order.by} takes it over: ${order.reason}`;
  return { outcome: 'skipped', reason, code: FailureCode.RecoveryTookOver };
}

/** What an order to skip a server or to roll it back asks for; undefined where what was begun must end first. */
function orderedNeed(member: Member): Need | undefined {
  const { order, results } = member;
  if (order === undefined || order.order === 'retry' || order.order === 'yield') return undefined;
  const said = `${order.by}: ${order.reason}`;
  if (order.order === 'skip') {
    return isLaunchLeft(member)
      ? undefined
      : ended('skipped', `skipped by ${said}`, FailureCode.OrderedSkip);
  }
  const last = results.at(-1);
  const failed = last?.phase === 'rollback' && last.status === 'failed' && !wasHeld(last);
  if (failed && results.length > order.results) {
    return ended(
      'frozen',
      `it could not be rolled back: ${last.failure?.message ?? 'no reason given'}`,
      last.failure?.code,
    );
  }
  if (isLaunchLeft(member)) return run(member, 'rollback');
  return results.some((r) => r.phase === 'rollback')
    ? ended(
        'rolled-back',
        `rolled back by ${said}${priceOfBack(member)}`,
        FailureCode.OrderedRollback,
      )
    : ended('skipped', `rolled back by ${said}; nothing was launched`, FailureCode.OrderedRollback);
}

/** What a way back has cost that nothing brings back. */
function priceOfBack({ results }: Member): string {
  return results.some(({ phase }) => phase === 'retire')
    ? '; it replicates anew from the start, and its recovery points of before are gone'
    : '';
}

/** Where a server goes on that a person has retried: at what failed, or at what was taken back. */
function retryNeed(member: Member): Need | undefined {
  const { results, retriedFrom, phases } = member;
  const last = results.at(-1);
  if (retriedFrom !== results.length || last === undefined) return undefined;
  // It failed before its launch, behind what had succeeded.
  if (awaitsSettings(member) && last.status === 'succeeded') return undefined;
  if (last.phase === 'rollback' && last.status === 'failed') return run(member, 'rollback');
  const cause = results.findLast((result) => result.phase !== 'rollback');
  if (cause === undefined) return undefined;
  // A stall is mended where replication is looked after; then the launch is tried again.
  const stalled = cause.failure?.code === FailureCode.ReplicationStalled;
  return run(member, stalled && phases.includes('replicate') ? 'replicate' : cause.phase);
}

function afterInterruption(member: Member, phase: Phase, last: PhaseResult): Need {
  const missed = member.results
    .slice(member.retriedFrom ?? 0)
    .filter((r) => r.phase === phase && r.failure?.code === FailureCode.WindowClosed).length;
  if (missed < mostMissedWindows) return { run: phase, attempt: attemptsOf(member, phase) + 1 };
  return ended(
    phase === 'finalize' ? 'frozen' : 'failed',
    `${missed} windows closed before it was through: ${last.failure?.message ?? 'no reason given'}`,
    FailureCode.WindowClosed,
  );
}

function mayRetry(
  member: Member,
  phase: Phase,
  code: FailureCode | undefined,
  policy: WavePolicy,
): boolean {
  return (code === undefined || !final.has(code)) && triesOf(member, phase) < policy.attempts;
}

/** The first phase that has not succeeded yet; a server that had to replicate again does not test again. */
function goOn(member: Member, last: Phase): Need {
  const { phases, arrival, results } = member;
  const enter = 'enter' in arrival ? arrival.enter : last;
  const next = phases.slice(phases.indexOf(enter)).find((phase) => !isBehind(results, phase));
  return next === undefined
    ? ended('succeeded', `went through ${last}`)
    : { run: next, attempt: attemptsOf(member, next) + 1 };
}

const undoable: ReadonlySet<Phase> = new Set(['cutover', 'recover', 'failback']);

/** Whether a phase has succeeded; a cutover, recovery or failback that was rolled back since has not. */
function isBehind(results: readonly PhaseResult[], phase: Phase): boolean {
  const at = results.findLastIndex((r) => r.phase === phase && r.status === 'succeeded');
  const undone = results.findLastIndex((r) => r.phase === 'rollback' && r.status === 'succeeded');
  return at >= 0 && (!undoable.has(phase) || at > undone);
}

const launching: ReadonlySet<Phase> = new Set(['test', 'cutover', 'drill', 'failback']);

function afterFailure(member: Member, last: PhaseResult, phase: Phase, policy: WavePolicy): Need {
  const code = last.failure?.code;
  const reason = `${phase}: ${last.failure?.message ?? 'failed without a reason'}`;
  if (code !== undefined && unsafe.has(code)) return ended('frozen', reason, code);
  if (noTry.has(code)) return afterInterruption(member, phase, last);
  if (phase === 'recover') return afterFailedRecovery(member, last, reason);
  if (notBegun.has(code)) return ended(isLaunchLeft(member) ? 'frozen' : 'skipped', reason, code);
  const retry = mayRetry(member, phase, code, policy);
  if (phase === 'finalize' && code === FailureCode.InstanceUnhealthy) {
    return policy.onFailure === 'rollback'
      ? { run: 'rollback', attempt: attemptsOf(member, 'rollback') + 1 }
      : ended('frozen', reason, code);
  }
  if (phase === 'retire' || phase === 'reprotect' || phase === 'vacate') {
    // What is half retired, or half moved home, is a person's to say: whether it goes on or back.
    return retry ? run(member, phase) : ended('frozen', reason, code);
  }
  if (phase === 'finalize') {
    // The users may already work on the new instance: neither going on nor going back is ours to choose.
    return retry
      ? { run: phase, attempt: attemptsOf(member, phase) + 1 }
      : ended('frozen', reason, code);
  }
  const launched = launching.has(phase);
  const goneForGood =
    code === FailureCode.ServerArchived || code === FailureCode.ServerDisconnected;
  if (launched && !goneForGood)
    return { run: 'rollback', attempt: attemptsOf(member, 'rollback') + 1 };
  if (!launched && retry) return { run: phase, attempt: attemptsOf(member, phase) + 1 };
  return ended('failed', reason, code);
}

/**
 * A recovery that failed is tried again from an older recovery point, while its traffic was not sent there; nothing of it
 * is taken back but by a person's order (reference/drs.md 7.3). One that is live already needs none.
 */
function afterFailedRecovery(member: Member, last: PhaseResult, reason: string): Need {
  const code = last.failure?.code;
  if (code === FailureCode.LiveRecoveryInstance) return ended('skipped', reason, code);
  const { recovery } = member;
  if (recovery === undefined || recovery.switched) return ended('failed', reason, code);
  // A hook that spoke against the instance speaks against its data; one before the launch has said its last word.
  const mayHelp =
    code === FailureCode.HookFailed
      ? recovery.launchedIn.includes(last.attempt)
      : code === undefined || !final.has(code);
  return mayHelp && triesOf(member, 'recover') <= recovery.retryOlder
    ? run(member, 'recover')
    : ended('failed', reason, code);
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
    mayRetry(member, phase, code, policy);
  if (retry) return { run: phase, attempt: attemptsOf(member, phase) + 1 };
  // A stall is replicate's business: it has the budget to mend it, and then the launch is tried again.
  const mendable =
    code === FailureCode.ReplicationStalled &&
    member.phases.includes('replicate') &&
    phase !== undefined &&
    triesOf(member, phase) < policy.attempts;
  if (mendable) return { run: 'replicate', attempt: attemptsOf(member, 'replicate') + 1 };
  // What a drill launched is gone, and nothing of the server itself was changed: its drill has failed, no more.
  return ended(phase === 'drill' ? 'failed' : 'rolled-back', why, code);
}
