// How EventBridge may deliver: at least once, in any order. Seeded, and in virtual time.
import { createHash } from 'node:crypto';
import type { BusEntry } from '../../src/flow/ports.ts';
import type { Delivered } from './_subscriber.ts';

/** The shares of deliveries that go wrong, each way, and how late what goes wrong may be. */
export interface Trouble {
  readonly seed: number;
  readonly dropped: number;
  readonly duplicated: number;
  readonly reordered: number;
  readonly lateSeconds: number;
}

/** Five in a hundred deliveries each are dropped and retried, come twice, or come late. */
export const fivePercent: Trouble = {
  seed: 1,
  dropped: 0.05,
  duplicated: 0.05,
  reordered: 0.05,
  lateSeconds: 600,
};

/** A way between the bus and a subscriber, with its troubles. */
export class Delivery {
  /** How often each trouble befell a delivery. */
  readonly counts = { dropped: 0, duplicated: 0, reordered: 0 };
  readonly #trouble: Trouble;
  readonly #receive: (event: Delivered) => void;
  readonly #late: { readonly atMs: number; readonly event: Delivered }[] = [];
  #sent = 0;

  constructor(trouble: Trouble, receive: (event: Delivered) => void) {
    this.#trouble = trouble;
    this.#receive = receive;
  }

  /** Takes an event that the bus has accepted at an instant. */
  send(entry: BusEntry, nowMs: number): void {
    const event: Delivered = JSON.parse(
      JSON.stringify({ 'detail-type': entry.detailType, detail: entry.detail }),
    );
    const { dropped, duplicated, reordered } = this.#trouble;
    const draw = this.#draw();
    const late = () => {
      const atMs = nowMs + 1 + Math.floor(this.#draw() * this.#trouble.lateSeconds * 1000);
      this.#late.push({ atMs, event });
    };
    if (draw < dropped) {
      this.counts.dropped += 1;
      late();
    } else if (draw < dropped + duplicated) {
      this.counts.duplicated += 1;
      this.#receive(event);
      late();
    } else if (draw < dropped + duplicated + reordered) {
      this.counts.reordered += 1;
      // Until the next one has come.
      this.#late.push({ atMs: nowMs, event });
    } else this.#receive(event);
  }

  /** Delivers what is due by an instant; the latest first, as nothing promises an order. */
  catchUp(nowMs: number): void {
    const due = this.#late.filter(({ atMs }) => atMs <= nowMs).reverse();
    for (const one of due) {
      this.#late.splice(this.#late.indexOf(one), 1);
      this.#receive(one.event);
    }
  }

  #draw(): number {
    this.#sent += 1;
    const digest = createHash('sha256').update(`${this.#trouble.seed}/${this.#sent}`).digest();
    return digest.readUInt32BE() / 2 ** 32;
  }
}
