import type { Command } from '../command.ts';
import { orderCommandOf } from '../order-command.ts';

/**
 * `landfall hold`: lets the stage that runs end, and stops the wave before the next until it is resumed.
 * @example landfall hold programme-a.wave-1 --reason "wait for the test report"
 */
export const hold: Command = orderCommandOf({
  order: 'hold',
  description: 'Hold a wave before its next stage',
  takes: { wide: false, narrow: false },
});
