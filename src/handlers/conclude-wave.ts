import { concludeWave } from '../flow/steps/conclude-wave.ts';
import { concludeWave as contract } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';
import { bus } from './_wiring/bus.ts';
import { clock } from './_wiring/clock.ts';
import { store } from './_wiring/store.ts';

/** Concludes a wave. */
export const handler = lambda('concludeWave', contract.input, { clock, store, bus }, concludeWave);
