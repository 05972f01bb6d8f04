// Every fault at once, on fleets large enough for cohorts, canaries and many jobs side by side.
import { describe, expect, test } from 'vitest';
import { exampleFaults, exampleFleet, examplePlan } from './_examples.ts';
import { expectPromisesKept, rehearse } from './_rehearse.ts';

const faults = exampleFaults('each-at-5-percent');
const rules = ['lost-answer-not-repeated', 'one-launch-a-request', 'finalize-after-sign-off'];

describe.each([1, 2, 3])('seed %i', (seed) => {
  test('mixed-40, in every state of a migration', async () => {
    const told = await rehearse({
      ...(await exampleFleet('mixed-40', 'mixed-40.vcenter-clients')),
      spec: examplePlan('first-wave'),
      faults,
      parameters: {},
      seed,
    });
    expect(Object.keys(told.ends)).toHaveLength(40);
    expectPromisesKept(told, rules);
  });

  test('agent-based-120 with a canary and a line that stops', async () => {
    const told = await rehearse({
      ...(await exampleFleet('agent-based-120')),
      spec: examplePlan('agent-based'),
      faults,
      parameters: {},
      seed,
    });
    expect(Object.keys(told.ends)).toHaveLength(120);
    expectPromisesKept(told);
  });

  test('agent-based-120, failures tolerated', async () => {
    const told = await rehearse({
      ...(await exampleFleet('agent-based-120')),
      faults,
      parameters: {},
      seed,
    });
    expect(Object.keys(told.ends)).toHaveLength(120);
    expectPromisesKept(told, rules);
  });

  test('170 agentless servers on 150 active slots', async () => {
    const { fleet, ...rest } = await exampleFleet('agentless-805', 'agentless-805.vcenter-clients');
    const told = await rehearse({
      ...rest,
      fleet: fleet.slice(0, 170),
      spec: examplePlan('agentless'),
      faults,
      parameters: {},
      seed,
    });
    expect(Object.keys(told.ends)).toHaveLength(170);
    expectPromisesKept(told, rules);
  });
});
