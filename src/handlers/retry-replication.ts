import { retryReplication } from '../flow/steps/retry-replication.ts';
import { retryReplication as contract } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';
import { bus } from './_wiring/bus.ts';
import { clock } from './_wiring/clock.ts';
import { serviceOf } from './_wiring/services.ts';
import { store } from './_wiring/store.ts';

/** Retries a stalled replication within its budget. */
export const handler = lambda(
  'retryReplication',
  contract.input,
  { clock, store, bus, serviceOf },
  retryReplication,
);
