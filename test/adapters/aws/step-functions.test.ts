import { describe, expect, onTestFinished, test } from 'vitest';
import { createStepFunctions } from '../../../src/adapters/aws/step-functions.ts';
import { InvalidInput, PermanentFailure, TransientFailure } from '../../../src/core/failure.ts';
import { clientsOverHttp, type Scripted } from '../../contracts/scripted-service.ts';

const machine = 'arn:aws:states:eu-central-1:111122223333:stateMachine:wave';
const execution = 'arn:aws:states:eu-central-1:111122223333:execution:wave:one';
const ok = (value: unknown): Scripted => ({ status: 200, body: JSON.stringify(value) });
const refused = (name: string, message = 'because'): Scripted => ({
  status: 400,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: JSON.stringify({ __type: `com.amazonaws.swf.base.model#${name}`, message }),
});

async function theWorkflows(script: readonly Scripted[]) {
  const service = await clientsOverHttp(script);
  onTestFinished(() => service.close());
  return {
    workflows: createStepFunctions(service.clients.stepFunctions),
    sent: () =>
      service.requests.map(({ operation, body }) => [operation, JSON.parse(body) as unknown]),
  };
}

describe('a task token', () => {
  test('is released with its output, or with its failure', async () => {
    const { workflows, sent } = await theWorkflows([ok({}), ok({})]);
    expect(await workflows.sendTaskSuccess('token', { met: true })).toBe('released');
    expect(await workflows.sendTaskFailure('token', 'PermanentFailure', 'it broke')).toBe(
      'released',
    );
    expect(sent()).toEqual([
      ['AWSStepFunctions.SendTaskSuccess', { taskToken: 'token', output: '{"met":true}' }],
      [
        'AWSStepFunctions.SendTaskFailure',
        { taskToken: 'token', error: 'PermanentFailure', cause: 'it broke' },
      ],
    ]);
  });

  test.each(['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken'])(
    'that answers %s was released already',
    async (name) => {
      const { workflows } = await theWorkflows([refused(name), refused(name)]);
      expect(await workflows.sendTaskSuccess('token', {})).toBe('already-released');
      expect(await workflows.sendTaskFailure('token', 'E', 'c')).toBe('already-released');
    },
  );

  test('carries at most 256 characters of error and 32,768 of cause', async () => {
    const { workflows, sent } = await theWorkflows([ok({})]);
    await workflows.sendTaskFailure('token', 'e'.repeat(300), 'c'.repeat(40_000));
    expect(sent()).toEqual([
      [
        'AWSStepFunctions.SendTaskFailure',
        { taskToken: 'token', error: 'e'.repeat(256), cause: 'c'.repeat(32_768) },
      ],
    ]);
  });

  test('takes no output over 256 KiB, and none that is not JSON', async () => {
    const { workflows, sent } = await theWorkflows([]);
    const tooBig = 'x'.repeat(256 * 1024);
    await expect(workflows.sendTaskSuccess('token', tooBig)).rejects.toThrow(InvalidInput);
    await expect(workflows.sendTaskSuccess('token', undefined)).rejects.toThrow(InvalidInput);
    expect(sent()).toEqual([]);
  });
});

describe('an execution', () => {
  test('is started under its name', async () => {
    const { workflows, sent } = await theWorkflows([ok({ executionArn: execution, startDate: 1 })]);
    expect(await workflows.startExecution(machine, 'one', { wave: 'w' })).toEqual({
      executionArn: execution,
    });
    expect(sent()).toEqual([
      [
        'AWSStepFunctions.StartExecution',
        { stateMachineArn: machine, name: 'one', input: '{"wave":"w"}' },
      ],
    ]);
  });

  test('is not started where its name is taken', async () => {
    const { workflows } = await theWorkflows([refused('ExecutionAlreadyExists')]);
    expect(await workflows.startExecution(machine, 'one', {})).toBe('name-taken');
  });

  test('is described with how it ended', async () => {
    const { workflows, sent } = await theWorkflows([
      ok({ status: 'RUNNING' }),
      ok({ status: 'FAILED', error: 'E', cause: 'c', output: '{}' }),
      refused('ExecutionDoesNotExist'),
    ]);
    expect(await workflows.describeExecution(execution)).toEqual({ status: 'RUNNING' });
    expect(await workflows.describeExecution(execution)).toEqual({
      status: 'FAILED',
      error: 'E',
      cause: 'c',
    });
    expect(await workflows.describeExecution(execution)).toBe('not-found');
    expect(sent()[0]).toEqual(['AWSStepFunctions.DescribeExecution', { executionArn: execution }]);
  });
});

describe('what Step Functions refuses', () => {
  test.each<[string, Scripted, string]>([
    ['throttling', refused('ThrottlingException'), 'ApiThrottled'],
    ['a broken service', { status: 500, body: '{}' }, 'ApiRefused'],
    ['a broken gateway', { status: 502, body: '<html>' }, 'ApiRefused'],
    ['a lost connection', 'hang-up', 'ApiRefused'],
    ['an answer without an ARN', ok({}), 'AnswerIncomplete'],
  ])('%s is transient', async (_, answer, code) => {
    const { workflows, sent } = await theWorkflows([answer]);
    const failed = await workflows.startExecution(machine, 'one', {}).catch((e: unknown) => e);
    expect(failed).toBeInstanceOf(TransientFailure);
    expect(failed).toMatchObject({ code });
    expect(sent()).toHaveLength(1);
  });

  test.each(['StateMachineDoesNotExist', 'InvalidName', 'AccessDeniedException'])(
    '%s is permanent, and keeps its name',
    async (name) => {
      const { workflows } = await theWorkflows([refused(name)]);
      const failed = await workflows.startExecution(machine, 'one', {}).catch((e: unknown) => e);
      expect(failed).toBeInstanceOf(PermanentFailure);
      expect(failed).toMatchObject({
        code: 'ApiRefused',
        message: `StartExecution was refused: ${name}: because`,
      });
    },
  );

  test('a status that nobody knows is transient', async () => {
    const { workflows } = await theWorkflows([ok({ status: 'DREAMING' })]);
    await expect(workflows.describeExecution(execution)).rejects.toThrow(
      'DescribeExecution answered the status DREAMING',
    );
  });
});
