import { measureEvent } from '../flow/measure-event.ts';
import { metrics as contract } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';
import { clock } from './_wiring/clock.ts';
import { stage } from './_wiring/stage.ts';
import { store } from './_wiring/store.ts';
import { log } from './_wiring.ts';

/** Logs what an event of Landfall measured, for CloudWatch to read. */
export const handler = lambda(
  'metrics',
  contract.input,
  { clock, store, stage, log },
  async (given, event) => {
    const lines = await measureEvent(given, event, given.stage);
    for (const line of lines) given.log(line);
    return { lines: lines.length };
  },
);
