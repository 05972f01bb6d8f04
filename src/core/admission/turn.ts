// In: requests of one rank and what each wave has already. Out: the order in which they are served. Pure.
import { type Instant, toMs } from '../time.ts';

/** How much each has, by its name. */
export type Shares = ReadonlyMap<string, number>;

/** What a request's turn depends on. */
export interface Queued {
  readonly id: string;
  readonly wave: string;
  readonly tier: number;
  readonly requestedAt: Instant;
}

/**
 * Orders requests so that the wave with the least gets the next place: within a wave lower tiers and older requests go
 * first. A wave that asked first gets no more than its part while others ask as well.
 */
export function byTurn<T extends Queued>(requests: readonly T[], shares: Shares): readonly T[] {
  const counts = new Map(shares);
  return [...requests]
    .sort((a, b) => a.tier - b.tier || older(a, b))
    .map((request) => {
      const place = counts.get(request.wave) ?? 0;
      counts.set(request.wave, place + 1);
      return { request, place };
    })
    .sort((a, b) => a.place - b.place || older(a.request, b.request))
    .map(({ request }) => request);
}

function older(a: Queued, b: Queued): number {
  return toMs(a.requestedAt) - toMs(b.requestedAt) || (a.id < b.id ? -1 : 1);
}
