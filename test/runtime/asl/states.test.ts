import { describe, expect, test } from 'vitest';
import { bench, call, failWith, machine, machineArn, park, runMachine } from '../_machines.ts';

const pick = ({ status, output, error, seconds }: Awaited<ReturnType<typeof runMachine>>) => ({
  status,
  output,
  error,
  seconds,
});

describe('Pass, Choice, Succeed, Fail', () => {
  test('a Pass hands its Output on, or its input', async () => {
    const run = await runMachine(
      machine('A', {
        A: { Type: 'Pass', Next: 'B' },
        B: {
          Type: 'Pass',
          Output: { got: '{% $states.input.x %}', fixed: [1, '{% 2 + 3 %}'] },
          End: true,
        },
      }),
      { x: 'y' },
    );
    expect(run).toMatchObject({
      status: 'SUCCEEDED',
      output: { got: 'y', fixed: [1, 5] },
      transitions: 2,
    });
    expect(run.types).toEqual([
      'ExecutionStarted',
      'PassStateEntered',
      'PassStateExited',
      'PassStateEntered',
      'PassStateExited',
      'ExecutionSucceeded',
    ]);
  });

  test.each([
    [1, 'small'],
    [20, 'big'],
    [5, 'other'],
  ])('a Choice takes the first rule that holds, else the Default (%i)', async (n, kind) => {
    const run = await runMachine(
      machine('C', {
        C: {
          Type: 'Choice',
          Choices: [
            { Condition: '{% $states.input.n < 3 %}', Assign: { kind: 'small' }, Next: 'End' },
            { Condition: '{% $states.input.n > 10 %}', Assign: { kind: 'big' }, Next: 'End' },
          ],
          Assign: { kind: 'other' },
          Default: 'End',
        },
        End: { Type: 'Succeed', Output: '{% $kind %}' },
      }),
      { n },
    );
    expect(run.output).toBe(kind);
  });

  test('a Choice without a rule that holds and without Default fails', async () => {
    const run = await runMachine(
      machine('C', {
        C: { Type: 'Choice', Choices: [{ Condition: false, Next: 'E' }] },
        E: { Type: 'Succeed' },
      }),
    );
    expect(pick(run)).toEqual({
      status: 'FAILED',
      output: undefined,
      error: 'States.NoChoiceMatched',
      seconds: 0,
    });
  });

  test('a Condition that is no truth value is an evaluation error', async () => {
    const run = await runMachine(
      machine('C', {
        C: { Type: 'Choice', Choices: [{ Condition: '{% $states.input.n %}', Next: 'E' }] },
        E: { Type: 'Succeed' },
      }),
      { n: 1 },
    );
    expect(run.error).toBe('States.QueryEvaluationError');
  });

  test('a Fail state ends the execution with its Error and Cause', async () => {
    const run = await runMachine(
      machine('F', {
        F: { Type: 'Fail', Error: 'LaunchFailed', Cause: "{% 'of ' & $states.input.id %}" },
      }),
      { id: 's-1' },
    );
    expect({ ...pick(run), cause: run.cause }).toEqual({
      status: 'FAILED',
      output: undefined,
      error: 'LaunchFailed',
      cause: 'of s-1',
      seconds: 0,
    });
    expect(run.types).toEqual(['ExecutionStarted', 'FailStateEntered', 'ExecutionFailed']);
  });
});

describe('Wait', () => {
  test('30 days pass at once, by the second', async () => {
    const run = await runMachine(
      machine('W', { W: { Type: 'Wait', Seconds: 2_592_000, End: true } }),
    );
    expect(pick(run)).toEqual({
      status: 'SUCCEEDED',
      output: {},
      error: undefined,
      seconds: 2_592_000,
    });
  });

  test('until a Timestamp, and not at all where it is past', async () => {
    const states = { W: { Type: 'Wait', Timestamp: '{% $states.input.at %}', End: true } };
    const later = await runMachine(machine('W', states), { at: '2024-03-04T17:20:00+00:00' });
    const past = await runMachine(machine('W', states), { at: '2020-01-01T00:00:00Z' });
    const wrong = await runMachine(machine('W', states), { at: 'tomorrow' });
    expect([later.seconds, past.seconds, wrong.error]).toEqual([
      3600,
      0,
      'States.QueryEvaluationError',
    ]);
  });

  test('$now and $millis tell virtual time', async () => {
    const run = await runMachine(
      machine('W', {
        W: { Type: 'Wait', Seconds: 60, Output: { before: '{% $now() %}' }, Next: 'P' },
        P: {
          Type: 'Pass',
          Output: '{% [$states.input.before, $now(), $millis(), $now("[Y]")] %}',
          End: true,
        },
      }),
    );
    // The Output of a Wait is evaluated when it is over.
    expect(run.output).toEqual([
      '2024-03-04T16:21:00.000Z',
      '2024-03-04T16:21:00.000Z',
      1_709_569_260_000,
      '2024',
    ]);
  });
});

describe('Task', () => {
  test('calls a function and sees its answer as AWS gives it', async () => {
    const run = await runMachine(
      machine('T', { T: call('echo', { Output: '{% $states.result %}' }) }),
      { a: 1 },
      { echo: (payload) => ({ payload }) },
    );
    expect(run.output).toEqual({
      ExecutedVersion: '$LATEST',
      Payload: { payload: { a: 1 } },
      StatusCode: 200,
    });
    expect(run.types).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSucceeded',
      'TaskStateExited',
      'ExecutionSucceeded',
    ]);
  });

  test('a retried failure backs off exactly and counts each retry as a transition', async () => {
    let calls = 0;
    const run = await runMachine(
      machine('T', {
        T: call('flaky', {
          Retry: [
            {
              ErrorEquals: ['TransientFailure'],
              IntervalSeconds: 2,
              BackoffRate: 3,
              MaxAttempts: 3,
              MaxDelaySeconds: 10,
            },
          ],
        }),
      }),
      {},
      { flaky: () => (++calls < 4 ? failWith('TransientFailure') : 'at last') },
    );
    expect({ ...pick(run), calls, transitions: run.transitions }).toEqual({
      status: 'SUCCEEDED',
      output: 'at last',
      error: undefined,
      seconds: 2 + 6 + 10,
      calls: 4,
      transitions: 4,
    });
  });

  test('retries that are used up lead to the Catch, with the error as output', async () => {
    const run = await runMachine(
      machine('T', {
        T: call('broken', {
          Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 1 }],
          Catch: [
            { ErrorEquals: ['Other'], Next: 'Never' },
            {
              ErrorEquals: ['States.TaskFailed'],
              Assign: { seen: '{% $states.errorOutput.Error %}' },
              Next: 'After',
            },
          ],
          Next: 'Never',
          End: undefined,
        }),
        After: {
          Type: 'Pass',
          Output: { seen: '{% $seen %}', input: '{% $states.input %}' },
          End: true,
        },
        Never: { Type: 'Fail' },
      }),
      {},
      { broken: () => failWith('PermanentFailure', 'gone') },
    );
    expect(run.output).toEqual({
      seen: 'PermanentFailure',
      input: {
        Error: 'PermanentFailure',
        Cause: '{"errorMessage":"gone","errorType":"PermanentFailure"}',
      },
    });
  });

  test('RetryCount is what the attempt sees', async () => {
    const seen: unknown[] = [];
    await runMachine(
      machine('T', {
        T: call('count', {
          Arguments: { FunctionName: 'count', Payload: '{% $states.context.State.RetryCount %}' },
          Retry: [{ ErrorEquals: ['States.ALL'], MaxAttempts: 2 }],
        }),
      }),
      {},
      {
        count: (n) => {
          seen.push(n);
          return failWith('No');
        },
      },
    );
    expect(seen).toEqual([0, 1, 2]);
  });

  test('jitter stays below the interval and depends on the seed only', async () => {
    const times = async (seed: number) => {
      const made = bench(
        {
          Main: machine('T', {
            T: call('no', {
              Retry: [
                {
                  ErrorEquals: ['States.ALL'],
                  IntervalSeconds: 100,
                  MaxAttempts: 1,
                  JitterStrategy: 'FULL',
                },
              ],
            }),
          }),
        },
        { no: () => failWith('No') },
        { seed },
      );
      for (let i = 0; i < 20; i++) made.engine.start(machineArn('Main'), `r${i}`, {});
      await made.run();
      return made.ended.map(({ stoppedAtMs, execution }) => stoppedAtMs - execution.startedAtMs);
    };
    const [one, same, other] = [await times(1), await times(1), await times(2)];
    expect(one).toEqual(same);
    expect(one).not.toEqual(other);
    expect(one.every((ms) => ms >= 0 && ms <= 100_000)).toBe(true);
  });
});

describe('task tokens', () => {
  test('a parked task goes on with what its token is given', async () => {
    let token = '';
    const run = await runMachine(
      machine('P', { P: park('keep') }),
      { id: 1 },
      {
        keep: (payload: { token: string }, own) => {
          token = payload.token;
          own.clock.at(own.clock.nowMs() + 3_600_000, () => {
            expect(own.engine.tasks.succeeded(token, { released: true })).toBe(true);
            expect(own.engine.tasks.succeeded(token, { released: 'twice' })).toBe(false);
          });
        },
      },
    );
    expect(pick(run)).toEqual({
      status: 'SUCCEEDED',
      output: { released: true },
      error: undefined,
      seconds: 3600,
    });
    expect(run.types.slice(1, -1)).toEqual([
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSubmitted',
      'TaskSucceeded',
      'TaskStateExited',
    ]);
  });

  test('a token released while its function still runs is released', async () => {
    const run = await runMachine(
      machine('P', { P: park('atOnce') }),
      {},
      { atOnce: ({ token }: { token: string }, own) => own.engine.tasks.succeeded(token, 'now') },
    );
    expect(pick(run)).toEqual({ status: 'SUCCEEDED', output: 'now', error: undefined, seconds: 0 });
  });

  test('a failure by token is a failure of the task', async () => {
    const run = await runMachine(
      machine('P', { P: park('fail') }),
      {},
      {
        fail: ({ token }: { token: string }, own) =>
          own.engine.tasks.failed(token, 'ServerArchived', 'gone'),
      },
    );
    expect([run.error, run.cause]).toEqual(['ServerArchived', 'gone']);
  });

  test('a backstop of 90 days ends a wait that nobody releases; a later release is too late', async () => {
    let token = '';
    const run = await runMachine(
      machine('P', { P: park('keep', { TimeoutSeconds: 7_776_000 }) }),
      {},
      {
        keep: (payload: { token: string }) => {
          token = payload.token;
        },
      },
    );
    expect(pick(run)).toEqual({
      status: 'FAILED',
      output: undefined,
      error: 'States.Timeout',
      seconds: 7_776_000,
    });
    expect(run.bench.engine.tasks.succeeded(token, {})).toBe(false);
    expect(run.bench.engine.tasks.succeeded('never heard of', {})).toBe(false);
  });

  test('a missing heartbeat fails the task; one in time starts it anew', async () => {
    const states = machine('P', {
      P: park('keep', { HeartbeatSeconds: 60, TimeoutSeconds: 1000 }),
    });
    const silent = await runMachine(states, {}, { keep: () => null });
    const beaten = await runMachine(
      states,
      {},
      {
        keep: ({ token }: { token: string }, own) => {
          own.clock.at(own.clock.nowMs() + 50_000, () => own.engine.tasks.heartbeat(token));
        },
      },
    );
    expect([silent.error, silent.seconds, beaten.error, beaten.seconds]).toEqual([
      'States.HeartbeatTimeout',
      60,
      'States.HeartbeatTimeout',
      110,
    ]);
  });
});

describe('nested executions', () => {
  const child = machine('C', {
    C: {
      Type: 'Choice',
      Choices: [{ Condition: '{% $states.input.fail %}', Next: 'F' }],
      Default: 'W',
    },
    F: { Type: 'Fail', Error: 'Inner', Cause: 'deep' },
    W: { Type: 'Wait', Seconds: 30, Output: { did: 'it' }, End: true },
  });
  const nested = (more: object = {}) => ({
    Type: 'Task',
    Resource: 'arn:aws:states:::states:startExecution.sync:2',
    Arguments: {
      StateMachineArn: `${machineArn('Child')}:1`,
      Name: 'child',
      Input: '{% $states.input %}',
    },
    End: true,
    ...more,
  });

  test('a nested execution is awaited, and its output comes parsed', async () => {
    const run = await runMachine(
      machine('N', { N: nested() }),
      { fail: false },
      {},
      { Child: child },
    );
    expect(run).toMatchObject({
      status: 'SUCCEEDED',
      seconds: 30,
      output: { Name: 'child', Status: 'SUCCEEDED', Input: { fail: false }, Output: { did: 'it' } },
    });
    expect(run.bench.ended.map(({ execution }) => [execution.name, execution.parentName])).toEqual([
      ['child', 'run'],
      ['run', null],
    ]);
  });

  test('a failed nested execution fails the task with its description', async () => {
    const run = await runMachine(
      machine('N', { N: nested() }),
      { fail: true },
      {},
      { Child: child },
    );
    expect(run.error).toBe('States.TaskFailed');
    expect(JSON.parse(run.cause ?? '')).toMatchObject({
      Status: 'FAILED',
      Error: 'Inner',
      Cause: 'deep',
      Input: '{"fail":true}',
    });
  });

  test('a nested execution stops with the task that waits for it', async () => {
    const run = await runMachine(
      machine('N', { N: nested({ TimeoutSeconds: 10 }) }),
      { fail: false },
      {},
      { Child: child },
    );
    expect(
      run.bench.ended.map(({ execution, status, stoppedAtMs }) => [
        execution.name,
        status,
        (stoppedAtMs - execution.startedAtMs) / 1000,
      ]),
    ).toEqual([
      ['child', 'ABORTED', 10],
      ['run', 'FAILED', 10],
    ]);
  });

  test('without .sync the parent goes on at once', async () => {
    const run = await runMachine(
      machine('N', { N: nested({ Resource: 'arn:aws:states:::states:startExecution' }) }),
      { fail: false },
      {},
      { Child: child },
    );
    expect([run.seconds, Object.keys(run.output as object)]).toEqual([
      0,
      ['ExecutionArn', 'StartDate'],
    ]);
  });

  test.each([
    [{ StateMachineArn: machineArn('Nobody') }, 'StepFunctions.StateMachineDoesNotExistException'],
    [
      { StateMachineArn: `${machineArn('Child')}:7` },
      'StepFunctions.StateMachineDoesNotExistException',
    ],
    [{ StateMachineArn: machineArn('Child'), Name: 'a:b' }, 'StepFunctions.InvalidNameException'],
    [
      { StateMachineArn: machineArn('Main'), Name: 'run', Input: 'other' },
      'StepFunctions.ExecutionAlreadyExistsException',
    ],
    [{ StateMachineArn: machineArn('Child'), TraceHeader: 'x' }, 'States.Runtime'],
  ])('%j is refused as AWS refuses it', async (args, error) => {
    const run = await runMachine(
      machine('N', { N: nested({ Arguments: `{% ${JSON.stringify(args)} %}` }) }),
      {},
      {},
      { Child: child },
    );
    expect(run.error).toBe(error);
  });
});
