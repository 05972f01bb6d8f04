// In: a bus and what to do with each event of it. Out: every event told once, until a person has seen enough; then the
// tap is removed, whatever happened. Called by tail and by verify --live.
import type { Arguments } from '../arguments.ts';
import { awsProblem } from '../aws-problem.ts';
import { deploymentRequest } from '../deployment-options.ts';
import { ExitCode } from '../exit-code.ts';
import { refuse } from '../on-deployment.ts';
import type { OpenDeployment } from '../open-deployment.ts';
import { type EventTools, openEventTools } from './_wiring-aws.ts';

/** What to listen to, and until when. */
export interface Listening {
  /** The pattern of the rule, as JSON. */
  readonly pattern: string;
  /** Seconds after which it ends. */
  readonly seconds: number | undefined;
  /** Deliveries after which it ends. */
  readonly limit: number | undefined;
  readonly json: boolean;
}

/** How listening ended. */
export type Listened = 'enough' | 'interrupted' | 'refused' | 'lost';

/** The exit code of what has listened and found nothing wrong. */
export function exitCodeOf(listened: Listened): ExitCode {
  switch (listened) {
    case 'enough':
      return ExitCode.Done;
    case 'interrupted':
      return ExitCode.Interrupted;
    case 'refused':
      return ExitCode.Refused;
    case 'lost':
      return ExitCode.NotAll;
    default:
      return listened satisfies never;
  }
}

/** Listens on a deployment's bus and hands on every delivery. */
export async function listen(
  given: Arguments,
  deployment: OpenDeployment,
  listening: Listening,
  hear: (event: Readonly<Record<string, unknown>>) => void,
): Promise<Listened> {
  const opened = await openEventTools(deploymentRequest(given));
  if (!opened.ok) {
    refuse([awsProblem('opening a session', opened.refusal)], listening.json);
    return 'refused';
  }
  const stop = new AbortController();
  const interrupt = () => stop.abort();
  // Before the first part of the tap is made: from then on Ctrl-C has something to remove.
  for (const signal of signals) process.on(signal, interrupt);
  try {
    return await listenWith(opened.value, deployment, listening, hear, stop);
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
    opened.value.close();
  }
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

async function listenWith(
  tools: EventTools,
  { stage, outputs, identity }: OpenDeployment,
  listening: Listening,
  hear: (event: Readonly<Record<string, unknown>>) => void,
  stop: AbortController,
): Promise<Listened> {
  const name = `landfall-${stage}-tail-${tools.uniqueEnding()}`;
  const { pattern } = listening;
  const tap = await tools.tap({ name, bus: outputs.busName, pattern, owner: identity.arn });
  if (!tap.ok) {
    refuse([awsProblem(`listening on ${outputs.busName}`, tap.refusal)], listening.json);
    return 'refused';
  }
  console.error(`Listening on ${outputs.busName}; Ctrl-C ends it.`);
  let ended: Listened;
  try {
    ended = await hearUntil(tap.value.receive, listening, hear, stop.signal);
  } finally {
    const left = await tap.value.close();
    for (const { part, refusal } of left) {
      const remedy = `${refusal.errorName}: ${refusal.message}`;
      console.error(`The ${part} is still there (${remedy}); delete it by hand.`);
    }
    if (left.length > 0) ended = 'lost';
  }
  return ended;
}

// A queue that does not answer for so many times in a row will not answer the next time either.
const patience = 12;
const waitSeconds = 10;

async function hearUntil(
  receive: (
    seconds: number,
    signal: AbortSignal,
  ) => ReturnType<
    Extract<Awaited<ReturnType<EventTools['tap']>>, { ok: true }>['value']['receive']
  >,
  { seconds, limit }: Listening,
  hear: (event: Readonly<Record<string, unknown>>) => void,
  stop: AbortSignal,
): Promise<Listened> {
  const over = seconds === undefined ? undefined : AbortSignal.timeout(seconds * 1000);
  const signal = over === undefined ? stop : AbortSignal.any([stop, over]);
  let heard = 0;
  let lost = 0;
  while (!signal.aborted) {
    const got = await receive(waitSeconds, signal);
    if (signal.aborted && !got.ok) break;
    if (!got.ok) {
      lost += 1;
      console.error(`Not received: ${got.refusal.errorName}: ${got.refusal.message}`);
      if (lost > patience || got.refusal.kind === 'access-denied') return 'lost';
      continue;
    }
    lost = 0;
    for (const text of got.value) {
      const event = parsed(text);
      if (event === undefined) console.error('A message of the queue was no event.');
      else hear(event);
      heard += 1;
      if (heard === limit) return 'enough';
    }
  }
  return stop.aborted ? 'interrupted' : 'enough';
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
