import { DrsClient } from '@aws-sdk/client-drs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { MgnClient } from '@aws-sdk/client-mgn';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import type { InProcessSigner, Transport } from './in-process-transport.ts';

/** A key pair, with the session token that temporary ones have. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** Where the clients of one target go, and as whom. */
export interface ClientSettings {
  readonly region: string;
  /** One address for all services; AWS's own where absent. */
  readonly endpoint?: string;
  /** What carries the requests; HTTP where absent. */
  readonly requestHandler?: Transport;
  /** A key pair or what fetches one; the SDK's usual chain where absent. */
  readonly credentials?: Credentials | (() => Promise<Credentials>);
  /** What signs the requests; the SDK's own signer where absent. */
  readonly signerConstructor?: typeof InProcessSigner;
  /** What calls are made as; `landfall` where absent. */
  readonly userAgent?: string;
}

/** The user agent of calls that people make with rights of their own. */
export const operatorAgent = 'landfall-operator';

/** The SDK clients of one target, each made when it is first asked for. */
export interface Clients {
  readonly mgn: () => MgnClient;
  readonly drs: () => DrsClient;
  readonly ec2: () => EC2Client;
  readonly serviceQuotas: () => ServiceQuotasClient;
  readonly eventBridge: () => EventBridgeClient;
  readonly stepFunctions: () => SFNClient;
  readonly dynamodb: () => DynamoDBClient;
  /** Closes the connections of those that were made. */
  readonly destroy: () => void;
}

/** Over HTTP, an answer that has not begun after this time is a lost one. */
const http = {
  connectionTimeout: 5000,
  requestTimeout: 30_000,
  socketTimeout: 30_000,
  throwOnRequestTimeout: true,
};

/** What every client is built from. */
function configOf(settings: ClientSettings) {
  const { region, endpoint, credentials, requestHandler, signerConstructor } = settings;
  return {
    region,
    requestHandler: requestHandler ?? http,
    // Retries live in configuration (ASL Retry, Lambda, EventBridge), and a launch whose answer is
    // lost must never be repeated: the SDK tries once, and so never sleeps.
    maxAttempts: 1,
    // The older generation knows no application id; this reaches the user agent of both.
    customUserAgent: settings.userAgent ?? 'landfall',
    ...(credentials === undefined ? {} : { credentials }),
    ...(signerConstructor === undefined ? {} : { signerConstructor }),
    // An address of our own must not be bent by what the machine's AWS profile says.
    ...(endpoint === undefined
      ? {}
      : { endpoint, useFipsEndpoint: false, useDualstackEndpoint: false }),
  };
}

// One function a client: what imports only some of them bundles only those.

/** Builds a client of MGN. */
export const createMgnClient = (settings: ClientSettings) => new MgnClient(configOf(settings));

/** Builds a client of DRS. */
export const createDrsClient = (settings: ClientSettings) => new DrsClient(configOf(settings));

/** Builds a client of EC2. */
export const createEc2Client = (settings: ClientSettings) => new EC2Client(configOf(settings));

/** Builds a client of Service Quotas. */
export const createServiceQuotasClient = (settings: ClientSettings) =>
  new ServiceQuotasClient(configOf(settings));

/** Builds a client of EventBridge. */
export const createEventBridgeClient = (settings: ClientSettings) =>
  new EventBridgeClient(configOf(settings));

/** Builds a client of Step Functions. */
export const createStepFunctionsClient = (settings: ClientSettings) =>
  new SFNClient(configOf(settings));

/** Builds a client of DynamoDB. */
export const createDynamoDbClient = (settings: ClientSettings) =>
  new DynamoDBClient(configOf(settings));

/** Builds a client of STS. The address is that of the Region; the world-wide one's tokens fail in opt-in Regions. */
export const createStsClient = (settings: ClientSettings) => new STSClient(configOf(settings));

/** Builds a client of Secrets Manager. */
export const createSecretsManagerClient = (settings: ClientSettings) =>
  new SecretsManagerClient(configOf(settings));

/** How long a function of a hook may take to answer one call; what takes longer answers that it is pending. */
export const hookCallSeconds = 60;

/** Builds a client of Lambda that calls the functions of hooks. */
export const createLambdaClient = (settings: ClientSettings) =>
  new LambdaClient({
    ...configOf(settings),
    requestHandler: settings.requestHandler ?? {
      ...http,
      requestTimeout: hookCallSeconds * 1000,
      socketTimeout: hookCallSeconds * 1000,
    },
  });

/** Builds a client of SNS. */
export const createSnsClient = (settings: ClientSettings) => new SNSClient(configOf(settings));

/** Builds a client of Systems Manager. */
export const createSsmClient = (settings: ClientSettings) => new SSMClient(configOf(settings));

/** Makes something when it is first asked for, and answers the same from then on. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/** Builds all SDK clients of one target. */
export function createClients(settings: ClientSettings): Clients {
  const made: { destroy: () => void }[] = [];
  const kept = <T extends { destroy: () => void }>(
    create: (settings: ClientSettings) => T,
  ): (() => T) =>
    once(() => {
      const client = create(settings);
      made.push(client);
      return client;
    });
  return {
    mgn: kept(createMgnClient),
    drs: kept(createDrsClient),
    ec2: kept(createEc2Client),
    serviceQuotas: kept(createServiceQuotasClient),
    eventBridge: kept(createEventBridgeClient),
    stepFunctions: kept(createStepFunctionsClient),
    dynamodb: kept(createDynamoDbClient),
    destroy: () => {
      for (const client of made) client.destroy();
    },
  };
}
