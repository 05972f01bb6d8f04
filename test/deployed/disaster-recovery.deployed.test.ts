// The same compiled template protects and drills servers of DRS, as rehearsed.
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Envelope } from '../../src/trace/forms.ts';
import { errorsOf, executionsOf, messagesIn, writeLogs } from './evidence.ts';
import { type Followed, followWave } from './follow-wave.ts';
import { type Ended, type Lane, openLane, recovering, runLandfall } from './lane.ts';
import { rehearsed } from './rehearsed.ts';
import { outcomesOf } from './story.ts';
import { differences } from './telling.ts';

const plan = join(import.meta.dirname, 'plans/protect-and-drill.yaml');

let lane: Lane;
let followed: Followed;
let status: Ended;
let told: readonly Envelope[];
let rehearsal: readonly Envelope[];

beforeAll(async () => {
  lane = await openLane('disaster-recovery', { fleet: recovering });
  // The poller has seen the fleet before anybody starts a plan.
  await expect.poll(async () => (await lane.tick()).tick, { timeout: 60_000 }).toBe('done');
  expect(await lane.landfall('start', plan)).toMatchObject({ code: 0 });
  followed = await followWave(lane);
  await writeLogs(lane);
  told = await lane.subscriber.hear();
  rehearsal = await rehearsed(plan, join(lane.folder, 'rehearsal'), {
    startAt: lane.startAt,
    fleet: recovering,
  });
  status = await lane.landfall('status');
  console.log(status.stdout, JSON.stringify(followed));
});
afterAll(() => lane?.close());

/** Waves and jobs: how far servers are when the wave begins follows the ticks before it. */
function ofWaves(events: readonly Envelope[]): readonly Envelope[] {
  return events.filter(({ detail }) => /^(wave|job)\//.test(detail.stream));
}

test('twenty servers are protected and drilled, as rehearsed', () => {
  expect(outcomesOf(told)).toEqual({ succeeded: 20 });
  expect(outcomesOf(told)).toEqual(outcomesOf(rehearsal));
});

test('the events of the wave and its jobs tell what the rehearsal tells', () => {
  expect(differences(ofWaves(told), ofWaves(rehearsal))).toEqual([]);
});

test('every instance that a drill launched is gone', async () => {
  const calls = await lane.simulator.calls();
  const instances = told.filter((e) => e['detail-type'] === 'Recovery Instance Discovered');
  const gone = told.filter((e) => e['detail-type'] === 'Recovery Instance Presence Change');
  expect([instances.length, gone.length]).toEqual([20, 20]);
  expect(calls.filter(({ operation }) => operation === 'StartReplication')).toHaveLength(1);
});

test('the logs keep every promise', async () => {
  expect(await runLandfall(['check', lane.folder])).toMatchObject({ code: 0 });
});

test('nothing failed on the way, and the board says so', async () => {
  const executions = await executionsOf(lane);
  expect(executions.filter((one) => one.status !== 'SUCCEEDED')).toEqual([]);
  expect(await errorsOf(lane)).toEqual([]);
  expect(await messagesIn(lane, 'DeadLetters')).toBe(0);
  expect(followed.failedTicks).toBe(0);
  expect(status).toMatchObject({ code: 0, stderr: '' });
  expect(status.stdout).toContain('20 succeeded');
});
