import type { Command } from '../command.ts';
import { orderCommandOf } from '../order-command.ts';

/**
 * `landfall skip`: has servers end as skipped; refused where something launched would be left behind.
 * @example landfall skip programme-a.wave-1 --server s-11111111111111111 --reason "not ready" --yes
 */
export const skip: Command = orderCommandOf({
  order: 'skip',
  description: 'Leave servers of a wave out: they end as skipped at their next safe point',
  takes: { wide: false, narrow: true },
  warning: (subject) => `What is skipped of ${subject} is not taken up again by this wave.`,
});
