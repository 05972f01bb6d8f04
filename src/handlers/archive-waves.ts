import { archiveWaves } from '../flow/steps/archive-waves.ts';
import { archiveWaves as contract } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';
import { serviceOf } from './_wiring/services.ts';
import { store } from './_wiring/store.ts';

/** Archives the waves of MGN that a wave has emptied. */
export const handler = lambda('archiveWaves', contract.input, { store, serviceOf }, archiveWaves);
