// Servers that no wave waits for: their stalls are mended by the deployment's leave, within budgets, and told. And the
// feeder of a vCenter client that has fallen silent.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/simulator/simulator.ts';
import { faultsOf as formatFaults } from '../core/metric/_embedded-metric-format.ts';
import {
  agentBased,
  discovered,
  inSync,
  serverId,
  vcenterClient,
  vcenterClientId,
} from './_fleet.ts';
import {
  actsOn,
  endings,
  eventsOf,
  expectPromisesKept,
  rehearse,
  type Story,
  triesOf,
} from './_rehearse.ts';

const folder = mkdtempSync(join(tmpdir(), 'landfall-remedies-'));
afterAll(() => rmSync(folder, { recursive: true }));

function deployment(remedies: string): string {
  const file = join(folder, `${remedies.replaceAll(/\W/g, '')}.yaml`);
  const target = "{ service: mgn, accountId: '111122223333', regions: [us-east-1] }";
  const spec = `{ targets: [${target}], remedies: ${remedies} }`;
  writeFileSync(file, `{ apiVersion: landfall/v1, kind: Deployment, spec: ${spec} }`);
  return file;
}

const launch = 'FAILED_TO_LAUNCH_REPLICATION_SERVER';
const ofOne = `{ waves: [{ name: wave-1, servers: { ids: [${serverId(1)}] } }] }`;
const day = 86_400;
const stall = (errorClass: string, on: string, clears: string, ...servers: readonly number[]) =>
  `{ fault: stall, errorClass: ${errorClass}, on: ${on}, ${clears}, servers: { ids: [${servers.map(serverId).join(', ')}] } }`;

/** One server goes its way in a wave; the others are in none. */
const beside = (story: Partial<Story> & { readonly fleet: readonly JsonObject[] }) =>
  rehearse({ spec: ofOne, goOnSeconds: 3 * day, deployment: deployment('{}'), ...story });

describe('a stall beside every wave', () => {
  test('is retried once and told, with what is left of its budget', async () => {
    const told = await beside({
      fleet: [inSync(1), agentBased(2)],
      faults: [stall(launch, 'initiation', 'clearsAfter: retry', 2)],
    });
    expect(actsOn(told, serverId(2))).toEqual(['RetryDataReplication']);
    expect(eventsOf(told, 'Source Server Remedy Tried')).toMatchObject([
      {
        sourceServerId: serverId(2),
        remedy: 'retry-replication',
        errorClass: launch,
        attempt: 1,
        budget: 3,
        budgetLeft: 2,
        answer: 'accepted',
      },
    ]);
    expect(endings(told)).toEqual(['1 succeeded']);
    expectPromisesKept(told, ['facts-chain']);
  });

  test('is left alone where the deployment switches nothing on', async () => {
    const told = await rehearse({
      spec: ofOne,
      goOnSeconds: 3 * day,
      fleet: [inSync(1), agentBased(2)],
      faults: [stall(launch, 'initiation', 'clearsAfter: retry', 2)],
    });
    expect(triesOf(told, 'RetryDataReplication')).toBe(0);
    expect(eventsOf(told, 'Source Server Stalled Change').length).toBeGreaterThan(0);
  });

  test('that nothing cures is retried until its budget is used, ever later, and never again', async () => {
    const told = await beside({
      fleet: [inSync(1), agentBased(2)],
      faults: [stall(launch, 'initiation', 'clearsAfter: never', 2)],
    });
    const tries = eventsOf(told, 'Source Server Remedy Tried');
    expect(tries.map(({ attempt, budgetLeft }) => [attempt, budgetLeft])).toEqual([
      [1, 2],
      [2, 1],
      [3, 0],
    ]);
    expect(triesOf(told, 'RetryDataReplication')).toBe(3);
    const at = tries.map(({ observedAt }) => Date.parse(String(observedAt)) / 60_000);
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(30);
    expect((at[2] ?? 0) - (at[1] ?? 0)).toBeGreaterThanOrEqual(60);
  });

  test.each([
    ['FAILED_TO_CREATE_STAGING_DISKS', 'initiation'],
    ['AGENT_NOT_SEEN', 'continuous'],
    ['UNSTABLE_NETWORK', 'continuous'],
  ])('of the class %s has no budget: told, and never retried', async (errorClass, on) => {
    const told = await beside({
      fleet: [inSync(1), agentBased(2)],
      faults: [stall(errorClass, on, 'clearsAfter: retry', 2)],
    });
    expect(eventsOf(told, 'Source Server Stalled Change')).toMatchObject([{ current: errorClass }]);
    expect(triesOf(told, 'RetryDataReplication')).toBe(0);
  });

  test('of a class that the deployment gives a budget is retried so often', async () => {
    const told = await beside({
      deployment: deployment('{ waitMinutes: 5, retries: { SNAPSHOTS_FAILURE: 1 } }'),
      fleet: [inSync(1), agentBased(2)],
      faults: [stall('SNAPSHOTS_FAILURE', 'continuous', 'clearsAfter: never', 2)],
    });
    expect(triesOf(told, 'RetryDataReplication')).toBe(1);
  });

  test('of three servers alike is retried for none of them, and told once', async () => {
    const told = await beside({
      fleet: [inSync(1), agentBased(2), agentBased(3), agentBased(4)],
      faults: [stall(launch, 'initiation', 'clearsAfter: P2D', 2, 3, 4)],
    });
    expect(triesOf(told, 'RetryDataReplication')).toBe(0);
    expect(eventsOf(told, 'Target Remedies Stopped')).toMatchObject([
      { errorClass: launch, servers: 3, limit: 3, serverIds: [2, 3, 4].map(serverId) },
    ]);
    expect(eventsOf(told, 'Target Remedies Resumed')).toMatchObject([{ errorClass: launch }]);
    expectPromisesKept(told);
  });

  test('of a server that a person has put on hold is left alone', async () => {
    const told = await beside({
      fleet: [inSync(1), agentBased(2, { tags: { 'landfall:hold': 'disks are exchanged' } })],
      faults: [stall(launch, 'initiation', 'clearsAfter: retry', 2)],
    });
    expect(triesOf(told, 'RetryDataReplication')).toBe(0);
  });

  test('of a server in a running wave is the wave’s own: its budget, and no remedy told', async () => {
    const told = await rehearse({
      deployment: deployment('{ waitMinutes: 1 }'),
      fleet: [agentBased(1)],
      faults: [stall(launch, 'initiation', 'clearsAfter: never', 1)],
    });
    expect(endings(told)).toEqual(['1 failed ReplicationStalled']);
    expect(eventsOf(told, 'Source Server Remedy Tried')).toEqual([]);
    expect(triesOf(told, 'RetryDataReplication')).toBe(3);
  });

  test('whose events come twice, late or never is retried as often as once', async () => {
    const run = (repeat: number) =>
      beside({
        fleet: [inSync(1), agentBased(2)],
        faults: [stall(launch, 'initiation', 'clearsAfter: never', 2)],
        around: async (ports, name, call) => {
          if (name !== 'remedy') return call(ports);
          // Not at all, or twice side by side and once more.
          if (repeat === 0) return [];
          const answers = await Promise.all(Array.from({ length: repeat }, () => call(ports)));
          await call(ports);
          return answers[0];
        },
      });
    const often = await run(3);
    expect(triesOf(often, 'RetryDataReplication')).toBe(3);
    const tries = eventsOf(often, 'Source Server Remedy Tried');
    expect(tries.map(({ attempt }) => attempt)).toEqual([1, 2, 3]);
    expect(often.verdict.violations).toEqual([]);
    expect(triesOf(await run(0), 'RetryDataReplication')).toBe(0);
  });

  test('whose retry is not answered is not retried on the spot: it may have taken effect', async () => {
    const told = await beside({
      fleet: [inSync(1), agentBased(2)],
      faults: [
        stall(launch, 'initiation', 'clearsAfter: never', 2),
        '{ fault: answer-lost, operations: [RetryDataReplication], probability: 1 }',
      ],
    });
    expect(triesOf(told, 'RetryDataReplication')).toBe(3);
    expect(eventsOf(told, 'Source Server Remedy Tried').map(({ answer }) => answer)).toEqual([
      'unknown',
      'unknown',
      'unknown',
    ]);
  });

  test('whose function dies between the call and its record is told as unknown, and counted', async () => {
    let deaths = 0;
    const told = await beside({
      fleet: [inSync(1), agentBased(2)],
      faults: [stall(launch, 'initiation', 'clearsAfter: never', 2)],
      around: (ports, name, call) => {
        if (name !== 'remedy' || deaths > 0) return call(ports);
        const { serviceOf } = ports;
        return call({
          ...ports,
          serviceOf: (target) => ({
            ...serviceOf(target),
            retryDataReplication: async (id) => {
              await serviceOf(target).retryDataReplication(id);
              deaths += 1;
              throw new Error('the function was killed');
            },
          }),
        });
      },
    });
    expect(deaths).toBe(1);
    expect(triesOf(told, 'RetryDataReplication')).toBe(3);
    expect(eventsOf(told, 'Source Server Remedy Tried').map(({ answer }) => answer)).toEqual([
      'unknown',
      'accepted',
      'accepted',
    ]);
  });
});

test('the figures of a rehearsal are lines that CloudWatch takes, and none is kept by server', async () => {
  const lines: Readonly<Record<string, unknown>>[] = [];
  const told = await beside({
    fleet: [inSync(1), agentBased(2)],
    faults: [stall(launch, 'initiation', 'clearsAfter: retry', 2)],
    onLog: (line) => {
      if ('_aws' in line) lines.push(line);
    },
  });
  expect(lines.flatMap(formatFaults)).toEqual([]);
  expect(JSON.stringify(lines)).not.toContain(serverId(2));
  const done = lines.filter((line) => 'DonePercent' in line);
  expect([done.at(0)?.['DonePercent'], done.at(-1)?.['DonePercent']]).toEqual([0, 100]);
  const phases = lines.flatMap((line) => ('PhaseSeconds' in line ? line['Phase'] : []));
  expect(phases).toEqual(['replicate', 'test', 'cutover', 'finalize']);
  expect(lines.filter((line) => 'RemediesTried' in line)).toMatchObject([
    { Target: 'mgn:111122223333:us-east-1', ErrorClass: launch, RemediesTried: 1 },
  ]);
  // The second server is in no wave: most ticks do not look at it, and all of them count it.
  const ticks = lines.filter((line) => line['Ticks'] === 1);
  expect(new Set(ticks.slice(0, -1).map((line) => line['Servers']))).toEqual(new Set([2, 1]));
  expect(told.ended).toBe('done');
});

describe('the feeder of a silent vCenter client', () => {
  const second = 'vcc-00000000000000002';
  const longAgo = '2024-03-04T14:00:00Z';
  const clientTwo = { ...vcenterClient, vcenterClientID: second };
  const ofClient = (n: number): JsonObject => ({ ...discovered(n), vcenterClientID: second });

  test('waits; the servers of another client begin all the same, and its own once it is back', async () => {
    // More than a tick looks at, and the first in the queue: they must not take the turn of the others.
    const silent = Array.from({ length: 62 }, (_, n) => n + 1);
    const others = [63, 64];
    const told = await rehearse({
      fleet: [...silent.map((n) => discovered(n)), ...others.map(ofClient)],
      vcenterClients: [{ ...vcenterClient, lastSeenDatetime: longAgo }, clientTwo],
      faults: [
        `{ fault: vcenter-client-dead, clients: { ids: [${vcenterClientId}] }, at: ${longAgo}, revivesAfter: P2D }`,
      ],
    });
    const starts = told.logs.api.filter(({ operation }) => operation === 'StartReplication');
    const at = (n: number) =>
      starts.find(({ input }) => JSON.stringify(input).includes(serverId(n)))?.at ?? '';
    const back = String(eventsOf(told, 'Target vCenter Client Back')[0]?.['observedAt']);
    expect(others.map((n) => at(n) < '2024-03-04T16:40')).toEqual([true, true]);
    expect(silent.filter((n) => at(n) < back)).toEqual([]);
    expect(endings(told).filter((end) => !end.endsWith('succeeded'))).toEqual([]);
    expectPromisesKept(told);
  });
});
