// Replication stalls, with each of the sixteen error classes and each way to be cured (reference/mgn.md 1.5).
import { describe, expect, test } from 'vitest';
import { type ErrorClass, errorClasses } from '../../src/simulator/faults.ts';
import { agentBased, discovered, serverId } from './_fleet.ts';
import {
  actsOn,
  endings,
  eventsOf,
  expectPromisesKept,
  rehearse,
  type Told,
  triesOf,
  wholeWay,
} from './_rehearse.ts';

// Asking again mends neither a missing right nor an unsupported machine; a person does.
const hopeless: readonly ErrorClass[] = [
  'FAILED_TO_CREATE_STAGING_DISKS',
  'FAILED_TO_ATTACH_STAGING_DISKS',
  'UNSUPPORTED_VM_CONFIGURATION',
];

// Steps of the initiation fail while it runs; the other errors come to a server that replicates already.
function stalled(errorClass: ErrorClass, clearsAfter: string): Promise<Told> {
  const on = errorClass.startsWith('FAILED_TO_') ? 'initiation' : 'continuous';
  return rehearse({
    fleet: [agentBased(1), discovered(2)],
    faults: [
      `{ fault: stall, errorClass: ${errorClass}, on: ${on}, clearsAfter: ${clearsAfter}, servers: { all: true } }`,
    ],
  });
}

describe.each(errorClasses)('%s', (errorClass) => {
  const retried = !hopeless.includes(errorClass);

  test('cured by a retry: retried once, then the whole way; hopeless ones are not retried', async () => {
    const told = await stalled(errorClass, 'retry');
    if (retried) {
      expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
      expect(actsOn(told, serverId(1))).toEqual(['RetryDataReplication', ...wholeWay]);
      expect(triesOf(told, 'RetryDataReplication')).toBe(2);
    } else {
      expect(endings(told)).toEqual(['1 failed ReplicationStalled', '2 failed ReplicationStalled']);
      expect(triesOf(told, 'RetryDataReplication')).toBe(0);
    }
    expectPromisesKept(told, ['facts-chain']);
  });

  test('cured by time within the grace: left alone, then the whole way', async () => {
    const told = await stalled(errorClass, 'PT10M');
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
    expect(actsOn(told, serverId(1))).toEqual(wholeWay);
    expectPromisesKept(told, ['facts-chain']);
  });

  test('never cured: failed with the class named once its budget is spent, and nothing launched', async () => {
    const told = await stalled(errorClass, 'never');
    expect(endings(told)).toEqual(['1 failed ReplicationStalled', '2 failed ReplicationStalled']);
    expect(told.ends[serverId(1)]?.reason).toContain(errorClass);
    expect(triesOf(told, 'RetryDataReplication')).toBe(retried ? 6 : 0);
    expect([triesOf(told, 'StartTest'), triesOf(told, 'StartCutover')]).toEqual([0, 0]);
    const stalls = eventsOf(told, 'Source Server Stalled Change');
    expect(stalls.length).toBeGreaterThan(0);
    expectPromisesKept(told, ['facts-chain']);
  });
});

test('a budget of the plan is the budget of the class', async () => {
  const told = await rehearse({
    fleet: [agentBased(1)],
    spec: '{ defaults: { stall: { grace: PT5M, retries: { SNAPSHOTS_FAILURE: 1 } } }, waves: [{ name: wave-1, servers: { all: true } }] }',
    faults: ['{ fault: stall, errorClass: SNAPSHOTS_FAILURE, on: continuous, clearsAfter: never }'],
  });
  expect(endings(told)).toEqual(['1 failed ReplicationStalled']);
  expect(triesOf(told, 'RetryDataReplication')).toBe(1);
  expectPromisesKept(told);
});

test('a server that stalls does not keep the other from its way', async () => {
  const told = await rehearse({
    fleet: [agentBased(1), agentBased(2)],
    faults: [
      `{ fault: stall, errorClass: UNSUPPORTED_VM_CONFIGURATION, on: continuous, servers: { ids: [${serverId(1)}] } }`,
    ],
  });
  expect(endings(told)).toEqual(['1 failed ReplicationStalled', '2 succeeded']);
  expectPromisesKept(told);
});
