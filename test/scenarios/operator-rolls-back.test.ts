// Rollback of a tier after an application test fails; of a wave, the last tier first; refused after finalize.
import { expect, test } from 'vitest';
import { approve } from '../../src/flow/operate/approve.ts';
import { inSync, serverId } from './_fleet.ts';
import { all, Operator, servers, tier, wave, when } from './_operator.ts';
import { actsOn, endings, eventsOf, expectPromisesKept, rehearse } from './_rehearse.ts';

const fleet = [1, 2, 3].map((n) => inSync(n));
const tiered = `{
  defaults: { gates: { finalize: { approval: {} } } },
  waves: [{ name: wave-1, servers: { all: true }, tiers: [
    { name: data, servers: { ids: [${serverId(1)}] } },
    { name: web, servers: { ids: [${serverId(2)}, ${serverId(3)}] } } ] }] }`;
const finalize = { wave, phase: 'finalize', by: 'jane', reason: 'ok' } as const;
const wayBack = ['ChangeServerLifeCycleState', 'TerminateTargetInstances'];

test('a tier goes back after its application test failed; the others are finalized', async () => {
  const operator = new Operator();
  const told = await rehearse({
    fleet,
    spec: tiered,
    whenTold: [
      when('Wave Approval Requested', 'finalize', async (ports) => {
        await operator.gives(ports, 'rollback', tier('web'));
        await operator.gives(ports, 'rollback', tier('web'));
        await operator.gives(ports, 'rollback', tier('wab'));
      }),
      {
        event: (e) => e['detail-type'] === 'Wave Server Outcome',
        happens: async ({ ports }) => {
          await approve(ports, { ...finalize, decision: 'approved' });
        },
      },
    ],
  });
  expect(operator.answers).toEqual(['done', 'already', 'unknown-tier']);
  expect(endings(told)).toEqual([
    '1 succeeded',
    '2 rolled-back OrderedRollback',
    '3 rolled-back OrderedRollback',
  ]);
  expect(told.ends[serverId(2)]?.reason).toBe('rolled back by joe: because');
  expect(actsOn(told, serverId(2)).slice(-2)).toEqual(wayBack);
  expect(eventsOf(told, 'Wave Order Given')).toMatchObject([
    { order: 'rollback', by: 'joe', scope: 'tier', tier: 'web', servers: 2 },
  ]);
  expectPromisesKept(told);
});

test('a wave goes back with the last tier first', async () => {
  const operator = new Operator();
  const told = await rehearse({
    fleet,
    spec: tiered,
    whenTold: [
      when('Wave Approval Requested', 'finalize', (ports) =>
        operator.gives(ports, 'rollback', all),
      ),
    ],
  });
  expect(endings(told)).toEqual([1, 2, 3].map((n) => `${n} rolled-back OrderedRollback`));
  const terminations = told.logs.api
    .filter(({ operation, at }) => operation === 'TerminateTargetInstances' && at > '2024')
    .slice(-2)
    .map(({ input }) => JSON.stringify(input['sourceServerIDs']));
  expect(terminations).toEqual([
    JSON.stringify([serverId(2), serverId(3)]),
    JSON.stringify([serverId(1)]),
  ]);
  expect(eventsOf(told, 'Wave Approval Withdrawn')).toHaveLength(1);
  expectPromisesKept(told, ['approvals-answered']);
});

test('is refused after finalize, and of a server that has nothing launched', async () => {
  const operator = new Operator();
  const told = await rehearse({
    fleet: [inSync(1), inSync(2)],
    spec: `{ waves: [{ name: wave-1, servers: { all: true }, tiers: [{ name: one, servers: { ids: [${serverId(1)}] } }] }] }`,
    whenTold: [
      when('Wave Stage Started', 'replicate', (ports) =>
        operator.gives(ports, 'rollback', servers(1)),
      ),
      {
        event: (e) =>
          e['detail-type'] === 'Wave Server Wait Ended' && e.detail['wait'] === 'finalized',
        happens: async ({ ports }) => {
          await operator.gives(ports, 'rollback', servers(1));
          await operator.gives(ports, 'rollback', all);
        },
      },
    ],
  });
  expect(operator.answers).toEqual(['nothing-launched', 'finalized', 'finalized']);
  expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
  expectPromisesKept(told);
});

test('stops a cutover that is under way, and a held wave lets itself be rolled back', async () => {
  const operator = new Operator();
  const told = await rehearse({
    fleet: [inSync(1), inSync(2)],
    whenTold: [
      {
        event: (e) =>
          e['detail-type'] === 'Source Server Launch Result' && e.detail['kind'] === 'cutover',
        happens: async ({ ports }) => {
          await operator.gives(ports, 'hold', all);
          await operator.gives(ports, 'rollback', servers(1));
        },
      },
      {
        event: (e) => e['detail-type'] === 'Wave Server Outcome',
        happens: async ({ ports }) => {
          await operator.gives(ports, 'resume', all);
        },
      },
    ],
  });
  expect(operator.answers).toEqual(['done', 'done', 'done']);
  expect(endings(told)).toEqual(['1 rolled-back OrderedRollback', '2 succeeded']);
  expectPromisesKept(told);
});
