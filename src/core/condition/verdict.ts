import { type Failure, type FailureCode, failure } from '../failure.ts';
import type { Memory } from './memory.ts';

/** The answer to "may this wait go on?". */
export type Verdict =
  | { readonly is: 'met'; readonly output: Readonly<Record<string, unknown>> }
  | {
      readonly is: 'not-yet';
      /** What a person reads on the board. */
      readonly reason: string;
      /** `near`: look again at the next tick; `far`: nothing can change soon. */
      readonly pace: 'near' | 'far';
      readonly memory: Memory;
      /** What it means when the deadline passes like this; DeadlineExceeded where it says nothing. */
      readonly late?: FailureCode;
    }
  | { readonly is: 'impossible'; readonly failure: Failure };

/** The wait may go on, with this output for the machine. */
export function met(output: Readonly<Record<string, unknown>> = {}): Verdict {
  return { is: 'met', output };
}

/** The wait goes on as it is; the reason is what a person reads on the board. */
export function notYet(reason: string, pace: 'near' | 'far', memory: Memory = {}): Verdict {
  return { is: 'not-yet', reason, pace, memory };
}

/** Not yet, and a deadline that passes like this means the given failure. */
export function sickly(reason: string, late: FailureCode, memory: Memory): Verdict {
  return { is: 'not-yet', reason, pace: 'near', memory, late };
}

/** The wait can never be met, and says why. */
export function impossible(code: FailureCode, message: string, detail?: string): Verdict {
  return { is: 'impossible', failure: failure(code, message, detail) };
}
