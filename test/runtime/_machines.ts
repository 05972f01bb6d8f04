import { Engine } from '../../src/runtime/asl/engine.ts';
import type {
  EndedExecution,
  EngineState,
  HistoryEvent,
  TaskInvocation,
} from '../../src/runtime/asl/execution.ts';
import { loadMachine } from '../../src/runtime/asl/load.ts';
import { VirtualClock } from '../../src/runtime/virtual-clock.ts';

/** Where every test starts. */
export const start = Date.parse('2024-03-04T16:20:00.000Z');

export function machineArn(name: string): string {
  return `arn:aws:states:eu-central-1:111122223333:stateMachine:${name}`;
}

export type TestFunction = (payload: never, bench: Bench) => unknown;

export interface Bench {
  readonly engine: Engine;
  readonly clock: VirtualClock;
  readonly ended: EndedExecution[];
  readonly queue: TaskInvocation[];
  /** Does one thing; false where nothing can be done at this instant. */
  readonly one: () => Promise<boolean>;
  readonly run: () => Promise<void>;
}

/** An engine over machines and functions, with a queue of calls as the runtime has one. */
export function bench(
  machines: Readonly<Record<string, unknown>>,
  functions: Readonly<Record<string, TestFunction>> = {},
  options: {
    seed?: number;
    keepHistory?: boolean;
    from?: { state: EngineState; nowMs: number; queue: TaskInvocation[]; ended: EndedExecution[] };
  } = {},
): Bench {
  const clock = new VirtualClock(options.from?.nowMs ?? start);
  const ended: EndedExecution[] = [...(options.from?.ended ?? [])];
  const queue: TaskInvocation[] = [...(options.from?.queue ?? [])];
  const engine = new Engine(
    {
      clock,
      seed: options.seed ?? 1,
      machines: Object.entries(machines).map(([name, definition]) => ({
        arn: machineArn(name),
        id: name,
        name,
        machine: loadMachine(definition),
      })),
      invoke: (invocation) => queue.push(invocation),
      onEnded: (end) => ended.push(structuredClone(end)),
      keepHistory: options.keepHistory ?? true,
    },
    options.from?.state,
  );
  const made: Bench = {
    engine,
    clock,
    ended,
    queue,
    one: async () => {
      if (await engine.step()) return true;
      const next = queue.shift();
      if (next === undefined) return false;
      try {
        const handler = functions[next.functionName];
        if (handler === undefined) throw new Error(`no function ${next.functionName}`);
        const value = await handler(next.payload as never, made);
        engine.tasks.invocationEnded(next, { ok: true, value: value ?? null });
      } catch (error) {
        const { name, message } = error as Error;
        const cause = JSON.stringify({ errorMessage: message, errorType: name });
        engine.tasks.invocationEnded(next, { ok: false, error: name, cause });
      }
      return true;
    },
    run: async () => {
      for (;;) {
        while (await made.one());
        const next = clock.nextAt();
        if (next === undefined) return;
        clock.advanceTo(next);
      }
    },
  };
  return made;
}

/** Runs one execution of a machine to its end. */
export async function runMachine(
  definition: unknown,
  input: unknown = {},
  functions: Readonly<Record<string, TestFunction>> = {},
  machines: Readonly<Record<string, unknown>> = {},
): Promise<{
  status: string;
  output?: unknown;
  error?: string | undefined;
  cause?: string | undefined;
  seconds: number;
  types: string[];
  transitions: number;
  bench: Bench;
}> {
  const made = bench({ Main: definition, ...machines }, functions);
  const begun = made.engine.start(machineArn('Main'), 'run', input);
  if (typeof begun === 'string') throw new Error(begun);
  await made.run();
  const end = made.ended.find(({ execution }) => execution.name === 'run');
  if (end === undefined) throw new Error('the execution did not end');
  return {
    status: end.status,
    output: end.output,
    error: end.error,
    cause: end.cause,
    seconds: (end.stoppedAtMs - start) / 1000,
    types: typesOf(end.execution.history),
    transitions: end.execution.transitions,
    bench: made,
  };
}

export function typesOf(history: readonly HistoryEvent[] | undefined): string[] {
  return (history ?? []).map(({ type }) => type);
}

/** A machine of states in the language's shortest form. */
export function machine(startAt: string, states: Readonly<Record<string, unknown>>): unknown {
  return { QueryLanguage: 'JSONata', StartAt: startAt, States: states };
}

/** A Task that calls a function. */
export function call(functionName: string, more: Readonly<Record<string, unknown>> = {}): unknown {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Arguments: { FunctionName: functionName, Payload: '{% $states.input %}' },
    Output: '{% $states.result.Payload %}',
    End: true,
    ...more,
  };
}

/** A Task that parks on its token. */
export function park(functionName: string, more: Readonly<Record<string, unknown>> = {}): unknown {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    Arguments: {
      FunctionName: functionName,
      Payload: { token: '{% $states.context.Task.Token %}', input: '{% $states.input %}' },
    },
    End: true,
    ...more,
  };
}

/** Throws under a name, as a function's failure arrives at a state machine. */
export function failWith(name: string, message = 'no'): never {
  throw Object.assign(new Error(message), { name });
}
