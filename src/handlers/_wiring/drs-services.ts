import { createDrsTargetApis } from '../../adapters/aws/drs-target-clients.ts';
import { part } from '../_wiring.ts';
import { reach, reachOf } from './services.ts';

/** The API of each target of DRS, as the target list says it is reached. */
export const drsOf = part(
  reach,
  (settings) => createDrsTargetApis(reachOf(settings)),
  ({ ports }) => ports.drsOf,
);
