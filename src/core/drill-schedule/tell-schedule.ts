import { DetailType } from '../event/detail-type.ts';
import { cutText, type Stream, type Told } from '../event/stream.ts';
import type { Target } from '../target.ts';
import type { Instant } from '../time.ts';
import type { Reckoned } from './reckon-costs.ts';

/** Why a run of a schedule fell out. */
export const skipReasons = ['frozen', 'paused', 'over-cost', 'no-servers', 'plan-unfit'] as const;
/** Why a run of a schedule fell out. */
export type SkipReason = (typeof skipReasons)[number];

/** How an occurrence of a schedule was settled. */
export type Settled =
  | {
      readonly status: 'started';
      /** The plan that it runs as. */
      readonly run: string;
      readonly servers: number;
      /** Servers of the plan that are not drilled this time. */
      readonly leftOut: readonly LeftOut[];
      readonly movedBecause?: string;
      readonly reckoned?: Reckoned;
    }
  | { readonly status: 'skipped'; readonly reason: SkipReason; readonly because: string }
  | { readonly status: 'missed'; readonly because: string };

/** Servers that a run leaves out, and why. */
export interface LeftOut {
  readonly because: string;
  readonly servers: number;
}

/** An occurrence of a schedule that was settled: when it was to begin, and what came of it. */
export type SettledOccurrence = Settled & {
  readonly date: string;
  readonly plannedAt: Instant;
  readonly settledAt: Instant;
};

/** The stream of one schedule. */
export function scheduleStream({
  plan,
  home,
}: {
  readonly plan: string;
  readonly home: Target;
}): Stream {
  return {
    source: 'landfall.wave',
    stream: `schedule/${plan}`,
    resources: [],
    common: { accountId: home.accountId, region: home.region, plan },
  };
}

/** Tells what came of an occurrence, and when the next one begins. */
export function tellSettled(settled: SettledOccurrence, nextAt: Instant | null): Told {
  const { date, plannedAt } = settled;
  const common = { date, plannedAt, nextAt };
  switch (settled.status) {
    case 'started': {
      const { run, servers, leftOut, movedBecause, reckoned } = settled;
      return {
        detailType: DetailType.ScheduleStarted,
        members: {
          ...common,
          run,
          servers,
          leftOut: leftOut.slice(0, 20),
          ...(movedBecause === undefined ? {} : { movedBecause: cutText(movedBecause) }),
          ...(reckoned === undefined ? {} : { reckoned }),
        },
      };
    }
    case 'skipped':
      return {
        detailType: DetailType.ScheduleSkipped,
        members: { ...common, reason: settled.reason, because: cutText(settled.because) },
      };
    case 'missed':
      return {
        detailType: DetailType.ScheduleMissed,
        members: { ...common, because: cutText(settled.because) },
      };
    default:
      return settled satisfies never;
  }
}
