// Skipping a server: before anything is launched; refused after it.
import { expect, test } from 'vitest';
import { agentBased, inSync, serverId } from './_fleet.ts';
import { all, Operator, servers, tier, when } from './_operator.ts';
import { actsOn, endings, eventsOf, expectPromisesKept, rehearse } from './_rehearse.ts';

test('ends a server that replicates for weeks, and the wave goes on without it', async () => {
  const operator = new Operator();
  const told = await rehearse({
    fleet: [agentBased(1, { gib: 4000 }), inSync(2)],
    whenTold: [
      when('Wave Stage Started', 'replicate', async (ports) => {
        await operator.gives(ports, 'skip', servers(1), { dryRun: true });
        await operator.gives(ports, 'skip', servers(1));
        await operator.gives(ports, 'skip', servers(1));
        await operator.gives(ports, 'skip', servers(7));
      }),
    ],
  });
  expect(operator.answers).toEqual(['done', 'done', 'already', 'unknown-server']);
  expect(endings(told)).toEqual(['1 skipped OrderedSkip', '2 succeeded']);
  expect(told.ends[serverId(1)]?.reason).toBe('skipped by joe: because');
  expect(actsOn(told, serverId(1))).toEqual([]);
  expect(eventsOf(told, 'Wave Order Given')).toHaveLength(1);
  expectPromisesKept(told);
});

test('is refused after the launch, with what to do instead, and changes nothing', async () => {
  const operator = new Operator();
  const told = await rehearse({
    fleet: [inSync(1), inSync(2)],
    whenTold: [
      {
        event: (e) =>
          e['detail-type'] === 'Source Server Launch Result' && e.detail['kind'] === 'cutover',
        happens: async ({ ports }) => {
          await operator.gives(ports, 'skip', servers(1));
          await operator.gives(ports, 'skip', all);
        },
      },
    ],
  });
  expect(operator.answers).toEqual(['launched', 'launched']);
  expect(operator.replies[0]).toMatchObject({
    refusal: {
      remedy: `take it back instead: landfall rollback story.wave-1 --server ${serverId(1)} --reason "…"`,
    },
  });
  expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
  expect(eventsOf(told, 'Wave Order Given')).toEqual([]);
  expectPromisesKept(told);
});

test('of a tier of a wave that has not begun ends it when it does; then it is not taken up again', async () => {
  const operator = new Operator();
  const told = await rehearse({
    fleet: [inSync(1), inSync(2), inSync(3)],
    spec: `{ waves: [
      { name: wave-0, servers: { ids: [${serverId(3)}] } },
      { name: wave-1, dependsOn: [wave-0], servers: { ids: [${serverId(1)}, ${serverId(2)}] }, tiers: [{ name: data, servers: { ids: [${serverId(1)}] } }] } ] }`,
    whenTold: [
      when('Wave Started', undefined, async (ports) => {
        await operator.gives(ports, 'rollback', tier('data'));
        await operator.gives(ports, 'skip', tier('rest'));
      }),
      {
        event: (e) =>
          e['detail-type'] === 'Wave Server Outcome' && e.detail['outcome'] === 'skipped',
        happens: async ({ ports }) => {
          await operator.gives(ports, 'retry', servers(2));
          await operator.gives(ports, 'skip', servers(2));
        },
      },
    ],
  });
  expect(operator.answers).toEqual(['not-begun', 'done', 'nothing-failed', 'already']);
  expect(endings(told)).toEqual(['1 succeeded', '2 skipped OrderedSkip', '3 succeeded']);
  expectPromisesKept(told);
});
