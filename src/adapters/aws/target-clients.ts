import type { Target } from '../../core/target.ts';
import type { ServiceApi } from '../../flow/ports.ts';
import {
  type ClientSettings,
  createEc2Client,
  createMgnClient,
  createServiceQuotasClient,
  once,
} from './clients.ts';
import { createMgnApi } from './mgn-api.ts';
import {
  after,
  at,
  type Enter,
  onceATarget,
  type TargetAccess,
  type TargetClientSettings,
  targetAccess,
} from './target-access.ts';

/**
 * Answers the API of each target of MGN by its access, the same object for the same target; a target that is not listed
 * is reached as Landfall itself. A role that cannot be assumed is a refusal of every call that needs it.
 */
export function createTargetApis(settings: TargetClientSettings): (target: Target) => ServiceApi {
  const access = targetAccess(settings);
  return onceATarget((target) => apiOf(settings, access, target));
}

function apiOf(settings: TargetClientSettings, access: TargetAccess, target: Target): ServiceApi {
  const own = () => clientsOf(settings, target.region, settings.credentials);
  const as = access.accessOf(target);
  switch (as) {
    case 'own':
      return createMgnApi(own());
    case 'role':
      return memberApi(settings, access, target);
    case 'managed': {
      const acting = createMgnApi(own(), { accountId: target.accountId });
      const member = memberApi(settings, access, target);
      return { ...acting, ...onlyInTheAccount(member) };
    }
    default:
      return as satisfies never;
  }
}

/** What an administrator cannot ask on behalf of another account. */
function onlyInTheAccount(member: ServiceApi): Partial<ServiceApi> {
  return {
    describeVcenterClients: member.describeVcenterClients,
    describeInstanceStatus: member.describeInstanceStatus,
    describeInstanceAddresses: member.describeInstanceAddresses,
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
  access: TargetAccess,
  target: Target,
): ServiceApi {
  const { credentials, enter } = access.member(target);
  return entered(createMgnApi(clientsOf(settings, target.region, credentials)), enter);
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

/** The same API, each of whose calls is made only once `enter` refuses nothing. */
function entered(api: ServiceApi, enter: Enter): ServiceApi {
  const entering = after(enter);
  return {
    describeSourceServers: entering(api.describeSourceServers),
    describeJobs: entering(api.describeJobs),
    describeJobLog: entering(api.describeJobLog),
    describeVcenterClients: entering(api.describeVcenterClients),
    listApplications: entering(api.listApplications),
    listWaves: entering(api.listWaves),
    startReplication: entering(api.startReplication),
    retryDataReplication: entering(api.retryDataReplication),
    updateReplicationType: entering(api.updateReplicationType),
    changeLifeCycleState: entering(api.changeLifeCycleState),
    finalizeCutover: entering(api.finalizeCutover),
    markAsArchived: entering(api.markAsArchived),
    archiveWave: entering(api.archiveWave),
    startJob: entering(api.startJob),
    describeInstanceStatus: entering(api.describeInstanceStatus),
    describeInstanceAddresses: entering(api.describeInstanceAddresses),
    quotas: entering(api.quotas),
    getLaunchConfiguration: entering(api.getLaunchConfiguration),
    getReplicationConfiguration: entering(api.getReplicationConfiguration),
    listSourceServerActions: entering(api.listSourceServerActions),
    describeLaunchConfigurationTemplates: entering(api.describeLaunchConfigurationTemplates),
    describeReplicationConfigurationTemplates: entering(
      api.describeReplicationConfigurationTemplates,
    ),
    describeLaunchTemplates: entering(api.describeLaunchTemplates),
    describeLaunchTemplateVersion: entering(api.describeLaunchTemplateVersion),
    describeSubnets: entering(api.describeSubnets),
    describeInstanceTypes: entering(api.describeInstanceTypes),
    describeRunningInstances: entering(api.describeRunningInstances),
    ec2Quotas: entering(api.ec2Quotas),
  };
}
