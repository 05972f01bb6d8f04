import { confirmRetired } from '../flow/steps/confirm-retired.ts';
import { contracts } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';
import { bus } from './_wiring/bus.ts';
import { clock } from './_wiring/clock.ts';
import { drsOf } from './_wiring/drs-services.ts';
import { store } from './_wiring/store.ts';

/** Looks whether anything is left of a retired server. */
export const handler = lambda(
  'confirmRetired',
  contracts.confirmRetired.input,
  { clock, store, bus, drsOf },
  confirmRetired,
);
