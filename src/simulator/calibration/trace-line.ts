// In: the text of a trace. Out: its lines, checked, in the order of time, or every line that is wrong. recorded.ts calls it.
import * as z from 'zod';
import { parseJson } from '../json.ts';
import { stampMs } from '../wire-time.ts';

/** What is wrong with a line of a trace, where, and what to do about it. */
export interface TraceProblem {
  /** The line, counted from 1. */
  readonly line: number;
  readonly at: readonly (string | number)[];
  readonly problem: string;
  readonly remedy: string;
}

const instant = z.string().transform((text, context) => {
  const ms = stampMs(text);
  if (ms !== undefined && /T.*(Z|[+-]\d{2}:?\d{2})$/.test(text)) return ms;
  context.addIssue('no instant with a time zone');
  return z.NEVER;
});
const bytes = z.number().nonnegative().default(0);

/** A source server as describe-source-servers prints it, as far as it is learnt from. */
export const ServerItem = z.object({
  sourceServerID: z.string().min(1),
  arn: z.string().optional(),
  replicationType: z.string().optional(),
  launchedInstance: z
    .object({ jobID: z.string().optional(), firstBoot: z.string().optional() })
    .default({}),
  dataReplicationInfo: z
    .object({
      dataReplicationState: z.string().default(''),
      lastSnapshotDateTime: instant.optional(),
      replicatedDisks: z
        .array(
          z.object({
            totalStorageBytes: bytes,
            replicatedStorageBytes: bytes,
            backloggedStorageBytes: bytes,
          }),
        )
        .default([]),
    })
    .default({ dataReplicationState: '', replicatedDisks: [] }),
  lifeCycle: z.object({ lastSeenByServiceDateTime: instant.optional() }).default({}),
  sourceProperties: z.object({ lastUpdatedDateTime: instant.optional() }).default({}),
});

const Job = z.object({
  jobID: z.string().min(1),
  creationDateTime: instant.optional(),
  participatingServers: z
    .array(z.object({ sourceServerID: z.string(), launchStatus: z.string().default('') }))
    .default([]),
});

const LogItem = z.object({
  logDateTime: instant,
  event: z.string().min(1),
  eventData: z.object({ sourceServerID: z.string().default('') }).default({ sourceServerID: '' }),
});

const line = { recordedAt: instant };
const Line = z.discriminatedUnion('operation', [
  z.strictObject({
    ...line,
    operation: z.literal('describe-source-servers'),
    answer: z.object({ items: z.array(ServerItem) }),
  }),
  z.strictObject({
    ...line,
    operation: z.literal('describe-jobs'),
    answer: z.object({ items: z.array(Job) }),
  }),
  z.strictObject({
    ...line,
    operation: z.literal('describe-job-log-items'),
    jobID: z.string().min(1).optional(),
    answer: z.object({ items: z.array(LogItem) }),
  }),
]);
/** A recorded answer, with the number of its line. */
export type Line = z.output<typeof Line> & { readonly number: number };

const operationNames = ['describe-source-servers', 'describe-jobs', 'describe-job-log-items'];

/** The lines of a trace, or why they cannot be used. */
export type LinesRead =
  | { readonly ok: true; readonly lines: readonly Line[] }
  | { readonly ok: false; readonly problems: readonly TraceProblem[] };

/**
 * Reads a trace of JSON lines `{recordedAt, operation, answer}`; `jobID` may say whose log a line holds. Empty lines
 * are passed over. A trace with a bad line is refused with all its problems, in the order of the lines.
 */
export function readLines(text: string): LinesRead {
  const problems: TraceProblem[] = [];
  const lines: Line[] = [];
  for (const [index, written] of text.split('\n').entries()) {
    if (written.trim() === '') continue;
    const content = parseJson(written);
    const number = index + 1;
    if (content === undefined) {
      problems.push({
        line: number,
        at: [],
        problem: 'is no JSON',
        remedy: 'write one whole JSON object a line (jq -c does)',
      });
      continue;
    }
    const parsed = Line.safeParse(content);
    if (parsed.success) lines.push({ ...parsed.data, number });
    else problems.push(...parsed.error.issues.map((issue) => problemOf(number, issue)));
  }
  if (problems.length === 0 && lines.length === 0) {
    const problem = 'holds no recorded answer';
    problems.push({ line: 1, at: [], problem, remedy: 'record some polls first' });
  }
  if (problems.length > 0) return { ok: false, problems };
  lines.sort((a, b) => a.recordedAt - b.recordedAt);
  const wrongClock = clockProblem(lines);
  return wrongClock === undefined ? { ok: true, lines } : { ok: false, problems: [wrongClock] };
}

// The clock of whoever records may be a little off, and an answer is a little younger than its call.
const clockToleranceMs = 60_000;

/**
 * Every figure that polls tell sets the instants in the answers against `recordedAt`. An accelerated simulator, or a
 * clock that is wrong, makes them two different times.
 */
function clockProblem(lines: readonly Line[]): TraceProblem | undefined {
  for (const one of lines) {
    const newest = newestOf(one);
    if (newest <= one.recordedAt + clockToleranceMs) continue;
    return {
      line: one.number,
      at: ['recordedAt'],
      problem: `the answer holds ${new Date(newest).toISOString()}, which is later`,
      remedy: 'record with the clock of the account that answers; set it right, and record again',
    };
  }
  const polls = lines.filter(
    (one) => one.operation === 'describe-source-servers' && Number.isFinite(newestOf(one)),
  );
  const [first, last] = [polls[0], polls.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const passed = last.recordedAt - first.recordedAt;
  const steps = polls.map((poll, i) => newestOf(poll) - newestOf(polls[i - 1] ?? poll));
  const told = newestOf(last) - newestOf(first);
  // A fleet that was silent and is back makes one long step; a faster clock makes all of them long.
  const isFaster = told - latest(steps) > passed + 10 * clockToleranceMs;
  return isFaster
    ? {
        line: last.number,
        at: ['recordedAt'],
        problem: `${Math.round(passed / 1000)} s after the first poll, the answers have gone on by ${Math.round(told / 1000)} s`,
        remedy: 'record a simulator at its own time, which /_landfall/clock tells',
      }
    : undefined;
}

function newestOf(one: Line): number {
  switch (one.operation) {
    case 'describe-source-servers':
      return latest(
        one.answer.items.flatMap(({ lifeCycle, sourceProperties, dataReplicationInfo }) => [
          lifeCycle.lastSeenByServiceDateTime,
          sourceProperties.lastUpdatedDateTime,
          dataReplicationInfo.lastSnapshotDateTime,
        ]),
      );
    case 'describe-jobs':
      return latest(one.answer.items.map(({ creationDateTime }) => creationDateTime));
    case 'describe-job-log-items':
      return latest(one.answer.items.map(({ logDateTime }) => logDateTime));
  }
}

function latest(instants: readonly (number | undefined)[]): number {
  return instants.reduce<number>((most, at) => Math.max(most, at ?? -Infinity), -Infinity);
}

function problemOf(number: number, issue: z.core.$ZodIssue): TraceProblem {
  const at = issue.path.map((key) => (typeof key === 'number' ? key : String(key)));
  const told = { line: number, at, problem: issue.message };
  switch (issue.code) {
    case 'invalid_union':
      return {
        ...told,
        problem: 'is no operation that can be learnt from',
        remedy: `give one of ${operationNames.join(', ')}`,
      };
    case 'unrecognized_keys':
      return {
        ...told,
        problem: `unknown member ${issue.keys.join(', ').slice(0, 120)}`,
        remedy: 'keep to recordedAt, operation, answer',
      };
    default:
      return {
        ...told,
        remedy:
          at[0] === 'answer'
            ? 'record the answer as the aws CLI prints it'
            : 'write {"recordedAt": instant, "operation": name, "answer": object}',
      };
  }
}
