import type { Target } from '../../core/target.ts';
import type { Ports } from '../ports.ts';

/** What schedules need of the ports. */
export type SchedulePorts = Pick<Ports, 'clock' | 'store' | 'bus' | 'workflows' | 'drsOf'>;

/** What schedules are run with. */
export interface ScheduleManner {
  readonly targets: readonly Target[];
  readonly waveMachineArn: string;
}
