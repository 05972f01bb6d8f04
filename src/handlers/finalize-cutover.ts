import { finalizeCutover } from '../flow/steps/finalize-cutover.ts';
import { finalizeCutover as contract } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';
import { clock } from './_wiring/clock.ts';
import { serviceOf } from './_wiring/services.ts';
import { store } from './_wiring/store.ts';

/** Finalizes a signed-off cutover. */
export const handler = lambda(
  'finalizeCutover',
  contract.input,
  { clock, store, serviceOf },
  finalizeCutover,
);
