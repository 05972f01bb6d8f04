import type { Answer, Refusal } from '../ports.ts';
import { refusalText } from './refusal-text.ts';

/** What stopped a change half-way: the refusal, and what it was said to. */
export interface Stopped {
  readonly operation: string;
  readonly refusal: Refusal;
}

/** What stopped the calls. */
export function stoppedBy(operation: string, refusal: Refusal): Stopped {
  return { operation, refusal };
}

/** What stopped the calls; undefined where the call was answered. */
export function stoppedUnlessOk(operation: string, answer: Answer<unknown>): Stopped | undefined {
  return answer.ok ? undefined : stoppedBy(operation, answer.refusal);
}

/** Says what stopped a change half-way. */
export function stoppedText(stopped: Stopped | undefined, service: 'MGN' | 'DRS'): string {
  return stopped === undefined
    ? `all calls were answered, and it is not as it was set: look at it in ${service}`
    : refusalText(stopped.operation, stopped.refusal);
}
