import { park } from '../flow/park.ts';
import { park as contract } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';
import { clock } from './_wiring/clock.ts';
import { store } from './_wiring/store.ts';

/** Parks a task token on a condition. */
export const handler = lambda('park', contract.input, { clock, store }, park);
