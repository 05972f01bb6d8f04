// Nine of ten move and the tenth is retried alone.
import { expect, test } from 'vitest';
import { inSync, serverId } from './_fleet.ts';
import { all, later, Operator, servers, when } from './_operator.ts';
import { actsOn, endings, eventsOf, expectPromisesKept, rehearse, wholeWay } from './_rehearse.ts';

const ten = Array.from({ length: 10 }, (_, i) => inSync(i + 1));
const gated =
  '{ defaults: { policy: { attempts: 1 }, gates: { finalize: { approval: {} } } }, waves: [{ name: wave-1, servers: { all: true } }] }';

test('the tenth goes on where it failed, alone, and nothing of the nine is done again', async () => {
  const operator = new Operator();
  const told = await rehearse({
    fleet: ten,
    spec: gated,
    faults: [
      `{ fault: launch-failure, on: test-launch, times: 1, servers: { ids: [${serverId(10)}] } }`,
    ],
    whenTold: [
      when('Wave Approval Requested', 'finalize', async (ports) => {
        await operator.gives(ports, 'retry', servers(10));
        await operator.gives(ports, 'retry', servers(10));
      }),
      {
        event: (e) =>
          e['detail-type'] === 'Wave Server Phase Ended' &&
          e.detail['sourceServerId'] === serverId(10) &&
          e.detail['phase'] === 'cutover',
        happens: async ({ ports }) => {
          const { approve } = await import('../../src/flow/operate/approve.ts');
          await approve(ports, {
            ...{ wave: 'story.wave-1', phase: 'finalize', by: 'jane', reason: 'all ten' },
            decision: 'approved',
          });
        },
      },
    ],
  });
  expect(operator.answers).toEqual(['done', 'already']);
  expect(endings(told)).toEqual(
    [...ten.keys()].map((i) => `${(i + 1).toString(16)} succeeded`).sort(),
  );
  const [reopened, ...more] = eventsOf(told, 'Wave Server Reopened');
  expect([reopened, more]).toMatchObject([
    { order: 'retry', by: 'joe', reason: 'because', outcome: 'rolled-back', code: 'LaunchFailed' },
    [],
  ]);
  const stages = eventsOf(told, 'Wave Stage Started').map(
    ({ phase, servers: count, attempts }) => `${phase} ${count} (${attempts})`,
  );
  expect(stages).toEqual([
    'replicate 10 (1)',
    'test 10 (1)',
    'rollback 1 (1)',
    'cutover 9 (1)',
    'test 1 (2)',
    'cutover 1 (1)',
    'finalize 10 (1)',
  ]);
  expect(actsOn(told, serverId(1))).toEqual(wholeWay);
  const outcomes = eventsOf(told, 'Wave Server Outcome').filter(
    (detail) => detail['sourceServerId'] === serverId(10),
  );
  expect(outcomes).toMatchObject([
    {
      outcome: 'rolled-back',
      evidence: { jobId: expect.any(String), eventIds: expect.any(Array) },
      nextAction: expect.stringContaining(`landfall retry story.wave-1 --server ${serverId(10)}`),
    },
    { outcome: 'succeeded', nextAction: 'nothing' },
  ]);
  expectPromisesKept(told, ['phase-approved', 'approvals-answered']);
});

test('a held wave goes on by itself when the failure that held it is retried', async () => {
  const operator = new Operator();
  const told = await rehearse({
    fleet: [inSync(1), inSync(2)],
    spec: '{ defaults: { policy: { attempts: 1, onFailure: hold, tolerate: 0 } }, waves: [{ name: wave-1, servers: { all: true } }] }',
    faults: [
      `{ fault: launch-failure, on: test-launch, times: 1, servers: { ids: [${serverId(2)}] } }`,
    ],
    whenTold: [when('Wave Held', undefined, (ports) => operator.gives(ports, 'retry', all))],
  });
  expect(operator.answers).toEqual(['done']);
  expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
  expect(eventsOf(told, 'Wave Resumed')).toMatchObject([{ ended: 'hold' }]);
  expectPromisesKept(told);
});

test('a frozen server is retried only by a person who vouches for its state', async () => {
  const operator = new Operator();
  const told = await rehearse({
    fleet: [inSync(1), inSync(2)],
    spec: '{ defaults: { gates: { cutover: { approval: {} } } }, waves: [{ name: wave-1, servers: { all: true } }] }',
    whenTold: [
      {
        event: (e) => e['detail-type'] === 'Source Server Launched Instance Change',
        happens: ({ runtime }) => {
          const machine = runtime.stateMachineArn('Test').split(':');
          const name = `story.wave-1.${serverId(2)}.test.1`;
          const arn = [...machine.slice(0, 5), 'execution', machine[6], name].join(':');
          expect(runtime.abort(arn, 'Stopped', 'by hand')).toBe(true);
        },
      },
      when('Wave Approval Requested', 'cutover', async (ports) => {
        await operator.gives(ports, 'retry', servers(2));
        await operator.gives(ports, 'retry', all);
        await operator.gives(ports, 'retry', servers(2), { confirmState: true });
      }),
    ],
    around: later([
      {
        afterSeconds: 8 * 3600,
        act: async (ports) => {
          const { approve } = await import('../../src/flow/operate/approve.ts');
          await approve(ports, {
            ...{ wave: 'story.wave-1', phase: 'cutover', by: 'jane', reason: 'fine' },
            decision: 'approved',
          });
        },
      },
    ]),
  });
  expect(operator.answers).toEqual(['unconfirmed', 'nothing-failed', 'done']);
  expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
  expect(eventsOf(told, 'Wave Server Reopened')).toMatchObject([
    { outcome: 'frozen', code: 'ExecutionDied' },
  ]);
  // Its instance was launched already: the second attempt goes on from it.
  expect(actsOn(told, serverId(2))).toEqual(wholeWay);
  expectPromisesKept(told);
});
