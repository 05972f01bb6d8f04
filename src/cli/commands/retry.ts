import type { Command } from '../command.ts';
import { orderCommandOf } from '../order-command.ts';

/**
 * `landfall retry`: has servers that ended as failed, rolled-back or frozen go on where they failed, while their wave is open.
 * @example landfall retry programme-a.wave-1 --server s-11111111111111111 --reason "its disk is mended"
 */
export const retry: Command = orderCommandOf({
  order: 'retry',
  description: 'Retry what failed, from the failed step',
  takes: { wide: false, narrow: true },
  confirmsState: true,
});
