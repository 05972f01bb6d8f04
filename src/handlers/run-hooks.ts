import { type HookReport, lookAfterHooks, runHooks } from '../flow/hooks/run-hooks.ts';
import { runHooks as contract } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';
import { bus } from './_wiring/bus.ts';
import { clock } from './_wiring/clock.ts';
import { hooks } from './_wiring/hooks.ts';
import { parallelHooks } from './_wiring/parallel.ts';
import { serviceOf } from './_wiring/services.ts';
import { store } from './_wiring/store.ts';
import { targets } from './_wiring/targets.ts';
import { workflows } from './_wiring/workflows.ts';

/** Runs the hooks that a machine waits for, or goes on with those that take longer than a call. */
export const handler = lambda(
  'runHooks',
  contract.input,
  { clock, store, bus, workflows, serviceOf, hooks, targets, parallelHooks },
  async (given, event): Promise<HookReport | { readonly hooks: 'waiting' | 'ended' }> =>
    'target' in event
      ? lookAfterHooks(given, given.targets, event.target, given.parallelHooks)
      : runHooks(given, event),
);
