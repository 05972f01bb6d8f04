import { createHash } from 'node:crypto';
import * as z from 'zod';
import { instantMs } from '../../core/time.ts';

/** What is wrong with the events of a stream. */
export interface StreamFinding {
  readonly kind: 'gap' | 'second-content' | 'second-id' | 'backward-time' | 'unreadable';
  /** The stream; empty for what is no event. */
  readonly stream: string;
  /** The sequences concerned, the first and the last. */
  readonly from?: number;
  readonly to?: number;
  readonly problem: string;
  /** Where the events concerned stand. */
  readonly places: readonly string[];
}

/** What was proved of a number of events. */
export interface StreamVerdict {
  readonly streams: number;
  /** Events of Landfall, each counted once however often it was delivered. */
  readonly events: number;
  /** Deliveries of an event that had been delivered before, with the same content. */
  readonly redelivered: number;
  /** Deliveries that came after a later one of their stream; EventBridge keeps no order. */
  readonly overtaken: number;
  /** Events of other sources, which are not looked at. */
  readonly others: number;
  readonly findings: readonly StreamFinding[];
}

const LandfallDetail = z.looseObject({
  eventId: z.string().min(1),
  stream: z.string().min(1),
  sequence: z.int().min(1),
  observedAt: z.string().refine((text) => instantMs(text) !== undefined, 'is no instant'),
});

interface Seen {
  readonly eventId: string;
  readonly ms: number;
  readonly place: string;
}

/**
 * Proves of events, however they come, that each stream is gapless, tells nothing twice and never goes back in time.
 * What is delivered again with the same content, or late, is counted and no breach.
 */
export class StreamProof {
  readonly #streams = new Map<string, Map<number, Seen>>();
  readonly #newest = new Map<string, number>();
  readonly #contents = new Map<string, { readonly digest: string; readonly place: string }>();
  readonly #findings: StreamFinding[] = [];
  #events = 0;
  #redelivered = 0;
  #overtaken = 0;
  #others = 0;

  /** Looks at an event; `place` says where it stands, e.g. `events.jsonl:12`. */
  see(event: Readonly<Record<string, unknown>>, place: string): void {
    if (typeof event['source'] === 'string' && !event['source'].startsWith('landfall.')) {
      this.#others += 1;
      return;
    }
    const read = LandfallDetail.safeParse(event['detail']);
    if (!read.success) {
      const [issue] = read.error.issues;
      const at = ['detail', ...(issue?.path ?? [])].join('.');
      this.unreadable(`${at}: ${issue?.message ?? 'is not understood'}`, place);
      return;
    }
    const { eventId, stream, sequence, observedAt } = read.data;
    const digest = digestOf([event['source'], event['detail-type'], event['detail']]);
    const before = this.#contents.get(eventId);
    if (before !== undefined) {
      if (before.digest === digest) this.#redelivered += 1;
      else {
        this.#findings.push({
          ...{ kind: 'second-content', stream, from: sequence, to: sequence },
          problem: `${eventId} was delivered with two contents`,
          places: [before.place, place],
        });
      }
      return;
    }
    this.#contents.set(eventId, { digest, place });
    this.#events += 1;
    const known = this.#streams.get(stream) ?? new Map<number, Seen>();
    this.#streams.set(stream, known);
    const other = known.get(sequence);
    if (other !== undefined) {
      this.#findings.push({
        ...{ kind: 'second-id', stream, from: sequence, to: sequence },
        problem: `${sequence} is both ${other.eventId} and ${eventId}`,
        places: [other.place, place],
      });
      return;
    }
    const newest = this.#newest.get(stream) ?? 0;
    if (sequence < newest) this.#overtaken += 1;
    else this.#newest.set(stream, sequence);
    known.set(sequence, { eventId, ms: instantMs(observedAt) ?? 0, place });
  }

  /** Notes what could not be read as an event. */
  unreadable(problem: string, place: string): void {
    this.#findings.push({ kind: 'unreadable', stream: '', problem, places: [place] });
  }

  /**
   * Says what was proved. `isPartial`: the events begin in the middle of their streams, so that what is before the
   * first of a stream is no gap.
   */
  verdict({ isPartial }: { readonly isPartial: boolean }): StreamVerdict {
    const found = [...this.#streams]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([stream, seen]) => [...findingsOf(stream, seen, isPartial)]);
    return {
      streams: this.#streams.size,
      events: this.#events,
      redelivered: this.#redelivered,
      overtaken: this.#overtaken,
      others: this.#others,
      findings: [...this.#findings, ...found],
    };
  }
}

function* findingsOf(
  stream: string,
  seen: ReadonlyMap<number, Seen>,
  isPartial: boolean,
): Generator<StreamFinding> {
  let before: (Seen & { readonly sequence: number }) | undefined;
  for (const [sequence, event] of [...seen].toSorted(([a], [b]) => a - b)) {
    const last = before?.sequence ?? (isPartial ? sequence - 1 : 0);
    if (sequence > last + 1) {
      const [from, to] = [last + 1, sequence - 1];
      const missing = from === to ? `${from} is missing` : `${from} to ${to} are missing`;
      yield {
        ...{ kind: 'gap', stream, from, to },
        problem: missing,
        places: [...(before === undefined ? [] : [before.place]), event.place],
      };
    }
    if (before !== undefined && event.ms < before.ms) {
      yield {
        ...{ kind: 'backward-time', stream, from: before.sequence, to: sequence },
        problem: `${sequence} was observed before ${before.sequence}`,
        places: [before.place, event.place],
      };
    }
    before = { ...event, sequence };
  }
}

function digestOf(content: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(inOrder(content)))
    .digest('base64');
}

// Two deliveries may write their members in another order.
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return entries.map(([name, member]) => [name, inOrder(member)]);
}
