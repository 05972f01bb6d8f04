import { FailureCode } from '../failure.ts';
import type { Stretch } from '../phase.ts';
import { type Instant, toMs } from '../time.ts';
import type { Decision } from './decision.ts';
import { needOf } from './need-of.ts';
import { stopReason, stopTheLine } from './stop-the-line.ts';
import { canaryOf, type Member, type WaveView } from './wave-view.ts';

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
