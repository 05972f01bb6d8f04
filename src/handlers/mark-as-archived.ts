import { markAsArchived } from '../flow/steps/mark-as-archived.ts';
import { markAsArchived as contract } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';
import { clock } from './_wiring/clock.ts';
import { serviceOf } from './_wiring/services.ts';
import { store } from './_wiring/store.ts';

/** Archives a finalized server. */
export const handler = lambda(
  'markAsArchived',
  contract.input,
  { clock, store, serviceOf },
  markAsArchived,
);
