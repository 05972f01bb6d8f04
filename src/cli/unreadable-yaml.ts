import { cut, type Problem, problemAt } from '../core/fleet/problem.ts';

/** The problem of a file at which the YAML library throws: nested beyond the stack, or aliases that multiply. */
export function unreadableYaml(error: unknown, file: string, remedy: string): Problem {
  const message = error instanceof Error ? cut(error.message) : String(error);
  return { ...problemAt([], `the YAML cannot be read: ${message}`, remedy), file };
}
