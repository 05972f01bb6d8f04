import type { Agenda, Appointment } from './agenda.ts';

/** A transfer of a number of bytes over a shared link. */
export interface Flow {
  readonly bytes: number;
  /** The link's service per flow, in bytes, when this flow began. */
  readonly from: number;
  readonly done: () => void;
  live: boolean;
  /** Bytes that had got through when the flow was stopped or ended. */
  served: number;
}

/** How much of a link is free for its flows at an instant, as a share of its speed, and until when that holds. */
export type FreeShare = (at: number) => { readonly share: number; readonly until: number };

// Absorbs rounding of large totals.
const slackBytes = 0.5;

const allOfIt: FreeShare = () => ({ share: 1, until: Number.POSITIVE_INFINITY });

/**
 * A link that all its flows share evenly, none faster than the cap (fluid model, processor sharing). As all flows
 * run at the same pace, one running total of "bytes a flow has got" orders their ends: only a flow's beginning
 * and end cost anything, O(log n) each, and progress in between is a formula.
 */
export class SharedLink {
  readonly #bytesPerMs: number;
  readonly #capPerMs: number;
  readonly #agenda: Agenda;
  readonly #free: FreeShare;
  #horizonMs: number;
  readonly #heap: Flow[] = [];
  #marks: { readonly at: number; readonly total: number; readonly pace: number }[];
  #live = 0;
  #next: Appointment | undefined;

  /** `horizonMs` is how far back progress may still be asked for. */
  constructor(
    speed: { readonly bytesPerMs: number; readonly capPerMs: number },
    agenda: Agenda,
    startAt: number,
    horizonMs: number,
    free: FreeShare = allOfIt,
  ) {
    this.#free = free;
    this.#bytesPerMs = speed.bytesPerMs;
    this.#capPerMs = speed.capPerMs;
    this.#agenda = agenda;
    this.#horizonMs = horizonMs;
    this.#marks = [{ at: startAt, total: 0, pace: 0 }];
  }

  /** Lets progress be asked for at least so far back, counted from now on. */
  keep(horizonMs: number): void {
    this.#horizonMs = Math.max(this.#horizonMs, horizonMs);
  }

  /** Starts a flow; `done` is called when its last byte is through. */
  start(bytes: number, now: number, done: () => void): Flow {
    const flow: Flow = { bytes, from: this.#totalAt(now), done, live: true, served: 0 };
    this.#live += 1;
    this.#push(flow);
    this.#repace(now);
    return flow;
  }

  /** Stops a flow; its `served` says how far it came. Stopping twice changes nothing. */
  stop(flow: Flow, now: number): void {
    if (!flow.live) return;
    flow.served = this.served(flow, now);
    flow.live = false;
    this.#live -= 1;
    this.#repace(now);
  }

  /** Answers the bytes of a flow that were through at an instant. */
  served(flow: Flow, at: number): number {
    const through = Math.min(flow.bytes, Math.max(0, this.#totalAt(at) - flow.from));
    return flow.live ? through : Math.min(flow.served, through);
  }

  /** Answers when a flow will be done if nothing else starts or ends. */
  eta(flow: Flow, at: number): number {
    const pace = this.#markAt(at).pace;
    return pace === 0 ? at : at + (flow.bytes - this.served(flow, at)) / pace;
  }

  #markAt(at: number): { readonly at: number; readonly total: number; readonly pace: number } {
    for (let i = this.#marks.length - 1; i >= 0; i -= 1) {
      const mark = this.#marks[i];
      if (mark !== undefined && (mark.at <= at || i === 0)) return mark;
    }
    return { at, total: 0, pace: 0 };
  }

  #totalAt(at: number): number {
    const mark = this.#markAt(at);
    return mark.total + mark.pace * Math.max(0, at - mark.at);
  }

  #repace(now: number): void {
    while (this.#heap[0]?.live === false) this.#pop();
    const { share, until } = this.#free(now);
    const pace =
      this.#live === 0 ? 0 : Math.min(this.#capPerMs, (this.#bytesPerMs * share) / this.#live);
    const mark = { at: now, total: this.#totalAt(now), pace };
    // One mark older than the horizon stays: it is the one in force there.
    while ((this.#marks[1]?.at ?? Number.POSITIVE_INFINITY) <= now - this.#horizonMs) {
      this.#marks.shift();
    }
    this.#marks = this.#horizonMs === 0 ? [mark] : [...this.#marks, mark];
    if (this.#next !== undefined) this.#next.cancelled = true;
    const first = this.#heap[0];
    if (first === undefined || pace === 0) return;
    const left = Math.max(0, first.from + first.bytes - mark.total);
    // At instants as large as ours a fraction of a millisecond may round to none: time must go on, or nothing ever does.
    const endsAt = left > slackBytes ? Math.max(now + left / pace, now + 1) : now + left / pace;
    // What is free changes before the first flow ends: the pace does, too.
    this.#next =
      until < endsAt
        ? this.#agenda.add(until, () => this.#repace(Math.ceil(until)))
        : this.#agenda.add(endsAt, () => this.#finish(Math.ceil(endsAt)));
  }

  #finish(now: number): void {
    const total = this.#totalAt(now);
    const done: Flow[] = [];
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (first.live && first.from + first.bytes > total + slackBytes) break;
      this.#pop();
      if (first.live) done.push(first);
    }
    for (const flow of done) {
      flow.served = flow.bytes;
      flow.live = false;
      this.#live -= 1;
    }
    this.#repace(now);
    for (const flow of done) flow.done();
  }

  #push(flow: Flow): void {
    this.#heap.push(flow);
    let at = this.#heap.length - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#sooner(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #pop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const least = this.#sooner(left + 1, left) ? left + 1 : left;
      if (!this.#sooner(least, at)) return;
      this.#swap(at, least);
      at = least;
    }
  }

  #sooner(a: number, b: number): boolean {
    const one = this.#heap[a];
    const other = this.#heap[b];
    return (
      one !== undefined && other !== undefined && one.from + one.bytes < other.from + other.bytes
    );
  }

  #swap(a: number, b: number): void {
    const one = this.#heap[a];
    const other = this.#heap[b];
    if (one === undefined || other === undefined) return;
    this.#heap[a] = other;
    this.#heap[b] = one;
  }
}
