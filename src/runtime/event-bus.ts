import type { BusEntry } from '../flow/ports.ts';
import { type EventPattern, patternMatches } from './event-pattern.ts';
import { seededUuid } from './seeded.ts';

/** An event as EventBridge delivers it. */
export interface EventEnvelope {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** UTC, whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Where a rule sends what it takes. `input` replaces the event. */
export type RuleTarget = { readonly input?: unknown } & (
  | { readonly kind: 'function'; readonly functionName: string }
  | { readonly kind: 'state-machine'; readonly stateMachineArn: string }
  | { readonly kind: 'queue'; readonly queueArn: string }
);

/** A rule: which events of which bus go where. */
export interface EventRule {
  readonly name: string;
  readonly bus: string;
  readonly pattern: EventPattern;
  readonly targets: readonly RuleTarget[];
}

/** The name of the bus that AWS's own services write to. */
export const defaultBus = 'default';

const entryBytes = 256 * 1024;

/** Routes events by rules. Every event reaches every target of every rule that takes it. */
export class LocalEventBus {
  readonly #rules = new Map<string, EventRule[]>();
  readonly #options: {
    readonly seed: number;
    readonly accountId: string;
    readonly region: string;
    readonly deliver: (target: RuleTarget, envelope: EventEnvelope, rule: EventRule) => void;
    readonly onEvent?: ((bus: string, envelope: EventEnvelope) => void) | undefined;
  };
  #published: number;

  /** Makes the bus; `published` is how many events an earlier run has published (their ids go on from there). */
  constructor(
    rules: readonly EventRule[],
    options: {
      readonly seed: number;
      readonly accountId: string;
      readonly region: string;
      readonly deliver: (target: RuleTarget, envelope: EventEnvelope, rule: EventRule) => void;
      readonly onEvent?: ((bus: string, envelope: EventEnvelope) => void) | undefined;
    },
    published = 0,
  ) {
    this.#options = options;
    this.#published = published;
    for (const rule of rules)
      this.#rules.set(rule.bus, [...(this.#rules.get(rule.bus) ?? []), rule]);
  }

  /** Says how many events were published. */
  get published(): number {
    return this.#published;
  }

  /** Answers the indexes of the entries that are larger than EventBridge accepts (256 KB); the others are routed. */
  publish(bus: string, entries: readonly BusEntry[]): readonly number[] {
    const refused: number[] = [];
    for (const [i, entry] of entries.entries()) {
      if (bytesOf(entry) > entryBytes) refused.push(i);
      else this.route(bus, this.envelope(entry));
    }
    return refused;
  }

  /** Wraps an entry as it is delivered, under the next id. */
  envelope(entry: BusEntry): EventEnvelope {
    const { seed, accountId, region } = this.#options;
    return {
      version: '0',
      id: seededUuid(seed, 'event', this.#published++),
      'detail-type': entry.detailType,
      source: entry.source,
      account: accountId,
      time: wholeSeconds(entry.time),
      region,
      resources: entry.resources,
      detail: entry.detail,
    };
  }

  /** Delivers an event to the targets of every rule that takes it. */
  route(bus: string, envelope: EventEnvelope): void {
    this.#options.onEvent?.(bus, envelope);
    for (const rule of this.#rules.get(bus) ?? []) {
      if (!patternMatches(rule.pattern, envelope)) continue;
      for (const target of rule.targets) this.#options.deliver(target, envelope, rule);
    }
  }

  /** Says whether any rule of a bus takes an event. */
  isTaken(bus: string, envelope: Omit<EventEnvelope, 'id'>): boolean {
    return (this.#rules.get(bus) ?? []).some((rule) => patternMatches(rule.pattern, envelope));
  }

  /** Says whether any rule listens on a bus. */
  hasRules(bus: string): boolean {
    return (this.#rules.get(bus) ?? []).length > 0;
  }
}

/** Cuts an instant to whole seconds, as EventBridge writes it. */
export function wholeSeconds(instant: string): string {
  return instant.replace(/\.\d+/, '');
}

// AWS: 14 bytes for the time, and the UTF-8 bytes of source, detail type, detail and resources.
function bytesOf(entry: BusEntry): number {
  const texts = [entry.source, entry.detailType, JSON.stringify(entry.detail), ...entry.resources];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text), 14);
}
