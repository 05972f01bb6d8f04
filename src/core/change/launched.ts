import type { JobServerObservation, PostLaunchAction } from '../job.ts';

/** EC2's checks of a launched instance. */
export interface InstanceChecks {
  readonly state: string | undefined;
  readonly systemStatus: string | undefined;
  readonly instanceStatus: string | undefined;
}

/** How the post-launch actions of a server's last launch stand together; null where it has none. */
export type PostLaunch = 'running' | 'succeeded' | 'failed' | null;

/** What is on record of the instance, and which one it was. */
interface Before<T> {
  readonly instanceId: string | null | undefined;
  readonly value: T | undefined;
}

function kept<T>(instanceId: string | null, before: Before<T>): T | null {
  return before.instanceId === instanceId ? (before.value ?? null) : null;
}

/**
 * Says how EC2 finds a launched instance: `ok` where it runs and both checks pass, `impaired` where one fails,
 * `initializing` while they are not done, its state where it does not run. It is looked at only while a wave waits for
 * it; after that the last finding stands as long as the instance does.
 */
export function instanceHealthOf(
  instanceId: string | null,
  checks: InstanceChecks | undefined,
  before: Before<string | null>,
): string | null {
  if (instanceId === null) return null;
  if (checks === undefined) return kept(instanceId, before);
  if (checks.state !== 'running') return checks.state ?? 'unknown';
  const found = [checks.systemStatus, checks.instanceStatus];
  if (found.every((status) => status === 'ok')) return 'ok';
  if (found.includes('impaired')) return 'impaired';
  return found.includes('initializing') ? 'initializing' : 'insufficient-data';
}

/** Says how the post-launch actions of a launched instance stand; an unknown status is still running. */
export function postLaunchOf(
  instanceId: string | null,
  part: Pick<JobServerObservation, 'postLaunchActions'> | undefined,
  before: Before<PostLaunch>,
): PostLaunch {
  if (instanceId === null) return null;
  const actions: readonly PostLaunchAction[] = part?.postLaunchActions ?? [];
  if (actions.length === 0) return kept(instanceId, before);
  if (actions.some(({ status }) => status === 'FAILED')) return 'failed';
  return actions.every(({ status }) => status === 'SUCCESS') ? 'succeeded' : 'running';
}
