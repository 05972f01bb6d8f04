import type { Agenda } from './agenda.ts';
import type { Chance } from './chance.ts';
import { type JsonObject, parseObject } from './json.ts';
import type { Parameters } from './parameters.ts';
import type { RegionState } from './region-state.ts';
import type { SourceServer } from './source-server.ts';

/** A mutating call as CloudTrail tells it. */
export interface TrailEntry {
  readonly accountId: string;
  readonly region: string;
  readonly service: string;
  readonly operation: string;
  readonly caller: string;
  readonly input: JsonObject;
  readonly error: string | null;
  readonly body: string;
}

/** Tells the outside, in EventBridge envelopes, what the service itself would tell. */
export class Herald {
  readonly #chance: Chance;
  readonly #parameters: Parameters;
  readonly #agenda: Agenda;
  readonly #deliver: (envelope: JsonObject) => void;
  #told = 0;

  constructor(
    by: { readonly chance: Chance; readonly parameters: Parameters; readonly agenda: Agenda },
    deliver: (envelope: JsonObject) => void,
  ) {
    this.#chance = by.chance;
    this.#parameters = by.parameters;
    this.#agenda = by.agenda;
    this.#deliver = deliver;
  }

  /** How many events were told so far; what becomes of each depends on its number. */
  get told(): number {
    return this.#told;
  }

  /** Sets the number of events told, so that the numbers go on from there. */
  setTold(told: number): void {
    this.#told = told;
  }

  /** Tells a native event of one server, best effort as the parameters say. */
  native(
    at: number,
    region: RegionState,
    server: SourceServer,
    detailType: string,
    detail: JsonObject,
  ): void {
    // The replication that both services share speaks of MGN.
    const ofService = region.service === 'drs' ? detailType.replace(/^MGN /, 'DRS ') : detailType;
    this.announce(at, region, [server.arn], ofService, detail);
  }

  /** Tells a native event of other resources of a service, best effort as the parameters say. */
  announce(
    at: number,
    region: RegionState,
    resources: readonly string[],
    detailType: string,
    detail: JsonObject,
  ): void {
    this.#send(at, {
      source: `aws.${region.service}`,
      'detail-type': detailType,
      account: region.accountId,
      region: region.region,
      resources,
      detail,
    });
  }

  /** Tells a mutating call that somebody made. */
  trail(at: number, entry: TrailEntry): void {
    this.#send(at, {
      source: `aws.${entry.service}`,
      'detail-type': 'AWS API Call via CloudTrail',
      account: entry.accountId,
      region: entry.region,
      resources: [],
      detail: {
        eventVersion: '1.08',
        userIdentity: { type: 'IAMUser', userName: entry.caller },
        eventTime: second(at),
        eventSource: `${entry.service}.amazonaws.com`,
        eventName: entry.operation,
        awsRegion: entry.region,
        userAgent: entry.caller,
        requestParameters: entry.input,
        responseElements: entry.error === null ? (parseObject(entry.body) ?? null) : null,
        ...(entry.error === null ? {} : { errorCode: entry.error }),
        readOnly: false,
        eventType: 'AwsApiCall',
        recipientAccountId: entry.accountId,
      },
    });
  }

  #send(at: number, event: JsonObject): void {
    this.#told += 1;
    const nth = this.#told;
    const { nativeEventDropProbability, nativeEventDuplicateProbability, nativeEventDelaySeconds } =
      this.#parameters;
    if (this.#chance.unit('drop', nth) < nativeEventDropProbability) return;
    const envelope = {
      version: '0',
      id: this.#chance.uuid('event', nth),
      ...event,
      time: second(at),
    };
    const copies = this.#chance.unit('duplicate', nth) < nativeEventDuplicateProbability ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const delay = this.#chance.between(nativeEventDelaySeconds, 'delay', nth, copy) * 1000;
      if (delay === 0) this.#deliver(envelope);
      else this.#agenda.add(at + delay, () => this.#deliver(envelope));
    }
  }
}

function second(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
