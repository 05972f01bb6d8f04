import { react } from '../flow/react.ts';
import { react as contract } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';
import { bus } from './_wiring/bus.ts';
import { clock } from './_wiring/clock.ts';
import { ourselves } from './_wiring/ourselves.ts';
import { store } from './_wiring/store.ts';
import { waveMachineArn } from './_wiring/wave-machine.ts';
import { workflows } from './_wiring/workflows.ts';

/** Reacts to what others tell: native events, calls of other people, dead executions, concluded waves. */
export const handler = lambda(
  'react',
  contract.input,
  { clock, store, bus, workflows, waveMachineArn, ourselves },
  (given, event) => react(given, event, { wave: given.waveMachineArn, ourselves: given.ourselves }),
);
