import { requestLaunch } from '../flow/request-launch.ts';
import { contracts } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';

/** Queues a rationed call. */
export const handler = lambda('requestLaunch', contracts.requestLaunch.input, ({ ports }, event) =>
  requestLaunch(ports, event),
);
