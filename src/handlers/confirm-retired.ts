import { confirmRetired } from '../flow/steps/confirm-retired.ts';
import { confirmRetired as contract } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';
import { bus } from './_wiring/bus.ts';
import { clock } from './_wiring/clock.ts';
import { drsOf } from './_wiring/drs-services.ts';
import { store } from './_wiring/store.ts';

/** Looks whether anything is left of a retired server. */
export const handler = lambda(
  'confirmRetired',
  contract.input,
  { clock, store, bus, drsOf },
  confirmRetired,
);
