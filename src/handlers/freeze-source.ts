import { freezeSource } from '../flow/steps/freeze-source.ts';
import { contracts } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';
import { bus } from './_wiring/bus.ts';
import { clock } from './_wiring/clock.ts';
import { store } from './_wiring/store.ts';

/** Marks the moment from which a source counts as frozen. */
export const handler = lambda(
  'freezeSource',
  contracts.freezeSource.input,
  { clock, store, bus },
  freezeSource,
);
