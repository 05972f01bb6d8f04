// The CLI's wiring to a deployment on AWS: who asks and where, the adapters behind the ports, and what an operator
// reads beyond them. The only reader of the environment for these commands.
import { setTimeout as sleep } from 'node:timers/promises';
import { alarmsNamed, messagesIn } from '../adapters/aws/alarms.ts';
import {
  type ClientSettings,
  createDynamoDbClient,
  createEventBridgeClient,
  createSsmClient,
  createStepFunctionsClient,
  once,
} from '../adapters/aws/clients.ts';
import {
  accountConcurrency,
  documentState,
  eventBus,
  functionState,
  reservedConcurrency,
  scheduleOf,
  tableState,
} from '../adapters/aws/deployed-parts.ts';
import { createDrsSettingsApis } from '../adapters/aws/drs-settings-api.ts';
import { createDrsTargetApis } from '../adapters/aws/drs-target-clients.ts';
import { createDynamoDbStore } from '../adapters/aws/dynamodb-store.ts';
import { createEventBridgeBus } from '../adapters/aws/event-bridge-bus.ts';
import { callerIdentity } from '../adapters/aws/identity.ts';
import {
  createOperatorClients,
  type OperatorSession,
  openSession,
} from '../adapters/aws/operator-clients.ts';
import { simulatePermissions } from '../adapters/aws/permissions.ts';
import { createSettingsApis } from '../adapters/aws/settings-api.ts';
import {
  describeStack,
  type Stack,
  stackNames,
  stackResources,
} from '../adapters/aws/stack-outputs.ts';
import { createStepFunctions } from '../adapters/aws/step-functions.ts';
import { systemClock } from '../adapters/aws/system-clock.ts';
import { createTargetApis } from '../adapters/aws/target-clients.ts';
import { refusalOfError } from '../adapters/aws/wire-call.ts';
import { PermanentFailure, TransientFailure } from '../core/failure.ts';
import type { HookAnswer } from '../core/hook/hook-result.ts';
import type { ListedTarget } from '../core/target-list.ts';
import type { Answer, Ports, Refusal } from '../flow/ports.ts';
import type { DrsSettingsPorts } from '../flow/settings/drs/drs-settings-ports.ts';
import type { SettingsPorts } from '../flow/settings/settings-ports.ts';

/** Who asks and where, in the words of the command line. */
export interface AwsSettings {
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
  /** One address for every service that the environment does not name one for. */
  readonly endpoint?: string | undefined;
}

/** What of a deployment the ports are made from. */
export interface DeployedParts {
  readonly table: string;
  readonly bus: string;
  readonly targets: readonly ListedTarget[];
  /** The name of the role in member accounts. */
  readonly memberRole: string;
  readonly externalId: string;
}

/** AWS as a person's commands see it. */
export type Aws = ReturnType<typeof awsOf>;

/** Opens a session as the AWS CLI would; refused where there is no Region or there are no credentials. */
export async function openAws(settings: AwsSettings): Promise<Answer<Aws>> {
  const { region, profile, endpoint } = settings;
  const endpointOf = endpointsOf(environment(), endpoint);
  const session = await openSession({
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    endpointOf,
  });
  return session.ok ? { ok: true, value: awsOf(session.value, endpointOf) } : session;
}

type EndpointOf = (serviceId: string) => string | undefined;

/** An address by service, as every AWS tool finds it: AWS_ENDPOINT_URL_MGN, then the general one. */
function endpointsOf(env: NodeJS.ProcessEnv, endpoint: string | undefined): EndpointOf {
  return (serviceId) => {
    const own = env[`AWS_ENDPOINT_URL_${serviceId.toUpperCase().replaceAll(' ', '_')}`];
    return [own, endpoint, env['AWS_ENDPOINT_URL']].find((one) => one !== undefined && one !== '');
  };
}

function environment(): NodeJS.ProcessEnv {
  // biome-ignore lint/style/noProcessEnv: a wiring reads the environment
  return process.env;
}

function awsOf(session: OperatorSession, endpointOf: EndpointOf) {
  const operator = createOperatorClients(session, endpointOf);
  const { region, credentials } = session;
  const settingsOf = (serviceId: string): ClientSettings => {
    const endpoint = endpointOf(serviceId);
    return { region, credentials, ...(endpoint === undefined ? {} : { endpoint }) };
  };
  const opened: { destroy: () => void }[] = [];
  const kept = <T extends { destroy: () => void }>(
    create: (settings: ClientSettings) => T,
    serviceId: string,
  ): (() => T) =>
    once(() => {
      const client = create(settingsOf(serviceId));
      opened.push(client);
      return client;
    });
  const dynamodb = kept(createDynamoDbClient, 'DynamoDB');
  const eventBridge = kept(createEventBridgeClient, 'EventBridge');
  const stepFunctions = kept(createStepFunctionsClient, 'SFN');
  const { cloudFormation, cloudWatch, iam, lambda, sts } = operator;
  const reachOf = (parts: Omit<DeployedParts, 'table' | 'bus'>) => ({
    ...parts,
    homeRegion: region,
    sessionName: 'landfall-operator',
    clock: systemClock,
    credentials,
    endpoints: {
      mgn: endpointOf('mgn') ?? '',
      drs: endpointOf('drs') ?? '',
      ec2: endpointOf('EC2') ?? '',
      serviceQuotas: endpointOf('Service Quotas') ?? '',
      sts: endpointOf('STS') ?? '',
    },
  });
  return {
    region,
    clock: systemClock,
    identity: () => callerIdentity(sts()),
    stack: (name: string) => describeStack(cloudFormation(), name),
    stackNames: (prefix: string) => stackNames(cloudFormation(), prefix),
    resources: (stack: string) => stackResources(cloudFormation(), stack),
    table: (name: string) => tableState(dynamodb(), name),
    bus: (name: string) => eventBus(eventBridge(), name),
    schedule: (rule: string) => scheduleOf(eventBridge(), rule),
    functionState: (name: string) => functionState(lambda(), name),
    /** A document in a Region of the caller's own account. */
    documentState: (inRegion: string, name: string) => {
      const client = createSsmClient({ ...settingsOf('SSM'), region: inRegion });
      opened.push(client);
      return documentState(client, name);
    },
    reservedConcurrency: (name: string) => reservedConcurrency(lambda(), name),
    accountConcurrency: () => accountConcurrency(lambda()),
    alarms: (prefix: string) => alarmsNamed(cloudWatch(), prefix),
    deadLetters: (queue: string) => messagesIn(cloudWatch(), queue, systemClock.now()),
    permissions: (role: string, actions: readonly string[], resources: readonly string[]) =>
      simulatePermissions(iam(), role, actions, resources),
    ports: ({ table, bus, ...parts }: DeployedParts): Ports => {
      const reach = reachOf(parts);
      return {
        clock: systemClock,
        store: createDynamoDbStore(dynamodb, table),
        bus: createEventBridgeBus(eventBridge, { busName: bus }),
        workflows: createStepFunctions(stepFunctions),
        serviceOf: createTargetApis(reach),
        drsOf: createDrsTargetApis(reach),
        settingsOf: createSettingsApis(reach),
        drsSettingsOf: createDrsSettingsApis(reach),
        // What people order calls no hooks: that is the stage's own business.
        hooks: { invoke: noHooks, runDocument: noHooks, probe: noHooks },
      };
    },
    /** What settings are read and set by: in member accounts as the role that is named as the member role. */
    settings: ({ table, bus: _bus, ...parts }: DeployedParts): SettingsPorts => ({
      clock: systemClock,
      store: createDynamoDbStore(dynamodb, table),
      settingsOf: createSettingsApis(reachOf(parts)),
      rest: (seconds) => sleep(seconds * 1000),
    }),
    /** The same for the settings of DRS. */
    drsSettings: ({ table, bus: _bus, ...parts }: DeployedParts): DrsSettingsPorts => ({
      clock: systemClock,
      store: createDynamoDbStore(dynamodb, table),
      drsSettingsOf: createDrsSettingsApis(reachOf(parts)),
      rest: (seconds) => sleep(seconds * 1000),
    }),
    close: () => {
      operator.destroy();
      for (const client of opened) client.destroy();
    },
  };
}

async function noHooks(): Promise<HookAnswer> {
  return { is: 'refused', because: 'only the functions of the stage call hooks' };
}

/** Reads why AWS refused, out of what a port threw; undefined where AWS had no part in it. */
export function refusalBehind(error: unknown): Refusal | undefined {
  if (!(error instanceof TransientFailure || error instanceof PermanentFailure)) return undefined;
  try {
    return refusalOfError(error.cause);
  } catch {
    // A failure need not come from the SDK: others kept writing, or an answer was incomplete.
    return undefined;
  }
}

export type { Stack };
