// Every fault that the simulator knows, all at once, each for one server, launch or call in twenty.
import { expect, test } from 'vitest';
import { exampleFaults, exampleFleet, examplePlan } from './_examples.ts';
import { expectPromisesKept, rehearse } from './_rehearse.ts';

test.each([1])('mixed-40, seed %i: every server ends once, every promise is kept', async (seed) => {
  const told = await rehearse({
    ...(await exampleFleet('mixed-40', 'mixed-40.vcenter-clients')),
    spec: examplePlan('first-wave'),
    faults: exampleFaults('each-at-5-percent'),
    parameters: {},
    seed,
  });
  expect(Object.keys(told.ends)).toHaveLength(40);
  expectPromisesKept(told, [
    'lost-answer-not-repeated',
    'one-launch-a-request',
    'finalize-after-sign-off',
  ]);
});
