// In: how long phases took for servers. Out: the figures that a plan's `needs` are taken from. Pure.

import { stretchNames } from '../core/phase.ts';

/** How long a phase took, from the start of its stage to its end for a server. */
export interface PhaseDuration {
  readonly phase: string;
  /** How many servers went through it. */
  readonly servers: number;
  readonly p50Seconds: number;
  readonly p95Seconds: number;
  readonly longestSeconds: number;
}

const order: readonly string[] = stretchNames;

/** Gathers how long each phase took for each server that went through it. */
export class PhaseDurations {
  readonly #seconds = new Map<string, number[]>();

  /** Takes one server's way through a phase. */
  add(phase: string, seconds: number): void {
    const known = this.#seconds.get(phase);
    if (known === undefined) this.#seconds.set(phase, [seconds]);
    else known.push(seconds);
  }

  /** The phases that servers went through, in their order. */
  read(): readonly PhaseDuration[] {
    return [...this.#seconds]
      .map(([phase, seconds]) => {
        const sorted = seconds.toSorted((a, b) => a - b);
        const share = (part: number) => sorted[Math.ceil(part * sorted.length) - 1] ?? 0;
        return {
          phase,
          servers: sorted.length,
          p50Seconds: share(0.5),
          p95Seconds: share(0.95),
          longestSeconds: share(1),
        };
      })
      .toSorted((a, b) => order.indexOf(a.phase) - order.indexOf(b.phase));
  }
}
