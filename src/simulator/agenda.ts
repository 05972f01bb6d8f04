/** Something that will happen at an instant unless it is cancelled before. */
export interface Appointment {
  readonly at: number;
  readonly act: () => void;
  cancelled: boolean;
}

/** Keeps what is to happen, in the order of time; equal instants keep the order in which they were added. */
export class Agenda {
  readonly #heap: { readonly appointment: Appointment; readonly order: number }[] = [];
  #added = 0;

  /** Adds an act at an instant in milliseconds, rounded up, so that nothing happens before its time. */
  add(at: number, act: () => void): Appointment {
    const appointment: Appointment = { at: Math.ceil(at), act, cancelled: false };
    this.#added += 1;
    this.#heap.push({ appointment, order: this.#added });
    this.#rise(this.#heap.length - 1);
    return appointment;
  }

  /** Answers the instant of the next act, or undefined. */
  nextAt(): number | undefined {
    this.#dropCancelled();
    return this.#heap[0]?.appointment.at;
  }

  /** Takes the next act that is due at an instant, or undefined. */
  takeDue(now: number): Appointment | undefined {
    const at = this.nextAt();
    return at === undefined || at > now ? undefined : this.#take();
  }

  #dropCancelled(): void {
    while (this.#heap[0]?.appointment.cancelled === true) this.#take();
  }

  #take(): Appointment | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first !== undefined && last !== undefined && this.#heap.length > 0) {
      this.#heap[0] = last;
      this.#sink(0);
    }
    return first?.appointment;
  }

  #before(a: number, b: number): boolean {
    const one = this.#heap[a];
    const other = this.#heap[b];
    if (one === undefined || other === undefined) return false;
    const gap = one.appointment.at - other.appointment.at;
    return gap < 0 || (gap === 0 && one.order < other.order);
  }

  #swap(a: number, b: number): void {
    const one = this.#heap[a];
    const other = this.#heap[b];
    if (one === undefined || other === undefined) return;
    this.#heap[a] = other;
    this.#heap[b] = one;
  }

  #rise(from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #sink(from: number): void {
    let at = from;
    for (;;) {
      const left = 2 * at + 1;
      const least = this.#before(left + 1, left) ? left + 1 : left;
      if (!this.#before(least, at)) return;
      this.#swap(at, least);
      at = least;
    }
  }
}
