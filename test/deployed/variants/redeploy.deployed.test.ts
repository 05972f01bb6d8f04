// A deployment in the middle of a wave: new functions take over at once, and the wave keeps to the machines that it
// began with; the next one begins with the new machines.
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Envelope } from '../../../src/trace/forms.ts';
import { type Deployed, deploy } from '../deploy.ts';
import { executionsOf, logOf, messagesIn, type Recorded, writeLogs } from '../evidence.ts';
import { followWave } from '../follow-wave.ts';
import { type Lane, openLane, runLandfall } from '../lane.ts';
import { rehearsed } from '../rehearsed.ts';
import { outcomesOf, storyOf } from '../story.ts';

const planOf = (name: string) => join(import.meta.dirname, '../plans', `${name}-the-redeploy.yaml`);
let lane: Lane;
let again: Deployed;
let toldOfFirst: readonly Envelope[];
let rehearsal: readonly Envelope[];
let told: readonly Envelope[];
let executions: readonly Recorded[];

beforeAll(async () => {
  lane = await openLane('redeploy');
  await lane.tick();
  await start('before');
  const redeployed = { isDone: false };
  await followWave(lane, {
    meanwhile: async (events) => {
      if (redeployed.isDone || !events.some(isTest)) return;
      redeployed.isDone = true;
      again = await redeploy();
    },
  });
  toldOfFirst = [...(await lane.subscriber.hear())];
  const { startAt, folder } = lane;
  rehearsal = await rehearsed(planOf('before'), join(folder, 'rehearsal'), { startAt });
  await start('after');
  await followWave(lane, { waves: 2 });
  told = await lane.subscriber.hear();
  executions = await executionsOf(lane);
  await writeLogs(lane);
});
afterAll(() => lane?.close());

async function start(name: string): Promise<void> {
  expect(await lane.landfall('start', planOf(name))).toMatchObject({ code: 0, stderr: '' });
}

function isTest({ 'detail-type': type, detail }: Envelope): boolean {
  return type === 'Wave Stage Started' && detail['phase'] === 'test';
}

/** Deploys with other code in every function and one state more in the machine of the cutover. */
async function redeploy(): Promise<Deployed> {
  lane.workshop.change('src/handlers/_lambda.ts', (text) =>
    text.replace(
      "level: 'info', function: name",
      "level: 'info', release: 'second', function: name",
    ),
  );
  lane.workshop.change('src/workflows/cutover.asl.yaml', (text) =>
    text.replace(
      /^StartAt: (\w+)\nStates:\n/m,
      'StartAt: BeginSecondRelease\nStates:\n  BeginSecondRelease: { Type: Pass, Next: $1 }\n',
    ),
  );
  return deploy(lane.aws, await lane.workshop.package());
}

const cutovers = (plan: string) =>
  executions.filter((one) => one.stateMachine === 'Cutover' && one.name.startsWith(`${plan}-`));
const versionsOf = (plan: string) => [...new Set(cutovers(plan).map((one) => one.version?.at(-1)))];

test('the stack is updated in place', () => {
  expect(again.status).toBe('UPDATE_COMPLETE');
  expect(again.outputs).toEqual(lane.deployed.outputs);
});

test('the functions are new from then on', async () => {
  const lines = await logOf(lane, 'NextStageLambdaFunction');
  expect(lines.some((line) => line['release'] === undefined)).toBe(true);
  expect(lines.at(-1)).toMatchObject({ release: 'second' });
});

test('the wave keeps to the machines that it began with', () => {
  expect(cutovers('before')).toHaveLength(6);
  expect(versionsOf('before')).toEqual(['1']);
  expect(cutovers('before').some((one) => one.states.includes('BeginSecondRelease'))).toBe(false);
});

test('the next wave begins with the new ones', () => {
  expect(cutovers('after')).toHaveLength(2);
  expect(versionsOf('after')).toEqual(['2']);
  expect(cutovers('after').every((one) => one.states[0] === 'BeginSecondRelease')).toBe(true);
});

test('the first wave ends as rehearsed', () => {
  expect(outcomesOf(toldOfFirst)).toEqual({ succeeded: 6 });
  expect(waveOf(toldOfFirst)).toEqual(waveOf(rehearsal));
});

/** The story of the servers of the wave; the others go their way without it. */
function waveOf(events: readonly Envelope[]) {
  const servers = events
    .filter((event) => event['detail-type'] === 'Wave Server Outcome')
    .map(({ detail }) => String(detail['sourceServerId']));
  const story = Object.entries(storyOf(events));
  return Object.fromEntries(
    story.filter(([stream]) => servers.some((id) => stream.endsWith(`/${id}`))),
  );
}

test('nothing is lost between the two', async () => {
  expect(outcomesOf(told)).toEqual({ succeeded: 8 });
  expect(executions.filter((one) => one.status !== 'SUCCEEDED')).toEqual([]);
  expect(await messagesIn(lane, 'DeadLetters')).toBe(0);
  expect(await runLandfall(['check', lane.folder])).toMatchObject({ code: 0 });
});
