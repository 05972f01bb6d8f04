import { pollAll } from '../flow/poll-all.ts';
import { poll as contract } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';
import { tickLines } from './_metrics.ts';
import { bus } from './_wiring/bus.ts';
import { clock } from './_wiring/clock.ts';
import { drsLimitsOf } from './_wiring/drs-limits.ts';
import { drsOf } from './_wiring/drs-services.ts';
import { parallel } from './_wiring/parallel.ts';
import { serviceOf } from './_wiring/services.ts';
import { settingsSeconds } from './_wiring/settings-seconds.ts';
import { stage } from './_wiring/stage.ts';
import { store } from './_wiring/store.ts';
import { targets } from './_wiring/targets.ts';
import { watchSeconds } from './_wiring/watch-seconds.ts';
import { workflows } from './_wiring/workflows.ts';
import { log } from './_wiring.ts';

/**
 * Runs one tick of every target that is due, or of the one that the event names, and logs what they measured. Messages of
 * its queue have it look at every target as the schedule does, only earlier.
 */
export const handler = lambda(
  'poll',
  contract.input,
  {
    clock,
    store,
    bus,
    workflows,
    serviceOf,
    drsOf,
    drsLimitsOf,
    targets,
    watchSeconds,
    settingsSeconds,
    parallel,
    stage,
    log,
  },
  (given, event, secondsLeft) =>
    pollAll(given, given.targets, 'target' in event ? event.target : 'all', {
      hasten: 'target' in event ? event.hasten : undefined,
      watchSeconds: given.watchSeconds,
      settingsSeconds: given.settingsSeconds,
      parallel: given.parallel,
      drsLimitsOf: given.drsLimitsOf,
      secondsLeft,
      onTick: (ticked) => {
        for (const line of tickLines(ticked, given.stage, given.clock.now())) given.log(line);
      },
    }),
);
