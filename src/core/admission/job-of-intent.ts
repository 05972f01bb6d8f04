import type { JobKind } from '../admission.ts';
import type { JobObservation } from '../job.ts';
import { type Instant, secondsBetween } from '../time.ts';

/** The tag that ties a job to the intent that was written before the call. */
export const intentTag = 'landfall:intent';

/** A launch that was decided, as far as its job is known by it. */
export interface Intended {
  readonly intentId: string;
  readonly kind: JobKind;
  readonly servers: readonly string[];
  readonly writtenAt: Instant;
  readonly jobId: string | null;
}

// Clocks of AWS and Landfall may differ by this much (design.md 15.2).
const skewSeconds = 120;

/**
 * Says whether a job is the one of an intent: by its id where that was answered, else by its tag. DRS takes no tags with
 * a termination: there the kind, the very same servers and the time must do, as a second termination does no harm.
 */
export function isJobOf(intent: Intended, job: JobObservation): boolean {
  if (intent.jobId !== null) return intent.jobId === job.jobId;
  if (job.tags[intentTag] !== undefined) return job.tags[intentTag] === intent.intentId;
  if (intent.kind !== 'TerminateRecoveryInstances' || job.type !== 'TERMINATE') return false;
  const { createdAt } = job;
  const isLater =
    createdAt !== undefined && secondsBetween(intent.writtenAt, createdAt) >= -skewSeconds;
  const servers = new Set(job.servers.map(({ sourceServerId }) => sourceServerId));
  return (
    isLater &&
    servers.size === intent.servers.length &&
    intent.servers.every((server) => servers.has(server))
  );
}

/** Whether a lost answer may simply be followed by another call: what is terminated twice is terminated. */
export function mayRepeat(kind: JobKind): boolean {
  return kind === 'TerminateRecoveryInstances';
}
