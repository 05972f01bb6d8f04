// Many accounts and Regions: some cannot be reached at first, or for a while; the others do not wait for them.
import { describe, expect, test } from 'vitest';
import { inProcessTransport } from '../../src/adapters/aws/in-process-transport.ts';
import { createTargetApis } from '../../src/adapters/aws/target-clients.ts';
import { parseTargetList } from '../../src/core/target-list.ts';
import { exampleFleet, examplePlan } from './_examples.ts';
import { agentBased, discovered, inSync, movedTo, serverId, vcenterClient } from './_fleet.ts';
import {
  actsOn,
  casesOf,
  endings,
  eventsOf,
  expectPromisesKept,
  rehearse,
  type Story,
  type Told,
  wholeWay,
} from './_rehearse.ts';

const home = '111122223333';

/** Reaches targets as a deployment does: by its list, in member roles, as a delegated administrator. */
function deployed(list: string): NonNullable<Story['services']> {
  const read = parseTargetList(list);
  if (!read.ok) throw new Error(read.problems.join('\n'));
  return (simulator, clock) =>
    createTargetApis({
      targets: read.targets,
      homeRegion: 'us-east-1',
      memberRole: 'landfall-member-story',
      externalId: '',
      sessionName: 'landfall-story',
      clock,
      endpoints: Object.fromEntries(
        ['mgn', 'ec2', 'serviceQuotas', 'sts'].map((name) => [name, 'https://simulator.invalid']),
      ),
      credentials: { accessKeyId: home, secretAccessKey: 'none' },
      requestHandler: inProcessTransport((request) => simulator.answer(request)),
    });
}

/** When a server's first event of its wave was told, and when its last. */
function spanOf(told: Told, id: string): readonly [string, string] {
  const own = told.logs.events
    .filter(({ detail }) => detail.stream === `wave/story/wave-1/${id}`)
    .map(({ detail }) => detail.observedAt);
  return [own[0] ?? '', own.at(-1) ?? ''];
}

const targetEvents = (told: Told, type: string) =>
  eventsOf(told, type).map(({ target, kind }) => `${String(target)} ${String(kind)}`);

describe('a wave over five accounts, three of which cannot be reached at first', () => {
  const [b, c, d, e] = ['444455556666', '777788889999', '222233334444', '666655554444'] as const;
  const story: Story = {
    fleet: [
      inSync(1),
      movedTo(b, 'us-east-1', inSync(2)),
      movedTo(c, 'eu-south-1', inSync(3)),
      movedTo(d, 'us-east-1', discovered(4)),
      movedTo(e, 'eu-west-1', agentBased(5)),
    ],
    vcenterClients: [movedTo(d, 'us-east-1', vcenterClient)],
    faults: [
      `{ fault: target-unreachable, because: not-initialized, targets: ['${b}:us-east-1'], mendedAfter: PT30H }`,
      `{ fault: target-unreachable, because: region-off, targets: ['${c}:eu-south-1'], mendedAfter: PT31H }`,
      `{ fault: target-unreachable, because: role-missing, targets: ['${d}'], mendedAfter: PT32H }`,
    ],
    services: deployed(
      `mgn:${home}:us-east-1,mgn:${b}:us-east-1=role,mgn:${c}:eu-south-1=role,mgn:${d}:us-east-1=role,mgn:${e}:eu-west-1=managed`,
    ),
  };

  test('the others migrate, and once somebody has mended them these follow', async () => {
    const failed: unknown[] = [];
    const told = await rehearse({
      ...story,
      around: async (ports, name, run) => {
        try {
          return await run(ports);
        } catch (error) {
          if (name === 'poll') failed.push(error);
          throw error;
        }
      },
    });
    expect(endings(told)).toEqual([1, 2, 3, 4, 5].map((n) => `${n} succeeded`));
    expect(actsOn(told, serverId(3))).toEqual(wholeWay);
    expect(actsOn(told, serverId(4))).toEqual(['StartReplication', ...wholeWay]);
    // No tick fails, so no alarm sounds each minute; each trouble is told once, and once that it is over.
    expect(failed).toEqual([]);
    const troubles = [
      `mgn:${b}:us-east-1 not-initialized`,
      `mgn:${c}:eu-south-1 region-off`,
      `mgn:${d}:us-east-1 role-refused`,
    ];
    expect(targetEvents(told, 'Target Unreachable').toSorted()).toEqual(troubles.toSorted());
    expect(targetEvents(told, 'Target Reachable').toSorted()).toEqual(troubles.toSorted());
    for (const late of [2, 3, 4].map((n) => spanOf(told, serverId(n)))) {
      for (const early of [1, 5].map((n) => spanOf(told, serverId(n)))) {
        expect(late[0] > early[1]).toBe(true);
      }
    }
    expectPromisesKept(told, ['polls-bounded-by-time']);
    expect(casesOf(told, 'stream-names-its-server')).toBeGreaterThan(0);
  });
});

describe('a target that is lost in the middle of a wave', () => {
  test.each([
    ['while it replicates', 'PT6M'],
    ['while it is tested', 'PT25M'],
    ['while it is cut over', 'PT55M'],
  ])('%s: its servers wait, and go on when it is back', async (_, after) => {
    const other = '444455556666';
    const told = await rehearse({
      fleet: [agentBased(1), movedTo(other, 'eu-central-1', agentBased(2))],
      spec: '{ defaults: { deadlines: { test: PT12H, cutover: PT12H, finalize: PT12H } }, waves: [{ name: wave-1, servers: { all: true } }] }',
      faults: [
        `{ fault: target-unreachable, because: access-denied, targets: ['${other}'], after: ${after}, mendedAfter: PT3H }`,
      ],
    });
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
    expect(actsOn(told, serverId(2))).toEqual(wholeWay);
    expect(targetEvents(told, 'Target Unreachable')).toEqual([
      `mgn:${other}:eu-central-1 access-denied`,
    ]);
    expect(targetEvents(told, 'Target Reachable')).toHaveLength(1);
    expectPromisesKept(told);
  });
});

test('three-accounts-24: every account and Region migrates in one plan', async () => {
  const told = await rehearse({
    ...(await exampleFleet('three-accounts-24', 'three-accounts-24.vcenter-clients')),
    spec: examplePlan('three-accounts'),
    parameters: {},
  });
  expect(Object.values(told.ends).map((end) => end.outcome)).toEqual(Array(24).fill('succeeded'));
  const targets = new Set(told.logs.api.map(({ accountId, region }) => `${accountId}:${region}`));
  expect(targets.size).toBe(3);
  expectPromisesKept(told, ['one-launch-a-request']);
});
