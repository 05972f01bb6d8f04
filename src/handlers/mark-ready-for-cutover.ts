import { markReadyForCutover } from '../flow/steps/mark-ready-for-cutover.ts';
import { markReadyForCutover as contract } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';
import { clock } from './_wiring/clock.ts';
import { serviceOf } from './_wiring/services.ts';
import { store } from './_wiring/store.ts';

/** Has a server ready for cutover. */
export const handler = lambda(
  'markReadyForCutover',
  contract.input,
  { clock, store, serviceOf },
  markReadyForCutover,
);
