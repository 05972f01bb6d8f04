import { park } from '../flow/park.ts';
import { contracts } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';

/** Parks a task token on a condition. */
export const handler = lambda('park', contracts.park.input, ({ ports }, event) =>
  park(ports, event),
);
