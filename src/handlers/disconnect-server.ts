import { disconnectServer } from '../flow/steps/disconnect-server.ts';
import { disconnectServer as contract } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';
import { bus } from './_wiring/bus.ts';
import { clock } from './_wiring/clock.ts';
import { drsOf } from './_wiring/drs-services.ts';
import { store } from './_wiring/store.ts';

/** Disconnects a server whose grace is over. */
export const handler = lambda(
  'disconnectServer',
  contract.input,
  { clock, store, bus, drsOf },
  disconnectServer,
);
