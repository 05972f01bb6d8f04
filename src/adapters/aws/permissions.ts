import { type IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import type { Answer } from '../../flow/ports.ts';
import { askForOutput } from './wire-call.ts';

/** What IAM says of one action on one resource. */
export interface Permission {
  readonly action: string;
  readonly resource: string;
  readonly isAllowed: boolean;
  /** `allowed`, `explicitDeny` or `implicitDeny`. */
  readonly decision: string;
}

/**
 * Asks IAM whether a role may do each of these actions on each of these resources. What depends on the request, such
 * as conditions on its tags, is not known to the simulation.
 */
export async function simulatePermissions(
  client: IAMClient,
  roleArn: string,
  actions: readonly string[],
  resources: readonly string[],
): Promise<Answer<readonly Permission[]>> {
  const found: Permission[] = [];
  let marker: string | undefined;
  do {
    const command = new SimulatePrincipalPolicyCommand({
      PolicySourceArn: roleArn,
      ActionNames: [...actions],
      ResourceArns: [...resources],
      ...(marker === undefined ? {} : { Marker: marker }),
    });
    const answer = await askForOutput(command, (one) => client.send(one));
    if (!answer.ok) return answer;
    for (const { EvalActionName, EvalResourceName, EvalDecision } of answer.value
      .EvaluationResults ?? []) {
      const decision = EvalDecision ?? 'implicitDeny';
      found.push({
        action: EvalActionName ?? '',
        resource: EvalResourceName ?? '*',
        isAllowed: decision === 'allowed',
        decision,
      });
    }
    marker = answer.value.IsTruncated === true ? answer.value.Marker : undefined;
  } while (marker !== undefined);
  return { ok: true, value: found };
}
