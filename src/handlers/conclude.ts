import { conclude } from '../flow/conclude.ts';
import { conclude as contract } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';
import { bus } from './_wiring/bus.ts';
import { clock } from './_wiring/clock.ts';
import { store } from './_wiring/store.ts';

/** Records how a phase ended for a server. */
export const handler = lambda('conclude', contract.input, { clock, store, bus }, conclude);
