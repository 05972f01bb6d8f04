import type { HooksAllowed } from '../core/plan/hook-problems.ts';

/**
 * Reads what hooks of plans may call, as a stage says it: functions as a list, or `none` where there are none; documents as
 * a list, empty where there are none. Undefined where the stage lets plans have no hooks.
 */
export function hooksAllowed(functions: string, documents: string): HooksAllowed | undefined {
  if (functions === '') return undefined;
  return {
    functions: functions === 'none' ? [] : functions.split(','),
    documents: documents === '' ? [] : documents.split(','),
  };
}
