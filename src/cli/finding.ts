/** How much a finding of the doctor matters: `fail` stops waves, `warn` may. */
export type Level = 'ok' | 'warn' | 'fail';

/** What the doctor found at one place of a deployment, and what to do about it. */
export interface Finding {
  /** What was looked at: `stack`, `table`, `last tick` … */
  readonly check: string;
  /** Which one; empty where there is only one. */
  readonly subject: string;
  readonly level: Level;
  readonly found: string;
  /** Null where there is nothing to do. */
  readonly remedy: string | null;
}

/** A finding with which all is well. */
export function ok(check: string, subject: string, found: string): Finding {
  return { check, subject, level: 'ok', found, remedy: null };
}

/** A finding that is worth a person's look. */
export function warn(check: string, subject: string, found: string, remedy: string): Finding {
  return { check, subject, level: 'warn', found, remedy };
}

/** A finding that keeps waves from running. */
export function fail(check: string, subject: string, found: string, remedy: string): Finding {
  return { check, subject, level: 'fail', found, remedy };
}
