import {
  type CloudFormationClient,
  DescribeStacksCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import type { Answer } from '../../flow/ports.ts';
import { askForOutput } from './wire-call.ts';

/** A stack of CloudFormation, as far as an operator reads it. */
export interface Stack {
  readonly name: string;
  /** As CloudFormation says it, e.g. `UPDATE_COMPLETE`. */
  readonly status: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/** One resource of a stack. */
export interface StackResource {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly status: string;
}

/** Reads a stack by its name; `missing` where the account and Region have none. */
export async function describeStack(
  client: CloudFormationClient,
  name: string,
): Promise<Answer<Stack | 'missing'>> {
  const answer = await askForOutput(new DescribeStacksCommand({ StackName: name }), (command) =>
    client.send(command),
  );
  if (!answer.ok) {
    // CloudFormation has no error of its own for it.
    const isMissing = /does not exist/.test(answer.refusal.message);
    return isMissing ? { ok: true, value: 'missing' } : answer;
  }
  const [stack] = answer.value.Stacks ?? [];
  if (stack === undefined) return { ok: true, value: 'missing' };
  const outputs = (stack.Outputs ?? []).flatMap(({ OutputKey, OutputValue }) =>
    OutputKey === undefined ? [] : [[OutputKey, OutputValue ?? ''] as const],
  );
  return {
    ok: true,
    value: {
      name: stack.StackName ?? name,
      status: stack.StackStatus ?? 'unknown',
      outputs: Object.fromEntries(outputs),
    },
  };
}

/** The names of all stacks that begin with a prefix, deleted ones left out. */
export async function stackNames(
  client: CloudFormationClient,
  prefix: string,
): Promise<Answer<readonly string[]>> {
  const names: string[] = [];
  let next: string | undefined;
  do {
    const command = new DescribeStacksCommand(next === undefined ? {} : { NextToken: next });
    const answer = await askForOutput(command, (one) => client.send(one));
    if (!answer.ok) return answer;
    names.push(...(answer.value.Stacks ?? []).map(({ StackName }) => StackName ?? ''));
    next = answer.value.NextToken;
  } while (next !== undefined && next !== '');
  return { ok: true, value: names.filter((name) => name.startsWith(prefix)).toSorted() };
}

/** All resources of a stack. */
export async function stackResources(
  client: CloudFormationClient,
  name: string,
): Promise<Answer<readonly StackResource[]>> {
  const resources: StackResource[] = [];
  let next: string | undefined;
  do {
    const command = new ListStackResourcesCommand({
      StackName: name,
      ...(next === undefined ? {} : { NextToken: next }),
    });
    const answer = await askForOutput(command, (one) => client.send(one));
    if (!answer.ok) return answer;
    for (const resource of answer.value.StackResourceSummaries ?? []) {
      resources.push({
        logicalId: resource.LogicalResourceId ?? '',
        physicalId: resource.PhysicalResourceId ?? '',
        type: resource.ResourceType ?? '',
        status: resource.ResourceStatus ?? 'unknown',
      });
    }
    next = answer.value.NextToken;
  } while (next !== undefined && next !== '');
  return { ok: true, value: resources };
}
