import { ExecutionBook } from './execution-book.ts';
import { ExecutionOver } from './history.ts';
import { takeStep } from './take-step.ts';

/** Runs executions step by step on a virtual clock, in the order in which their threads became ready. */
export class Engine<H = never> extends ExecutionBook<H> {
  /** Takes one step of one thread; false where nothing can be done at this instant. */
  async step(): Promise<boolean> {
    const next = this.threads.next();
    if (next === undefined) return false;
    if (next === 'gone') return true;
    try {
      await takeStep(this, next.execution, next.thread);
    } catch (error) {
      if (!(error instanceof ExecutionOver)) throw error;
    }
    return true;
  }
}
