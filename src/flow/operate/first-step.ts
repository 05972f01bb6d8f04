// In: a wave and what its servers are like now. Out: what the wave would do first. It asks the very review that a running
// wave asks, so a preview cannot differ from what happens. Pure.
import { type Facts, takesActiveSlot } from '../../core/change.ts';
import { FailureCode, failure } from '../../core/failure.ts';
import type { Outcome } from '../../core/outcome.ts';
import { arrivalFor, startsToReplicate } from '../../core/phase/recovery-arrival.ts';
import type { Arrival, Stretch } from '../../core/phase.ts';
import type { GatedPhase } from '../../core/plan/gates.ts';
import type { ResolvedServer, ResolvedWave } from '../../core/plan/resolve-plan.ts';
import { type FreeSlots, review } from '../../core/review/review.ts';
import type { Member, WaveView } from '../../core/review/wave-view.ts';
import { targetName } from '../../core/target.ts';
import type { Instant } from '../../core/time.ts';

/** What a wave would do first. */
export interface FirstStep {
  /** The servers that would go first; empty where none may begin. */
  readonly cohort: readonly string[];
  readonly next:
    | { readonly kind: 'stage'; readonly phase: Stretch; readonly servers: readonly string[] }
    | { readonly kind: 'approval'; readonly phase: GatedPhase; readonly servers: readonly string[] }
    | {
        readonly kind: 'window';
        readonly phase: GatedPhase;
        readonly servers: readonly string[];
        readonly opensAt: Instant;
      }
    | { readonly kind: 'slots'; readonly reason: string }
    /** Every server ends at once. */
    | { readonly kind: 'nothing' };
  /** The servers that would end at once, with the reason. */
  readonly ends: readonly { readonly server: string; readonly outcome: Outcome }[];
  /** How many new active slots its servers need in each target. */
  readonly slots: Readonly<Record<string, number>>;
}

// A wave settles, begins a cohort and then has something to do: more turns than these there never are.
const mostTurns = 10;

/** Says what a wave would do first if it were started now. A server of which nothing is known begins at its first phase. */
export function firstStep(
  plan: { readonly hash: string },
  wave: ResolvedWave,
  factsOf: (server: ResolvedServer) => Facts | 'absent' | undefined,
  freeSlots: FreeSlots,
  now: Instant,
): FirstStep {
  const members = wave.servers.map((server) => memberOf(server, factsOf(server)));
  const slots = slotsOf(members);
  const ends: { readonly server: string; readonly outcome: Outcome }[] = [];
  let view = viewOf(plan, wave, members);
  for (let turn = 0; turn < mostTurns; turn += 1) {
    const decision = review(view, freeSlots, now);
    const came = { cohort: view.cohort, ends, slots };
    switch (decision.kind) {
      case 'settle': {
        ends.push(...decision.outcomes);
        const outcomes = new Map(decision.outcomes.map((end) => [end.server, end.outcome]));
        view = { ...view, members: view.members.map((member) => ended(member, outcomes)) };
        continue;
      }
      case 'cohort':
        view = { ...view, cohort: decision.servers };
        continue;
      case 'run': {
        const servers = decision.servers.map(({ server }) => server);
        return { ...came, next: { kind: 'stage', phase: decision.phase, servers } };
      }
      case 'await-approval':
        return {
          ...came,
          next: { kind: 'approval', phase: decision.phase, servers: decision.servers },
        };
      case 'await-window': {
        const { phase, servers, opensAt } = decision;
        return { ...came, next: { kind: 'window', phase, servers, opensAt } };
      }
      case 'await-slots':
        return { ...came, next: { kind: 'slots', reason: decision.reason } };
      default:
        return { ...came, next: { kind: 'nothing' } };
    }
  }
  return { cohort: view.cohort, ends, slots, next: { kind: 'nothing' } };
}

function ended(member: Member, outcomes: ReadonlyMap<string, Outcome>): Member {
  const outcome = outcomes.get(member.server);
  return outcome === undefined ? member : { ...member, outcome };
}

function viewOf(
  plan: { readonly hash: string },
  wave: ResolvedWave,
  members: readonly Member[],
): WaveView {
  return {
    policy: wave.policy,
    members,
    cohort: [],
    acknowledgedFailures: 0,
    ...(wave.gates === undefined
      ? {}
      : {
          gating: {
            gates: wave.gates,
            planHash: plan.hash,
            cohort: 1,
            approved: [],
            closed: [],
            pauses: [],
          },
        }),
  };
}

function memberOf(server: ResolvedServer, facts: Facts | 'absent' | undefined): Member {
  const arrival = arrivalFrom(server, facts);
  const starts = startsToReplicate(arrival);
  return {
    server: server.sourceServerId,
    target: targetName(server.target),
    tier: server.tier,
    phases: server.settings.phases,
    arrival,
    needsSlot: starts && typeof facts === 'object' && !takesActiveSlot(facts),
    results: [],
  };
}

function arrivalFrom(server: ResolvedServer, facts: Facts | 'absent' | undefined): Arrival {
  if (facts === undefined) return { enter: server.settings.phases[0] ?? 'replicate' };
  if (facts !== 'absent') return arrivalFor({ facts }, server.settings);
  const message = 'the service does not list the server';
  return {
    outcome: 'failed',
    failure: failure(FailureCode.ServerVanished, message),
    reason: `${message}; check its id and Region`,
  };
}

function slotsOf(members: readonly Member[]): Readonly<Record<string, number>> {
  const slots: Record<string, number> = {};
  for (const { target, needsSlot } of members) {
    if (needsSlot) slots[target] = (slots[target] ?? 0) + 1;
  }
  return slots;
}
