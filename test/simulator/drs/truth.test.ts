// What the simulator says of DRS beside its answers agrees with them.
import { expect, test } from 'vitest';
import { accountId, hour, region } from '../rig.ts';
import { aDrsServer, drsId, drsRig, otherRegion } from './rig.ts';

const minute = 60_000;

test('the newest recovery snapshot is the last of those that are listed, whatever the policy and its past', async () => {
  const r = drsRig({ fleet: [aDrsServer(1)] });
  const one = { sourceServerID: drsId(1) };
  const seen = new Set<number | null>();
  const look = async () => {
    const { items } = await r.call('DescribeRecoverySnapshots', { ...one, order: 'DESC' });
    const listed = items[0] === undefined ? null : items[0].timestamp;
    const truth = r.simulator.drsTruth().servers[0]?.newestPointAt ?? null;
    expect(truth).toBe(listed === null ? null : Date.parse(listed));
    seen.add(truth);
  };
  const lookOn = async (looks: number, ms: number) => {
    for (let n = 0; n < looks; n += 1) {
      r.pass(ms);
      await look();
    }
  };
  await look();
  await lookOn(60, 3 * minute);
  const rule = { enabled: true, interval: 1, retentionDuration: 3, units: 'DAY', ruleID: 1 };
  await r.call('UpdateReplicationConfiguration', { ...one, pitPolicy: [rule] });
  await look();
  await lookOn(40, 5 * hour);
  await r.call('StopReplication', one);
  await look();
  expect(seen.has(null)).toBe(true);
  expect(seen.size).toBeGreaterThan(20);
});

test('a server has the last launch that it was loaded with, until it is launched again', async () => {
  const apiCallDateTime = '2024-02-20T09:00:00.000000+00:00';
  const initiated = { apiCallDateTime, jobID: 'drsjob-0a1b2c3d4e5f60718', type: 'DRILL' };
  const lastLaunch = { initiated, status: 'TERMINATED' };
  const r = drsRig({ fleet: [aDrsServer(1, { lastLaunch }), aDrsServer(2)] });
  const launches = () => r.simulator.drsTruth().servers.map((server) => server.lastLaunch);
  expect(launches()).toEqual([
    expect.objectContaining({
      at: Date.parse(apiCallDateTime),
      jobId: initiated.jobID,
      type: 'DRILL',
      outcome: 'TERMINATED',
    }),
    null,
  ]);
  const job = await r.launch(false, [1]);
  expect(launches()[0]).toMatchObject({ jobId: job.jobID, type: 'RECOVERY', outcome: 'LAUNCHED' });
});

test('one place is told alone', () => {
  const r = drsRig({ fleet: [aDrsServer(1), aDrsServer(2, { ofRegion: otherRegion })] });
  const idsIn = (place?: { accountId: string; region: string }) =>
    r.simulator.drsTruth(place).servers.map(({ sourceServerID }) => sourceServerID);
  expect(idsIn().sort()).toEqual([drsId(1), drsId(2)]);
  expect(idsIn({ accountId, region })).toEqual([drsId(1)]);
  expect(idsIn({ accountId, region: 'eu-west-1' })).toEqual([]);
});
