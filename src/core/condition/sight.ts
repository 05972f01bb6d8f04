import type { RecoveryPoint } from '../change/drs/recovery-point.ts';
import type { JobObservation } from '../job.ts';
import type { RecoveryInstanceObservation } from '../observation/recovery-instance.ts';
import type { Observation } from '../observation.ts';
import type { Pause } from '../pause.ts';
import type { Instant } from '../time.ts';
import type { Approval } from './approved.ts';

/** All that an evaluation may look at. What was not looked at in this tick is undefined. */
export interface Sight {
  readonly now: Instant;
  readonly tick: number;
  /** The last tick that failed; a run of held looks that began before it is broken. */
  readonly lastFailedTick: number;
  readonly observation: Observation | 'absent' | undefined;
  readonly job: JobObservation | undefined;
  readonly instance: InstanceStatus | undefined;
  /** Whether any open job holds the server. */
  readonly busy: boolean;
  readonly freeSlots: number | undefined;
  readonly resumedAt: Instant | undefined;
  /** The servers of the wave that are held. */
  readonly heldServers?: ReadonlySet<string> | undefined;
  /** What the preflight keeps the wave from its phase for; undefined where nothing does. */
  readonly blockedBy?: string | undefined;
  /** The answers on record to the approval that the wait is for, in order. */
  readonly approvals?: readonly Approval[] | undefined;
  /** How recent its newest recovery snapshot is; DRS only. */
  readonly recoveryPoint?: RecoveryPoint | undefined;
  /** The recovery instance that the launch of the wait left, or that the wait is about; DRS only. */
  readonly recoveryInstance?: RecoveryInstanceObservation | undefined;
  /** Whether that instance was there and is gone; DRS only. */
  readonly recoveryInstanceGone?: boolean | undefined;
  /** When the wave was paused: what nobody looked at does not count as soaked. */
  readonly pauses?: readonly Pause[] | undefined;
}

/** EC2's view of an instance. */
export interface InstanceStatus {
  readonly state: string | undefined;
  readonly systemStatus: string | undefined;
  readonly instanceStatus: string | undefined;
}
