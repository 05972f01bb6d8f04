import { FailureCode } from '../failure.ts';
import type { Outcome } from '../outcome.ts';
import { extendedDeadline } from '../pause.ts';
import type { WavePolicy } from '../plan/settings-for.ts';
import { type Instant, plusSeconds, toMs } from '../time.ts';
import type { Decision } from './decision.ts';
import { isCutOver } from './launch-left.ts';
import { rollBack } from './stand-still.ts';
import { canaryOf, type Member, type WaveView } from './wave-view.ts';

/** How many servers of a wave of this size may fail. */
export function tolerated(policy: WavePolicy, size: number): number {
  return 'count' in policy.tolerate
    ? policy.tolerate.count
    : Math.floor((policy.tolerate.percent / 100) * size);
}

// What a person or the preflight kept from a phase did not fail; there is nothing to stop the line for.
const keptBack: readonly (FailureCode | undefined)[] = [
  FailureCode.ApprovalDenied,
  FailureCode.ApprovalExpired,
  FailureCode.PreflightBlocked,
  FailureCode.NoWindow,
  FailureCode.OrderedRollback,
];

function isFailure(outcome: Outcome | undefined): boolean {
  if (outcome === undefined || keptBack.includes(outcome.code)) return false;
  return ['failed', 'frozen', 'rolled-back'].includes(outcome.outcome);
}

/** The servers that have failed in this wave, those left out that came so. */
export function failuresOf(wave: WaveView): readonly Member[] {
  return wave.members.filter((m) => isFailure(m.outcome) && 'enter' in m.arrival);
}

/** The failures that the line may stop for: those of servers that it can do without are none. */
function stoppersOf(wave: WaveView): readonly Member[] {
  return failuresOf(wave).filter(({ recovery }) => recovery?.impact !== 'optional');
}

/** Says why the line must stop: a critical server that was not recovered, more failures than the policy tolerates, or one in the canary. */
export function stopReason(wave: WaveView): string | undefined {
  const { members, policy } = wave;
  const failures = stoppersOf(wave);
  if (failures.length <= wave.acknowledgedFailures) return undefined;
  const lost = failures.filter(({ recovery }) => recovery?.impact === 'critical');
  if (lost.length > 0) return `${lost.length} critical servers were not recovered: ${named(lost)}`;
  const canary = new Set(canaryOf(wave));
  const sick = failures.filter((m) => canary.has(m.server));
  if (sick.length > 0) {
    return `${sick.length} of ${canary.size} canary servers failed: ${named(sick)}`;
  }
  const unwell = failures.filter(({ outcome }) => outcome?.code === FailureCode.InstanceUnhealthy);
  if (unwell.length > 0) {
    return `the instances of ${unwell.length} servers became unhealthy while they soaked: ${named(unwell)}`;
  }
  const limit = tolerated(policy, members.length);
  if (policy.onFailure === 'continue' || failures.length <= limit) return undefined;
  return `${failures.length} of ${members.length} servers failed, ${limit} are tolerated: ${named(failures)}`;
}

function named(members: readonly Member[]): string {
  const names = members.slice(0, 5).map((m) => m.server);
  return names.join(', ') + (members.length > 5 ? `, and ${members.length - 5} more` : '');
}

/** Stops the line: rolls the wave back, or holds it for a person; undefined where nothing is left to stop. */
export function stopTheLine(wave: WaveView, reason: string, now: Instant): Decision | undefined {
  const { policy, held } = wave;
  const open = wave.members.filter((m) => m.outcome === undefined);
  if (open.length === 0) return undefined;
  if (policy.onFailure === 'rollback') return unwind(open, reason);
  if (held === undefined || held.ordered === true) return { kind: 'hold', reason };
  if (wave.resumedAt !== undefined && toMs(wave.resumedAt) >= toMs(held.since)) {
    return { kind: 'resume', acknowledgedFailures: stoppersOf(wave).length };
  }
  const deadline = { from: held.since, at: plusSeconds(held.since, policy.holdTimeoutSeconds) };
  const expired = toMs(now) >= toMs(extendedDeadline(deadline, wave.pauses ?? [], now));
  if (!expired) return { kind: 'hold', reason: held.reason };
  return {
    kind: 'settle',
    outcomes: open.map((member) => ({
      server: member.server,
      outcome: isCutOver(member)
        ? {
            outcome: 'frozen' as const,
            reason: `${member.phases.includes('failback') ? 'failed back but not vacated' : 'cut over but not finalized'} when the hold expired: ${reason}`,
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

/** Takes every server that launched something back, and skips what has not begun. */
function unwind(open: readonly Member[], reason: string): Decision {
  const back = open.filter((m) => {
    const last = m.results.at(-1);
    return (
      last !== undefined &&
      (last.phase === 'test' ||
        last.phase === 'cutover' ||
        last.phase === 'finalize' ||
        (last.phase === 'drill' && last.status === 'failed'))
    );
  });
  if (back.length > 0) return rollBack(back);
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
