// In: what was packaged. Out: a stack, made in the steps of `serverless deploy`: the deployment bucket first, then the
// archives under the keys that the template names, then the template. Only the upload of the framework itself is left
// out, which cannot be pointed at an emulator.

import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  type Stack,
  type StackResource,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import * as z from 'zod';
import type { Aws } from './aws.ts';
import { type Packaged, stage, Template } from './package.ts';

/** The stack that the lane makes. */
export const stackName = `landfall-${stage}`;
const bucketId = 'ServerlessDeploymentBucket';
const patienceMs = 180_000;
const Code = z.looseObject({ Code: z.looseObject({ S3Key: z.string() }) });

/** What became of a deployment. */
export interface Deployed {
  readonly status: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly resources: readonly {
    readonly id: string;
    readonly type: string;
    readonly status: string;
    readonly physicalId: string;
  }[];
}

/** Makes the stack, or brings an existing one to what was packaged; a failed one is an Error with its events. */
export async function deploy(aws: Aws, packaged: Packaged): Promise<Deployed> {
  const capabilities = { Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'] as const };
  if ((await find(aws)) === undefined) {
    await aws.cloudFormation.send(
      new CreateStackCommand({
        StackName: stackName,
        TemplateBody: packaged.beginning,
        Capabilities: [...capabilities.Capabilities],
      }),
    );
    await settled(aws, 'CREATE_COMPLETE');
  }
  const bucket = (await resourcesOf(aws)).find((one) => one.id === bucketId)?.physicalId;
  if (bucket === undefined) throw new Error('the stack has no deployment bucket');
  await upload(aws, bucket, packaged);
  const template = 'lane/compiled-cloudformation-template.json';
  await put(aws, bucket, template, packaged.template);
  await aws.cloudFormation.send(
    new UpdateStackCommand({
      StackName: stackName,
      // As a document it would be above the limit of 51,200 bytes.
      TemplateURL: `${aws.endpoint}/${bucket}/${template}`,
      Capabilities: [...capabilities.Capabilities],
    }),
  );
  const stack = await settled(aws, 'UPDATE_COMPLETE');
  return {
    status: stack.StackStatus ?? '',
    outputs: Object.fromEntries(
      (stack.Outputs ?? []).map((one) => [one.OutputKey ?? '', one.OutputValue ?? '']),
    ),
    resources: await resourcesOf(aws),
  };
}

async function upload(aws: Aws, bucket: string, { template, archives }: Packaged): Promise<void> {
  for (const [id, resource] of Object.entries(Template.parse(JSON.parse(template)).Resources)) {
    if (resource.Type !== 'AWS::Lambda::Function') continue;
    const key = Code.parse(resource.Properties).Code.S3Key;
    const archive = archives[key.slice(key.lastIndexOf('/') + 1)];
    if (archive === undefined) throw new Error(`${id} names ${key}, which was not packaged`);
    await put(aws, bucket, key, archive);
  }
}

async function put(aws: Aws, bucket: string, key: string, body: string | Uint8Array) {
  await aws.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));
}

async function find(aws: Aws): Promise<Stack | undefined> {
  try {
    const { Stacks } = await aws.cloudFormation.send(
      new DescribeStacksCommand({ StackName: stackName }),
    );
    return Stacks?.[0];
  } catch (error) {
    if (error instanceof Error && error.message.includes('does not exist')) return undefined;
    throw error;
  }
}

async function settled(aws: Aws, wanted: string): Promise<Stack> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const stack = await find(aws);
    const status = stack?.StackStatus ?? 'gone';
    if (stack !== undefined && status === wanted) return stack;
    // UPDATE_COMPLETE_CLEANUP_IN_PROGRESS too is on its way.
    if (!status.endsWith('_IN_PROGRESS') || Date.now() > deadline) {
      throw new Error(`${stackName} is ${status}, not ${wanted}:\n${await failures(aws)}`);
    }
    await sleep(200);
  }
}

async function failures(aws: Aws): Promise<string> {
  const { StackEvents } = await aws.cloudFormation.send(
    new DescribeStackEventsCommand({ StackName: stackName }),
  );
  return (StackEvents ?? [])
    .filter((event) => event.ResourceStatus?.endsWith('FAILED'))
    .map((event) => `${event.LogicalResourceId}: ${event.ResourceStatusReason}`)
    .join('\n');
}

async function resourcesOf(aws: Aws): Promise<Deployed['resources']> {
  const { StackResources } = await aws.cloudFormation.send(
    new DescribeStackResourcesCommand({ StackName: stackName }),
  );
  return (StackResources ?? []).map((one: StackResource) => ({
    id: one.LogicalResourceId ?? '',
    type: one.ResourceType ?? '',
    status: one.ResourceStatus ?? '',
    physicalId: one.PhysicalResourceId ?? '',
  }));
}
