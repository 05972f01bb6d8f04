import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { type HookAnswer, type HookRequest, readHookResult } from '../../core/hook/hook-result.ts';
import type { Refusal } from '../../flow/ports.ts';
import { refusalAnswer } from './refusal-answer.ts';
import { askForOutput } from './wire-call.ts';

// So much of an answer is read; a result of a hook is far smaller.
const longestAnswer = 64 * 1024;

/** Calls the function of a hook once and waits for its answer; whatever comes of it is a value. */
export async function invokeHook(
  client: () => LambdaClient,
  functionName: string,
  request: HookRequest,
): Promise<HookAnswer> {
  const command = new InvokeCommand({
    FunctionName: functionName,
    InvocationType: 'RequestResponse',
    Payload: new TextEncoder().encode(JSON.stringify(request)),
  });
  const answer = await askForOutput(command, (one) => client().send(one));
  if (!answer.ok) return answerOf(answer.refusal, functionName);
  const { Payload, FunctionError } = answer.value;
  const text = Payload === undefined ? '' : new TextDecoder().decode(Payload);
  if (FunctionError !== undefined) {
    const because = `the function ended with an error: ${errorIn(text)}`;
    return { is: 'result', result: { status: 'failed', reason: because } };
  }
  return { is: 'result', result: readHookResult(parsed(text)) };
}

function answerOf({ kind, errorName, message }: Refusal, functionName: string): HookAnswer {
  return refusalAnswer(kind, `${functionName}: ${errorName}: ${message}`.slice(0, 1000));
}

function parsed(text: string): unknown {
  if (text.length > longestAnswer) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function errorIn(text: string): string {
  const error = parsed(text);
  const said =
    typeof error === 'object' && error !== null && 'errorMessage' in error
      ? String(error.errorMessage)
      : 'no message';
  return said.slice(0, 900);
}
