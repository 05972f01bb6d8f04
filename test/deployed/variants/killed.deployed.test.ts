// Functions that are killed in the middle of their work cost time and nothing else.
import { join } from 'node:path';
import { UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Envelope } from '../../../src/trace/forms.ts';
import { executionsOf, messagesIn, writeLogs } from '../evidence.ts';
import { followWave } from '../follow-wave.ts';
import { killWorkers } from '../kill-workers.ts';
import { type Lane, openLane, runLandfall } from '../lane.ts';
import { rehearsed } from '../rehearsed.ts';
import { outcomesOf, storyOf } from '../story.ts';

const plan = join(import.meta.dirname, '../plans/whole-fleet.yaml');
const kills = 25;
let lane: Lane;
let killed: readonly string[];
let told: readonly Envelope[];
let rehearsal: readonly Envelope[];

beforeAll(async () => {
  lane = await openLane('killed');
  const poller = lane.deployed.outputs['PollFunction'] ?? '';
  // After a tick that was killed the next one waits until its lease has run out: as long as the function might have run. A
  // tick takes seconds here, five minutes would be waiting.
  const brief = new UpdateFunctionConfigurationCommand({ FunctionName: poller, Timeout: 60 });
  await lane.aws.lambda.send(brief);
  await lane.tick();
  expect(await lane.landfall('start', plan)).toMatchObject({ code: 0, stderr: '' });
  const stop = new AbortController();
  const killing = killWorkers(lane.emulator, { kills, seed: 1, once: [poller] }, stop.signal);
  const followed = await followWave(lane, { withinSeconds: 1000, patienceSeconds: 5 }).finally(() =>
    stop.abort(),
  );
  killed = await killing;
  await writeLogs(lane);
  told = await lane.subscriber.hear();
  const out = join(lane.folder, 'rehearsal');
  rehearsal = await rehearsed(plan, out, { startAt: lane.startAt });
  console.log((await lane.landfall('status')).stdout, JSON.stringify(followed), killed.join(' '));
});
afterAll(() => lane?.close());

test('functions were killed at work', () => {
  expect(killed.length).toBeGreaterThanOrEqual(10);
});

test('every server ends as rehearsed', () => {
  expect(outcomesOf(told)).toEqual({ succeeded: 37, skipped: 1 });
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
