import type { Branches, Execution, Thread } from './execution.ts';
import type { StepBook } from './execution-book.ts';
import type { State } from './machine.ts';
import { startBranches } from './run-branches.ts';

/** Leaves a state with its output: for the next state, the enclosing one, or the end of the execution. */
export function goOn(
  book: StepBook,
  execution: Execution,
  thread: Thread,
  state: State,
  next: string | undefined,
  output: unknown,
): void {
  book.record(execution, thread, `${state.type}StateExited`);
  if (next !== undefined) {
    thread.state = next;
    thread.input = output;
    book.threads.resume(execution, thread, { kind: 'enter' });
    return;
  }
  const parent = thread.parent === null ? undefined : execution.threads[thread.parent];
  if (parent === undefined || parent.activity.kind !== 'branches') {
    book.end(execution, { status: 'SUCCEEDED', output }, thread);
    return;
  }
  joinBranch(book, execution, parent, parent.activity.join, thread, output);
}

function joinBranch(
  book: StepBook,
  execution: Execution,
  parent: Thread,
  join: Branches,
  thread: Thread,
  output: unknown,
): void {
  join.results[thread.index] = output;
  join.ended += 1;
  if (join.items !== null) book.record(execution, thread, 'MapIterationSucceeded');
  parent.lastEvent = thread.lastEvent;
  book.threads.abandon(execution, [thread]);
  if (join.ended === join.inputs.length) {
    book.threads.resume(execution, parent, { kind: 'result', value: join.results });
  } else {
    startBranches(book, execution, parent, join);
  }
}
