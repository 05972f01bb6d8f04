import { finalizeCutover } from '../flow/steps/finalize-cutover.ts';
import { contracts } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';

/** Finalizes a signed-off cutover. */
export const handler = lambda(
  'finalizeCutover',
  contracts.finalizeCutover.input,
  ({ ports }, event) => finalizeCutover(ports, event),
);
