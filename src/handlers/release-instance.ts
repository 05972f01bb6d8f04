import { releaseInstance } from '../flow/steps/release-instance.ts';
import { releaseInstance as contract } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';
import { clock } from './_wiring/clock.ts';
import { drsOf } from './_wiring/drs-services.ts';
import { store } from './_wiring/store.ts';
import { targets } from './_wiring/targets.ts';

/** Has DRS let go of the live recovery instance of a server that is to be retired. */
export const handler = lambda(
  'releaseInstance',
  contract.input,
  { clock, store, drsOf, targets },
  (given, step) => releaseInstance(given, step, given.targets),
);
