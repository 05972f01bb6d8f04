import { ensureReplicating } from '../flow/steps/ensure-replicating.ts';
import { ensureReplicating as contract } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';
import { clock } from './_wiring/clock.ts';
import { serviceOf } from './_wiring/services.ts';
import { store } from './_wiring/store.ts';

/** Says whether a server replicates already. */
export const handler = lambda(
  'ensureReplicating',
  contract.input,
  { clock, store, serviceOf },
  ensureReplicating,
);
