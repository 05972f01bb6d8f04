import { systemClock } from '../../adapters/aws/system-clock.ts';
import { part } from '../_wiring.ts';

/** The time. */
export const clock = part(
  {},
  () => systemClock,
  ({ ports }) => ports.clock,
);
