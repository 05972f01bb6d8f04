// In: a deployment and a span of time. Out: what the archive of its bus holds of it: replayed to a queue of our own, which
// is removed afterwards, whatever happened.
import { type Problem, problemAt } from '../../core/fleet/problem.ts';
import type { Arguments } from '../arguments.ts';
import { awsProblem } from '../aws-problem.ts';
import { deploymentRequest } from '../deployment-options.ts';
import type { OpenDeployment } from '../open-deployment.ts';
import { type EventTools, openEventTools } from './_wiring-aws.ts';
import type { EventSpan } from './event-span.ts';
import { landfallPattern } from './read-end.ts';

/** What an archive holds, or why it cannot be read. */
export type ArchiveRead =
  | { readonly ok: true; readonly deliveries: readonly unknown[] }
  | {
      readonly ok: false;
      readonly problems: readonly Problem[];
      readonly isInterrupted?: boolean;
    };

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Reads the archive of a deployment's bus. Ctrl-C gives up and leaves nothing behind. */
export async function readArchive(
  given: Arguments,
  deployment: OpenDeployment,
  span: EventSpan,
): Promise<ArchiveRead> {
  const busArn = deployment.stack.outputs['BusArn'] ?? '';
  if (!busArn.includes(':event-bus/')) {
    const problem = `the stack ${deployment.stack.name} has no output BusArn`;
    return refused(problemAt([], problem, 'deploy it again, whole'));
  }
  const opened = await openEventTools(deploymentRequest(given));
  if (!opened.ok) return refused(awsProblem('opening a session', opened.refusal));
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  for (const signal of signals) process.on(signal, interrupt);
  try {
    return await replayed(opened.value, deployment, busArn, span, stop.signal);
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
    opened.value.close();
  }
}

async function replayed(
  tools: EventTools,
  { stage, outputs, identity }: OpenDeployment,
  busArn: string,
  { from, to }: EventSpan,
  signal: AbortSignal,
): Promise<ArchiveRead> {
  const name = `landfall-${stage}-tail-${tools.uniqueEnding()}`;
  const bus = outputs.busName;
  const tap = await tools.tap({ name, bus, pattern: landfallPattern, owner: identity.arn });
  if (!tap.ok) return refused(awsProblem(`listening on ${bus}`, tap.refusal));
  try {
    const replay = `landfall-${stage}-${tools.uniqueEnding()}`;
    const started = await tools.startReplay({
      name: replay,
      description: `report, by ${identity.arn}`.slice(0, 512),
      // The archive has the name of the bus.
      archiveArn: busArn.replace(/:event-bus\/.*$/, `:archive/${bus}`),
      busArn,
      ruleArns: [`${busArn.replace(':event-bus/', ':rule/')}/${name}`],
      from,
      to,
    });
    if (!started.ok) return refused(awsProblem('starting the replay', started.refusal));
    console.error(`Reading the archive of ${bus}; Ctrl-C gives up.`);
    return await collected(tools, tap.value.receive, replay, signal);
  } finally {
    for (const { part, refusal } of await tap.value.close()) {
      const remedy = `${refusal.errorName}: ${refusal.message}`;
      console.error(`The ${part} is still there (${remedy}); delete it by hand.`);
    }
  }
}

type Receive = Extract<Awaited<ReturnType<EventTools['tap']>>, { ok: true }>['value']['receive'];

// EventBridge delivers at tens of thousands a minute; one reader of ten at a time would fall behind.
const readers = 8;
const waitSeconds = 5;
// So many empty looks after the replay has ended say that the queue holds no more.
const emptyLooks = 2;
// A queue, or a replay, that does not answer for so many times in a row will not the next time either.
const patience = 12;

async function collected(
  tools: EventTools,
  receive: Receive,
  replay: string,
  signal: AbortSignal,
): Promise<ArchiveRead> {
  const deliveries: unknown[] = [];
  let [empty, lost] = [0, 0];
  while (empty < emptyLooks) {
    const [state, ...got] = await Promise.all([
      tools.replayState(replay),
      ...Array.from({ length: readers }, () => receive(waitSeconds, signal)),
    ]);
    if (signal.aborted) {
      const problem = 'interrupted before the archive was read';
      const remedy = 'repeat the command, or add --records-only';
      return { ...refused(problemAt([], problem, remedy)), isInterrupted: true };
    }
    const refusals = [state, ...got].flatMap((answer) => (answer.ok ? [] : [answer.refusal]));
    const [first] = refusals;
    lost = first === undefined ? 0 : lost + 1;
    if (first !== undefined && (lost > patience || first.kind === 'access-denied')) {
      return refused(awsProblem('reading the replay', first));
    }
    const bodies = got.flatMap((answer) => (answer.ok ? answer.value : []));
    deliveries.push(...bodies.map(parsed));
    const ended = state.ok ? state.value.state : 'unknown';
    if (ended === 'FAILED' || ended === 'CANCELLED') {
      const why = state.ok ? (state.value.reason ?? '') : '';
      const problem = `the replay of the archive ended as ${ended} ${why}`.trim();
      return refused(problemAt([], problem, 'repeat the command, or give --events FILE'));
    }
    const isOver = ended === 'COMPLETED' && bodies.length === 0 && first === undefined;
    empty = isOver ? empty + 1 : 0;
  }
  return { ok: true, deliveries };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refused(problem: Problem): Extract<ArchiveRead, { ok: false }> {
  return { ok: false, problems: [problem] };
}
