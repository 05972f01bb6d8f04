import type { Target } from '../../core/target.ts';
import type { DrsApi } from '../../flow/ports.ts';
import {
  type ClientSettings,
  createDrsClient,
  createEc2Client,
  createServiceQuotasClient,
  once,
} from './clients.ts';
import { createDrsApi } from './drs-api.ts';
import {
  after,
  at,
  type Enter,
  onceATarget,
  type TargetClientSettings,
  targetAccess,
} from './target-access.ts';

/**
 * Answers the API of each target of DRS by its access, the same object for the same target. DRS knows no delegated
 * administrator: what is not reached as Landfall itself is reached in the member role.
 */
export function createDrsTargetApis(settings: TargetClientSettings): (target: Target) => DrsApi {
  const access = targetAccess(settings);
  return onceATarget((target) => {
    if (access.accessOf(target) === 'own') {
      return createDrsApi(clientsOf(settings, target.region, settings.credentials));
    }
    const { credentials, enter } = access.member(target);
    return entered(createDrsApi(clientsOf(settings, target.region, credentials)), enter);
  });
}

function clientsOf(
  settings: TargetClientSettings,
  region: string,
  credentials: ClientSettings['credentials'],
) {
  const { endpoints = {} } = settings;
  return {
    drs: once(() => createDrsClient(at(settings, region, endpoints.drs, credentials))),
    ec2: once(() => createEc2Client(at(settings, region, endpoints.ec2, credentials))),
    serviceQuotas: once(() =>
      createServiceQuotasClient(at(settings, region, endpoints.serviceQuotas, credentials)),
    ),
  };
}

/** The same API, each of whose calls is made only once `enter` refuses nothing. */
function entered(api: DrsApi, enter: Enter): DrsApi {
  const entering = after(enter);
  return {
    startReplication: entering(api.startReplication),
    describeExtensions: entering(api.describeExtensions),
    listExtensibleSourceServers: entering(api.listExtensibleSourceServers),
    createExtendedSourceServer: entering(api.createExtendedSourceServer),
    describeSourceNetworks: entering(api.describeSourceNetworks),
    startSourceNetworkRecovery: entering(api.startSourceNetworkRecovery),
    associateSourceNetworkStack: entering(api.associateSourceNetworkStack),
    startRecovery: entering(api.startRecovery),
    terminateRecoveryInstances: entering(api.terminateRecoveryInstances),
    startFailbackLaunch: entering(api.startFailbackLaunch),
    reverseReplication: entering(api.reverseReplication),
    stopFailback: entering(api.stopFailback),
    describeSourceServers: entering(api.describeSourceServers),
    describeRecoveryInstances: entering(api.describeRecoveryInstances),
    retryDataReplication: entering(api.retryDataReplication),
    stopReplication: entering(api.stopReplication),
    disconnectSourceServer: entering(api.disconnectSourceServer),
    deleteSourceServer: entering(api.deleteSourceServer),
    disconnectRecoveryInstance: entering(api.disconnectRecoveryInstance),
    deleteRecoveryInstance: entering(api.deleteRecoveryInstance),
    recoverySnapshots: entering(api.recoverySnapshots),
    newestRecoverySnapshot: entering(api.newestRecoverySnapshot),
    describeJobs: entering(api.describeJobs),
    describeJobLog: entering(api.describeJobLog),
    describeInstanceStatus: entering(api.describeInstanceStatus),
    quotas: entering(api.quotas),
    getLaunchConfiguration: entering(api.getLaunchConfiguration),
    getReplicationConfiguration: entering(api.getReplicationConfiguration),
    listLaunchActions: entering(api.listLaunchActions),
    describeLaunchConfigurationTemplates: entering(api.describeLaunchConfigurationTemplates),
    describeReplicationConfigurationTemplates: entering(
      api.describeReplicationConfigurationTemplates,
    ),
    describeLaunchTemplates: entering(api.describeLaunchTemplates),
    describeLaunchTemplateVersion: entering(api.describeLaunchTemplateVersion),
    describeSubnets: entering(api.describeSubnets),
    describeInstanceTypes: entering(api.describeInstanceTypes),
    describeRunningInstances: entering(api.describeRunningInstances),
    describeInstancesToLaunchInto: entering(api.describeInstancesToLaunchInto),
    ec2Quotas: entering(api.ec2Quotas),
  };
}
