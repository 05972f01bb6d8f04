import type { VirtualClock } from '../virtual-clock.ts';
import type { EndedExecution, Execution, TaskInvocation } from './execution.ts';
import type { RegisteredMachine } from './machine-catalogue.ts';

/** What the engine asks of whoever runs it. */
export interface EngineHost<H = never> {
  readonly clock: VirtualClock;
  readonly seed: number;
  readonly machines: readonly RegisteredMachine[];
  /** Takes a function call into the queue; its end is told through `invocationEnded`. */
  readonly invoke: (invocation: TaskInvocation) => void;
  /** Takes a timer that was set with `hostTimer`. */
  onTimer?(timer: H): void;
  readonly onStarted?: (execution: Execution) => void;
  readonly onEnded?: (ended: EndedExecution) => void;
  /** Keeps every history event of running executions, and hands it over with the ended one. */
  readonly keepHistory?: boolean;
}
