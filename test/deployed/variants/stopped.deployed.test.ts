// An execution that somebody stops by hand cannot say so itself: AWS does, and the server is left to a person.
import { join } from 'node:path';
import { ListExecutionsCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Envelope } from '../../../src/trace/forms.ts';
import { errorsOf, executionsOf, logOf, messagesIn, writeLogs } from '../evidence.ts';
import { followWave } from '../follow-wave.ts';
import { type Lane, openLane, runLandfall } from '../lane.ts';
import { outcomesOf } from '../story.ts';

const plan = join(import.meta.dirname, '../plans/before-the-redeploy.yaml');
let lane: Lane;
let stopped: string | undefined;
let told: readonly Envelope[];

beforeAll(async () => {
  lane = await openLane('stopped');
  await lane.tick();
  expect(await lane.landfall('start', plan)).toMatchObject({ code: 0, stderr: '' });
  await followWave(lane, {
    meanwhile: async (events) => {
      const testing = events.some(({ detail }) => detail['phase'] === 'test');
      if (stopped === undefined && testing) stopped = await stopOneTest();
    },
  });
  told = await lane.subscriber.hear();
  await writeLogs(lane);
});
afterAll(() => lane?.close());

/** Stops one execution of the test machine that is under way; answers its name, where there is one. */
async function stopOneTest(): Promise<string | undefined> {
  const { states } = lane.aws;
  const stateMachineArn = lane.machines.phases.find((arn) => arn.includes('-test-'));
  const asked = { stateMachineArn, statusFilter: 'RUNNING' } as const;
  const { executions = [] } = await states.send(new ListExecutionsCommand(asked));
  const [one] = executions;
  if (one === undefined) return undefined;
  const { executionArn } = one;
  await states.send(new StopExecutionCommand({ executionArn, error: 'Stopped', cause: 'by hand' }));
  return one.name;
}

const serverOf = (execution: string | undefined) => /s-[0-9a-f]{17}/.exec(execution ?? '')?.[0];

test('its server is frozen, and the others go on', () => {
  expect(outcomesOf(told)).toEqual({ succeeded: 5, frozen: 1 });
  const frozen = told.find(({ detail }) => detail['outcome'] === 'frozen');
  expect(frozen?.detail['sourceServerId']).toBe(serverOf(stopped));
});

test('it was cleaned up after as soon as AWS told of it', async () => {
  const log = await logOf(lane, 'ReactLambdaFunction');
  expect(log.map((line) => line['result'])).toContainEqual({
    did: 'cleaned-up',
    execution: stopped,
  });
});

test('no other execution died, and nothing was given up', async () => {
  const executions = await executionsOf(lane);
  const dead = executions.filter((one) => one.status !== 'SUCCEEDED');
  expect(dead.map(({ name, status }) => [name, status])).toEqual([[stopped, 'ABORTED']]);
  expect(await errorsOf(lane)).toEqual([]);
  expect(await messagesIn(lane, 'DeadLetters')).toBe(0);
  expect(await runLandfall(['check', lane.folder])).toMatchObject({ code: 0 });
});
