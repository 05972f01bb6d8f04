import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { STSClient } from '@aws-sdk/client-sts';
import type { Answer } from '../../flow/ports.ts';
import { refusalOfError } from './wire-call.ts';

/** Who asks, and where: what a person says on the command line. The SDK's usual chain fills what is absent. */
export interface OperatorSettings {
  readonly region?: string;
  readonly profile?: string;
  /** Another address than AWS's own, by service id as the SDK spells it (`CloudFormation`, `STS` …). */
  readonly endpointOf: (serviceId: string) => string | undefined;
}

/** The session that a person works in: its Region, and what fetches its credentials. */
export interface OperatorSession {
  readonly region: string;
  readonly credentials: () => Promise<SessionCredentials>;
}

/** A key pair, with the session token that temporary ones have. */
export interface SessionCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** The clients that only a person's commands need, each made when it is first asked for. */
export interface OperatorClients {
  readonly cloudFormation: () => CloudFormationClient;
  readonly cloudWatch: () => CloudWatchClient;
  readonly iam: () => IAMClient;
  readonly lambda: () => LambdaClient;
  readonly sts: () => STSClient;
  /** Closes the connections of those that were made. */
  readonly destroy: () => void;
}

const http = { connectionTimeout: 5000, requestTimeout: 30_000, throwOnRequestTimeout: true };

/** Finds the Region and the credentials of a person's session, as every AWS tool does; refused where either is missing. */
export async function openSession(settings: OperatorSettings): Promise<Answer<OperatorSession>> {
  // STS resolves the profile, its Region and its credentials; older clients know no profile.
  const sts = new STSClient({
    ...(settings.region === undefined ? {} : { region: settings.region }),
    ...(settings.profile === undefined ? {} : { profile: settings.profile }),
    requestHandler: http,
  });
  try {
    const region = await sts.config.region();
    const credentials = () => sts.config.credentials();
    await credentials();
    return { ok: true, value: { region, credentials } };
  } catch (error) {
    if (error instanceof Error && /^Region is missing/.test(error.message)) {
      const { message } = error;
      const refusal = { errorName: 'RegionMissing', message, culprits: [] };
      return { ok: false, refusal: { kind: 'validation', ...refusal } };
    }
    return { ok: false, refusal: refusalOfError(error) };
  }
}

/** Builds the clients of a session. They only read, so that a lost answer may be asked for again. */
export function createOperatorClients(
  session: OperatorSession,
  endpointOf: OperatorSettings['endpointOf'],
): OperatorClients {
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
  const config = (serviceId: string) => {
    const endpoint = endpointOf(serviceId);
    return {
      region: session.region,
      credentials: session.credentials,
      requestHandler: http,
      maxAttempts: 3,
      customUserAgent: 'landfall',
      ...(endpoint === undefined
        ? {}
        : { endpoint, useFipsEndpoint: false, useDualstackEndpoint: false }),
    };
  };
  return {
    cloudFormation: once(() => new CloudFormationClient(config('CloudFormation'))),
    cloudWatch: once(() => new CloudWatchClient(config('CloudWatch'))),
    iam: once(() => new IAMClient(config('IAM'))),
    lambda: once(() => new LambdaClient(config('Lambda'))),
    sts: once(() => new STSClient(config('STS'))),
    destroy: () => {
      for (const client of made) client.destroy();
    },
  };
}
