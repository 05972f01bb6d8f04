import { stopReplication } from '../flow/steps/stop-replication.ts';
import { stopReplication as contract } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';
import { bus } from './_wiring/bus.ts';
import { clock } from './_wiring/clock.ts';
import { drsOf } from './_wiring/drs-services.ts';
import { store } from './_wiring/store.ts';

/** Stops the replication of a server that is retired. */
export const handler = lambda(
  'stopReplication',
  contract.input,
  { clock, store, bus, drsOf },
  stopReplication,
);
