import { expect, test } from 'vitest';
import { executionArn } from '../../src/flow/execution-name.ts';

const machine = 'arn:aws-cn:states:cn-north-1:111122223333:stateMachine:landfall-test-prod';
const execution = 'arn:aws-cn:states:cn-north-1:111122223333:execution:landfall-test-prod:plan.one';

test.each([
  ['of a machine', machine],
  ['of a version of it', `${machine}:17`],
  ['of an alias of it', `${machine}:live`],
])('an execution %s is named by the machine', (_, arn) => {
  expect(executionArn(arn, 'plan.one')).toBe(execution);
});
