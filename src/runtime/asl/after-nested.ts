import type { Activity, EndedExecution } from './execution.ts';
import { States } from './state-error.ts';

/** Says how a `.sync:2` task goes on when its nested execution has ended. */
export function afterNested(ended: EndedExecution): Activity {
  const { execution, status, stoppedAtMs, output, error, cause } = ended;
  const described = {
    ExecutionArn: execution.arn,
    InputDetails: { Included: true },
    Name: execution.name,
    RedriveCount: 0,
    StartDate: execution.startedAtMs,
    StateMachineArn: execution.machineArn,
    Status: status,
    StopDate: stoppedAtMs,
  };
  if (status === 'SUCCEEDED') {
    return {
      kind: 'result',
      value: {
        ...described,
        Input: execution.input,
        Output: output ?? null,
        OutputDetails: { Included: true },
        RedriveStatus: 'NOT_REDRIVABLE',
      },
      event: 'TaskSucceeded',
    };
  }
  return {
    kind: 'failure',
    error: States.taskFailed,
    cause: JSON.stringify({
      ...described,
      Input: JSON.stringify(execution.input),
      RedriveStatus: 'REDRIVABLE',
      ...(error === undefined ? {} : { Error: error }),
      ...(cause === undefined ? {} : { Cause: cause }),
    }),
    event: 'TaskFailed',
  };
}
