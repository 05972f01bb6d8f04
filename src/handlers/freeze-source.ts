import { freezeSource } from '../flow/steps/freeze-source.ts';
import { freezeSource as contract } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';
import { bus } from './_wiring/bus.ts';
import { clock } from './_wiring/clock.ts';
import { store } from './_wiring/store.ts';

/** Marks the moment from which a source counts as frozen. */
export const handler = lambda('freezeSource', contract.input, { clock, store, bus }, freezeSource);
