import { revertLifeCycle } from '../flow/steps/revert-life-cycle.ts';
import { contracts } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';

/** Takes a test or a cutover back in the life cycle. */
export const handler = lambda(
  'revertLifeCycle',
  contracts.revertLifeCycle.input,
  ({ ports }, event) => revertLifeCycle(ports, event),
);
