import { requestLaunch } from '../flow/request-launch.ts';
import { contracts } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';
import { clock } from './_wiring/clock.ts';
import { store } from './_wiring/store.ts';
import { workflows } from './_wiring/workflows.ts';

/** Queues a rationed call. */
export const handler = lambda(
  'requestLaunch',
  contracts.requestLaunch.input,
  { clock, store, workflows },
  requestLaunch,
);
