import { fromMs } from '../../core/time.ts';
import type { EndedExecution, Execution, HistoryEvent } from './execution.ts';
import { limits } from './limits.ts';

/** Thrown through a step when the execution that it belongs to has ended under it. */
export class ExecutionOver extends Error {
  override readonly name = 'ExecutionOver';
}

/** Says whether an execution has room for one event only, that of its end. */
export function historyIsFull(execution: Execution): boolean {
  return execution.historyEvents >= limits.historyEvents - 1;
}

/** Adds an event to an execution's history, and answers its number. */
export function writeEvent(
  execution: Execution,
  nowMs: number,
  event: Omit<HistoryEvent, 'id' | 'timestamp'>,
): number {
  const id = ++execution.historyEvents;
  const { previousEventId, type, ...more } = event;
  execution.history?.push({ id, previousEventId, type, timestamp: fromMs(nowMs), ...more });
  return id;
}

const endTypes = {
  SUCCEEDED: 'ExecutionSucceeded',
  FAILED: 'ExecutionFailed',
  TIMED_OUT: 'ExecutionTimedOut',
  ABORTED: 'ExecutionAborted',
} as const;

/** Adds the event of an execution's end, after the event that led to it. */
export function writeEnd(
  execution: Execution,
  nowMs: number,
  previousEventId: number,
  how: Pick<EndedExecution, 'status' | 'error' | 'cause'>,
): void {
  const { error, cause } = how;
  writeEvent(execution, nowMs, {
    previousEventId,
    type: endTypes[how.status],
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
  });
}
