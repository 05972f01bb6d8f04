// The same compiled template protects and drills servers of DRS, and recovers some of them, as rehearsed.
import { join } from 'node:path';
import { DisableRuleCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Envelope } from '../../src/trace/forms.ts';
import { errorsOf, executionsOf, messagesIn, writeLogs } from './evidence.ts';
import { type Followed, followWave } from './follow-wave.ts';
import { type Ended, type Lane, openLane, recovering, runLandfall } from './lane.ts';
import { rehearsed } from './rehearsed.ts';
import { outcomesOf } from './story.ts';
import { differences } from './telling.ts';

const plan = join(import.meta.dirname, 'plans/protect-and-drill.yaml');
const recovery = join(import.meta.dirname, 'plans/recover.yaml');

let lane: Lane;
let followed: Followed;
let status: Ended;
let told: readonly Envelope[];
let rehearsal: readonly Envelope[];
let lookedEarly: number;
let recovered: readonly Envelope[];
let rehearsedRecovery: readonly Envelope[];

beforeAll(async () => {
  lane = await openLane('disaster-recovery', { fleet: recovering });
  // The poller has seen the fleet before anybody starts a plan.
  await vi.waitFor(async () => expect((await lane.tick()).tick).toBe('done'), {
    timeout: 60_000,
    interval: 1000,
  });
  expect(await lane.landfall('start', plan)).toMatchObject({ code: 0 });
  followed = await followWave(lane);
  told = [...(await lane.subscriber.hear())];
  status = await lane.landfall('status');
  await recover();
  await writeLogs(lane);
  const world = { startAt: lane.startAt, fleet: recovering };
  rehearsal = await rehearsed(plan, join(lane.folder, 'rehearsal'), world);
  rehearsedRecovery = await rehearsed(recovery, join(lane.folder, 'rehearsed-recovery'), world);
  console.log(status.stdout, JSON.stringify(followed));
});
afterAll(() => lane?.close());

/** Recovers some of the servers. Nobody has the poller tick for the first tier: only the queue of a recovery's stages does. */
async function recover(): Promise<void> {
  const schedule = lane.deployed.resources.find(({ id }) => id === 'PollEventsRuleSchedule1');
  await lane.aws.events.send(new DisableRuleCommand({ Name: schedule?.physicalId }));
  expect(await lane.landfall('start', recovery)).toMatchObject({ code: 0 });
  await vi.waitFor(async () => expect(await recoveries()).not.toEqual([]), {
    timeout: 60_000,
    interval: 500,
  });
  lookedEarly = (await recoveries()).length;
  await followWave(lane, { waves: 2 });
  recovered = (await lane.subscriber.hear()).slice(told.length);
}

/** The real recoveries that were called for, each with its servers. */
async function recoveries(): Promise<readonly (readonly unknown[])[]> {
  const calls = await lane.simulator.calls();
  return calls
    .filter(({ operation, input }) => operation === 'StartRecovery' && input['isDrill'] !== true)
    .map(({ input }) => (Array.isArray(input['sourceServers']) ? input['sourceServers'] : []));
}

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

test('the first tier is recovered by the look that its stage asks for, and the other servers after it', async () => {
  expect(lookedEarly).toBe(1);
  expect((await recoveries()).map((servers) => servers.length)).toEqual([3, 5]);
  expect(outcomesOf(recovered)).toEqual({ succeeded: 8 });
  expect(outcomesOf(recovered)).toEqual(outcomesOf(rehearsedRecovery));
});

test('the events of the recovery tell what its rehearsal tells', () => {
  const ofRecovery = (events: readonly Envelope[]) =>
    events.filter(({ detail }) => detail.stream.startsWith('wave/recover.'));
  expect(differences(ofRecovery(recovered), ofRecovery(rehearsedRecovery))).toEqual([]);
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
