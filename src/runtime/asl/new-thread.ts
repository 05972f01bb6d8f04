import type { Execution, Thread } from './execution.ts';

/** Where a thread begins, and for whom. */
export interface ThreadStart {
  readonly scope: string;
  readonly parent: number | null;
  readonly index: number;
  readonly input: unknown;
  readonly item?: { readonly value: unknown };
  /** The history event that it goes on from. */
  readonly after: number;
}

/** Makes an execution's next thread, about to enter a state. */
export function newThread(
  execution: Execution,
  made: ThreadStart,
  state: string,
  nowMs: number,
): Thread {
  const id = execution.nextThread++;
  const thread: Thread = {
    id,
    scope: made.scope,
    parent: made.parent,
    index: made.index,
    ...(made.item === undefined ? {} : { item: made.item }),
    variables: {},
    state,
    input: made.input,
    enteredAtMs: nowMs,
    retries: [],
    retryCount: 0,
    lastEvent: made.after,
    activity: { kind: 'enter' },
  };
  execution.threads[id] = thread;
  return thread;
}
