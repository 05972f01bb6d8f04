// The compiled template, deployed as it was packaged on an AWS that we did not write, moves a fleet as rehearsed.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EventPattern, patternMatches } from '../../src/runtime/event-pattern.ts';
import type { Envelope } from '../../src/trace/forms.ts';
import { nothingHeard, receive } from '../scenarios/_subscriber.ts';
import { recordedBoard } from '../scenarios/_witness.ts';
import { errorsOf, executionsOf, type LogLine, logOf, messagesIn, writeLogs } from './evidence.ts';
import { type Followed, followWave } from './follow-wave.ts';
import { busOf, type Ended, type Lane, openLane, runLandfall } from './lane.ts';
import { Template } from './package.ts';
import { rehearsed } from './rehearsed.ts';
import { outcomesOf } from './story.ts';
import { type Subscriber, subscribe } from './subscriber.ts';
import { differences } from './telling.ts';

const plan = join(import.meta.dirname, 'plans/whole-fleet.yaml');

/** What three subscribers ask for, each by a rule and a queue of its own. */
const narrow: Readonly<Record<string, EventPattern>> = {
  outcomes: { 'detail-type': ['Wave Server Outcome', 'Wave Concluded'] },
  // The wall's seconds: MGN's hours pass in them.
  'long-waits': { detail: { ended: ['met'], waitedSeconds: [{ numeric: ['>=', 2] }] } },
  'on-the-way': {
    source: ['landfall.mgn'],
    'detail-type': [{ suffix: 'State Change' }],
    detail: { current: [{ 'anything-but': ['CONTINUOUS', 'BACKLOG'] }], wave: [{ exists: true }] },
  },
};

let lane: Lane;
const narrowed = new Map<string, Subscriber>();
let started: Ended;
let status: Ended;
let scheduled: number;
let followed: Followed;
let told: readonly Envelope[];
let rehearsal: readonly Envelope[];

beforeAll(async () => {
  lane = await openLane('whole-fleet');
  for (const [name, pattern] of Object.entries(narrow)) {
    narrowed.set(name, await subscribe(lane.aws, busOf(lane.deployed), name, pattern));
  }
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

function idsOf(events: readonly Envelope[]): readonly string[] {
  return [...new Set(events.map(({ detail }) => detail.eventId))].sort();
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

test('the events tell what the rehearsal tells: each server, each job, the wave', () => {
  expect(differences(told, rehearsal)).toEqual([]);
});

test('each rule lets through what its pattern takes, and nothing else', async () => {
  for (const [name, pattern] of Object.entries(narrow)) {
    const heard = await narrowed.get(name)?.hear();
    const all = await lane.subscriber.hear();
    const wanted = all.filter((event) => patternMatches(pattern, event));
    expect(idsOf(heard ?? [])).toEqual(idsOf(wanted));
    expect(wanted.length).toBeGreaterThan(30);
  }
});

test('what a subscriber rebuilds from the queue is what is on record', async () => {
  const apart = async () => {
    const heard = (await lane.subscriber.hear()).reduce(receive, nothingHeard);
    const recorded = await recordedBoard({ store: lane.store }, [lane.fleet.target]);
    return [...recorded].flatMap(([stream, { sequence, state }]) => {
      const rebuilt = heard.get(stream);
      const same = rebuilt?.sequence === sequence && isDeepStrictEqual(rebuilt.state, state());
      return same ? [] : [stream];
    });
  };
  // The schedule goes on: what is on record a moment later is told a moment later.
  await expect.poll(apart, { timeout: 150_000 }).toEqual([]);
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
          EventBusName: busOf(lane.deployed),
          Source: 'landfall.wave',
          DetailType: 'Wave Concluded',
          Detail: JSON.stringify(detail),
        },
      ],
    }),
  );
  await expect.poll(() => messagesIn(lane, 'DeadLetters'), { timeout: 150_000 }).toBe(1);
  const log = await logOf(lane, 'ReactLambdaFunction');
  expect(log.filter(({ level }) => level === 'error')).toHaveLength(2);
});
