import { fromMs } from '../../core/time.ts';
import type { Execution, Thread } from './execution.ts';
import type { StepBook } from './execution-book.ts';
import { jsonBytes, limits, requirePayloadSize } from './limits.ts';
import type { Results, State } from './machine.ts';
import type { QueryScope } from './query-functions.ts';
import { StateError, States } from './state-error.ts';

/** Answers the variables that a thread sees: its own over those of the scopes around it. */
function variablesOf(execution: Execution, thread: Thread): Readonly<Record<string, unknown>> {
  const outer = thread.parent === null ? undefined : execution.threads[thread.parent];
  return outer === undefined
    ? thread.variables
    : { ...variablesOf(execution, outer), ...thread.variables };
}

function itemOf(execution: Execution, thread: Thread): Readonly<Record<string, unknown>> {
  if (thread.item !== undefined) {
    return { Map: { Item: { Index: thread.index, Value: thread.item.value } } };
  }
  const outer = thread.parent === null ? undefined : execution.threads[thread.parent];
  return outer === undefined ? {} : itemOf(execution, outer);
}

/**
 * Answers what expressions of a thread's present state may read. `more` adds `result` or `errorOutput`,
 * `context` adds what holds for one expression only (the task's token, the Map's item).
 */
export function queryScope(
  book: StepBook,
  execution: Execution,
  thread: Thread,
  more: { readonly result?: unknown; readonly errorOutput?: unknown } = {},
  context: Readonly<Record<string, unknown>> = {},
): QueryScope {
  return {
    states: {
      input: thread.input,
      ...more,
      // Most expressions never look at it, and its instants cost more than the rest of a step.
      get context() {
        return { ...contextOf(execution, thread), ...context };
      },
    },
    variables: variablesOf(execution, thread),
    nowMs: book.host.clock.nowMs(),
    random: () => book.random(execution),
    uuid: () => book.uuid(execution),
  };
}

function contextOf(execution: Execution, thread: Thread): Readonly<Record<string, unknown>> {
  return {
    Execution: {
      Id: execution.arn,
      Input: execution.input,
      Name: execution.name,
      RedriveCount: 0,
      StartTime: fromMs(execution.startedAtMs),
    },
    State: {
      Name: thread.state,
      EnteredTime: fromMs(thread.enteredAtMs),
      RetryCount: thread.retryCount,
    },
    StateMachine: { Id: execution.machineArn, Name: nameOfMachine(execution.machineArn) },
    ...itemOf(execution, thread),
  };
}

function nameOfMachine(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1);
}

/** Answers which results a state states for the ordinary way on. */
export function resultsOf(state: State): Results {
  switch (state.type) {
    case 'Fail':
      return {};
    case 'Succeed':
      return state.output === undefined ? {} : { output: state.output };
    case 'Task':
    case 'Pass':
    case 'Wait':
    case 'Choice':
    case 'Parallel':
    case 'Map':
      return state;
  }
}

/**
 * Evaluates Output and Assign, both with the values at the state's entry, then assigns. Answers the
 * output; without an Output that is `otherwise`.
 */
export async function applyResults(
  execution: Execution,
  thread: Thread,
  results: Results,
  scope: QueryScope,
  otherwise: unknown,
): Promise<unknown> {
  const output = results.output === undefined ? otherwise : await results.output.evaluate(scope);
  requirePayloadSize(output, `The output of the state ${thread.state}`);
  if (results.assign === undefined) return output;
  const assigned = await results.assign.evaluate(scope);
  requirePayloadSize(assigned, `What the state ${thread.state} assigns`);
  if (typeof assigned !== 'object' || assigned === null) return output;
  const variables = { ...thread.variables, ...assigned };
  // The sum over all threads is looked at only where it can matter.
  const bytes = jsonBytes(variables);
  if (bytes > limits.payloadBytes) requireVariablesSize(execution, thread, bytes);
  thread.variables = variables;
  return output;
}

function requireVariablesSize(execution: Execution, thread: Thread, ownBytes: number): void {
  const others = Object.values(execution.threads).filter((other) => other !== thread);
  const bytes = others.reduce((sum, other) => sum + jsonBytes(other.variables), ownBytes);
  if (bytes > limits.variablesBytes) {
    throw new StateError(
      States.dataLimitExceeded,
      `The variables of the execution have ${bytes} bytes; the maximum is ${limits.variablesBytes}.`,
    );
  }
}
