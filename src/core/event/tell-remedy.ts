import { type Instant, secondsBetween } from '../time.ts';
import { DetailType } from './detail-type.ts';
import { cutText, type Told } from './stream.ts';

/** What MGN said to a try: `unknown` where no answer came. */
export type RemedyAnswer = 'accepted' | 'refused' | 'unknown';

/** Tells that a stalled replication was retried, what came of the call, and how many tries are left. */
export function tellRemedyTried(tried: {
  readonly errorClass: string;
  readonly attempt: number;
  readonly budget: number;
  readonly stalledSince: Instant;
  readonly answer: RemedyAnswer;
  readonly reason?: string | undefined;
}): Told {
  const { errorClass, attempt, budget, stalledSince, answer, reason } = tried;
  return {
    detailType: DetailType.RemedyTried,
    members: {
      remedy: 'retry-replication',
      errorClass,
      stalledSince,
      attempt,
      budget,
      budgetLeft: Math.max(0, budget - attempt),
      answer,
      ...(reason === undefined ? {} : { reason: cutText(reason) }),
    },
  };
}

const mostIds = 100;

/** Tells that so many servers stall with an error class that none of them is retried. */
export function tellRemediesStopped(stop: {
  readonly errorClass: string;
  readonly servers: readonly string[];
  readonly limit: number;
}): Told {
  const { errorClass, servers, limit } = stop;
  return {
    detailType: DetailType.RemediesStopped,
    members: {
      errorClass,
      servers: servers.length,
      limit,
      serverIds: servers.slice(0, mostIds),
      remedy:
        'look at what the servers share: subnet, routes, roles and policies of the staging area (docs/remedies.md)',
    },
  };
}

/** Tells that servers with an error class are retried again. */
export function tellRemediesResumed(
  { errorClass, since }: { readonly errorClass: string; readonly since: Instant },
  at: Instant,
): Told {
  return {
    detailType: DetailType.RemediesResumed,
    members: { errorClass, since, stoppedSeconds: Math.round(secondsBetween(since, at)) },
  };
}
