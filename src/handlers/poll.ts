import { targetName } from '../core/target.ts';
import { pollAll } from '../flow/poll-all.ts';
import { contracts } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';
import { metricLines, type Ticked } from './_metrics.ts';
import { bus } from './_wiring/bus.ts';
import { clock } from './_wiring/clock.ts';
import { parallel } from './_wiring/parallel.ts';
import { serviceOf } from './_wiring/services.ts';
import { stage } from './_wiring/stage.ts';
import { store } from './_wiring/store.ts';
import { targets } from './_wiring/targets.ts';
import { workflows } from './_wiring/workflows.ts';
import { log } from './_wiring.ts';

/** Runs one tick of every target that is due, or of the one that the event names, and logs what they measured. */
export const handler = lambda(
  'poll',
  contracts.poll.input,
  { clock, store, bus, workflows, serviceOf, targets, parallel, stage, log },
  async (given, { target, hasten }) => {
    const tell = (ticks: readonly Ticked[]) => {
      for (const line of metricLines(ticks, given.stage, given.clock.now())) given.log(line);
    };
    try {
      const manner = { hasten, parallel: given.parallel };
      const reports = await pollAll(given, given.targets, target, manner);
      tell(reports);
      return reports;
    } catch (error) {
      const names = given.targets.map(targetName);
      const [sole, ...others] = target === 'all' ? names : [target];
      // Of several targets the failure does not say which of them failed.
      if (sole !== undefined && others.length === 0) tell([{ tick: 'failed', target: sole }]);
      throw error;
    }
  },
);
