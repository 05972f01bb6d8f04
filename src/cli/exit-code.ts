/** The exit codes of every command (design.md 16). */
export const ExitCode = {
  /** Done, and all is well. */
  Done: 0,
  /** Done, but not all servers succeeded, or a promise was broken. */
  NotAll: 1,
  /** Refused before anything was touched. */
  Refused: 2,
  /** Interrupted by a person; the logs are complete up to then. */
  Interrupted: 130,
} as const;
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
