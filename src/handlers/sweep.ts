import { sweep } from '../flow/sweep.ts';
import { sweep as contract } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';
import { bus } from './_wiring/bus.ts';
import { clock } from './_wiring/clock.ts';
import { store } from './_wiring/store.ts';
import { targets } from './_wiring/targets.ts';
import { workflows } from './_wiring/workflows.ts';

/** Finds executions that died without a word. */
export const handler = lambda(
  'sweep',
  contract.input,
  { clock, store, bus, workflows, targets },
  (given) => sweep(given, given.targets),
);
