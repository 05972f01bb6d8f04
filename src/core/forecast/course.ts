import type { Instant } from '../time.ts';

/** What the time of a stage went into, for the server that was last through it. */
export const causes = [
  'data-transfer',
  'sustained-lag',
  'active-slots',
  'vcenter-client',
  'job-slots',
  'launch',
  'last-writes',
  'boot',
  'hooks',
  'soak',
  'window',
  'approval',
  'preflight',
  'held',
  'pace',
] as const;
/** One kind of what a migration waits for. */
export type Cause = (typeof causes)[number];

/** Time that went into one cause. */
export interface Spent {
  readonly cause: Cause;
  readonly seconds: number;
}

/** One stage of a wave in one rehearsal: a phase of some servers, or a time until something that must hold before it. */
export interface CourseStage {
  /** `replicate` to `rollback`, or `approval of cutover`, `window of cutover`, `held`. */
  readonly name: string;
  readonly cohort: number | undefined;
  readonly servers: number;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  /** How many servers failed in it. */
  readonly failed: number;
  /** Who was last through it; absent where it is no phase. */
  readonly lastServer: string | undefined;
  /** What the time went into, the longest first; what no wait explains is `pace`. */
  readonly spent: readonly Spent[];
  /** How long its servers took, without soak and the wait for a window; absent where nobody came through. */
  readonly needsSeconds: number | undefined;
  /** How many of its servers a closing window gave back: then it needs more than `needsSeconds` says. */
  readonly cutByWindow: number;
}

/** One wave in one rehearsal. */
export interface CourseWave {
  readonly wave: string;
  readonly startedAt: Instant;
  /** Absent where the rehearsal ended before. */
  readonly concludedAt: Instant | undefined;
  readonly stages: readonly CourseStage[];
}

/** How one rehearsal went: what forecasts are made of. */
export interface Course {
  readonly seed: number;
  readonly startedAt: Instant;
  /** How many servers ended in each way. */
  readonly servers: Readonly<Record<string, number>>;
  readonly waves: readonly CourseWave[];
}
