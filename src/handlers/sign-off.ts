import { signOff } from '../flow/steps/sign-off.ts';
import { signOff as contract } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';
import { bus } from './_wiring/bus.ts';
import { clock } from './_wiring/clock.ts';
import { store } from './_wiring/store.ts';

/** Signs a healthy cutover off. */
export const handler = lambda('signOff', contract.input, { clock, store, bus }, signOff);
