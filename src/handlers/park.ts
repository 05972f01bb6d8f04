import { park } from '../flow/park.ts';
import { contracts } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';
import { clock } from './_wiring/clock.ts';
import { store } from './_wiring/store.ts';

/** Parks a task token on a condition. */
export const handler = lambda('park', contracts.park.input, { clock, store }, park);
