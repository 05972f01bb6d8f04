import type { Command } from '../command.ts';
import { orderCommandOf } from '../order-command.ts';

/**
 * `landfall pause`: nothing new of what is paused is released or launched until it is resumed.
 * @example landfall pause programme-a.wave-1 --reason "the network team asks"
 */
export const pause: Command = orderCommandOf({
  order: 'pause',
  description: 'Pause a wave, a tier, servers, a plan or everything: nothing new begins',
  takes: { wide: true, narrow: true },
});
