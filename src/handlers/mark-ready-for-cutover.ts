import { markReadyForCutover } from '../flow/steps/mark-ready-for-cutover.ts';
import { contracts } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';

/** Has a server ready for cutover. */
export const handler = lambda(
  'markReadyForCutover',
  contracts.markReadyForCutover.input,
  ({ ports }, event) => markReadyForCutover(ports, event),
);
