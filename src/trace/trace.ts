import {
  type CallRecord,
  type Envelope,
  type ExecutionLine,
  isJsonObject,
  type JsonObject,
  type Logs,
  type UnreadableLine,
} from './forms.ts';
import { grouped } from './grouped.ts';
import { ServerKeys } from './server-keys.ts';
import { utcMs } from './utc-instant.ts';
import { INTENT_TAG, isRead, LANDFALL } from './vocabulary.ts';

/** A call with what the rules ask of it. */
export interface Call {
  readonly index: number;
  readonly ms: number;
  readonly record: CallRecord;
  /** The servers that the input names, as `ACCOUNT/REGION/SERVER`, in its order. */
  readonly servers: readonly string[];
  readonly ours: boolean;
  readonly reads: boolean;
  /** It took effect: success, or an answer lost on the way back. */
  readonly accepted: boolean;
  readonly intent: string | undefined;
  readonly jobId: string | undefined;
}

/** The first delivery of an event. */
export interface Told {
  readonly index: number;
  /** Milliseconds of `observedAt`. */
  readonly ms: number;
  readonly type: string;
  readonly envelope: Envelope;
  readonly detail: Envelope['detail'];
  /** `ACCOUNT/REGION/SERVER` where the event is about a server. */
  readonly server: string | undefined;
  /** `wave/PLAN/WAVE` where the event belongs to a wave. */
  readonly wave: string | undefined;
}

/** Everything that was done to and told about one server, each in order. */
export interface ServerStory {
  readonly key: string;
  readonly acts: readonly Call[];
  readonly told: readonly Told[];
}

/** Limits that the rules of promise 5 hold the trace to. */
export interface Bounds {
  /** Servers on one page of a read by ids. */
  readonly serversPerPage: number;
  /** Instants in one hour at which one operation may be read in one target. */
  readonly pollsPerHour: number;
  /** Jobs that may be open at once in a target, each with a log of its own. */
  readonly openJobs: number;
  /** Transitions of an execution without children. */
  readonly transitionsPerExecution: number;
  /** Transitions that an execution may spend on each child. */
  readonly transitionsPerChild: number;
  /** Transitions that a wave's execution may spend on each order of a person. */
  readonly transitionsPerOrder: number;
  /** Hours that the instance of a drill may be there, its termination included. */
  readonly drillInstanceHours: number;
  /** History events at which Step Functions ends an execution. */
  readonly historyEvents: number;
}

/** What a rehearsal's summary claims, as far as the logs can prove it. */
export interface Summary {
  readonly transitionsPerServer?: number;
  readonly servers?: number;
  readonly outcomes?: Readonly<Record<string, number>>;
}

/** The three logs, indexed once for all rules. */
export interface Trace {
  readonly calls: readonly Call[];
  /** Every delivery, repeated ones included, in the order of the file. */
  readonly deliveries: readonly Envelope[];
  /** The first delivery of each event id, in the order of the file. */
  readonly told: readonly Told[];
  /** The distinct events of each stream, by sequence. */
  readonly streams: ReadonlyMap<string, readonly Told[]>;
  readonly servers: ReadonlyMap<string, ServerStory>;
  /** How many servers the logs name in a target, `ACCOUNT/REGION`. */
  readonly serversIn: (target: string) => number;
  /** The distinct events of each wave, its servers' included, in the order of the file. */
  readonly waves: ReadonlyMap<string, readonly Told[]>;
  readonly executions: readonly ExecutionLine[];
  readonly unreadable: readonly UnreadableLine[];
  readonly bounds: Bounds;
  readonly summary: Summary | undefined;
}

/** Builds the index. Pure; time and memory grow with the number of lines. */
export function indexTrace(logs: Logs, bounds: Bounds, summary?: Summary): Trace {
  const keys = new ServerKeys();
  const calls = logs.api.map((record, i) => callOf(record, i, keys));
  const told = firstDeliveries(logs.events, keys);
  return {
    calls,
    deliveries: logs.events,
    told,
    streams: groupSorted(told, (event) => event.detail.stream, bySequence),
    servers: storiesOf(calls, told),
    serversIn: (target) => keys.count(target),
    waves: groupSorted(told, (event) => event.wave, byFileOrder),
    executions: logs.executions,
    unreadable: logs.unreadable ?? [],
    bounds,
    summary,
  };
}

/** Reads a text out of an event's detail or another open document. */
export function textOf(document: unknown, ...path: readonly string[]): string | undefined {
  let value: unknown = document;
  for (const step of path) value = isJsonObject(value) ? value[step] : undefined;
  return typeof value === 'string' ? value : undefined;
}

function callOf(record: CallRecord, index: number, keys: ServerKeys): Call {
  return {
    index,
    ms: utcMs(record.at),
    record,
    servers: [
      ...idsIn(record.input).map(keys.within(record.accountId, record.region)),
      ...namedByArn(record.input, keys),
    ],
    ours: record.caller === LANDFALL,
    reads: isRead(record.operation),
    accepted: record.answerLost === true || (record.status >= 200 && record.status < 300),
    intent: textOf(record.input, 'tags', INTENT_TAG),
    jobId: textOf(record.output, 'job', 'jobID'),
  };
}

const noIds: readonly string[] = [];

function idsIn(input: JsonObject): readonly string[] {
  const one = input['sourceServerID'];
  if (typeof one === 'string') return [one];
  const filters = input['filters'];
  const many =
    input['sourceServerIDs'] ?? (isJsonObject(filters) ? filters['sourceServerIDs'] : undefined);
  if (Array.isArray(many)) return many.filter((id) => typeof id === 'string');
  const launched = input['sourceServers'];
  return Array.isArray(launched)
    ? launched.flatMap((server) => textOf(server, 'sourceServerID') ?? [])
    : noIds;
}

const serverArn = /^arn:[^:]+:drs:([^:]+):(\d+):source-server\/(.+)$/;

/** A server of another account than the call's: the one that is extended. */
function namedByArn(input: JsonObject, keys: ServerKeys): readonly string[] {
  const [, region, account, id] = serverArn.exec(textOf(input, 'sourceServerArn') ?? '') ?? [];
  return region === undefined || account === undefined || id === undefined
    ? noIds
    : [keys.of(account, region, id)];
}

function firstDeliveries(envelopes: readonly Envelope[], keys: ServerKeys): readonly Told[] {
  // An event may name a server by its id alone before another event says where that is.
  for (const { detail } of envelopes) {
    const { accountId, region, sourceServerId: id } = detail;
    if (typeof accountId === 'string' && typeof region === 'string' && typeof id === 'string') {
      keys.of(accountId, region, id);
    }
  }
  const seen = new Set<string>();
  const told: Told[] = [];
  for (const [index, envelope] of envelopes.entries()) {
    const { detail } = envelope;
    if (seen.has(detail.eventId)) continue;
    seen.add(detail.eventId);
    const segments = detail.stream.split('/');
    told.push({
      index,
      ms: utcMs(detail.observedAt),
      type: envelope['detail-type'],
      envelope,
      detail,
      server: serverOf(detail, segments, keys),
      wave: segments[0] === 'wave' ? segments.slice(0, 3).join('/') : undefined,
    });
  }
  return told;
}

function serverOf(
  detail: Envelope['detail'],
  segments: readonly string[],
  keys: ServerKeys,
): string | undefined {
  // The stream of a target ends with its Region, which is no server.
  const named = segments[0] === 'target' ? undefined : segments[3];
  const id = textOf(detail, 'sourceServerId') ?? named;
  if (id === undefined) return undefined;
  const accountId = textOf(detail, 'accountId');
  const region = textOf(detail, 'region');
  return accountId !== undefined && region !== undefined
    ? keys.of(accountId, region, id)
    : keys.byId(id);
}

function storiesOf(
  calls: readonly Call[],
  told: readonly Told[],
): ReadonlyMap<string, ServerStory> {
  const stories = new Map<string, { key: string; acts: Call[]; told: Told[] }>();
  const storyOf = (key: string) => {
    const found = stories.get(key) ?? { key, acts: [], told: [] };
    if (found.acts.length + found.told.length === 0) stories.set(key, found);
    return found;
  };
  for (const call of calls) {
    if (call.reads) continue;
    for (const key of new Set(call.servers)) storyOf(key).acts.push(call);
  }
  for (const event of told) if (event.server !== undefined) storyOf(event.server).told.push(event);
  for (const story of stories.values()) story.told.sort(byTime);
  return stories;
}

function groupSorted(
  told: readonly Told[],
  keyOf: (event: Told) => string | undefined,
  order: (a: Told, b: Told) => number,
): ReadonlyMap<string, readonly Told[]> {
  const groups = grouped(told, keyOf);
  for (const group of groups.values()) group.sort(order);
  return groups;
}

function bySequence(a: Told, b: Told): number {
  return a.detail.sequence - b.detail.sequence || a.index - b.index;
}

function byFileOrder(a: Told, b: Told): number {
  return a.index - b.index;
}

// Redelivery may turn the order of the file around; within a stream the sequence decides.
function byTime(a: Told, b: Told): number {
  if (a.detail.stream === b.detail.stream) return bySequence(a, b);
  return a.ms - b.ms || a.index - b.index;
}
