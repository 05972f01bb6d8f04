import type { Command } from '../command.ts';
import { orderCommandOf } from '../order-command.ts';

/**
 * `landfall rollback`: takes back what was launched, the last tier first; refused after finalize.
 * @example landfall rollback programme-a.wave-1 --tier web --reason "the application test fails" --yes
 */
export const rollback: Command = orderCommandOf({
  order: 'rollback',
  description: 'Take servers back: revert their life cycle and terminate what was launched',
  takes: { wide: false, narrow: true },
  confirmsState: true,
  warning: (subject) => `Instances of ${subject} are terminated; what was written to them is lost.`,
});
