// How a function comes by what it needs. Each part says in a file of its own under _wiring/ what it reads of the
// environment and what it makes of it, so that a bundle holds only the parts that its handler names. The local runtime
// binds its own deployment around each invocation instead.
import { AsyncLocalStorage } from 'node:async_hooks';
import * as z from 'zod';
import type { RemedySettings } from '../core/remedy.ts';
import type { Target } from '../core/target.ts';
import type { DrsLimits } from '../core/target-list/drs-limits.ts';
import type { PostingPorts, TopicPorts } from '../flow/notify/ports.ts';
import type { Ports } from '../flow/ports.ts';

/** What a deployment gives to its functions. */
export interface Deployment {
  readonly ports: Ports;
  /** The targets that the schedule polls. */
  readonly targets: readonly Target[];
  /** How often all servers of a target are looked at; undefined leaves it to the flow. */
  readonly watchSeconds?: number | undefined;
  /** How often the settings of servers are looked at; undefined leaves it to the flow. */
  readonly settingsSeconds?: number | undefined;
  /** From where on a target of DRS is told to be amiss; the built-in limits where it is not said. */
  readonly drsLimitsOf?: (target: Target) => DrsLimits;
  readonly waveMachineArn: string;
  /** How stalled replications outside waves are mended; not at all where it is left out. */
  readonly remedies?: RemedySettings | undefined;
  readonly log: Log;
  /** What the channel that is called has of the outside; left out where none is called. */
  readonly notifying?: Notifying;
}

/** What channels have of the outside, besides the time and the log. */
export type Notifying = Omit<PostingPorts & TopicPorts, 'clock' | 'log'>;

/** Takes one line of structured log. */
export type Log = (line: Readonly<Record<string, unknown>>) => void;

/** For what a process parses once or a few times: to compile a parser for it takes longer than that saves. */
export const parsedOnce = { jitless: true } as const;

const bound = new AsyncLocalStorage<Deployment>();

/** Runs something with another deployment than the environment's: the local runtime's way in. */
export function withDeployment<T>(deployed: Deployment, run: () => T): T {
  return bound.run(deployed, run);
}

type Made<T> =
  | { readonly ok: true; readonly make: () => T }
  | { readonly ok: false; readonly problems: readonly string[] };

/** One thing that a function may ask of its deployment. */
export interface Part<T> {
  readonly fromEnvironment: (environment: NodeJS.ProcessEnv) => Made<T>;
  readonly fromDeployment: (deployed: Deployment) => T;
}

/** Declares a part: what it reads of the environment, what it makes of that, and where a bound deployment has it. */
export function part<Shape extends z.ZodRawShape, T>(
  shape: Shape,
  make: (settings: z.output<z.ZodObject<Shape>>) => T,
  fromDeployment: (deployed: Deployment) => T,
): Part<T> {
  return {
    fromEnvironment: (environment) => {
      const parsed = z.object(shape).safeParse(environment, parsedOnce);
      if (parsed.success) return { ok: true, make: () => make(parsed.data) };
      const problems = parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`);
      return { ok: false, problems };
    },
    fromDeployment,
  };
}

/** The parts that a function names, by the names that it calls them. */
export type Parts = Readonly<Record<string, Part<unknown>>>;

/**
 * What a function is given: every part that it names. The verbs of the flow ask for all ports; that a handler's verb
 * reaches none but the named ones is proved by test/handlers/ports.test.ts.
 */
export type Given<Named extends Parts> = Ports & {
  readonly [Name in keyof Named]: Named[Name] extends Part<infer T> ? T : never;
};

/**
 * Answers how a function comes by its parts: from the deployment that is bound around the call, else from the
 * environment, which is read once and refused with all its problems at once.
 */
export function giver<Named extends Parts>(named: Named): () => Given<Named> {
  let deployedToAws: Given<Named> | undefined;
  return () => {
    const local = bound.getStore();
    if (local !== undefined) return each(named, (one) => one.fromDeployment(local));
    deployedToAws ??= fromEnvironment(named, process.env);
    return deployedToAws;
  };
}

function fromEnvironment<Named extends Parts>(
  named: Named,
  environment: NodeJS.ProcessEnv,
): Given<Named> {
  const problems = new Set<string>();
  const makers = new Map<Part<unknown>, () => unknown>();
  for (const one of Object.values(named)) {
    const read = one.fromEnvironment(environment);
    if (read.ok) makers.set(one, read.make);
    else for (const problem of read.problems) problems.add(problem);
  }
  if (problems.size > 0) {
    throw new Error(`the environment is incomplete: ${[...problems].join('; ')}`);
  }
  return each(named, (one) => makers.get(one)?.());
}

function each<Named extends Parts>(
  named: Named,
  value: (one: Part<unknown>) => unknown,
): Given<Named> {
  const given = Object.fromEntries(Object.entries(named).map(([name, one]) => [name, value(one)]));
  if (!holdsAll(given, named)) throw new TypeError('a part is missing');
  return given;
}

function holdsAll<Named extends Parts>(given: object, named: Named): given is Given<Named> {
  return Object.keys(named).every((name) => name in given);
}

/** Writes a line of JSON to the standard output, which Lambda keeps as the function's log. */
export const writeLine: Log = (line) => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

/** What a bound deployment has for channels; it is a mistake of whoever bound it where it has nothing. */
export function notifyingOf({ notifying }: Deployment): Notifying {
  if (notifying === undefined) throw new Error('the deployment that is bound has no channels');
  return notifying;
}

/** Where a function's log lines go. */
export const log = part(
  {},
  () => writeLine,
  (deployed) => deployed.log,
);
