import { prepareWave } from '../flow/steps/prepare-wave.ts';
import { prepareWave as contract } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';
import { bus } from './_wiring/bus.ts';
import { clock } from './_wiring/clock.ts';
import { store } from './_wiring/store.ts';

/** Writes a wave and its servers down. */
export const handler = lambda('prepareWave', contract.input, { clock, store, bus }, prepareWave);
