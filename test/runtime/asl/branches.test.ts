import { describe, expect, test } from 'vitest';
import { call, failWith, machine, machineArn, runMachine } from '../_machines.ts';

const each = (states: Record<string, unknown>, startAt: string, more: object = {}) => ({
  Type: 'Map',
  ItemProcessor: { StartAt: startAt, States: states },
  End: true,
  ...more,
});
const distributed = (states: Record<string, unknown>, startAt: string, more: object = {}) =>
  each(states, startAt, {
    ItemProcessor: {
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: startAt,
      States: states,
    },
    ...more,
  });
const failing = {
  C: {
    Type: 'Choice',
    Choices: [{ Condition: '{% $states.input.fail %}', Next: 'F' }],
    Default: 'S',
  },
  F: { Type: 'Fail', Error: 'Bad', Cause: 'item' },
  S: { Type: 'Wait', Seconds: 10, Output: '{% $states.input.n %}', End: true },
};
const items = (n: number, failures: number) =>
  Array.from({ length: n }, (_, i) => ({ n: i, fail: i < failures }));

describe('Parallel', () => {
  test('runs branches side by side and gives their outputs in order', async () => {
    const run = await runMachine(
      machine('P', {
        P: {
          Type: 'Parallel',
          Arguments: { from: '{% $states.input.x %}' },
          Branches: [
            { StartAt: 'A', States: { A: { Type: 'Wait', Seconds: 20, End: true } } },
            { StartAt: 'B', States: { B: { Type: 'Wait', Seconds: 10, Output: 'b', End: true } } },
          ],
          End: true,
        },
      }),
      { x: 1 },
    );
    expect([run.status, run.output, run.seconds]).toEqual(['SUCCEEDED', [{ from: 1 }, 'b'], 20]);
    expect(run.types).toEqual([
      'ExecutionStarted',
      'ParallelStateEntered',
      'ParallelStateStarted',
      'WaitStateEntered',
      'WaitStateEntered',
      'WaitStateExited',
      'WaitStateExited',
      'ParallelStateSucceeded',
      'ParallelStateExited',
      'ExecutionSucceeded',
    ]);
  });

  test('a failed branch stops the others, and the state can be tried again and caught', async () => {
    let calls = 0;
    const run = await runMachine(
      machine('P', {
        P: {
          Type: 'Parallel',
          Branches: [
            { StartAt: 'A', States: { A: { Type: 'Wait', Seconds: 1000, End: true } } },
            { StartAt: 'B', States: { B: call('no') } },
          ],
          Retry: [{ ErrorEquals: ['No'], IntervalSeconds: 5, MaxAttempts: 1 }],
          Catch: [{ ErrorEquals: ['No'], Output: '{% $states.errorOutput.Error %}', Next: 'Z' }],
          End: true,
        },
        Z: { Type: 'Succeed' },
      }),
      {},
      {
        no: () => {
          calls += 1;
          return failWith('No');
        },
      },
    );
    expect([run.status, run.output, run.seconds, calls]).toEqual(['SUCCEEDED', 'No', 5, 2]);
    expect(run.types.filter((type) => /Aborted|ParallelStateFailed/.test(type))).toEqual([
      'WaitStateAborted',
      'ParallelStateFailed',
      'WaitStateAborted',
      'ParallelStateFailed',
    ]);
    expect(run.bench.clock.pending).toBe(0);
  });
});

describe('inline Map', () => {
  test('runs over its input, keeps the order, and knows the item', async () => {
    const run = await runMachine(
      machine('M', {
        M: each(
          {
            A: {
              Type: 'Pass',
              Output:
                '{% [$states.context.Map.Item.Index, $states.context.Map.Item.Value, $states.input] %}',
              End: true,
            },
          },
          'A',
        ),
      }),
      ['x', 'y'],
    );
    expect(run.output).toEqual([
      [0, 'x', 'x'],
      [1, 'y', 'y'],
    ]);
    expect(run.types.filter((type) => type.startsWith('Map'))).toEqual([
      'MapStateEntered',
      'MapStateStarted',
      'MapIterationStarted',
      'MapIterationStarted',
      'MapIterationSucceeded',
      'MapIterationSucceeded',
      'MapStateSucceeded',
      'MapStateExited',
    ]);
  });

  test('Items and ItemSelector say what each run gets', async () => {
    const run = await runMachine(
      machine('M', {
        M: each({ A: { Type: 'Pass', End: true } }, 'A', {
          Items: '{% $states.input.list %}',
          ItemSelector: {
            i: '{% $states.context.Map.Item.Index %}',
            v: '{% $states.context.Map.Item.Value %}',
          },
        }),
      }),
      { list: [7, 8] },
    );
    expect(run.output).toEqual([
      { i: 0, v: 7 },
      { i: 1, v: 8 },
    ]);
  });

  test.each([
    [0, 40, 10],
    [5, 100, 200],
    [0, 100, 30],
  ])(
    'MaxConcurrency %i over %i items takes %i s; never more than 40 at once',
    async (most, n, seconds) => {
      const run = await runMachine(
        machine('M', {
          M: each({ A: { Type: 'Wait', Seconds: 10, End: true } }, 'A', { MaxConcurrency: most }),
        }),
        Array.from({ length: n }, () => 0),
      );
      expect(run.seconds).toBe(seconds);
    },
  );

  test('over nothing it gives nothing; over no array it fails', async () => {
    const over = (input: unknown) =>
      runMachine(machine('M', { M: each({ A: { Type: 'Pass', End: true } }, 'A') }), input);
    expect([(await over([])).output, (await over({})).error]).toEqual([
      [],
      'States.QueryEvaluationError',
    ]);
  });

  test('one failed item fails the Map', async () => {
    const run = await runMachine(machine('M', { M: each(failing, 'C') }), items(3, 1));
    expect([run.error, run.cause, run.seconds]).toEqual(['Bad', 'item', 0]);
    expect(run.types.filter((type) => type.startsWith('MapIteration')).slice(-3)).toEqual([
      'MapIterationFailed',
      'MapIterationAborted',
      'MapIterationAborted',
    ]);
  });
});

describe('Distributed Map', () => {
  test('every item is an execution of its own', async () => {
    const run = await runMachine(
      machine('M', { M: distributed(failing, 'C', { Label: 'Servers' }) }),
      items(3, 0),
    );
    expect([run.status, run.output, run.seconds]).toEqual(['SUCCEEDED', [0, 1, 2], 10]);
    expect(run.types).toEqual([
      'ExecutionStarted',
      'MapStateEntered',
      'MapStateStarted',
      'MapRunStarted',
      'MapRunSucceeded',
      'MapStateSucceeded',
      'MapStateExited',
      'ExecutionSucceeded',
    ]);
    const children = run.bench.ended.slice(0, 3).map(({ execution }) => execution);
    expect(
      children.map(({ machineName, parentName, historyEvents, input }) => ({
        machineName,
        parentName,
        historyEvents,
        input,
      })),
    ).toEqual(
      items(3, 0).map((input) => ({
        machineName: 'Main/Servers',
        parentName: 'run',
        historyEvents: 6,
        input,
      })),
    );
    expect(children[0]?.arn).toMatch(
      /^arn:aws:states:eu-central-1:111122223333:execution:Main\/Servers:[-0-9a-f]{36}:[-0-9a-f]{36}$/,
    );
  });

  test.each([
    [{ ToleratedFailurePercentage: 10 }, 20, 2, 'SUCCEEDED'],
    [{ ToleratedFailurePercentage: 10 }, 20, 3, 'States.ExceedToleratedFailureThreshold'],
    [{ ToleratedFailureCount: 1 }, 20, 1, 'SUCCEEDED'],
    [{ ToleratedFailureCount: 1 }, 20, 2, 'States.ExceedToleratedFailureThreshold'],
    [
      { ToleratedFailureCount: 5, ToleratedFailurePercentage: 10 },
      20,
      3,
      'States.ExceedToleratedFailureThreshold',
    ],
    [{ ToleratedFailurePercentage: '{% 100 %}' }, 20, 20, 'SUCCEEDED'],
    [{}, 20, 1, 'States.ExceedToleratedFailureThreshold'],
  ])('%j of %i items with %i failures: %s', async (tolerance, n, failures, outcome) => {
    const run = await runMachine(
      machine('M', { M: distributed(failing, 'C', tolerance) }),
      items(n, failures),
    );
    expect(run.error ?? run.status).toBe(outcome);
  });

  test('a tolerated failure keeps its place in the output', async () => {
    const run = await runMachine(
      machine('M', { M: distributed(failing, 'C', { ToleratedFailurePercentage: 100 }) }),
      items(2, 1),
    );
    expect(run.output).toEqual([{ Error: 'Bad', Cause: 'item' }, 1]);
  });

  test('exceeding the tolerance stops the children that still run', async () => {
    const run = await runMachine(machine('M', { M: distributed(failing, 'C') }), items(4, 1));
    expect(run.bench.ended.map(({ status }) => status)).toEqual([
      'FAILED',
      'ABORTED',
      'ABORTED',
      'ABORTED',
      'FAILED',
    ]);
    expect([run.bench.engine.running, run.bench.clock.pending]).toEqual([0, 0]);
  });

  test('MaxConcurrency holds', async () => {
    const run = await runMachine(
      machine('M', { M: distributed(failing, 'C', { MaxConcurrency: 2 }) }),
      items(5, 0),
    );
    expect(run.seconds).toBe(30);
  });

  test('a wave over phase machines: nested executions inside a Distributed Map', async () => {
    const run = await runMachine(
      machine('M', {
        M: distributed(
          {
            N: {
              Type: 'Task',
              Resource: 'arn:aws:states:::states:startExecution.sync:2',
              Arguments: {
                StateMachineArn: machineArn('Phase'),
                Name: "{% 'p-' & $states.input.n %}",
                Input: '{% $states.input %}',
              },
              Output: '{% $states.result.Output %}',
              Catch: [{ ErrorEquals: ['States.ALL'], Output: 'failed', Next: 'Z' }],
              Next: 'Z',
            },
            Z: { Type: 'Succeed' },
          },
          'N',
          { ToleratedFailurePercentage: 100 },
        ),
      }),
      items(3, 1),
      {},
      { Phase: machine('C', failing) },
    );
    expect(run.output).toEqual(['failed', 1, 2]);
    expect(run.bench.engine.started).toBe(7);
  });
});

describe('variables', () => {
  test('Assign and Output see the values at the entry of the state', async () => {
    const run = await runMachine(
      machine('A', {
        A: { Type: 'Pass', Assign: { x: 1, y: 2 }, Next: 'B' },
        B: {
          Type: 'Pass',
          Assign: { x: '{% $y %}', y: '{% $x %}' },
          Output: '{% [$x, $y] %}',
          Next: 'C',
        },
        C: { Type: 'Pass', Output: '{% [$states.input, $x, $y] %}', End: true },
      }),
    );
    expect(run.output).toEqual([1, 2, 2, 1]);
  });

  test('branches and inline items read outer variables; their own end with them', async () => {
    const run = await runMachine(
      machine('A', {
        A: { Type: 'Pass', Assign: { outer: 'o' }, Output: [1, 2], Next: 'M' },
        M: each(
          {
            I: { Type: 'Pass', Assign: { inner: '{% $outer & $states.input %}' }, Next: 'J' },
            J: { Type: 'Pass', Output: '{% $inner %}', End: true },
          },
          'I',
          { Assign: { all: '{% $states.result %}' }, End: undefined, Next: 'Z' },
        ),
        Z: { Type: 'Pass', Output: '{% $all %}', End: true },
      }),
    );
    expect(run.output).toEqual(['o1', 'o2']);
  });
});
