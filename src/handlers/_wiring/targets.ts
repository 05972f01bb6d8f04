import { part } from '../_wiring.ts';
import { targetList } from './target-list.ts';

/** The targets that this deployment looks after. */
export const targets = part(
  targetList,
  ({ LANDFALL_TARGETS }) => LANDFALL_TARGETS.map(({ target }) => target),
  (deployed) => deployed.targets,
);
