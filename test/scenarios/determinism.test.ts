// Same inputs and seed, same logs, byte for byte.
import { expect, test } from 'vitest';
import { setUpRehearsal } from '../../src/cli/rehearsal.ts';
import { agentBased, beginning, discovered, inSync, vcenterClient } from './_fleet.ts';
import { hooked } from './_hooks.ts';
import { brisk, expectPromisesKept, faultsOf, planOf, rehearse, type Story } from './_rehearse.ts';

const faults = [
  '{ fault: launch-failure, servers: { share: 0.3 } }',
  '{ fault: throttling, probability: 0.1 }',
  '{ fault: answer-lost, probability: 0.1 }',
  '{ fault: agent-lost, on: continuous, within: PT1H, returnsAfter: PT1H, servers: { share: 0.3 } }',
];
const fleet = [agentBased(1), agentBased(2), inSync(3), discovered(4), discovered(5)];
const story: Story = { fleet, faults, seed: 7 };
// Hooks of which a share, drawn by the seed, fails or takes its time.
const spec = hooked(
  'freeze: [{ name: stop, function: stop, onFailure: continue }], thaw: [{ name: start, function: start }]',
);
const hooks = [
  { hook: 'stop', share: 0.4, outcome: 'failed', durationSeconds: 0 },
  { hook: 'stop', share: 0.5, outcome: 'lost', durationSeconds: 90 },
] as const;

test('the same story twice gives the same three logs, byte for byte', async () => {
  const [once, again] = [await rehearse(story), await rehearse(story)];
  expect(again.text).toEqual(once.text);
  expectPromisesKept(once);
});

test('another seed gives another story, and keeps the promises too', async () => {
  const told = await Promise.all([7, 8, 9].map((seed) => rehearse({ ...story, seed })));
  expect(new Set(told.map(({ text }) => text.api)).size).toBe(3);
  expect(new Set(told.map(({ text }) => text.events)).size).toBe(3);
  for (const one of told) expectPromisesKept(one);
});

test('a story is the rehearsal that the command runs: its logs are the same, byte for byte', async () => {
  const lines = { api: [] as string[], events: [] as string[], executions: [] as string[] };
  const rehearsal = await setUpRehearsal({
    plan: planOf(spec, fleet),
    hooks,
    fleet,
    vcenterClients: [vcenterClient],
    faults: faultsOf(faults),
    seed: 7,
    startAt: beginning,
    parameters: brisk,
    logs: { write: (log, line) => lines[log].push(JSON.stringify(line)), close: () => {} },
  });
  const rehearsed = await rehearsal.run();
  const told = await rehearse({ ...story, spec, hooks });
  expect({
    api: lines.api.join('\n'),
    events: lines.events.join('\n'),
    executions: lines.executions.join('\n'),
  }).toEqual(told.text);
  expect(rehearsed.virtualSeconds).toBe(told.virtualSeconds);
});
