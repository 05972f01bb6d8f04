import {
  DescribeExecutionCommand,
  ExecutionStatus,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { FailureCode, InvalidInput, TransientFailure } from '../../core/failure.ts';
import type { TokenAnswer, Workflows } from '../../flow/ports.ts';
import { failureOf } from './refusal.ts';
import { refusalOfError } from './wire-call.ts';

// Limits of Step Functions: inputs and outputs in bytes of UTF-8, error and cause in characters.
const maxPayloadBytes = 256 * 1024;
const maxErrorLength = 256;
const maxCauseLength = 32_768;

/** Each says that nobody waits on this token any more. */
const tokenIsGone = ['TaskTimedOut', 'TaskDoesNotExist', 'InvalidToken'];

/**
 * Starts and resumes executions of AWS Step Functions. What it refuses is thrown as a TransientFailure
 * where a retry may help, else as a PermanentFailure; a payload over 256 KiB as InvalidInput.
 */
export function createStepFunctions(client: () => SFNClient): Workflows {
  return {
    sendTaskSuccess: async (token, output) => {
      const command = new SendTaskSuccessCommand({ taskToken: token, output: payload(output) });
      return released('SendTaskSuccess', () => client().send(command));
    },
    sendTaskFailure: async (token, error, cause) => {
      const command = new SendTaskFailureCommand({
        taskToken: token,
        error: error.slice(0, maxErrorLength),
        cause: cause.slice(0, maxCauseLength),
      });
      return released('SendTaskFailure', () => client().send(command));
    },
    startExecution: async (stateMachineArn, name, input) => {
      const command = new StartExecutionCommand({ stateMachineArn, name, input: payload(input) });
      const started = await unlessRefused('StartExecution', ['ExecutionAlreadyExists'], () =>
        client().send(command),
      );
      if (started === 'refused') return 'name-taken';
      if (started.executionArn === undefined) throw incomplete('StartExecution answered no ARN');
      return { executionArn: started.executionArn };
    },
    describeExecution: async (executionArn) => {
      const command = new DescribeExecutionCommand({ executionArn });
      const found = await unlessRefused('DescribeExecution', ['ExecutionDoesNotExist'], () =>
        client().send(command),
      );
      if (found === 'refused') return 'not-found';
      const status = Object.values(ExecutionStatus).find((known) => known === found.status);
      if (status === undefined) {
        throw incomplete(`DescribeExecution answered the status ${found.status}`);
      }
      return {
        status,
        ...(found.error === undefined ? {} : { error: found.error }),
        ...(found.cause === undefined ? {} : { cause: found.cause }),
      };
    },
  };
}

async function released(what: string, send: () => Promise<unknown>): Promise<TokenAnswer> {
  const answer = await unlessRefused(what, tokenIsGone, send);
  return answer === 'refused' ? 'already-released' : 'released';
}

async function unlessRefused<T>(
  what: string,
  expected: readonly string[],
  send: () => Promise<T>,
): Promise<T | 'refused'> {
  try {
    return await send();
  } catch (error) {
    const refusal = refusalOfError(error);
    if (expected.includes(refusal.errorName)) return 'refused';
    throw failureOf(refusal, what, error);
  }
}

function payload(value: unknown): string {
  const text: string | undefined = JSON.stringify(value);
  if (text === undefined) throw new InvalidInput('the payload of an execution is not JSON');
  const bytes = Buffer.byteLength(text);
  if (bytes > maxPayloadBytes) {
    throw new InvalidInput(
      `the payload of an execution has ${bytes} bytes; at most ${maxPayloadBytes} are possible`,
    );
  }
  return text;
}

function incomplete(message: string): TransientFailure {
  return new TransientFailure(FailureCode.AnswerIncomplete, message);
}
