import { remedy } from '../flow/remedy.ts';
import { remedy as contract } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';
import { bus } from './_wiring/bus.ts';
import { clock } from './_wiring/clock.ts';
import { drsOf } from './_wiring/drs-services.ts';
import { remedies } from './_wiring/remedies.ts';
import { serviceOf } from './_wiring/services.ts';
import { store } from './_wiring/store.ts';
import { targets } from './_wiring/targets.ts';

/** Retries stalled replications that no wave waits for, in every target or in the one that an event is about. */
export const handler = lambda(
  'remedy',
  contract.input,
  { clock, store, bus, serviceOf, drsOf, targets, remedies },
  (given, event) =>
    remedy(
      given,
      given.targets,
      'target' in event ? event.target : event.detail.stream.split('/').slice(0, 3).join(':'),
      given.remedies,
    ),
);
