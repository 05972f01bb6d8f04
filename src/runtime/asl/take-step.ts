import { applyResults, queryScope, resultsOf } from './apply-results.ts';
import { bearFailure } from './bear-failure.ts';
import type { Execution, Thread } from './execution.ts';
import type { StepBook } from './execution-book.ts';
import { goOn } from './go-on.ts';
import { limits, requirePayloadSize } from './limits.ts';
import type {
  ChoiceState,
  FailState,
  MapState,
  ParallelState,
  State,
  WaitState,
} from './machine.ts';
import { beginMap, beginParallel } from './run-branches.ts';
import { beginTask } from './run-task.ts';
import { StateError, States } from './state-error.ts';

/** Lets a thread do what its activity says: enter a state, try it, take its result, or bear its failure. */
export async function takeStep(
  book: StepBook,
  execution: Execution,
  thread: Thread,
): Promise<void> {
  const { activity } = thread;
  const state = book.stateOf(execution, thread);
  try {
    switch (activity.kind) {
      case 'enter':
        thread.enteredAtMs = book.host.clock.nowMs();
        thread.retries = [];
        thread.retryCount = 0;
        book.countTransition(execution);
        book.record(execution, thread, `${state.type}StateEntered`);
        requirePayloadSize(thread.input, `The input of the state ${state.name}`);
        await attempt(book, execution, thread, state);
        return;
      case 'attempt':
        await attempt(book, execution, thread, state);
        return;
      case 'result':
        recordEnd(book, execution, thread, state, activity.event);
        await succeed(book, execution, thread, state, activity.value);
        return;
      case 'failure':
        recordEnd(book, execution, thread, state, activity.event, activity);
        await bearFailure(
          book,
          execution,
          thread,
          state,
          new StateError(activity.error, activity.cause),
        );
        return;
      case 'sleep':
      case 'task':
      case 'branches':
      case 'map-run':
        return;
    }
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    if (error.error === States.queryEvaluationError) {
      book.record(execution, thread, 'EvaluationFailed', {
        error: error.error,
        cause: error.message,
      });
    }
    await bearFailure(book, execution, thread, state, error);
  }
}

// A composite state tells its own end besides that of what it ran.
function recordEnd(
  book: StepBook,
  execution: Execution,
  thread: Thread,
  state: State,
  event: string | undefined,
  failure?: { readonly error: string; readonly cause: string },
): void {
  const why = failure === undefined ? {} : { error: failure.error, cause: failure.cause };
  if (event !== undefined) book.record(execution, thread, event, why);
  if (state.type === 'Parallel' || state.type === 'Map') {
    book.record(
      execution,
      thread,
      `${state.type}State${failure === undefined ? 'Succeeded' : 'Failed'}`,
      why,
    );
  }
}

async function attempt(
  book: StepBook,
  execution: Execution,
  thread: Thread,
  state: State,
): Promise<void> {
  switch (state.type) {
    case 'Pass':
    case 'Succeed':
      return succeed(book, execution, thread, state, thread.input);
    case 'Wait':
      return wait(book, execution, thread, state);
    case 'Choice':
      return choose(book, execution, thread, state);
    case 'Fail':
      return endWithFailure(book, execution, thread, state);
    case 'Task':
      return beginTask(book, execution, thread, state);
    case 'Parallel':
      return settleEmpty(
        book,
        execution,
        thread,
        state,
        await beginParallel(book, execution, thread, state),
      );
    case 'Map':
      return settleEmpty(
        book,
        execution,
        thread,
        state,
        await beginMap(book, execution, thread, state),
      );
  }
}

// A Map over nothing has its result at once.
async function settleEmpty(
  book: StepBook,
  execution: Execution,
  thread: Thread,
  state: ParallelState | MapState,
  begun: 'begun' | 'empty',
): Promise<void> {
  if (begun === 'begun') return;
  recordEnd(book, execution, thread, state, undefined);
  await succeed(book, execution, thread, state, []);
}

async function wait(
  book: StepBook,
  execution: Execution,
  thread: Thread,
  state: WaitState,
): Promise<void> {
  const scope = queryScope(book, execution, thread);
  const now = book.host.clock.nowMs();
  let ms: number;
  if ('seconds' in state.until) {
    const seconds = await state.until.seconds.evaluate(scope);
    if (
      typeof seconds !== 'number' ||
      !Number.isInteger(seconds) ||
      seconds < 0 ||
      seconds > limits.seconds
    ) {
      throw new StateError(
        States.queryEvaluationError,
        `Seconds must be a whole number from 0 to ${limits.seconds}, not ${JSON.stringify(seconds)}`,
      );
    }
    ms = seconds * 1000;
  } else {
    const timestamp = await state.until.timestamp.evaluate(scope);
    const at = typeof timestamp === 'string' ? timestampMs(timestamp) : undefined;
    if (at === undefined) {
      throw new StateError(
        States.queryEvaluationError,
        `Timestamp must be an RFC 3339 instant, not ${JSON.stringify(timestamp)}`,
      );
    }
    ms = Math.max(0, at - now);
  }
  const timer = book.timer({ kind: 'sleep', executionArn: execution.arn, thread: thread.id }, ms);
  book.threads.park(execution, thread, { kind: 'sleep', timer, next: 'result' });
}

const rfc3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;

function timestampMs(text: string): number | undefined {
  const ms = rfc3339.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

async function choose(
  book: StepBook,
  execution: Execution,
  thread: Thread,
  state: ChoiceState,
): Promise<void> {
  const scope = queryScope(book, execution, thread);
  for (const choice of state.choices) {
    const holds = await choice.condition.evaluate(scope);
    if (typeof holds !== 'boolean') {
      throw new StateError(
        States.queryEvaluationError,
        `A Condition must be true or false, not ${JSON.stringify(holds)}`,
      );
    }
    if (!holds) continue;
    const output = await applyResults(execution, thread, choice, scope, thread.input);
    goOn(book, execution, thread, state, choice.next, output);
    return;
  }
  if (state.otherwise === undefined) {
    throw new StateError(
      States.noChoiceMatched,
      `No choice of ${state.name} matched, and it has no Default.`,
    );
  }
  const output = await applyResults(execution, thread, state, scope, thread.input);
  goOn(book, execution, thread, state, state.otherwise, output);
}

async function endWithFailure(
  book: StepBook,
  execution: Execution,
  thread: Thread,
  state: FailState,
): Promise<void> {
  const scope = queryScope(book, execution, thread);
  const error = (await state.error?.evaluate(scope)) ?? '';
  const cause = (await state.cause?.evaluate(scope)) ?? '';
  if (typeof error !== 'string' || typeof cause !== 'string') {
    throw new StateError(
      States.queryEvaluationError,
      'Error and Cause of a Fail state must be texts',
    );
  }
  await bearFailure(book, execution, thread, state, new StateError(error, cause));
}

async function succeed(
  book: StepBook,
  execution: Execution,
  thread: Thread,
  state: State,
  result: unknown,
): Promise<void> {
  const made = ['Task', 'Parallel', 'Map'].includes(state.type);
  if (made) requirePayloadSize(result, `The result of the state ${state.name}`);
  const scope = queryScope(book, execution, thread, made ? { result } : {});
  const output = await applyResults(execution, thread, resultsOf(state), scope, result);
  goOn(book, execution, thread, state, 'next' in state ? state.next : undefined, output);
}
