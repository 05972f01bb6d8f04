import { fromMs, type Instant } from '../core/time.ts';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly fire: () => void;
  cancelled: boolean;
}

function earlier(a: Timer, b: Timer): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/**
 * A clock that stands still until it is told to move. Timers fire in the order of their instants, and in
 * the order of their setting where instants are equal.
 */
export class VirtualClock {
  #now: number;
  #order = 0;
  #cancelled = 0;
  #heap: Timer[] = [];

  /** Starts at so many milliseconds after 1970. */
  constructor(startMs: number) {
    this.#now = startMs;
  }

  /** Says the present instant. */
  now(): Instant {
    return fromMs(this.#now);
  }

  /** Says the present instant in milliseconds after 1970. */
  nowMs(): number {
    return this.#now;
  }

  /** Says how many timers are set. */
  get pending(): number {
    return this.#heap.length - this.#cancelled;
  }

  /** Sets a timer, at once due where the instant is past; answers how to cancel it (any number of times). */
  at(ms: number, fire: () => void): () => void {
    const timer: Timer = {
      at: Math.max(ms, this.#now),
      order: this.#order++,
      fire,
      cancelled: false,
    };
    this.#push(timer);
    return () => {
      if (timer.cancelled) return;
      timer.cancelled = true;
      this.#cancelled += 1;
      // Long backstops are set and cancelled by the thousand: without this they would fill the memory.
      if (this.#cancelled > 1000 && this.#cancelled * 2 > this.#heap.length) this.#compact();
    };
  }

  /** Says when the next timer fires, or undefined where none is set. */
  nextAt(): number | undefined {
    this.#dropCancelled();
    return this.#heap[0]?.at;
  }

  /** Moves to an instant and fires every timer that is due by then; a past instant is a RangeError. */
  advanceTo(ms: number): void {
    if (ms < this.#now) throw new RangeError(`the clock never goes back: ${fromMs(ms)}`);
    for (;;) {
      this.#dropCancelled();
      const next = this.#heap[0];
      if (next === undefined || next.at > ms) break;
      this.#pop();
      this.#now = Math.max(this.#now, next.at);
      next.cancelled = true;
      next.fire();
    }
    this.#now = ms;
  }

  #dropCancelled(): void {
    while (this.#heap[0]?.cancelled === true) {
      this.#pop();
      this.#cancelled -= 1;
    }
  }

  #compact(): void {
    const kept = this.#heap.filter((timer) => !timer.cancelled);
    // A list in firing order is a valid heap.
    kept.sort((a, b) => (earlier(a, b) ? -1 : 1));
    this.#heap = kept;
    this.#cancelled = 0;
  }

  #push(timer: Timer): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(timer);
    while (at > 0) {
      const above = (at - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || earlier(parent, timer)) break;
      heap[at] = parent;
      at = above;
    }
    heap[at] = timer;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      const left = heap[child];
      if (left === undefined) break;
      const right = heap[child + 1];
      let least = left;
      if (right !== undefined && earlier(right, left)) {
        least = right;
        child += 1;
      }
      if (earlier(last, least)) break;
      heap[at] = least;
      at = child;
    }
    heap[at] = last;
  }
}
