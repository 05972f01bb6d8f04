import { stretchNames } from '../core/phase.ts';
import type { ToldEvent } from './chronicle.ts';

/** Where servers are: in a stretch of their way, before it, or behind it. */
export const places = ['waiting', ...stretchNames, 'done'] as const;
export type PlaceName = (typeof places)[number];
/** How many servers are in each place. */
export type PlaceCounts = Readonly<Record<PlaceName, number>>;

/** No server anywhere. */
export const nobody: PlaceCounts = {
  waiting: 0,
  replicate: 0,
  test: 0,
  cutover: 0,
  finalize: 0,
  protect: 0,
  drill: 0,
  extend: 0,
  recover: 0,
  retire: 0,
  reverse: 0,
  failback: 0,
  reprotect: 0,
  vacate: 0,
  rollback: 0,
  done: 0,
};

/**
 * Counts servers by where they are, from the events of waves: in a phase, done, or waiting (for their cohort, their
 * tier, or the others of their stage).
 */
export class ProgressBoard {
  readonly #total: number;
  readonly #seen = new Set<string>();
  readonly #stages = new Map<string, { readonly phase: string; running: number }>();
  #done = 0;

  constructor(total: number) {
    this.#total = total;
  }

  /** Takes one event; one that is told again changes nothing. */
  told({ 'detail-type': type, detail }: ToldEvent): void {
    const isStage = type === 'Wave Stage Started';
    const isPhase = type === 'Wave Server Phase Ended';
    const isOutcome = type === 'Wave Server Outcome';
    const isReopened = type === 'Wave Server Reopened';
    if (!(isStage || isPhase || isOutcome || isReopened)) return;
    const id = String(detail['eventId']);
    if (this.#seen.has(id)) return;
    this.#seen.add(id);
    const wave = String(detail['wave']);
    if (isStage) {
      const running = typeof detail['servers'] === 'number' ? detail['servers'] : 0;
      this.#stages.set(wave, { phase: String(detail['phase']), running });
    } else if (isPhase) {
      const stage = this.#stages.get(wave);
      if (stage !== undefined && stage.phase === detail['phase'] && stage.running > 0)
        stage.running -= 1;
    } else this.#done += isReopened ? -1 : 1;
  }

  /** How many servers are where; the counts add up to all servers. */
  counts(): PlaceCounts {
    const counts = { ...nobody, done: this.#done };
    let left = this.#total - this.#done;
    for (const { phase, running } of this.#stages.values()) {
      const place = places.find((name) => name === phase);
      if (place === undefined) continue;
      const here = Math.min(running, Math.max(0, left));
      counts[place] += here;
      left -= here;
    }
    counts.waiting = Math.max(0, left);
    return counts;
  }
}
