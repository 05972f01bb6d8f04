import { DrsClient } from '@aws-sdk/client-drs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { MgnClient } from '@aws-sdk/client-mgn';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { Transport } from './in-process-transport.ts';

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
}

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

/** Builds the SDK clients of one target: the only place that does. */
export function createClients(settings: ClientSettings): Clients {
  const { region, endpoint, credentials } = settings;
  const config = {
    region,
    requestHandler: settings.requestHandler ?? http,
    // Retries live in configuration (ASL Retry, Lambda, EventBridge), and a launch whose answer is
    // lost must never be repeated: the SDK tries once, and so never sleeps.
    maxAttempts: 1,
    // The older generation knows no application id; this reaches the user agent of both.
    customUserAgent: 'landfall',
    ...(credentials === undefined ? {} : { credentials }),
    // An address of our own must not be bent by what the machine's AWS profile says.
    ...(endpoint === undefined
      ? {}
      : { endpoint, useFipsEndpoint: false, useDualstackEndpoint: false }),
  };
  const made: { destroy: () => void }[] = [];
  const once = <T extends { destroy: () => void }>(make: () => T): (() => T) => {
    let client: T | undefined;
    return () => {
      if (client === undefined) {
        client = make();
        made.push(client);
      }
      return client;
    };
  };
  return {
    mgn: once(() => new MgnClient(config)),
    drs: once(() => new DrsClient(config)),
    ec2: once(() => new EC2Client(config)),
    serviceQuotas: once(() => new ServiceQuotasClient(config)),
    eventBridge: once(() => new EventBridgeClient(config)),
    stepFunctions: once(() => new SFNClient(config)),
    dynamodb: once(() => new DynamoDBClient(config)),
    destroy: () => {
      for (const client of made) client.destroy();
    },
  };
}
