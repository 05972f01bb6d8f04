// The simulator's own history held against the events: every change of a catalogued fact that was there at a complete
// look is told exactly once, and none is invented.
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/simulator/simulator.ts';
import { fivePercent } from './_delivery.ts';
import { exampleFaults, exampleFleet, examplePlan } from './_examples.ts';
import { agentBased, discovered, inSync } from './_fleet.ts';
import { rehearse, type Story } from './_rehearse.ts';
import { factOf } from './_subscriber.ts';
import { comparable } from './_truth.ts';
import { type Look, Witness } from './_witness.ts';

/** What one look after the other should have told of a server. */
function changesSeen(looks: readonly Look[]): readonly string[] {
  return looks.flatMap(({ at, facts }, i) => {
    const before = looks[i - 1]?.facts;
    if (before === undefined) return [`${at} discovered`];
    return Object.keys(facts)
      .filter((fact) => facts[fact] !== before[fact])
      .map((fact) => said(at, fact, before[fact], facts[fact]));
  });
}

function said(at: string, fact: string, previous: unknown, current: unknown): string {
  return `${at} ${fact}: ${String(previous)} -> ${String(current)}`;
}

/** What the events tell of a server, each once. */
function changesTold(
  details: readonly (JsonObject & { readonly type: string })[],
): readonly string[] {
  return details.flatMap((detail) => {
    const at = String(detail['observedAt']);
    if (detail.type === 'Source Server Discovered') return [`${at} discovered`];
    const fact = factOf[detail.type];
    if (fact === undefined) return [];
    const was = comparable({ [fact]: detail['previous'] });
    const is = comparable({ [fact]: detail['current'] });
    return [said(at, fact, was[fact], is[fact])];
  });
}

function toldOf(witness: Witness): Events {
  const streams = new Map<string, (JsonObject & { type: string })[]>();
  const seen = new Set<unknown>();
  for (const { detail, detailType } of witness.published) {
    if (seen.has(detail['eventId'])) continue;
    seen.add(detail['eventId']);
    const stream = String(detail['stream']);
    streams.set(stream, [...(streams.get(stream) ?? []), { ...detail, type: detailType }]);
  }
  return streams;
}

type Events = ReadonlyMap<string, readonly (JsonObject & { readonly type: string })[]>;

/** What the events of servers leave out, invent or tell twice, held against the looks at them. */
function wrongIn(looks: ReadonlyMap<string, readonly Look[]>, told: Events): readonly string[] {
  const wrong: string[] = [];
  for (const [stream, own] of looks) {
    const seen = changesSeen(own);
    const heard = changesTold(told.get(stream) ?? []);
    for (const one of seen) if (!heard.includes(one)) wrong.push(`${stream} not told: ${one}`);
    for (const [i, one] of heard.entries()) {
      if (!seen.includes(one)) wrong.push(`${stream} invented: ${one}`);
      else if (heard.indexOf(one) < i) wrong.push(`${stream} told twice: ${one}`);
    }
  }
  for (const stream of told.keys()) {
    if (stream.startsWith('mgn/') && !looks.has(stream)) wrong.push(`invented: ${stream}`);
  }
  return wrong;
}

async function compared(story: Story) {
  const witness = new Witness(fivePercent);
  await rehearse({ ...story, ...witness.listens });
  expect(witness.complaints).toEqual([]);
  const told = toldOf(witness);
  const changes = [...witness.looks.values()].flatMap(changesSeen);
  const facts = new Set(changes.map((one) => one.split(' ')[1]?.replace(':', '') ?? ''));
  return { witness, told, changes: changes.length, facts, wrong: wrongIn(witness.looks, told) };
}

const always = ['discovered', 'lifecycle', 'replicationState', 'launchable', 'lagBand'];

describe('every change that was there at a complete look is told once, and no other', () => {
  test('of forty servers of both kinds on a bad day', async () => {
    const { changes, facts, wrong } = await compared({
      ...(await exampleFleet('mixed-40', 'mixed-40.vcenter-clients')),
      spec: examplePlan('first-wave'),
      faults: exampleFaults('bad-day'),
      parameters: {},
    });
    expect(wrong).toEqual([]);
    expect(changes).toBeGreaterThan(1000);
    expect([...facts]).toEqual(expect.arrayContaining([...always, 'stalled', 'lastCycleAt']));
  }, 60_000);

  test('of servers that stall, fail, are launched anew, and are moved by people', async () => {
    const { facts, wrong } = await compared({
      fleet: Array.from(
        { length: 12 },
        (_, n) => [agentBased, inSync, discovered][n % 3]?.(n + 1) ?? {},
      ),
      faults: [
        '{ fault: stall, errorClass: SNAPSHOTS_FAILURE, servers: { share: 0.3 }, on: continuous, within: PT1H, clearsAfter: retry }',
        '{ fault: stall, errorClass: FAILED_TO_PAIR_REPLICATION_SERVER_WITH_AGENT, servers: { share: 0.3 }, on: initiation, clearsAfter: retry }',
        '{ fault: agent-lost, servers: { share: 0.3 }, on: continuous, within: PT1H, returnsAfter: PT2H }',
        '{ fault: rescan, servers: { share: 0.3 }, on: continuous, within: PT1H }',
        '{ fault: launch-failure, servers: { share: 0.3 }, on: test-launch }',
        '{ fault: post-launch-action-failed, servers: { share: 0.3 } }',
        '{ fault: console-action, action: revert-cutover, servers: { share: 0.2 }, on: cutting-over, within: PT1H }',
        '{ fault: server-disconnected, servers: { share: 0.2 }, on: ready-for-cutover, within: PT1H }',
        '{ fault: throttling, probability: 0.05, retryAfterSeconds: 2 }',
        '{ fault: target-unreachable, because: access-denied, probability: 1, within: PT3H, mendedAfter: PT1H }',
      ],
      goOnSeconds: 8 * 3600,
    });
    expect(wrong).toEqual([]);
    expect([...facts]).toEqual(
      expect.arrayContaining([
        ...always,
        'stalled',
        'failedStep',
        'instanceHealth',
        'firstBoot',
        'archived',
      ]),
    );
  }, 60_000);
});

test('a server that somebody deletes is told as gone, once, with the next look at all servers', async () => {
  const { told, wrong, facts } = await compared({
    fleet: [agentBased(1), inSync(2)],
    faults: [
      '{ fault: console-action, action: disconnect, on: continuous, after: PT0S, servers: { ids: [s-00000000000000001] } }',
      '{ fault: console-action, action: delete, on: continuous, after: PT1S, servers: { ids: [s-00000000000000001] } }',
    ],
    goOnSeconds: 14 * 3600,
  });
  expect(wrong).toEqual([]);
  expect([...facts]).toContain('present');
  const gone = told.get('mgn/111122223333/us-east-1/s-00000000000000001') ?? [];
  expect(gone.at(-1)).toMatchObject({ type: 'Source Server Presence Change', current: false });
});

test('every job that ended while Landfall followed it is told once, with the end of each server', async () => {
  const { witness, told } = await compared({
    fleet: [inSync(1), inSync(2), inSync(3), discovered(4)],
    faults: ['{ fault: launch-failure, servers: { share: 0.5 }, on: test-launch }'],
    goOnSeconds: 3600,
  });
  const jobs = witness.simulator?.truth().jobs ?? [];
  expect(jobs.length).toBeGreaterThan(3);
  for (const job of jobs) {
    const events = told.get(`job/mgn/${job.accountId}/${job.region}/${job.jobID}`) ?? [];
    const ends = events.filter(({ type }) => type === 'Job Ended');
    expect([job.jobID, job.ended, ends.length]).toEqual([job.jobID, true, 1]);
    expect(events.filter(({ type }) => type === 'Job Started')).toHaveLength(1);
    expect(ends[0]?.['results']).toMatchObject(
      job.servers.map(({ sourceServerID, outcome }) => ({
        sourceServerId: sourceServerID,
        launchStatus: outcome,
      })),
    );
    for (const { sourceServerID, outcome } of job.servers) {
      const results = (
        told.get(`mgn/${job.accountId}/${job.region}/${sourceServerID}`) ?? []
      ).filter(
        (detail) => detail.type === 'Source Server Launch Result' && detail['jobId'] === job.jobID,
      );
      expect(results.map((detail) => detail['launchStatus'])).toEqual([outcome]);
    }
  }
}, 60_000);

test('what is left out, invented or told twice is found', async () => {
  const { witness, told } = await compared({ fleet: [inSync(1)] });
  const stream = 'mgn/111122223333/us-east-1/s-00000000000000001';
  const events = told.get(stream) ?? [];
  const [known, first, second] = events.filter(
    ({ type }) => type !== 'Source Server Launch Result',
  );
  if (known === undefined || first === undefined || second === undefined) {
    throw new Error('the server told less than three events');
  }
  const kindsIn = (of: readonly (JsonObject & { readonly type: string })[]) =>
    wrongIn(witness.looks, new Map([[stream, of]])).map((text) =>
      text.split(' ').slice(1, 3).join(' '),
    );
  expect(kindsIn(events)).toEqual([]);
  expect(kindsIn(events.filter((event) => event !== first))).toEqual(['not told:']);
  expect(kindsIn([...events, { ...second }])).toEqual(['told twice:']);
  expect(kindsIn([...events, { ...second, observedAt: '2024-03-04T00:00:00.000Z' }])).toEqual([
    expect.stringMatching(/^invented:/),
  ]);
  expect(
    kindsIn(events.map((event) => (event === first ? { ...event, current: 'X' } : event))),
  ).toEqual(['not told:', expect.stringMatching(/^invented:/)]);
}, 60_000);
