// In: what is on record of a wave. Out: the wave as review sees it. Called by nextStage. Pure.
import type { Approval } from '../../core/condition/approved.ts';
import { standingOfSettings } from '../../core/desired/course.ts';
import { holdDeadline, openHold } from '../../core/hold.ts';
import { isSwitched } from '../../core/hook/standing.ts';
import { effectivePauses } from '../../core/order/effective-pauses.ts';
import { openOrder } from '../../core/order/order.ts';
import { isPaused } from '../../core/pause.ts';
import type { Member, WaveView } from '../../core/review/wave-view.ts';
import { targetName } from '../../core/target.ts';
import type { Instant } from '../../core/time.ts';
import type { OrdersOnRecord } from '../orders-of.ts';
import type { WaveRecord, WaveServer } from '../records/wave-records.ts';

/** What a wave's view depends on besides its records. */
interface Moment {
  readonly answers: readonly Approval[];
  readonly now: Instant;
}

/** The wave as review sees it. */
export function viewOf(
  wave: WaveRecord,
  servers: readonly WaveServer[],
  orders: OrdersOnRecord,
  { answers, now }: Moment,
): WaveView {
  const { wave: command } = orders;
  const pauses = effectivePauses(orders);
  return {
    policy: wave.policy,
    members: servers.map((server) => memberOf(server, orders, now)),
    cohort: wave.cohort,
    acknowledgedFailures: wave.acknowledgedFailures,
    ...(pauses.length === 0 ? {} : { pauses }),
    ...(isPaused(pauses) ? { paused: true } : {}),
    ...(command?.hold == null ? {} : { holdOrdered: command.hold }),
    ...(wave.held === null ? {} : { held: wave.held }),
    ...(wave.awaitingSlotsSince === null ? {} : { awaitingSlotsSince: wave.awaitingSlotsSince }),
    ...(command === undefined || command.resumedAt === null
      ? {}
      : { resumedAt: command.resumedAt }),
    ...(command?.aborted === true ? { aborted: true } : {}),
    ...gatingOf(wave, pauses, answers),
  };
}

function gatingOf(
  wave: WaveRecord,
  pauses: ReturnType<typeof effectivePauses>,
  answers: readonly Approval[],
): Pick<WaveView, 'gating'> {
  const { gates, awaitingApproval, startedBy } = wave;
  if (gates === undefined) return {};
  return {
    gating: {
      gates,
      planHash: wave.planHash,
      cohort: wave.cohortsBegun,
      approved: wave.approved ?? [],
      closed: wave.closedGates ?? [],
      pauses,
      ...(awaitingApproval == null ? {} : { awaiting: awaitingApproval }),
      answers,
      ...(startedBy === undefined ? {} : { startedBy }),
    },
  };
}

function memberOf(server: WaveServer, orders: OrdersOnRecord, now: Instant): Member {
  const pauses = effectivePauses(orders, server);
  const hold = openHold(orders.wave?.holds?.[server.server]);
  const order = openOrder(orders, server.server, server.orderTaken);
  const settings = standingOfSettings(server.settings.desired, server.desiredCourse);
  return {
    server: server.server,
    target: targetName(server.target),
    tier: server.tier,
    phases: server.settings.phases,
    arrival: server.arrival,
    needsSlot: server.needsSlot,
    results: server.results,
    ...(server.started === null
      ? {}
      : { started: { phase: server.started.phase, attempt: server.started.attempt } }),
    ...(server.outcome === null ? {} : { outcome: server.outcome }),
    ...(order === undefined ? {} : { order }),
    ...(server.retriedFrom === undefined ? {} : { retriedFrom: server.retriedFrom }),
    ...(isPaused(pauses) ? { paused: true } : {}),
    ...(hold === undefined
      ? {}
      : { held: { reason: hold.reason, expiresAt: holdDeadline(hold, pauses, now) } }),
    ...(settings === undefined ? {} : { settings }),
    ...recoveryOf(server),
    ...(server.health?.launch === 'cutover' ? { healthySince: server.health.at } : {}),
  };
}

function recoveryOf({
  settings: { phases, recovery },
  recovered,
  hookRuns = [],
}: WaveServer): Pick<Member, 'recovery'> {
  if (recovery === undefined || !phases.includes('recover')) return {};
  const { impact, retryOlder } = recovery;
  const launchedIn = (recovered?.launches ?? []).map(({ attempt }) => attempt);
  return { recovery: { impact, retryOlder, launchedIn, switched: isSwitched(hookRuns) } };
}
