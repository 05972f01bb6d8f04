import { builtInDrsLimits } from '../../core/target-list/drs-limits.ts';
import { drsLimitsOf as limitsOf } from '../../core/target-list.ts';
import { part } from '../_wiring.ts';
import { targetList } from './target-list.ts';

/** From where on each target of DRS is told to be amiss. */
export const drsLimitsOf = part(
  targetList,
  ({ LANDFALL_TARGETS }) => limitsOf(LANDFALL_TARGETS),
  (deployed) => deployed.drsLimitsOf ?? (() => builtInDrsLimits),
);
