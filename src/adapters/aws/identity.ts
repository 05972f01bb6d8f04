import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';
import type { Answer } from '../../flow/ports.ts';
import { askForOutput, unreadable } from './wire-call.ts';

/** Who a session acts as. */
export interface Identity {
  readonly arn: string;
  readonly accountId: string;
}

/** Asks STS who the credentials belong to; needs no permission. */
export async function callerIdentity(sts: STSClient): Promise<Answer<Identity>> {
  const answer = await askForOutput(new GetCallerIdentityCommand({}), (command) =>
    sts.send(command),
  );
  if (!answer.ok) return answer;
  const { Arn: arn, Account: accountId } = answer.value;
  if (arn === undefined || accountId === undefined) return unreadable('STS answered no identity');
  return { ...answer, value: { arn, accountId } };
}
