import { StateError, States } from './state-error.ts';

/** The quotas of Step Functions (Standard) that the engine enforces; AWS Developer Guide, Service quotas. */
export const limits = {
  payloadBytes: 256 * 1024,
  variablesBytes: 10 * 1024 * 1024,
  historyEvents: 25_000,
  nameLength: 80,
  definitionBytes: 1024 * 1024,
  executionSeconds: 31_536_000,
  seconds: 99_999_999,
  mapConcurrency: 40,
  distributedConcurrency: 10_000,
  closedExecutionDays: 90,
  errorLength: 256,
  causeLength: 32_768,
} as const;

/** Says how many bytes a JSON value takes as UTF-8 text; undefined takes none. */
export function jsonBytes(value: unknown): number {
  const text: string | undefined = JSON.stringify(value);
  return text === undefined ? 0 : Buffer.byteLength(text);
}

/** Throws States.DataLimitExceeded where a value is larger than 256 KiB as UTF-8. */
export function requirePayloadSize(value: unknown, what: string): void {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return;
  const bytes = jsonBytes(value);
  if (bytes > limits.payloadBytes) {
    throw new StateError(
      States.dataLimitExceeded,
      `${what} has ${bytes} bytes; the maximum is ${limits.payloadBytes} bytes as UTF-8 text.`,
    );
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: AWS names control characters as forbidden
const forbiddenInNames = /[\s?*<>{}[\]"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]/u;

/** Says what is wrong with the name of a machine or an execution; undefined where AWS accepts it. */
export function nameProblem(name: string): string | undefined {
  if (name.length === 0) return 'is empty';
  if (name.length > limits.nameLength) return `has ${name.length} characters, the maximum is 80`;
  return forbiddenInNames.test(name) ? 'holds a character that AWS does not allow' : undefined;
}

const variablePattern = /^[\p{ID_Start}_][\p{ID_Continue}]*$/u;

/** Says what is wrong with the name of a variable; undefined where AWS accepts it. */
export function variableNameProblem(name: string): string | undefined {
  if (name.length > limits.nameLength) return `has ${name.length} characters, the maximum is 80`;
  if (name === 'states') return 'is reserved';
  return variablePattern.test(name) ? undefined : 'is not an identifier';
}
