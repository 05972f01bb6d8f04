import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DeploymentRefused, loadDeployment } from '../../src/runtime/load-deployment.ts';
import { LocalRuntime, type LocalRuntimeOptions } from '../../src/runtime/local-runtime.ts';
import { VirtualClock } from '../../src/runtime/virtual-clock.ts';

const place = {
  stage: 'test',
  accountId: '111122223333',
  region: 'eu-central-1',
  partition: 'aws',
};
const serverless = (queue: string, event: string, rest = '') => `
service: fleet
functions:
  - tell:
      handler: dist/tell.handler
      events:
        - sqs: { arn: !GetAtt Told.Arn, ${event} }
  - {}
resources:
  Resources:
    Told: { Type: AWS::SQS::Queue, Properties: { ${queue} } }
    All:
      Type: AWS::Events::Rule
      Properties:
        EventPattern: { source: [here] }
        Targets: [{ Id: queue, Arn: !GetAtt Told.Arn }]
${rest}`;

function load(text: string) {
  const file = join(mkdtempSync(join(tmpdir(), 'queues-')), 'serverless.yml');
  writeFileSync(file, text);
  return loadDeployment(file, place);
}

interface Call {
  readonly atSeconds: number;
  readonly ids: readonly string[];
}

/** A runtime whose function answers from a script, and the calls so far. */
function running(queue: string, event: string, answers: readonly unknown[] = []) {
  const clock = new VirtualClock(0);
  const calls: Call[] = [];
  const left = [...answers];
  const options: LocalRuntimeOptions = {
    ...place,
    deployment: load(serverless(queue, event)),
    clock,
    seed: 1,
    world: { nextEventAt: () => undefined, advanceTo: () => undefined },
    invoke: async (_, payload) => {
      const { Records } = payload as { Records: { messageId: string; body: string }[] };
      calls.push({
        atSeconds: clock.nowMs() / 1000,
        ids: Records.map(({ body }) => JSON.parse(body).detail.n),
      });
      const answer = left.shift();
      if (answer === 'error') throw new Error('it failed');
      if (Array.isArray(answer)) {
        return {
          batchItemFailures: answer.map((n) => ({
            itemIdentifier: Records[n]?.messageId ?? 'strange',
          })),
        };
      }
      return answer;
    },
  };
  return { options, clock, calls, runtime: new LocalRuntime(options) };
}

const tell = (runtime: LocalRuntime, ...numbers: readonly number[]) => {
  for (const n of numbers) {
    runtime.publishNative({ source: 'here', 'detail-type': 'Told', detail: { n } });
  }
};
const until = (runtime: LocalRuntime, seconds: number) =>
  runtime.run(() => false, { virtualDeadline: seconds * 1000 });

describe('a queue that a function reads', () => {
  test('hands out what came within its window of the first, as one batch', async () => {
    const { runtime, calls } = running('', 'batchSize: 1000, maximumBatchingWindow: 60');
    tell(runtime, 1, 2);
    await until(runtime, 50);
    tell(runtime, 3);
    // Nothing is left to happen, so that time stands still.
    await until(runtime, 80);
    tell(runtime, 4);
    await until(runtime, 200);
    expect(calls).toEqual([
      { atSeconds: 60, ids: [1, 2, 3] },
      { atSeconds: 120, ids: [4] },
    ]);
  });

  test('hands out at once what makes a batch full, and without a window', async () => {
    const full = running('', 'batchSize: 11, maximumBatchingWindow: 60');
    tell(full.runtime, ...Array.from({ length: 12 }, (_, i) => i));
    await until(full.runtime, 100);
    expect(full.calls.map(({ atSeconds, ids }) => [atSeconds, ids.length])).toEqual([
      [0, 11],
      [60, 1],
    ]);
    const bare = running('', 'batchSize: 10');
    tell(bare.runtime, 1);
    await until(bare.runtime, 1);
    expect(bare.calls).toEqual([{ atSeconds: 0, ids: [1] }]);
  });

  test('hides each message for the delay of the queue, before its window and once', async () => {
    const { runtime, calls } = running('DelaySeconds: 15, VisibilityTimeout: 30', 'batchSize: 10', [
      'error',
    ]);
    tell(runtime, 1);
    await until(runtime, 10);
    await until(runtime, 100);
    expect(calls).toEqual([
      { atSeconds: 15, ids: [1] },
      { atSeconds: 45, ids: [1] },
    ]);
    const both = running('DelaySeconds: 15', 'batchSize: 10, maximumBatchingWindow: 60');
    tell(both.runtime, 1, 2);
    await until(both.runtime, 100);
    expect(both.calls).toEqual([{ atSeconds: 75, ids: [1, 2] }]);
  });

  test('has come again, after a rest, what was not taken; then it is given up', async () => {
    const queue =
      'VisibilityTimeout: 100, RedrivePolicy: { deadLetterTargetArn: x, maxReceiveCount: 2 }';
    const reports = 'batchSize: 10, functionResponseType: ReportBatchItemFailures';
    const { runtime, calls } = running(queue, reports, [[1], [0]]);
    tell(runtime, 1, 2, 3);
    await until(runtime, 1000);
    expect(calls).toEqual([
      { atSeconds: 0, ids: [1, 2, 3] },
      { atSeconds: 100, ids: [2] },
    ]);
    expect(runtime.counters.deadLetters).toEqual({ 'fleet-test-Told': 1 });
  });

  test.each<[string, unknown, string]>([
    ['throws', 'error', 'functionResponseType: ReportBatchItemFailures'],
    [
      'names a message that was not in the batch',
      [7],
      'functionResponseType: ReportBatchItemFailures',
    ],
    ['throws and reports nothing', 'error', 'batchSize: 10'],
  ])('has all of a batch come again where the function %s', async (_, answer, event) => {
    const { runtime, calls } = running('VisibilityTimeout: 5', event, [answer]);
    tell(runtime, 1, 2);
    await until(runtime, 100);
    expect(calls.map(({ ids }) => ids)).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(runtime.counters.deadLetters).toEqual({});
  });

  test('is done with what a function took that reports nothing, whatever it answers', async () => {
    const { runtime, calls } = running('', 'batchSize: 10', [[0]]);
    tell(runtime, 1);
    await until(runtime, 1000);
    expect(calls).toHaveLength(1);
  });

  test('goes on from a snapshot, with what waits and what rests', async () => {
    const event =
      'batchSize: 100, maximumBatchingWindow: 60, functionResponseType: ReportBatchItemFailures';
    const { runtime, options, clock, calls } = running('VisibilityTimeout: 30', event, [[0]]);
    tell(runtime, 1, 2);
    await until(runtime, 65);
    tell(runtime, 3);
    const snapshot = structuredClone(runtime.snapshot());
    await until(runtime, 500);
    const whole = calls.splice(0).slice(1);
    const again = new VirtualClock(snapshot.nowMs);
    const restored = LocalRuntime.restore(
      {
        ...options,
        clock: again,
        invoke: async (name, payload) => {
          const answer = await options.invoke(name, payload);
          calls.push({ ...(calls.pop() ?? { ids: [] }), atSeconds: again.nowMs() / 1000 });
          return answer;
        },
      },
      snapshot,
    );
    await until(restored, 500);
    expect(clock.nowMs()).toBe(again.nowMs());
    expect(calls).toEqual(whole);
    expect(whole).toEqual([{ atSeconds: 125, ids: [3, 1] }]);
  });
});

describe('a serverless.yml with queues', () => {
  const problems = (text: string) => {
    try {
      load(text);
      return [];
    } catch (error) {
      if (!(error instanceof DeploymentRefused)) throw error;
      return error.problems;
    }
  };

  test.each<[string, string, RegExp]>([
    [
      'a queue that is not of the file',
      serverless('', 'batchSize: 1').replace(
        '!GetAtt Told.Arn, batch',
        "'arn:aws:sqs:eu-central-1:111122223333:other', batch",
      ),
      /functions\.tell\.events\.0: only queues of this file can be read/,
    ],
    [
      'a FIFO queue',
      serverless('FifoQueue: true', 'batchSize: 1'),
      /resources\.Told\.FifoQueue: FIFO queues are not implemented/,
    ],
    [
      'a delay that SQS does not know',
      serverless('DelaySeconds: 1000', 'batchSize: 1'),
      /resources\.Told\.DelaySeconds: Too big/,
    ],
    ['a filter', serverless('', 'filterPatterns: [{}]'), /functions/],
    [
      'a rule to a queue that nobody reads',
      serverless('', 'batchSize: 1, enabled: false'),
      /queues that a function of this file reads can be targets/,
    ],
    [
      'a mapping among the resources',
      serverless('', 'batchSize: 1', '    Map: { Type: AWS::Lambda::EventSourceMapping }\n'),
      /resources\.Map: AWS::Lambda::EventSourceMapping: state the queue at the function/,
    ],
  ])('is refused for %s', (_, text, problem) => {
    expect(problems(text)).toEqual(expect.arrayContaining([expect.stringMatching(problem)]));
  });
});
