// In: the logs of a rehearsal and one server. Out: its whole way in words, in the order of time: what was observed, what
// it waited for and why, every call that touched it, and what was decided. Pure.
import { printable } from '../core/fleet/problem.ts';
import { spokenSpan } from '../core/time.ts';
import type { ExecutionLine } from '../trace/forms.ts';
import type { Call, ServerStory, Told, Trace } from '../trace/trace.ts';
import { textOf } from '../trace/trace.ts';
import { callsOnServer, instancesOf } from './calls-on-server.ts';
import { eventWords } from './event-words.ts';
import { hostnameOf } from './find-server.ts';
import { clockTime, counted } from './text-table.ts';

interface Entry {
  readonly ms: number;
  /** At one instant a phase begins before calls are made, and calls are made before they are told of. */
  readonly rank: number;
  readonly at: string;
  readonly lines: readonly string[];
}

/** Tells the way of one server, by its key `ACCOUNT/REGION/SERVER`; ends without a line break. */
export function explainServer(key: string, trace: Trace): string {
  const story = trace.servers.get(key) ?? { key, acts: [], told: [] };
  const waves = new Set(story.told.flatMap(({ wave }) => (wave === undefined ? [] : [wave])));
  const runs = executionsOf(key, trace);
  const calls = callsOnServer(key, trace);
  const entries = [
    ...story.told.map(eventEntry),
    ...calls.map((call) => callEntry(key, call)),
    ...runs.map(executionEntry),
    ...waveEntries(trace, waves, story),
  ].toSorted((a, b) => a.ms - b.ms || a.rank - b.rank);
  return [heading(key, trace, story, calls, runs), wayText(entries)].join('\n\n');
}

function heading(
  key: string,
  trace: Trace,
  story: ServerStory,
  calls: readonly Call[],
  runs: readonly ExecutionLine[],
): string {
  const [accountId = '?', region = '?', id = '?'] = key.split('/');
  const hostname = hostnameOf(key, trace);
  const ours = calls.filter((call) => call.ours).length;
  const others = calls.length - ours;
  const ends = story.told.filter(({ type }) => type === 'Wave Server Outcome');
  const waited = story.told
    .filter(({ type }) => type === 'Wave Server Wait Ended')
    .toSorted((a, b) => secondsOf(b) - secondsOf(a))[0];
  const lines = [
    `${hostname === undefined ? id : `${hostname} (${id})`}, account ${accountId}, ${region}`,
    ...(ends.length === 0
      ? ['No outcome: what is told ends before, or no wave holds this server.']
      : []),
    ...ends.map((end) => {
      const code = textOf(end.detail, 'code');
      const start = trace.waves.get(end.wave ?? '')?.find(({ type }) => type === 'Wave Started');
      const span = start === undefined ? '' : ` after ${spokenSpan((end.ms - start.ms) / 1000)}`;
      const why = `${code === undefined ? '' : `${code}: `}${textOf(end.detail, 'reason') ?? ''}`;
      return `Wave ${textOf(end.detail, 'wave') ?? '?'}: ${textOf(end.detail, 'outcome') ?? '?'}${span}; ${why}`;
    }),
    ...(waited === undefined ? [] : [`Longest wait: ${eventWords(waited)[0] ?? ''}`]),
    `${counted(ours, 'changing call')} by Landfall, ${others} by others; ` +
      `${counted(
        runs.reduce((sum, run) => sum + run.transitions, 0),
        'state transition',
      )} in ${counted(runs.length, 'execution')}.`,
  ];
  return lines.map(printable).join('\n');
}

function secondsOf({ detail }: Told): number {
  return typeof detail['waitedSeconds'] === 'number' ? detail['waitedSeconds'] : 0;
}

function eventEntry(event: Told): Entry {
  return { ms: event.ms, rank: 2, at: event.detail.observedAt, lines: eventWords(event) };
}

function callEntry(key: string, call: Call): Entry {
  const { ms, record, ours, accepted, intent } = call;
  const who = ours ? 'Landfall' : record.caller;
  const state =
    textOf(record.input, 'lifeCycle', 'state') ?? textOf(record.input, 'replicationType');
  const job = textOf(record.output, 'job', 'jobID');
  const answer =
    record.answerLost === true
      ? 'the answer was lost'
      : `${record.status}${record.error === null ? '' : ` ${record.error}`}`;
  return {
    ms,
    rank: 1,
    at: record.at,
    lines: [
      [
        `${who} calls ${record.operation}${state === undefined ? '' : ` ${state}`}`,
        ...aboutWords(key, call),
        `→ ${answer}${job === undefined ? '' : `, job ${job}`}`,
      ].join(' '),
      ...(intent === undefined ? [] : [`intent ${intent}`]),
      ...(accepted ? [] : ['it had no effect']),
    ],
  };
}

/** What a call names, where that is not the server alone. */
function aboutWords(key: string, call: Call): readonly string[] {
  const { servers } = call;
  const [server] = servers;
  const [instance, ...others] = instancesOf(call);
  return [
    ...(servers.length > 1 ? [`with ${counted(servers.length, 'server')}`] : []),
    ...(servers.length === 1 && server !== undefined && server !== key ? [`of ${server}`] : []),
    ...(instance === undefined
      ? []
      : [`of ${others.length === 0 ? `instance ${instance}` : `${others.length + 1} instances`}`]),
  ];
}

function executionsOf(key: string, { executions }: Trace): readonly ExecutionLine[] {
  const id = key.split('/').at(-1) ?? key;
  return executions.filter(({ name }) => name.split('.').includes(id));
}

function executionEntry(run: ExecutionLine): Entry {
  // A machine may be that of several phases; its execution is named after the one that it is of.
  const [, phase, attempt] = /\.([a-z]+)\.(\d+)$/.exec(run.name) ?? [];
  const again = attempt === undefined || attempt === '1' ? '' : ` (attempt ${attempt})`;
  const lines = [`PHASE ${phase ?? run.stateMachine.toLowerCase()}${again} begins`];
  if (run.status !== 'SUCCEEDED') {
    const why = [run.error, run.cause].filter((part) => part !== null).join(': ');
    lines.push(`its execution ends ${run.status}${why === '' ? '' : `: ${why}`}`);
  }
  return { ms: Date.parse(run.startedAt), rank: 0, at: run.startedAt, lines };
}

/** What was decided for the whole wave while the server was under way. */
function waveEntries(
  trace: Trace,
  waves: ReadonlySet<string>,
  story: ServerStory,
): readonly Entry[] {
  return [...waves].flatMap((wave) => {
    const end = story.told.find(
      (event) => event.wave === wave && event.type === 'Wave Server Outcome',
    );
    return (trace.waves.get(wave) ?? [])
      .filter((event) => event.server === undefined && (end === undefined || event.ms <= end.ms))
      .flatMap((event): readonly Entry[] => {
        const words = waveWords(event);
        return words === undefined
          ? []
          : [{ ms: event.ms, rank: -1, at: event.detail.observedAt, lines: [words] }];
      });
  });
}

function waveWords(event: Told): string | undefined {
  const { type, detail } = event;
  const wave = textOf(detail, 'wave') ?? '?';
  switch (type) {
    case 'Wave Started':
      return `wave ${wave} starts with ${counted(Number(detail['servers'] ?? 0), 'server')}`;
    case 'Wave Held':
      return `wave ${wave} is held: ${textOf(detail, 'reason') ?? 'no reason given'}`;
    case 'Wave Resumed':
      return detail['by'] === undefined
        ? `wave ${wave} is resumed`
        : `wave ${wave}: ${eventWords(event)[0] ?? ''}`;
    case 'Wave Paused':
    case 'Wave Order Given':
    case 'Wave Drill Yielded':
    case 'Wave Approval Withdrawn':
    case 'Wave Abort Requested':
    case 'Wave Approval Requested':
    case 'Wave Approval Given':
    case 'Wave Approval Denied':
    case 'Wave Approval Expired':
    case 'Wave Window Awaited':
    case 'Wave Window Opened':
    case 'Wave Window Closed':
    case 'Wave Soak Started':
      return `wave ${wave}: ${eventWords(event)[0] ?? ''}`;
    default:
      return undefined;
  }
}

function wayText(entries: readonly Entry[]): string {
  if (entries.length === 0) return 'Nothing happened to it.';
  const lines: string[] = [];
  let shownAt = '';
  for (const {
    at,
    lines: [first = '', ...more],
  } of entries) {
    const time = clockTime(at);
    lines.push(`${time === shownAt ? ' '.repeat(time.length) : time}  ${printable(first)}`);
    for (const line of more) lines.push(`${' '.repeat(time.length + 4)}${printable(line)}`);
    shownAt = time;
  }
  return lines.join('\n');
}
