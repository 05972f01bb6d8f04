// An API that throttles, breaks, loses its answers or tells old news.
import { describe, expect, test } from 'vitest';
import { agentBased, discovered, inSync, serverId } from './_fleet.ts';
import {
  actsOn,
  casesOf,
  endings,
  expectPromisesKept,
  rehearse,
  type Told,
  triesOf,
  wholeWay,
} from './_rehearse.ts';

const fleet = [agentBased(1), discovered(2)];
const launches = '[StartTest, StartCutover, TerminateTargetInstances]';
const everyWay = (told: Told) => [actsOn(told, serverId(1)), actsOn(told, serverId(2))];

describe('throttling', () => {
  test('one call in three: the whole way all the same, nothing twice', async () => {
    const told = await rehearse({
      fleet,
      faults: ['{ fault: throttling, probability: 0.33, retryAfterSeconds: 20 }'],
    });
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
    expect(everyWay(told)).toEqual([wholeWay, ['StartReplication', ...wholeWay]]);
    expectPromisesKept(told);
  });

  test('Retry-After is waited for before the same launch is tried again', async () => {
    const told = await rehearse({
      fleet: [inSync(1)],
      faults: [
        '{ fault: throttling, operations: [StartTest], until: "2024-03-04T17:30:00Z", retryAfterSeconds: 600 }',
      ],
    });
    expect(endings(told)).toEqual(['1 succeeded']);
    const at = told.logs.api
      .filter((c) => c.operation === 'StartTest')
      .map((c) => Date.parse(c.at) / 1000);
    expect(at.length).toBeGreaterThan(2);
    for (const [i, next] of at.slice(1).entries()) {
      expect(next - (at[i] ?? 0)).toBeGreaterThanOrEqual(600);
    }
    expectPromisesKept(told);
  });
});

describe('500', () => {
  test('on reads and single-server calls: tried again, the whole way', async () => {
    const told = await rehearse({
      fleet,
      faults: [
        '{ fault: internal-error, probability: 0.25, operations: [DescribeSourceServers, DescribeJobs, DescribeJobLogItems, ChangeServerLifeCycleState, FinalizeCutover, MarkAsArchived, StartReplication] }',
      ],
    });
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
    expect(everyWay(told)).toEqual([wholeWay, ['StartReplication', ...wholeWay]]);
    expectPromisesKept(told);
  });

  test('on a launch that did not take effect: nobody can know, so it is frozen and never repeated', async () => {
    const told = await rehearse({
      fleet: [inSync(1)],
      faults: ['{ fault: internal-error, operations: [StartTest] }'],
    });
    expect(endings(told)).toEqual(['1 frozen LaunchUnresolved']);
    expect(triesOf(told, 'StartTest')).toBe(1);
    expectPromisesKept(told, ['lost-answer-not-repeated']);
  });

  test('on launches that did take effect: their jobs are found by the tag', async () => {
    const told = await rehearse({
      fleet,
      faults: [`{ fault: internal-error, operations: ${launches}, takesEffect: true }`],
    });
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
    expect(everyWay(told)).toEqual([wholeWay, ['StartReplication', ...wholeWay]]);
    expectPromisesKept(told, ['lost-answer-not-repeated']);
  });
});

describe('an answer lost after the call was accepted', () => {
  test('of launches: the job with the tag is adopted, the call never repeated', async () => {
    const told = await rehearse({
      fleet,
      faults: [`{ fault: answer-lost, operations: ${launches} }`],
    });
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
    expect(everyWay(told)).toEqual([wholeWay, ['StartReplication', ...wholeWay]]);
    expect(casesOf(told, 'lost-answer-not-repeated')).toBe(6);
    expectPromisesKept(told, ['lost-answer-not-repeated', 'intent-used-once']);
  });

  test('of single-server calls: looked into, and not made again', async () => {
    const told = await rehearse({
      fleet,
      faults: [
        '{ fault: answer-lost, operations: [StartReplication, ChangeServerLifeCycleState, FinalizeCutover, MarkAsArchived] }',
      ],
    });
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
    expect(everyWay(told)).toEqual([wholeWay, ['StartReplication', ...wholeWay]]);
    expectPromisesKept(told, ['finalize-after-sign-off', 'archive-after-finalize']);
  });

  test('of every fifth call, whatever it is: the whole way', async () => {
    const told = await rehearse({ fleet, faults: ['{ fault: answer-lost, probability: 0.2 }'] });
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
    expectPromisesKept(told);
  });
});

describe('stale reads', () => {
  test.each([
    ['every read two minutes old', '{ fault: stale-reads, staleSeconds: 120 }'],
    [
      'half of the reads ten minutes old',
      '{ fault: stale-reads, staleSeconds: 600, probability: 0.5 }',
    ],
  ])('%s: the whole way, nothing twice', async (_, fault) => {
    const told = await rehearse({ fleet, faults: [fault] });
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
    for (const acts of everyWay(told)) {
      for (const operation of ['StartTest', 'StartCutover', 'TerminateTargetInstances']) {
        expect(acts.filter((act) => act === operation)).toHaveLength(1);
      }
    }
    expectPromisesKept(told, ['observed-in-order']);
  });
});
