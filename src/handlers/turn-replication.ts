import { turnReplication } from '../flow/steps/turn-replication.ts';
import { turnReplication as contract } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';
import { bus } from './_wiring/bus.ts';
import { clock } from './_wiring/clock.ts';
import { drsOf } from './_wiring/drs-services.ts';
import { store } from './_wiring/store.ts';
import { targets } from './_wiring/targets.ts';

/** Turns the replication of a server that fails back. */
export const handler = lambda(
  'turnReplication',
  contract.input,
  { clock, store, bus, drsOf, targets },
  (given, step) => turnReplication(given, step, given.targets),
);
