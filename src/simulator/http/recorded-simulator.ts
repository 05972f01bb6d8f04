import { isDeepStrictEqual } from 'node:util';
import { operationNamed } from '../operations/registry.ts';
import { refusedAtDoor } from '../refused-at-door.ts';
import {
  type CallRecord,
  type FaultFile,
  type JsonObject,
  Simulator,
  type SimulatorOptions,
  type WireRequest,
  type WireResponse,
} from '../simulator.ts';
import type { BucketObject, Entry, Host, Recording, Standing } from './recording.ts';
import type { RecordingStore } from './recording-store.ts';

/** Who listens to what happens in a recorded simulator. */
export interface Listeners {
  readonly onCall?: (record: CallRecord) => void;
  readonly onEvent?: (envelope: JsonObject) => void;
}

type Where = { readonly accountId: string; readonly region: string };
type Origin = Omit<SimulatorOptions, 'onCall' | 'onEvent'>;

/** A state that belongs to another world than the one asked for. */
export class OtherOrigin extends Error {
  override readonly name = 'OtherOrigin';
}

/**
 * A simulator that notes all that changes it from outside, so that it can be saved and made again: its options and
 * every writing call and injected fault with its instant. Reads change nothing but counters, which are kept beside.
 */
export class RecordedSimulator {
  readonly #listeners: Listeners;
  readonly #store: RecordingStore;
  #simulator: Simulator;
  #latest: CallRecord | undefined;
  #noted: Standing;

  /**
   * Goes on with the recording in the store where there is one, else begins one with these options. With a recording
   * and options that differ from its own it throws OtherOrigin; options may be left out then.
   */
  constructor(store: RecordingStore, origin: Origin | undefined, listeners: Listeners = {}) {
    this.#store = store;
    this.#listeners = listeners;
    const known = store.options();
    if (known === undefined) {
      if (origin === undefined)
        throw new RangeError('neither options nor a recording to go on with');
      this.#simulator = this.#made(origin);
      this.#noted = this.#standing();
      store.begin({ ...origin }, this.#noted);
      return;
    }
    if (origin !== undefined && !isDeepStrictEqual(known, plain(origin))) {
      throw new OtherOrigin('the state was begun with another fleet, seed, faults or start');
    }
    this.#simulator = this.#made(known);
    this.#noted = store.standing();
    this.#replay(store.entries(), this.#noted);
  }

  /** The present virtual time, in milliseconds after 1970. */
  get now(): number {
    return this.#simulator.now;
  }

  /** The next instant at which something happens by itself; undefined when nothing will. */
  nextEventAt(): number | undefined {
    return this.#simulator.nextEventAt();
  }

  /** Answers a request at the present virtual time. */
  answer(request: WireRequest): WireResponse {
    this.#simulator.advanceTo(this.#simulator.now);
    const { counters, now } = this.#simulator;
    const response = this.#simulator.answer(request);
    const operation = this.#latest?.operation ?? '';
    if (operationNamed(request.service, operation)?.writes === true) {
      this.#store.append(
        refusedAtDoor(response)
          ? { kind: 'told', at: now, counters: this.#simulator.counters }
          : { kind: 'call', at: now, counters, request: recorded(request) },
      );
    }
    return response;
  }

  /** Moves virtual time; an instant that has passed is refused with a RangeError. */
  advanceTo(ms: number): void {
    this.#simulator.advanceTo(ms);
  }

  /** Brings faults into force from now on. */
  inject(faults: FaultFile): void {
    this.#simulator.advanceTo(this.#simulator.now);
    const { counters, now } = this.#simulator;
    this.#simulator.inject(faults);
    this.#store.append({ kind: 'faults', at: now, counters, faults });
  }

  /** Installs the replication agent on a host; answers the server's id, or why the service refused. */
  installAgent(
    where: Where,
    host: Host,
  ): { readonly sourceServerID: string } | { readonly refusal: string } {
    this.#simulator.advanceTo(this.#simulator.now);
    const { counters, now } = this.#simulator;
    const installed = this.#simulator.installAgent(where, host);
    this.#store.append({ kind: 'agent', at: now, counters, where, host });
    return installed;
  }

  /** Puts a text into a bucket from which an import may read, or makes the empty bucket. */
  putObject(where: Where, object: BucketObject): void {
    this.#simulator.advanceTo(this.#simulator.now);
    const { counters, now } = this.#simulator;
    this.#simulator.putObject(where, object);
    this.#store.append({ kind: 'object', at: now, counters, where, object });
  }

  /** Answers the text of an object, such as one that an export wrote; undefined where there is none. */
  objectText(
    where: Where,
    object: { readonly bucket: string; readonly key: string },
  ): string | undefined {
    return this.#simulator.objectText(where, object);
  }

  /** Notes the present instant and counters where they changed. */
  note(): void {
    const standing = this.#standing();
    if (isDeepStrictEqual(standing, this.#noted)) return;
    this.#store.note(standing);
    this.#noted = standing;
  }

  /** Answers all that is needed to make this world again. */
  snapshot(): Recording {
    this.note();
    return this.#store.recording();
  }

  /**
   * Goes on from a snapshot. What cannot be replayed is refused with what the simulator throws, and nothing has
   * changed then.
   */
  restore({ options, entries, standing }: Recording): void {
    const before = this.#simulator;
    try {
      this.#simulator = this.#made(options);
      this.#replay(entries, standing);
      this.#store.begin(options, standing, entries);
      this.#noted = standing;
    } catch (error) {
      this.#simulator = before;
      throw error;
    }
  }

  #made(origin: Origin): Simulator {
    return new Simulator({
      ...origin,
      onCall: (record) => {
        this.#latest = record;
        this.#listeners.onCall?.(record);
      },
      onEvent: (envelope) => this.#listeners.onEvent?.(envelope),
    });
  }

  #standing(): Standing {
    return { now: this.#simulator.now, counters: this.#simulator.counters };
  }

  #replay(entries: Iterable<Entry>, standing: Standing): void {
    for (const entry of entries) {
      this.#simulator.advanceTo(entry.at);
      this.#simulator.setCounters(entry.counters);
      switch (entry.kind) {
        case 'call':
          this.#simulator.answer({ ...entry.request, headers: {} });
          break;
        case 'faults':
          this.#simulator.inject(entry.faults);
          break;
        case 'agent':
          this.#simulator.installAgent(entry.where, entry.host);
          break;
        case 'object':
          this.#simulator.putObject(entry.where, entry.object);
          break;
        case 'told':
          break;
      }
    }
    // A crash may have lost the latest note; what was done since is known all the same.
    if (standing.now < this.#simulator.now) return;
    this.#simulator.advanceTo(standing.now);
    if (standing.counters.requests >= this.#simulator.counters.requests) {
      this.#simulator.setCounters(standing.counters);
    }
  }
}

/** The form in which options come back from a file. */
function plain(origin: Origin): JsonObject {
  const copy: unknown = JSON.parse(JSON.stringify(origin));
  return typeof copy === 'object' && copy !== null ? { ...copy } : {};
}

// Only reads are told apart by their headers.
function recorded({ headers: _headers, ...request }: WireRequest) {
  return request;
}
