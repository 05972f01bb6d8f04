import { type Target, targetName } from '../../core/target.ts';
import type { Access, ListedTarget } from '../../core/target-list.ts';
import type { Answer, Clock, Refusal, ServiceApi } from '../../flow/ports.ts';
import {
  type ClientSettings,
  createEc2Client,
  createMgnClient,
  createServiceQuotasClient,
  createStsClient,
  once,
} from './clients.ts';
import { createMgnApi } from './mgn-api.ts';
import { createRoleSessions, type RoleSessions } from './role-sessions.ts';

/** Other addresses than AWS's own (FIPS, a VPC endpoint, a simulator); `{region}` in one stands for the target's Region. */
export interface Endpoints {
  readonly mgn?: string;
  readonly ec2?: string;
  readonly serviceQuotas?: string;
  readonly sts?: string;
}

/** Where the clients of a deployment's targets go, and as whom. */
export interface TargetClientSettings {
  readonly targets: readonly ListedTarget[];
  /** Where Landfall itself runs: its STS is asked, as the tokens of a Region's STS are good in every Region. */
  readonly homeRegion: string;
  /** The name of the role to assume in member accounts, with its path where it has one. */
  readonly memberRole: string;
  /** Empty where the roles ask for none. */
  readonly externalId: string;
  readonly sessionName: string;
  readonly clock: Clock;
  /** An empty address is AWS's own. */
  readonly endpoints?: Endpoints;
  /** Landfall's own credentials; the SDK's usual chain where absent. */
  readonly credentials?: ClientSettings['credentials'];
  readonly requestHandler?: ClientSettings['requestHandler'];
}

/**
 * Answers the API of each target by its access, the same object for the same target; a target that is not listed is
 * reached as Landfall itself. A role that cannot be assumed is a refusal of every call that needs it.
 */
export function createTargetApis(settings: TargetClientSettings): (target: Target) => ServiceApi {
  const { homeRegion, endpoints = {} } = settings;
  const sessions = createRoleSessions(
    once(() => createStsClient(at(settings, homeRegion, endpoints.sts, settings.credentials))),
    settings,
  );
  const accesses = new Map<string, Access>(
    settings.targets.map(({ target, access }) => [targetName(target), access]),
  );
  const apis = new Map<string, ServiceApi>();
  return (target) => {
    const name = targetName(target);
    const known = apis.get(name);
    if (known !== undefined) return known;
    const api = apiOf(settings, sessions, target, accesses.get(name) ?? 'own');
    apis.set(name, api);
    return api;
  };
}

function apiOf(
  settings: TargetClientSettings,
  sessions: RoleSessions,
  target: Target,
  access: Access,
): ServiceApi {
  const own = () => clientsOf(settings, target.region, settings.credentials);
  switch (access) {
    case 'own':
      return createMgnApi(own());
    case 'role':
      return memberApi(settings, sessions, target);
    case 'managed': {
      const acting = createMgnApi(own(), { accountId: target.accountId });
      const member = memberApi(settings, sessions, target);
      return { ...acting, ...onlyInTheAccount(member) };
    }
    default:
      return access satisfies never;
  }
}

/** What an administrator cannot ask on behalf of another account. */
function onlyInTheAccount(member: ServiceApi): Partial<ServiceApi> {
  return {
    describeVcenterClients: member.describeVcenterClients,
    describeInstanceStatus: member.describeInstanceStatus,
    quotas: member.quotas,
    describeLaunchConfigurationTemplates: member.describeLaunchConfigurationTemplates,
    describeReplicationConfigurationTemplates: member.describeReplicationConfigurationTemplates,
    describeLaunchTemplates: member.describeLaunchTemplates,
    describeLaunchTemplateVersion: member.describeLaunchTemplateVersion,
    describeSubnets: member.describeSubnets,
    describeInstanceTypes: member.describeInstanceTypes,
    describeRunningInstances: member.describeRunningInstances,
    ec2Quotas: member.ec2Quotas,
  };
}

/** The API of a target in the member role of its account, entered before each call. */
function memberApi(
  settings: TargetClientSettings,
  sessions: RoleSessions,
  { partition, accountId, region }: Target,
): ServiceApi {
  const roleArn = `arn:${partition}:iam::${accountId}:role/${settings.memberRole}`;
  const credentials = async () => {
    const answer = await sessions.credentialsOf(roleArn);
    if (answer.ok) return answer.value;
    throw new Error(`${answer.refusal.errorName}: ${answer.refusal.message}`);
  };
  const enter = async (): Promise<Refusal | undefined> => {
    const answer = await sessions.credentialsOf(roleArn);
    return answer.ok ? undefined : answer.refusal;
  };
  return entered(createMgnApi(clientsOf(settings, region, credentials)), enter);
}

function clientsOf(
  settings: TargetClientSettings,
  region: string,
  credentials: ClientSettings['credentials'],
) {
  const { endpoints = {} } = settings;
  return {
    mgn: once(() => createMgnClient(at(settings, region, endpoints.mgn, credentials))),
    ec2: once(() => createEc2Client(at(settings, region, endpoints.ec2, credentials))),
    serviceQuotas: once(() =>
      createServiceQuotasClient(at(settings, region, endpoints.serviceQuotas, credentials)),
    ),
  };
}

function at(
  { requestHandler }: TargetClientSettings,
  region: string,
  endpoint: string | undefined,
  credentials: ClientSettings['credentials'],
): ClientSettings {
  return {
    region,
    ...(endpoint === undefined || endpoint === ''
      ? {}
      : { endpoint: endpoint.replaceAll('{region}', region) }),
    ...(credentials === undefined ? {} : { credentials }),
    ...(requestHandler === undefined ? {} : { requestHandler }),
  };
}

/** The same API, each of whose calls is made only once `enter` refuses nothing. */
function entered(api: ServiceApi, enter: () => Promise<Refusal | undefined>): ServiceApi {
  const after =
    <Asked extends readonly unknown[], T>(call: (...asked: Asked) => Promise<Answer<T>>) =>
    async (...asked: Asked): Promise<Answer<T>> => {
      const refusal = await enter();
      return refusal === undefined ? call(...asked) : { ok: false, refusal };
    };
  return {
    describeSourceServers: after(api.describeSourceServers),
    describeJobs: after(api.describeJobs),
    describeJobLog: after(api.describeJobLog),
    describeVcenterClients: after(api.describeVcenterClients),
    listApplications: after(api.listApplications),
    listWaves: after(api.listWaves),
    startReplication: after(api.startReplication),
    retryDataReplication: after(api.retryDataReplication),
    updateReplicationType: after(api.updateReplicationType),
    changeLifeCycleState: after(api.changeLifeCycleState),
    finalizeCutover: after(api.finalizeCutover),
    markAsArchived: after(api.markAsArchived),
    archiveWave: after(api.archiveWave),
    startJob: after(api.startJob),
    describeInstanceStatus: after(api.describeInstanceStatus),
    quotas: after(api.quotas),
    getLaunchConfiguration: after(api.getLaunchConfiguration),
    getReplicationConfiguration: after(api.getReplicationConfiguration),
    listSourceServerActions: after(api.listSourceServerActions),
    describeLaunchConfigurationTemplates: after(api.describeLaunchConfigurationTemplates),
    describeReplicationConfigurationTemplates: after(api.describeReplicationConfigurationTemplates),
    describeLaunchTemplates: after(api.describeLaunchTemplates),
    describeLaunchTemplateVersion: after(api.describeLaunchTemplateVersion),
    describeSubnets: after(api.describeSubnets),
    describeInstanceTypes: after(api.describeInstanceTypes),
    describeRunningInstances: after(api.describeRunningInstances),
    ec2Quotas: after(api.ec2Quotas),
  };
}
