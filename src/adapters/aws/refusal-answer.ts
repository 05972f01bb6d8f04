import type { HookAnswer } from '../../core/hook/hook-result.ts';
import type { Refusal } from '../../flow/ports.ts';

/** Says what a refused call means for the hook that it was made for. */
export function refusalAnswer(kind: Refusal['kind'], because: string): HookAnswer {
  switch (kind) {
    case 'throttled':
    case 'quota':
      return { is: 'not-begun', because };
    case 'ambiguous':
      return { is: 'lost', because };
    case 'conflict':
    case 'validation':
    case 'not-found':
    case 'access-denied':
    case 'uninitialized':
    case 'other':
      return { is: 'refused', because };
    default:
      return kind satisfies never;
  }
}
