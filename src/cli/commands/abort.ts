import type { Command } from '../command.ts';
import { orderCommandOf } from '../order-command.ts';

/**
 * `landfall abort`: has a wave begin nothing more and conclude; nothing is undone, and it cannot be taken back.
 * @example landfall abort programme-a.wave-1 --reason "the wrong fleet" --yes
 */
export const abort: Command = orderCommandOf({
  order: 'abort',
  description: 'Abort a wave, or every wave of a plan, for good: nothing more begins',
  takes: { wide: true, narrow: false },
  warning: (subject) =>
    `Aborting ${subject} cannot be taken back. What has not begun ends as skipped, what is under way as frozen.`,
});
