import * as z from 'zod';
import { parseJson } from '../json.ts';
import { parseFaults } from '../parse-faults.ts';
import { stampMs } from '../wire-time.ts';
import type { LogRing, NumberedLine } from './log-ring.ts';
import type { RecordedSimulator } from './recorded-simulator.ts';
import { At, BucketObject, Host, Recording } from './recording.ts';
import { paceText, type VirtualClock } from './virtual-clock.ts';

/** What the control API works on. */
export interface Controlled {
  readonly simulator: RecordedSimulator;
  readonly clock: VirtualClock;
  readonly events: LogRing;
  readonly calls: LogRing;
}

/** An answer of the control API; the body is JSON. */
export interface ControlAnswer {
  readonly status: number;
  readonly body: string;
}

/** How far one advance may go: a year and a day. */
const longestAdvanceMs = 366 * 86_400_000;

const Agent = At.extend({ host: Host });
const PutObject = At.extend(BucketObject.shape);
const GetObject = At.extend({ bucket: z.string(), key: z.string() });

const Advance = z.union([
  z.strictObject({ seconds: z.number().min(0) }),
  z.strictObject({ to: z.string() }),
]);

/** Answers virtual time. */
export function clockOf({ simulator, clock }: Controlled): unknown {
  const next = simulator.nextEventAt();
  return {
    now: isoOf(simulator.now),
    clock: paceText(clock.pace),
    nextEventAt: next === undefined ? null : isoOf(next),
  };
}

/** Moves virtual time on. */
export function advance(on: Controlled, body: string): ControlAnswer {
  const parsed = Advance.safeParse(parseJson(body));
  if (!parsed.success) {
    return problem('the body is neither {"seconds": number} nor {"to": "instant"}');
  }
  const { now } = on.simulator;
  const to =
    'to' in parsed.data ? stampMs(parsed.data.to) : now + Math.round(parsed.data.seconds * 1000);
  if (to === undefined) return problem('`to` is no instant such as 2024-03-05T00:00:00Z');
  if (to < now) return problem(`virtual time never runs backwards; it is ${isoOf(now)}`);
  if (to - now > longestAdvanceMs) return problem('one advance goes at most 366 days');
  on.simulator.advanceTo(to);
  on.clock.set(to);
  on.simulator.note();
  return json(200, clockOf(on));
}

/** Brings the faults of a file into force. */
export function inject(on: Controlled, body: string): ControlAnswer {
  let parsed: ReturnType<typeof parseFaults>;
  try {
    parsed = parseFaults(body, 'body');
  } catch (error) {
    // The YAML library throws on nesting beyond the stack and on aliases that multiply.
    return problem(error instanceof Error ? error.message.slice(0, 500) : 'cannot be read');
  }
  if (!parsed.ok)
    return json(400, { message: 'the faults are refused', problems: parsed.problems });
  on.simulator.inject(parsed.faults);
  return json(200, { injected: parsed.faults.faults.length, at: isoOf(on.simulator.now) });
}

/** Goes on from a snapshot. */
export function restore(on: Controlled, body: string): ControlAnswer {
  const parsed = Recording.safeParse(parseJson(body));
  if (!parsed.success) {
    return problem(`no snapshot of this form: ${firstIssue(parsed.error)}`);
  }
  const undo = [on.events.clear(), on.calls.clear()];
  try {
    on.simulator.restore(parsed.data);
  } catch (error) {
    for (const one of undo) one();
    if (!(error instanceof RangeError)) throw error;
    return problem(`the snapshot cannot be replayed: ${error.message}`);
  }
  on.clock.set(on.simulator.now);
  return json(200, clockOf(on));
}

/** Installs the replication agent on a host. */
export function install(on: Controlled, body: string): ControlAnswer {
  const parsed = Agent.safeParse(parseJson(body));
  if (!parsed.success) return problem(firstIssue(parsed.error));
  const { host, ...where } = parsed.data;
  const installed = on.simulator.installAgent(where, host);
  return 'refusal' in installed
    ? json(409, { message: installed.refusal })
    : json(200, { sourceServerID: installed.sourceServerID });
}

/** Puts a file into a bucket. */
export function putObject(on: Controlled, body: string): ControlAnswer {
  const parsed = PutObject.safeParse(parseJson(body));
  if (!parsed.success) return problem(firstIssue(parsed.error));
  const { accountId, region, ...object } = parsed.data;
  on.simulator.putObject({ accountId, region }, object);
  return json(200, {});
}

/** Reads a file of a bucket. */
export function getObject(on: Controlled, query: URLSearchParams): ControlAnswer {
  const parsed = GetObject.safeParse(Object.fromEntries(query));
  if (!parsed.success) return problem(firstIssue(parsed.error));
  const { accountId, region, ...object } = parsed.data;
  const text = on.simulator.objectText({ accountId, region }, object);
  return text === undefined
    ? json(404, { message: 'there is no such object' })
    : json(200, { text });
}

function firstIssue({ issues }: z.ZodError): string {
  const [issue] = issues;
  return `${issue?.path.join('.') || 'body'}: ${issue?.message ?? ''}`;
}

/** Answers lines of a log. */
export function log(ring: LogRing, query: URLSearchParams): ControlAnswer {
  const after = countAt(query, 'after', 0);
  const limit = countAt(query, 'limit', 1000);
  const kind = query.get('kind') ?? undefined;
  if (after === undefined || limit === undefined || limit < 1 || limit > 10_000) {
    return problem('`after` is a whole number, `limit` one from 1 to 10000');
  }
  if (kind !== undefined && kind !== 'native' && kind !== 'cloudtrail') {
    return problem('`kind` is native or cloudtrail');
  }
  const lines = ring.after(after, kind === undefined ? limit : 10_000);
  const shown = kind === undefined ? lines : lines.filter((line) => kindOf(line) === kind);
  const items = shown
    .slice(0, limit)
    .map(({ sequence, text }) => `{"sequence":${sequence},${text.slice(1)}`);
  return { status: 200, body: `{"latest":${ring.latest},"items":[${items.join(',')}]}` };
}

function kindOf({ text }: NumberedLine): 'native' | 'cloudtrail' {
  return text.includes('"detail-type":"AWS API Call via CloudTrail"') ? 'cloudtrail' : 'native';
}

function countAt(query: URLSearchParams, name: string, fallback: number): number | undefined {
  const text = query.get(name);
  if (text === null) return fallback;
  return /^\d{1,12}$/.test(text) ? Number(text) : undefined;
}

function problem(message: string): ControlAnswer {
  return json(400, { message });
}

/** Answers a value as JSON. */
export function json(status: number, value: unknown): ControlAnswer {
  return { status, body: JSON.stringify(value) };
}

/** Prints an instant, in milliseconds after 1970. */
export function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}
