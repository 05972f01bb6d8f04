import { nextStage } from '../flow/steps/next-stage.ts';
import { nextStage as contract } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';
import { bus } from './_wiring/bus.ts';
import { clock } from './_wiring/clock.ts';
import { store } from './_wiring/store.ts';
import { workflows } from './_wiring/workflows.ts';

/** Reviews a wave and prepares its next stage. */
export const handler = lambda(
  'nextStage',
  contract.input,
  { clock, store, bus, workflows },
  nextStage,
);
