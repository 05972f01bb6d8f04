// The clients that the lane itself uses, all pointed at the emulator.
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SQSClient } from '@aws-sdk/client-sqs';
import { home } from './emulator.ts';

/** The services of the emulator that the lane speaks to. */
export interface Aws {
  readonly endpoint: string;
  readonly cloudFormation: CloudFormationClient;
  readonly s3: S3Client;
  readonly lambda: LambdaClient;
  readonly sqs: SQSClient;
  readonly events: EventBridgeClient;
  readonly states: SFNClient;
  readonly dynamodb: DynamoDBClient;
  readonly close: () => void;
}

/** Any key pair does: the emulator checks none, and takes a key id of 12 digits for the account. */
export const credentials = { accessKeyId: home.accountId, secretAccessKey: 'none' } as const;

/** Opens clients for an emulator. */
export function openAws(endpoint: string): Aws {
  const config = { endpoint, region: home.region, credentials };
  const clients = {
    cloudFormation: new CloudFormationClient(config),
    s3: new S3Client({ ...config, forcePathStyle: true }),
    lambda: new LambdaClient(config),
    sqs: new SQSClient(config),
    events: new EventBridgeClient(config),
    states: new SFNClient(config),
    dynamodb: new DynamoDBClient(config),
  };
  return {
    endpoint,
    ...clients,
    close: () => {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}
