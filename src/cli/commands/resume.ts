import type { Command } from '../command.ts';
import { orderCommandOf } from '../order-command.ts';

/**
 * `landfall resume`: ends a pause, and answers the hold of a wave.
 * @example landfall resume programme-a.wave-1 --reason "the failed server is set aside"
 */
export const resume: Command = orderCommandOf({
  order: 'resume',
  description: 'Resume what is paused, or let a held wave, or held servers, go on',
  takes: { wide: true, narrow: true },
});
