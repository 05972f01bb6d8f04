import { ensureReplicating } from '../flow/steps/ensure-replicating.ts';
import { contracts } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';

/** Says whether a server replicates already. */
export const handler = lambda(
  'ensureReplicating',
  contracts.ensureReplicating.input,
  ({ ports }, event) => ensureReplicating(ports, event),
);
