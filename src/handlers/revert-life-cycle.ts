import { revertLifeCycle } from '../flow/steps/revert-life-cycle.ts';
import { revertLifeCycle as contract } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';
import { clock } from './_wiring/clock.ts';
import { serviceOf } from './_wiring/services.ts';
import { store } from './_wiring/store.ts';

/** Takes a test or a cutover back in the life cycle. */
export const handler = lambda(
  'revertLifeCycle',
  contract.input,
  { clock, store, serviceOf },
  revertLifeCycle,
);
