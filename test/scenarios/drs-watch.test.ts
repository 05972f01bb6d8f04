// Targets of DRS watched through days of their lives: drills, a failover, ways back, stalls, an extension that breaks.
import { describe, expect, test } from 'vitest';
import { catalogue } from '../../src/core/event/catalogue.ts';
import { builtInDrsLimits } from '../../src/core/target-list/drs-limits.ts';
import type { JsonObject } from '../../src/simulator/simulator.ts';
import { aDrsServer, drsId } from '../simulator/drs/rig.ts';
import { factsChanged, unpromisedIn, wrongIn } from './_drs-proof.ts';
import { drsAt, type Watched, watchDrs } from './_drs-watch.ts';

const startAt = '2024-03-04T16:20:07.412Z';
const here = drsAt('us-east-1');
const origin = drsAt('us-west-2');

const drill = (...ns: readonly number[]) => ({
  isDrill: true,
  sourceServers: ns.map((n) => ({ sourceServerID: drsId(n) })),
});

describe('every change that was there at a complete look is told once, and no other', () => {
  test('of servers that are drilled, fail over and fail back, stall, and lose their staging server', async () => {
    const staging = aDrsServer(20, { account: '222222222222' });
    const fleet: JsonObject[] = [
      ...[1, 2, 3, 4].map((n) => aDrsServer(n)),
      ...[5, 6].map((n) => aDrsServer(n, { originRegion: 'us-west-2' })),
      aDrsServer(7, { state: 'STOPPED' }),
      staging,
      aDrsServer(8, {
        more: {
          stagingArea: {
            status: 'EXTENDED',
            stagingAccountID: '222222222222',
            stagingSourceServerArn: staging['arn'],
          },
        },
      }),
    ];
    const watched = await watchDrs({
      fleet,
      targets: [here, origin],
      startAt,
      hours: 72,
      limits: { ...builtInDrsLimits, drillInstanceHours: 10, drillDays: 4 },
      faults: [
        '{ fault: stall, errorClass: SNAPSHOTS_FAILURE, servers: { ids: [s-00000000000000002] }, on: continuous, after: PT20H, clearsAfter: PT7H }',
        '{ fault: agent-lost, servers: { ids: [s-00000000000000003] }, on: continuous, after: PT30H, returnsAfter: PT5H }',
        '{ fault: launch-failure, servers: { ids: [s-00000000000000004] }, on: test-launch, times: 1 }',
        '{ fault: throttling, probability: 0.02, retryAfterSeconds: 2 }',
      ],
      parameters: { drsFailbackClientBootsAfterMinutes: 60 },
      acts: [
        { atHours: 3, does: ({ call }) => void call('StartRecovery', drill(1, 2, 4)) },
        {
          atHours: 5,
          does: ({ call }) => void call('StartReplication', { sourceServerID: drsId(7) }),
        },
        {
          atHours: 18,
          does: ({ call, truth }) => {
            const drilled = truth().instances.filter(({ present, isDrill }) => present && isDrill);
            call('TerminateRecoveryInstances', {
              recoveryInstanceIDs: drilled.map(({ recoveryInstanceID }) => recoveryInstanceID),
            });
          },
        },
        {
          atHours: 26,
          does: ({ call }) => void call('StartRecovery', { ...drill(3, 5, 6), isDrill: false }),
        },
        {
          atHours: 32,
          does: ({ call, truth }) => {
            for (const { recoveryInstanceID, sourceServerID } of truth().instances) {
              if (![drsId(5), drsId(6)].includes(sourceServerID)) continue;
              call('ReverseReplication', { recoveryInstanceID });
            }
          },
        },
        {
          atHours: 40,
          does: ({ call }) =>
            void call(
              'DisconnectSourceServer',
              { sourceServerID: drsId(20) },
              drsAt('us-east-1', '222222222222'),
            ),
        },
        {
          atHours: 50,
          does: ({ call }) => void call('DisconnectSourceServer', { sourceServerID: drsId(1) }),
        },
        {
          atHours: 51,
          does: ({ call }) => void call('DeleteSourceServer', { sourceServerID: drsId(1) }),
        },
        {
          atHours: 55,
          does: ({ call }) => void call('StopReplication', { sourceServerID: drsId(2) }),
        },
      ],
    });
    expect(wrongIn(watched)).toEqual([]);
    expect(factsChanged(watched)).toEqual([
      ...['agentStale', 'discovered', 'drill', 'drillOverdue', 'extension', 'failbackState'],
      ...['initialSync', 'instanceHealth', 'instanceId', 'lagBand', 'lagObjective', 'lastLaunch'],
      ...['launchable', 'present', 'readiness', 'recoveryPoint', 'replicationState'],
      ...['reversedDirection', 'stalled'],
    ]);
    // Both ends of a failback are told: the server of the origin's Region, and the instance that it leads back.
    const back = [...watched.looks.keys()].filter((stream) => stream.startsWith('drs/'));
    expect(back.filter((stream) => stream.includes('/us-west-2/'))).toHaveLength(2);
    expect(unpromisedIn(watched)).toEqual([]);
    const told = new Set(watched.published.map(({ detailType }) => detailType));
    const ofDrs = catalogue.filter(({ source }) => source === 'landfall.drs');
    const untold = ofDrs.filter(({ detailType }) => !told.has(detailType));
    expect(untold.map(({ detailType }) => detailType)).toEqual(Object.keys(elsewhere));
    // A server that nothing happens to is written once.
    expect(watched.writes.get('servers/drs:111122223333:us-east-1')).toBeLessThan(150);
    await theProofFindsWhatIsWrong(watched);
  }, 180_000);
});

// The simulator does none of these: test/core/change/drs and test/core/event/tell-drs.test.ts make them.
const elsewhere: Readonly<Record<string, string>> = {
  'Source Server Replication Direction Change': 'a server of DRS keeps its direction',
  'Source Server Agent Version Change': 'no agent is updated',
  'Recovery Instance State Change': 'they run by the time that they are listed',
  'Recovery Instance Stalled Change': 'its ways back do not stall by themselves',
};

/** The proof is one: what is left out, invented, told twice or added up wrongly is found. */
async function theProofFindsWhatIsWrong(watched: Watched): Promise<void> {
  const at = watched.published.findIndex(
    ({ detailType }) => detailType === 'Source Server Readiness Change',
  );
  const event = watched.published[at];
  if (event === undefined) throw new Error('the story has one');
  const kinds = (published: Watched['published']) => {
    const told = () => wrongIn({ ...watched, published });
    try {
      return told().map((text) => text.split(' ').slice(1, 3).join(' '));
    } catch (error) {
      return [String(error)];
    }
  };
  expect(kinds(watched.published.toSpliced(at, 1))).toEqual([
    expect.stringMatching(/^Error: .* is event \d+ of its stream$/),
  ]);
  const otherwise = { ...event.detail, current: { state: 'ready', reasons: ['x'] } };
  expect(kinds(watched.published.with(at, { ...event, detail: otherwise }))).toEqual([
    expect.stringMatching(/^Error: .*: readiness was /),
  ]);
  const late = { ...event.detail, observedAt: '2024-03-04T00:00:00.000Z' };
  expect(kinds(watched.published.with(at, { ...event, detail: late }))).toEqual([
    'not told:',
    'invented: 2024-03-04T00:00:00.000Z',
  ]);
}
