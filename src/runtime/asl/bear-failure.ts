import { applyResults, queryScope } from './apply-results.ts';
import type { Execution, Thread } from './execution.ts';
import type { StepBook } from './execution-book.ts';
import { goOn } from './go-on.ts';
import type { State } from './machine.ts';
import { backoffMs, errorMatches } from './retry.ts';
import { StateError } from './state-error.ts';

/** Deals with the failure of a state: tries again later, goes on where a Catch says, or fails what is around. */
export async function bearFailure(
  book: StepBook,
  execution: Execution,
  thread: Thread,
  state: State,
  failure: StateError,
): Promise<void> {
  if ('retry' in state) {
    if (retryLater(book, execution, thread, state, failure)) return;
    const catcher = state.catch.find(({ errorEquals }) => errorMatches(errorEquals, failure.error));
    if (catcher !== undefined) {
      const errorOutput = { Error: failure.error, Cause: failure.message };
      const scope = queryScope(book, execution, thread, { errorOutput });
      try {
        const output = await applyResults(execution, thread, catcher, scope, errorOutput);
        goOn(book, execution, thread, state, catcher.next, output);
        return;
      } catch (error) {
        if (!(error instanceof StateError)) throw error;
        failScope(book, execution, thread, error);
        return;
      }
    }
  }
  failScope(book, execution, thread, failure);
}

function retryLater(
  book: StepBook,
  execution: Execution,
  thread: Thread,
  state: Extract<State, { readonly retry: unknown }>,
  failure: StateError,
): boolean {
  const at = state.retry.findIndex(({ ErrorEquals }) => errorMatches(ErrorEquals, failure.error));
  const retrier = state.retry[at];
  if (retrier === undefined) return false;
  const done = thread.retries[at] ?? 0;
  if (done >= retrier.MaxAttempts) return false;
  thread.retries = state.retry.map((_, i) => (thread.retries[i] ?? 0) + (i === at ? 1 : 0));
  thread.retryCount += 1;
  book.countTransition(execution);
  const chance = retrier.JitterStrategy === 'FULL' ? book.random(execution) : 1;
  const timer = book.timer(
    { kind: 'sleep', executionArn: execution.arn, thread: thread.id },
    backoffMs(retrier, done + 1, chance),
  );
  book.threads.park(execution, thread, { kind: 'sleep', timer, next: 'attempt' });
  return true;
}

// Nobody here deals with the failure: it ends the execution, or becomes that of the enclosing state.
function failScope(
  book: StepBook,
  execution: Execution,
  thread: Thread,
  failure: StateError,
): void {
  const parent = thread.parent === null ? undefined : execution.threads[thread.parent];
  if (parent === undefined) {
    const { error, message } = failure;
    book.end(
      execution,
      {
        status: 'FAILED',
        ...(error === '' ? {} : { error }),
        ...(message === '' ? {} : { cause: message }),
      },
      thread,
    );
    return;
  }
  const isMap = book.stateOf(execution, parent).type === 'Map';
  if (isMap) book.record(execution, thread, 'MapIterationFailed');
  parent.lastEvent = thread.lastEvent;
  book.threads.abandon(execution, [thread]);
  stopBranches(book, execution, parent);
  book.threads.resume(execution, parent, {
    kind: 'failure',
    error: failure.error,
    cause: failure.message,
  });
}

function stopBranches(book: StepBook, execution: Execution, parent: Thread): void {
  for (const branch of Object.values(execution.threads)) {
    if (branch.parent !== parent.id) continue;
    stopBranches(book, execution, branch);
    const { type } = book.stateOf(execution, branch);
    const waits = ['sleep', 'task', 'branches', 'map-run'].includes(branch.activity.kind);
    if (waits && type !== 'Pass' && type !== 'Choice' && type !== 'Succeed' && type !== 'Fail') {
      book.record(execution, branch, `${type}StateAborted`);
    }
    if (branch.item !== undefined) book.record(execution, branch, 'MapIterationAborted');
    book.threads.abandon(execution, [branch]);
  }
}
