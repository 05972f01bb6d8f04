/** A queue that gives what came first first, and holds no memory of what it gave. */
export class Fifo<T> {
  #items: T[];
  #head = 0;

  /** Makes a queue of these items. */
  constructor(items: readonly T[] = []) {
    this.#items = [...items];
  }

  /** Says how many items wait. */
  get size(): number {
    return this.#items.length - this.#head;
  }

  /** Adds an item at the end. */
  push(item: T): void {
    this.#items.push(item);
  }

  /** Takes the first item; undefined where none waits. */
  shift(): T | undefined {
    const item = this.#items[this.#head];
    if (this.size === 0) return undefined;
    this.#head += 1;
    // Array.shift moves every item that waits; with thousands of executions that is most of the time.
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** Answers what waits, in order. */
  waiting(): T[] {
    return this.#items.slice(this.#head);
  }
}
