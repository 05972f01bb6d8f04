import type { VirtualClock } from '../virtual-clock.ts';
import type { Timer, TimerPurpose } from './execution.ts';

/** The engine's timers as data, each armed on the virtual clock. */
export class EngineTimers<H> {
  readonly #clock: VirtualClock;
  readonly #fire: (purpose: TimerPurpose<H>) => void;
  readonly #armed = new Map<number, { readonly timer: Timer<H>; readonly cancel: () => void }>();

  /** Makes an empty set of timers; `fire` takes the purpose of each that is due. */
  constructor(clock: VirtualClock, fire: (purpose: TimerPurpose<H>) => void) {
    this.#clock = clock;
    this.#fire = fire;
  }

  /** Arms a timer at its absolute instant. */
  arm(timer: Timer<H>): void {
    const cancel = this.#clock.at(timer.at, () => {
      this.#armed.delete(timer.id);
      this.#fire(timer.purpose);
    });
    this.#armed.set(timer.id, { timer, cancel });
  }

  /** Arms the timers of an earlier engine; those of one instant fire in the order of their ids, as they were set. */
  restore(timers: readonly Timer<H>[]): void {
    for (const timer of [...timers].sort((a, b) => a.id - b.id)) this.arm(timer);
  }

  /** Forgets a timer; null, and one that has fired, are nothing to forget. */
  cancel(id: number | null): void {
    if (id === null) return;
    this.#armed.get(id)?.cancel();
    this.#armed.delete(id);
  }

  /** Answers the timers that are set. */
  pending(): Timer<H>[] {
    return [...this.#armed.values()].map(({ timer }) => timer);
  }
}
