import { deleteServer } from '../flow/steps/delete-server.ts';
import { deleteServer as contract } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';
import { clock } from './_wiring/clock.ts';
import { drsOf } from './_wiring/drs-services.ts';
import { store } from './_wiring/store.ts';

/** Deletes a disconnected server. */
export const handler = lambda(
  'deleteServer',
  contract.input,
  { clock, store, drsOf },
  deleteServer,
);
