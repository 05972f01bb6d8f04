import type { Agenda } from './agenda.ts';
import type { Chance } from './chance.ts';
import { type JsonObject, parseObject } from './json.ts';
import type { Parameters } from './parameters.ts';
import { partitionOf } from './partition-of.ts';
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

/** Tells the outside, in EventBridge envelopes, what the service itself would tell; builds nothing where nobody listens. */
export class Herald {
  readonly #chance: Chance;
  readonly #parameters: Parameters;
  readonly #agenda: Agenda;
  readonly #deliver: ((envelope: JsonObject) => void) | undefined;
  #told = 0;

  constructor(
    by: { readonly chance: Chance; readonly parameters: Parameters; readonly agenda: Agenda },
    deliver: ((envelope: JsonObject) => void) | undefined,
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
    const {
      nativeEventDropProbability: drop,
      nativeEventDuplicateProbability: duplicate,
      nativeEventDelaySeconds: delay,
    } = this.#parameters;
    this.#send(at, { drop, duplicate, delay }, () => ({
      source: `aws.${region.service}`,
      'detail-type': detailType,
      account: region.accountId,
      region: region.region,
      resources,
      detail,
    }));
  }

  /** Tells a mutating call, whoever made it: late, doubled or not at all as the parameters say. */
  trail(at: number, entry: TrailEntry): void {
    const {
      trailEventDropProbability: drop,
      trailEventDuplicateProbability: duplicate,
      trailEventDelaySeconds: delay,
    } = this.#parameters;
    this.#send(at, { drop, duplicate, delay }, (nth) => ({
      source: `aws.${entry.service}`,
      'detail-type': 'AWS API Call via CloudTrail',
      account: entry.accountId,
      region: entry.region,
      resources: [],
      detail: {
        eventVersion: '1.08',
        userIdentity: identityOf(entry),
        eventTime: second(at),
        eventSource: `${entry.service}.amazonaws.com`,
        eventName: entry.operation,
        awsRegion: entry.region,
        userAgent: entry.caller,
        requestParameters: entry.input,
        responseElements: entry.error === null ? (parseObject(entry.body) ?? null) : null,
        ...(entry.error === null ? {} : { errorCode: entry.error }),
        eventID: this.#chance.uuid('trail', nth),
        readOnly: false,
        eventType: 'AwsApiCall',
        managementEvent: true,
        recipientAccountId: entry.accountId,
      },
    }));
  }

  #send(at: number, how: Delivery, build: (nth: number) => JsonObject): void {
    this.#told += 1;
    const nth = this.#told;
    const deliver = this.#deliver;
    if (deliver === undefined || this.#chance.unit('drop', nth) < how.drop) return;
    const envelope = {
      version: '0',
      id: this.#chance.uuid('event', nth),
      ...build(nth),
      time: second(at),
    };
    const copies = this.#chance.unit('duplicate', nth) < how.duplicate ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const delay = this.#chance.between(how.delay, 'delay', nth, copy) * 1000;
      if (delay === 0) deliver(envelope);
      else this.#agenda.add(at + delay, () => deliver(envelope));
    }
  }
}

/** How events of a kind are delivered. */
interface Delivery {
  readonly drop: number;
  readonly duplicate: number;
  readonly delay: readonly [number, number];
}

/** Who called, as CloudTrail names them: a person of the console by single sign-on, all others in a role of their name. */
function identityOf({ accountId, region, caller }: TrailEntry): JsonObject {
  const partition = partitionOf(region);
  const [path, role, session] =
    caller === 'console'
      ? ['aws-reserved/sso.amazonaws.com/', 'AWSReservedSSO_Operations_0123456789abcdef', person]
      : ['', caller, caller];
  return {
    type: 'AssumedRole',
    arn: `arn:${partition}:sts::${accountId}:assumed-role/${role}/${session}`,
    accountId,
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        arn: `arn:${partition}:iam::${accountId}:role/${path}${role}`,
        accountId,
        userName: role,
      },
    },
    ...(caller === 'console' ? { sessionCredentialFromConsole: 'true' } : {}),
  };
}

// The name of such a session is the e-mail address of the person.
const person = 'anna@example.com';

function second(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
