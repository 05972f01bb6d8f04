// The compiled template, deployed as it was packaged on an AWS that we did not write, moves a fleet as rehearsed.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Envelope } from '../../src/trace/forms.ts';
import { errorsOf, executionsOf, type LogLine, logOf, messagesIn, writeLogs } from './evidence.ts';
import { type Followed, followWave } from './follow-wave.ts';
import { type Ended, type Lane, openLane, runLandfall } from './lane.ts';
import { Template } from './package.ts';
import { rehearsed } from './rehearsed.ts';
import { outcomesOf, storyOf } from './story.ts';

const plan = join(import.meta.dirname, 'plans/whole-fleet.yaml');
let lane: Lane;
let started: Ended;
let status: Ended;
let scheduled: number;
let followed: Followed;
let told: readonly Envelope[];
let rehearsal: readonly Envelope[];

beforeAll(async () => {
  lane = await openLane('whole-fleet');
  await untilScheduled(1);
  started = await lane.landfall('start', plan);
  expect(started).toMatchObject({ code: 0, stderr: '' });
  scheduled = await untilScheduled(2);
  followed = await followWave(lane);
  await writeLogs(lane);
  told = await lane.subscriber.hear();
  const out = join(lane.folder, 'rehearsal');
  rehearsal = await rehearsed(plan, out, { startAt: lane.startAt });
  status = await lane.landfall('status');
  console.log(status.stdout, JSON.stringify(followed));
});
afterAll(() => lane?.close());

/** Whether a call was put off until the next minute, as Landfall's own rate budget has it. */
function isOverBudget(line: LogLine): boolean {
  return JSON.stringify(line['error']).includes('ApiThrottled: the rate budget of the target');
}

/** Waits for so many ticks that nobody but the schedule asked for. */
async function untilScheduled(wanted: number): Promise<number> {
  for (const deadline = Date.now() + 240_000; ; ) {
    const lines = await logOf(lane, 'PollLambdaFunction');
    const done = lines.filter((line) => JSON.stringify(line).includes('"tick":"done"')).length;
    if (done >= wanted || Date.now() > deadline) return done;
    await sleep(2000);
  }
}

test('every resource of the compiled template is there', () => {
  const { Resources } = Template.parse(JSON.parse(lane.packaged.template));
  const wanted = Object.entries(Resources).map(([id, { Type }]) => `${id} ${Type}`);
  const made = lane.deployed.resources;
  expect(made.map(({ id, type }) => `${id} ${type}`).sort()).toEqual(wanted.sort());
  expect(made.filter((one) => !/^(CREATE|UPDATE)_COMPLETE$/.test(one.status))).toEqual([]);
});

test('the schedule ticks by itself', () => {
  expect(scheduled).toBeGreaterThanOrEqual(2);
});

test('the commands of an operator work on it', async () => {
  expect(started.stdout).toContain('whole-fleet.wave-1');
  expect(status).toMatchObject({ code: 0, stderr: '' });
});

test('every server of the wave ends as rehearsed', () => {
  expect(outcomesOf(told)).toEqual({ succeeded: 37, skipped: 1 });
  expect(outcomesOf(told)).toEqual(outcomesOf(rehearsal));
});

test('the events tell of each server what the rehearsal tells', () => {
  expect(storyOf(told)).toEqual(storyOf(rehearsal));
});

test('the logs keep every promise', async () => {
  expect(await runLandfall(['check', lane.folder])).toMatchObject({ code: 0 });
});

test('nothing failed on the way', async () => {
  const executions = await executionsOf(lane);
  expect(executions.filter((one) => one.status !== 'SUCCEEDED')).toEqual([]);
  // The budget is one of the wall's minutes, and more than one of MGN's passes in it.
  const errors = (await errorsOf(lane)).filter((line) => !isOverBudget(line));
  expect(errors).toEqual([]);
  expect(await messagesIn(lane, 'DeadLetters')).toBe(0);
  expect(followed.failedTicks).toBe(0);
});

test('an event that no reaction can be found for ends among the dead letters, after a retry', async () => {
  // Longer than a key of the table may be.
  const detail = { plan: 'x'.repeat(3000) };
  await lane.aws.events.send(
    new PutEventsCommand({
      Entries: [
        {
          EventBusName: lane.deployed.outputs['BusName'],
          Source: 'landfall.wave',
          DetailType: 'Wave Concluded',
          Detail: JSON.stringify(detail),
        },
      ],
    }),
  );
  await expect.poll(() => messagesIn(lane, 'DeadLetters'), { timeout: 30_000 }).toBe(1);
  const log = await logOf(lane, 'ReactLambdaFunction');
  expect(log.filter(({ level }) => level === 'error')).toHaveLength(2);
});
