import { pollAll } from '../flow/poll-all.ts';
import { contracts } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';
import { bus } from './_wiring/bus.ts';
import { clock } from './_wiring/clock.ts';
import { parallel } from './_wiring/parallel.ts';
import { serviceOf } from './_wiring/services.ts';
import { store } from './_wiring/store.ts';
import { targets } from './_wiring/targets.ts';
import { workflows } from './_wiring/workflows.ts';

/** Runs one tick of every target that is due, or of the one that the event names. */
export const handler = lambda(
  'poll',
  contracts.poll.input,
  { clock, store, bus, workflows, serviceOf, targets, parallel },
  (given, { target, hasten }) =>
    pollAll(given, given.targets, target, { hasten, parallel: given.parallel }),
);
