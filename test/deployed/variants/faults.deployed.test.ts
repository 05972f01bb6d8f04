// Under faults, too, the deployed wave goes as it was rehearsed: launches fail, answers are lost, calls are throttled.
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Envelope } from '../../../src/trace/forms.ts';
import { executionsOf, messagesIn, writeLogs } from '../evidence.ts';
import { followWave } from '../follow-wave.ts';
import { type Lane, openLane, runLandfall } from '../lane.ts';
import { rehearsed } from '../rehearsed.ts';
import { outcomesOf, storyOf } from '../story.ts';

const plan = join(import.meta.dirname, '../plans/whole-fleet-roughly.yaml');
const faults = join(import.meta.dirname, '../faults/rough-day.yaml');
let lane: Lane;
let told: readonly Envelope[];
let rehearsal: readonly Envelope[];

beforeAll(async () => {
  lane = await openLane('faults', { faults });
  await lane.tick();
  expect(await lane.landfall('start', plan)).toMatchObject({ code: 0, stderr: '' });
  const followed = await followWave(lane);
  await writeLogs(lane);
  told = await lane.subscriber.hear();
  const out = join(lane.folder, 'rehearsal');
  rehearsal = await rehearsed(plan, out, { startAt: lane.startAt, faults });
  console.log((await lane.landfall('status')).stdout, JSON.stringify(followed));
});
afterAll(() => lane?.close());

test('every server ends as rehearsed', () => {
  expect(outcomesOf(told)).toEqual(outcomesOf(rehearsal));
});

test('the events tell of each server what the rehearsal tells', () => {
  expect(storyOf(told)).toEqual(storyOf(rehearsal));
});

test('the logs keep every promise', async () => {
  expect(await runLandfall(['check', lane.folder])).toMatchObject({ code: 0 });
});

test('no execution died of it, and no event was given up', async () => {
  const executions = await executionsOf(lane);
  expect(executions.filter((one) => one.status !== 'SUCCEEDED')).toEqual([]);
  expect(await messagesIn(lane, 'DeadLetters')).toBe(0);
});
