import { FailureCode } from '../failure.ts';
import type { Outcome } from '../outcome.ts';
import { extendedDeadline } from '../pause.ts';
import { type Instant, plusSeconds, toMs } from '../time.ts';
import type { Decision } from './decision.ts';
import { endBehindGates } from './gates.ts';
import { awaitServers, isHeld } from './held-servers.ts';
import { needOf, yieldedEnd } from './need-of.ts';
import { runCohort } from './run-cohort.ts';
import { standStill } from './stand-still.ts';
import { stopReason, stopTheLine } from './stop-the-line.ts';
import { orderedRollbacks, takeOrders } from './take-orders.ts';
import { canaryOf, type Member, type WaveView } from './wave-view.ts';

/**
 * The active slots that a wave may still take, by target. A target that is not in it cannot be reached, or was never
 * looked at: none of its servers begins.
 */
export type FreeSlots = Readonly<Record<string, number>>;

/**
 * Decides what a wave does next. Pure: the same view gives the same decision. A cohort goes its whole way before
 * the next begins; failures are retried before the others go on; tiers order cutover only (design.md 6).
 */
export function review(wave: WaveView, freeSlots: FreeSlots, now: Instant): Decision {
  if (wave.aborted === true) return abort(wave);
  const taken = takeOrders(wave);
  if (taken !== undefined) return taken;
  const decision = decide(wave, freeSlots, now);
  // A pause stops what begins or goes on, not what only ends.
  return wave.paused === true && decision.kind !== 'settle' ? standStill([]) : decision;
}

function decide(wave: WaveView, freeSlots: FreeSlots, now: Instant): Decision {
  const settled =
    endBehindGates(wave) ?? settleMembers(wave, wave.members) ?? settleExpired(wave, now);
  if (settled !== undefined) return settled;
  const back = orderedRollbacks(wave);
  if (back !== undefined) return back;
  const held = wave.members.filter(isHeld);
  const stop = stopReason(wave);
  if (stop !== undefined) {
    // What is held is neither rolled back nor given up: it comes to its turn when a person has resumed it.
    const acting = { ...wave, members: wave.members.filter((member) => !isHeld(member)) };
    const stopped = stopTheLine(acting, stop, now) ?? awaitServers(held);
    if (stopped !== undefined) return stopped;
  }
  return holdOrEnd(wave, stop) ?? runCohort(wave, now) ?? nextCohort(wave, freeSlots, now);
}

/** Holds the wave where a person ordered it; ends a hold that has nothing to hold any more. */
function holdOrEnd(wave: WaveView, stop: string | undefined): Decision | undefined {
  const { held, holdOrdered, members, acknowledgedFailures } = wave;
  if (holdOrdered !== undefined && members.some((member) => member.outcome === undefined)) {
    const { by, reason } = holdOrdered;
    return { kind: 'hold', ordered: true, reason: `${by} holds it: ${reason}` };
  }
  if (held === undefined) return undefined;
  if (held.ordered === true) return { kind: 'resume', acknowledgedFailures };
  return stop === undefined
    ? { kind: 'resume', acknowledgedFailures, because: 'what failed is tried again' }
    : undefined;
}

/** Ends the servers that nobody resumed in time: somebody else acted on them, so it is hands off. */
function settleExpired(wave: WaveView, now: Instant): Decision | undefined {
  const outcomes = wave.members.flatMap(({ server, held, outcome }) =>
    held === undefined || outcome !== undefined || toMs(now) < toMs(held.expiresAt)
      ? []
      : [
          {
            server,
            outcome: {
              outcome: 'frozen' as const,
              reason: `nobody resumed the held server in time: ${held.reason}`,
              code: FailureCode.HoldExpired,
            },
          },
        ],
  );
  return outcomes.length === 0 ? undefined : { kind: 'settle', outcomes };
}

function settleMembers(wave: WaveView, members: readonly Member[]): Decision | undefined {
  const outcomes = members.flatMap((member) => {
    const inPlay =
      wave.cohort.includes(member.server) ||
      'outcome' in member.arrival ||
      member.order !== undefined;
    if (!inPlay) return [];
    const need = needOf(member, wave.policy);
    return need !== 'ended' && 'settle' in need
      ? [{ server: member.server, outcome: need.settle }]
      : [];
  });
  return outcomes.length === 0 ? undefined : { kind: 'settle', outcomes };
}

/** How long a wave may wait for its first free slot before what is left is skipped. */
export const slotPatienceSeconds = 30 * 86_400;

function nextCohort(wave: WaveView, freeSlots: FreeSlots, now: Instant): Decision {
  const begun = new Set(wave.cohort);
  const left = wave.members.filter((m) => m.outcome === undefined && !begun.has(m.server));
  if (left.length === 0) return { kind: 'done' };
  const canary = canaryOf(wave);
  const first = left.filter((m) => canary.includes(m.server));
  const due = first.length > 0 ? first : left;
  const pool = due.filter((member) => !isHeld(member) && member.paused !== true);
  if (pool.length === 0) return awaitServers(due) ?? standStill(left);
  const cohort: string[] = [];
  const slots: Record<string, number> = {};
  for (const { server, target, needsSlot } of pool) {
    const free = freeSlots[target];
    const taken = slots[target] ?? 0;
    if (free === undefined || (needsSlot && taken >= free)) continue;
    if (needsSlot) slots[target] = taken + 1;
    cohort.push(server);
  }
  if (cohort.length === 0) {
    const since = wave.awaitingSlotsSince;
    if (since !== undefined && hasWaited(slotPatienceSeconds, since, wave, now)) {
      return {
        kind: 'settle',
        outcomes: pool.map(({ server, target }) => ({
          server,
          outcome: {
            outcome: 'skipped' as const,
            reason: whyNotBegun(target, freeSlots),
            code: FailureCode.DeadlineExceeded,
          },
        })),
      };
    }
    return awaitSlots(pool, freeSlots);
  }
  return { kind: 'cohort', servers: cohort, slots };
}

function hasWaited(seconds: number, since: Instant, wave: WaveView, now: Instant): boolean {
  const deadline = { from: since, at: plusSeconds(since, seconds) };
  return toMs(now) >= toMs(extendedDeadline(deadline, wave.pauses ?? [], now));
}

function whyNotBegun(target: string, freeSlots: FreeSlots): string {
  return target in freeSlots
    ? 'no active server slot came free; raise the quota or archive what is done'
    : `${target} could not be reached; its Target Unreachable event says why, and what helps`;
}

function awaitSlots(pool: readonly Member[], freeSlots: FreeSlots): Decision {
  const targets = [...new Set(pool.map(({ target }) => target))].sort();
  const unreached = targets.filter((target) => !(target in freeSlots));
  const full = targets.filter((target) => target in freeSlots);
  const parts = [
    ...(full.length === 0 ? [] : [`an active slot in ${full.join(', ')}`]),
    ...(unreached.length === 0 ? [] : [`${unreached.join(', ')}, which cannot be reached`]),
  ];
  const reason = `${pool.length} servers wait for ${parts.join(' or ')}`;
  return { kind: 'await-slots', full, unreached, reason };
}

function abort(wave: WaveView): Decision {
  const open = wave.members.filter((m) => m.outcome === undefined);
  if (open.length === 0) return { kind: 'done' };
  return {
    kind: 'settle',
    outcomes: open.map((member) => ({
      server: member.server,
      // What a recovery has taken over is nobody's to look at.
      outcome: yieldedEnd(member) ?? abortedEnd(member),
    })),
  };
}

function abortedEnd({ results, started }: Member): Outcome {
  const code = FailureCode.WaveAborted;
  return results.length === 0 && started === undefined
    ? { outcome: 'skipped', reason: 'the wave was aborted', code }
    : {
        outcome: 'frozen',
        reason: 'the wave was aborted while the server was under way',
        code,
      };
}
