import { fromMs } from '../core/time.ts';
import type { EndedExecution, Execution, ExecutionLine } from './asl/execution.ts';

/** Answers an execution as a line of executions.jsonl; without an end, as one that runs. */
export function lineOf(execution: Execution, ended?: EndedExecution): ExecutionLine {
  return {
    name: execution.name,
    stateMachine: execution.machineName,
    parent: execution.parentName,
    status: ended?.status ?? 'RUNNING',
    startedAt: fromMs(execution.startedAtMs),
    stoppedAt: ended === undefined ? null : fromMs(ended.stoppedAtMs),
    transitions: execution.transitions,
    historyEvents: execution.historyEvents,
    error: ended?.error ?? null,
    cause: ended?.cause ?? null,
  };
}
