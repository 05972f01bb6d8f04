import { describe, expect, test } from 'vitest';
import { nameProblem } from '../../../src/runtime/asl/limits.ts';
import { errorMatches } from '../../../src/runtime/asl/retry.ts';
import { bench, call, failWith, machine, machineArn, runMachine } from '../_machines.ts';

const kib = 1024;
const big = (bytes: number) => 'x'.repeat(bytes);
const catchAll = { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Z' }], End: undefined, Next: 'Z' };

describe('256 KiB', () => {
  test('a result of that size passes; one byte more fails and States.ALL does not catch it', async () => {
    const run = (bytes: number) =>
      runMachine(
        machine('T', { T: call('big', catchAll), Z: { Type: 'Succeed', Output: 'z' } }),
        {},
        { big: () => big(bytes) },
      );
    // Two quotation marks, and the fields of the invocation's answer around the payload.
    const around = JSON.stringify({
      ExecutedVersion: '$LATEST',
      Payload: '',
      StatusCode: 200,
    }).length;
    const fits = await run(256 * kib - around);
    const over = await run(256 * kib - around + 1);
    expect([fits.status, over.status, over.error]).toEqual([
      'SUCCEEDED',
      'FAILED',
      'States.DataLimitExceeded',
    ]);
  });

  test('UTF-8 bytes count, not characters', async () => {
    const output = machine('P', {
      P: { Type: 'Pass', Output: '{% $states.input & $states.input %}', End: true },
    });
    const [latin, umlauts] = [
      await runMachine(output, big(100 * kib)),
      await runMachine(output, 'ä'.repeat(100 * kib)),
    ];
    expect([latin.status, umlauts.error]).toEqual(['SUCCEEDED', 'States.DataLimitExceeded']);
  });

  test('an execution does not start with more, nor with a bad name', () => {
    const { engine } = bench({ Main: machine('Z', { Z: { Type: 'Succeed' } }) });
    expect(engine.start(machineArn('Main'), 'a', big(256 * kib))).toBe('input-too-large');
    expect(engine.start(machineArn('Main'), 'a/b', {})).toBe('bad-name');
  });

  test('all items of a Map together count', async () => {
    const run = await runMachine(
      machine('M', {
        M: { Type: 'Map', ItemProcessor: { StartAt: 'A', States: { A: call('big') } }, End: true },
      }),
      [1, 2, 3],
      { big: () => big(100 * kib) },
    );
    expect(run.error).toBe('States.DataLimitExceeded');
  });

  test('what is assigned at once counts', async () => {
    const run = await runMachine(
      machine('P', {
        P: {
          Type: 'Pass',
          Assign: { a: '{% $states.input %}', b: '{% $states.input %}' },
          End: true,
        },
      }),
      big(130 * kib),
    );
    expect(run.error).toBe('States.DataLimitExceeded');
  });

  test('all variables together stay below 10 MiB', async () => {
    const run = await runMachine(
      machine('P', {
        P: {
          Type: 'Pass',
          Assign: Object.fromEntries([
            ['n', 0],
            ...Array.from({ length: 50 }, (_, i) => [`v${i}`, '']),
          ]),
          Next: 'S0',
        },
        ...Object.fromEntries(
          Array.from({ length: 50 }, (_, i) => [
            `S${i}`,
            {
              Type: 'Pass',
              Assign: { [`v${i}`]: '{% $states.input %}' },
              ...(i < 49 ? { Next: `S${i + 1}` } : { End: true }),
            },
          ]),
        ),
      }),
      big(250 * kib),
    );
    // The 41st variable of 250 KiB is the first beyond 10 MiB; one state came before.
    expect([run.error, run.transitions]).toEqual(['States.DataLimitExceeded', 42]);
  });
});

test('25,000 history events end an execution with States.Runtime, which nothing catches', async () => {
  const run = await runMachine(
    machine('P', {
      P: {
        Type: 'Parallel',
        Branches: [
          {
            StartAt: 'A',
            States: {
              A: { Type: 'Pass', Next: 'C' },
              C: { Type: 'Choice', Choices: [{ Condition: false, Next: 'D' }], Default: 'A' },
              D: { Type: 'Succeed' },
            },
          },
        ],
        ...catchAll,
      },
      Z: { Type: 'Succeed' },
    }),
  );
  expect([run.error, run.types.length, run.types.at(-1)]).toEqual([
    'States.Runtime',
    25_000,
    'ExecutionFailed',
  ]);
});

test('an execution ends after a year, or after its own TimeoutSeconds', async () => {
  const wait = machine('W', { W: { Type: 'Wait', Seconds: 99_999_999, End: true } });
  const year = await runMachine(wait);
  const own = await runMachine({ ...(wait as object), TimeoutSeconds: 600 });
  expect([year.status, year.seconds, own.status, own.seconds, own.error]).toEqual([
    'TIMED_OUT',
    31_536_000,
    'TIMED_OUT',
    600,
    'States.Timeout',
  ]);
  expect(own.types).toEqual([
    'ExecutionStarted',
    'WaitStateEntered',
    'WaitStateAborted',
    'ExecutionTimedOut',
  ]);
});

test.each([
  ['', 'is empty'],
  ['x'.repeat(80), undefined],
  ['x'.repeat(81), 'has 81 characters, the maximum is 80'],
  ['wave-1_cut.over@2024+', undefined],
  ['2024-03-04T16:20', 'holds a character that AWS does not allow'],
  ['a b', 'holds a character that AWS does not allow'],
  ['a\u0007', 'holds a character that AWS does not allow'],
  ['ä', undefined],
])('the name %j: %s', (name, problem) => {
  expect(nameProblem(name)).toBe(problem);
});

test.each<[string[], string, boolean]>([
  [['States.ALL'], 'Anything', true],
  [['States.ALL'], 'States.Timeout', true],
  [['States.ALL'], 'States.Runtime', false],
  [['States.ALL'], 'States.DataLimitExceeded', false],
  [['States.DataLimitExceeded'], 'States.DataLimitExceeded', true],
  [['States.Runtime'], 'States.Runtime', false],
  [['States.TaskFailed'], 'Anything', true],
  [['States.TaskFailed'], 'States.Timeout', false],
  [['States.Timeout'], 'States.HeartbeatTimeout', true],
  [['States.HeartbeatTimeout'], 'States.Timeout', false],
  [['A', 'B'], 'B', true],
  [['A'], 'B', false],
])('%j on %s: %s', (errorEquals, error, matches) => {
  expect(errorMatches(errorEquals, error)).toBe(matches);
});

describe('names of executions', () => {
  const waiting = machine('W', { W: { Type: 'Wait', Seconds: 10, End: true } });

  test('same name and input while it runs is the same execution; other input or a closed one is taken', async () => {
    const made = bench({ Main: waiting });
    const first = made.engine.start(machineArn('Main'), 'one', { a: 1 });
    expect(made.engine.start(`${machineArn('Main')}:1`, 'one', { a: 1 })).toBe(first);
    expect(made.engine.start(machineArn('Main'), 'one', { a: 2 })).toBe('name-taken');
    await made.run();
    expect(made.engine.start(machineArn('Main'), 'one', { a: 1 })).toBe('name-taken');
    expect(made.engine.started).toBe(1);
  });

  test('an execution is known for 90 days after its end, then forgotten', async () => {
    const made = bench({ Main: waiting });
    made.engine.start(machineArn('Main'), 'one', {});
    const arn = machineArn('Main').replace('stateMachine', 'execution').concat(':one');
    expect(made.engine.executions.describe(arn)).toEqual({ status: 'RUNNING' });
    await made.run();
    expect(made.engine.executions.describe(arn)).toEqual({ status: 'SUCCEEDED' });
    made.clock.advanceTo(made.clock.nowMs() + 91 * 86_400_000);
    expect(made.engine.executions.describe(arn)).toBe('not-found');
    expect(typeof made.engine.start(machineArn('Main'), 'one', {})).toBe('object');
  });

  test('an aborted execution says why', () => {
    const made = bench({ Main: waiting });
    made.engine.start(machineArn('Main'), 'one', {});
    const arn = machineArn('Main').replace('stateMachine', 'execution').concat(':one');
    expect([
      made.engine.abort(arn, 'WaveAborted', 'asked'),
      made.engine.abort(arn, 'x', 'y'),
    ]).toEqual([true, false]);
    expect(made.engine.executions.describe(arn)).toEqual({
      status: 'ABORTED',
      error: 'WaveAborted',
      cause: 'asked',
    });
  });
});

test('an evaluation error can be caught, and is told in the history', async () => {
  const run = await runMachine(
    machine('T', {
      T: call('f', {
        Output: '{% $states.result.Payload.none %}',
        Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Output: 'caught', Next: 'Z' }],
        End: undefined,
        Next: 'Z',
      }),
      Z: { Type: 'Succeed' },
    }),
    {},
    { f: () => ({}) },
  );
  expect([run.output, run.types.includes('EvaluationFailed')]).toEqual(['caught', true]);
});

test('an unknown failure that no Catch names fails the execution', async () => {
  const run = await runMachine(
    machine('T', {
      T: call('f', { Catch: [{ ErrorEquals: ['Other'], Next: 'Z' }], End: undefined, Next: 'Z' }),
      Z: { Type: 'Succeed' },
    }),
    {},
    { f: () => failWith('TypeError', 'x is not a function') },
  );
  expect([run.status, run.error]).toEqual(['FAILED', 'TypeError']);
});
