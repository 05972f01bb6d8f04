import { runSchedules } from '../flow/schedule/run-schedules.ts';
import { sweep } from '../flow/sweep.ts';
import { sweep as contract } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';
import { bus } from './_wiring/bus.ts';
import { clock } from './_wiring/clock.ts';
import { drsOf } from './_wiring/drs-services.ts';
import { store } from './_wiring/store.ts';
import { targets } from './_wiring/targets.ts';
import { waveMachineArn } from './_wiring/wave-machine.ts';
import { workflows } from './_wiring/workflows.ts';

/** Finds executions that died without a word, or begins what the schedules of drills have due. */
export const handler = lambda(
  'sweep',
  contract.input,
  { clock, store, bus, workflows, drsOf, targets, waveMachineArn },
  async (given, { does }) =>
    does === 'schedules' ? runSchedules(given, given) : sweep(given, given.targets),
);
