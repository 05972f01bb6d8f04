import { requestLaunch } from '../flow/request-launch.ts';
import { requestLaunch as contract } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';
import { clock } from './_wiring/clock.ts';
import { store } from './_wiring/store.ts';
import { workflows } from './_wiring/workflows.ts';

/** Queues a rationed call. */
export const handler = lambda(
  'requestLaunch',
  contract.input,
  { clock, store, workflows },
  requestLaunch,
);
