import {
  DescribeJobLogItemsCommand,
  DescribeJobsCommand,
  type DescribeJobsRequestFilters,
  DescribeLaunchConfigurationTemplatesCommand,
  DescribeRecoveryInstancesCommand,
  DescribeRecoverySnapshotsCommand,
  DescribeReplicationConfigurationTemplatesCommand,
  DescribeSourceServersCommand,
  GetLaunchConfigurationCommand,
  GetReplicationConfigurationCommand,
  ListLaunchActionsCommand,
  RecoverySnapshotsOrder,
  StartFailbackLaunchCommand,
  StartRecoveryCommand,
  StartReplicationCommand,
  TerminateRecoveryInstancesCommand,
} from '@aws-sdk/client-drs';
import type { ConfigurationApi, DrsApi, SurroundingsApi } from '../../flow/ports.ts';
import type { Clients } from './clients.ts';
import { drsExtensions } from './drs-extensions.ts';
import { drsNetworks } from './drs-networks.ts';
import { drsSteps } from './drs-steps.ts';
import { describeInstanceStatus } from './instance-status.ts';
import { instancesToLaunchInto, launchSurroundings } from './launch-surroundings.ts';
import { allPages, firstItems, inGroups } from './pages.ts';
import { serviceQuotas } from './quotas.ts';
import { askForDocument } from './wire-call.ts';

// Limits on inputs (reference: DRS 4.2).
const maxResults = 1000;
const maxServersPerCall = 200;
const maxJobsPerCall = 1000;

type DrsClients = Pick<Clients, 'drs' | 'ec2' | 'serviceQuotas'>;

/** The API of DRS in the account and Region of the clients, with what DRS leaves to EC2 and Service Quotas. */
export function createDrsApi(clients: DrsClients): DrsApi {
  const drs = clients.drs();

  const servers = (filters: { readonly sourceServerIDs?: string[] }) =>
    allPages((page) =>
      askForDocument(
        new DescribeSourceServersCommand({ filters, maxResults, ...page }),
        (command) => drs.send(command),
      ),
    );

  const jobs = (filters: DescribeJobsRequestFilters) =>
    allPages((page) =>
      askForDocument(new DescribeJobsCommand({ filters, maxResults, ...page }), (command) =>
        drs.send(command),
      ),
    );

  return {
    describeSourceServers: (ids) =>
      ids === undefined
        ? servers({})
        : inGroups(ids, maxServersPerCall, (sourceServerIDs) => servers({ sourceServerIDs })),
    describeJobs: (filter) =>
      'ids' in filter
        ? inGroups(filter.ids, maxJobsPerCall, (jobIDs) => jobs({ jobIDs }))
        : jobs({ fromDate: filter.fromAt }),
    describeJobLog: (jobID) =>
      allPages((page) =>
        askForDocument(new DescribeJobLogItemsCommand({ jobID, maxResults, ...page }), (command) =>
          drs.send(command),
        ),
      ),
    describeRecoveryInstances: (sourceServerId) =>
      allPages((page) =>
        askForDocument(
          new DescribeRecoveryInstancesCommand({
            filters: sourceServerId === undefined ? {} : { sourceServerIDs: [sourceServerId] },
            maxResults,
            ...page,
          }),
          (command) => drs.send(command),
        ),
      ),
    recoverySnapshots: (sourceServerID, { until, most }) =>
      firstItems(
        (page) =>
          askForDocument(
            new DescribeRecoverySnapshotsCommand({
              sourceServerID,
              order: RecoverySnapshotsOrder.DESC,
              maxResults: most,
              ...page,
              ...(until === undefined ? {} : { filters: { toDateTime: until } }),
            }),
            (command) => drs.send(command),
          ),
        most,
      ),
    newestRecoverySnapshot: (sourceServerID) =>
      firstItems(
        (page) =>
          askForDocument(
            new DescribeRecoverySnapshotsCommand({
              sourceServerID,
              order: RecoverySnapshotsOrder.DESC,
              maxResults: 1,
              ...page,
            }),
            (command) => drs.send(command),
          ),
        1,
      ),
    describeInstanceStatus: (instanceIds) => describeInstanceStatus(clients.ec2(), instanceIds),
    describeInstancesToLaunchInto: (ids) => instancesToLaunchInto(clients.ec2(), ids),
    quotas: () => serviceQuotas(clients.serviceQuotas(), 'drs'),
    ec2Quotas: () => serviceQuotas(clients.serviceQuotas(), 'ec2'),
    ...launches(clients),
    ...drsSteps(clients),
    ...drsExtensions(clients),
    ...drsNetworks(clients),
    ...configurations(clients),
  };
}

type Launches = Pick<
  DrsApi,
  'startReplication' | 'startRecovery' | 'terminateRecoveryInstances' | 'startFailbackLaunch'
>;

/** The calls that start something. */
function launches(clients: Pick<DrsClients, 'drs'>): Launches {
  const drs = clients.drs();
  return {
    startReplication: (sourceServerID) =>
      askForDocument(new StartReplicationCommand({ sourceServerID }), (command) =>
        drs.send(command),
      ),
    startRecovery: (ids, { isDrill, tags, snapshots = {} }) =>
      askForDocument(
        new StartRecoveryCommand({
          isDrill,
          sourceServers: ids.map((sourceServerID) => {
            const recoverySnapshotID = snapshots[sourceServerID];
            return recoverySnapshotID === undefined
              ? { sourceServerID }
              : { sourceServerID, recoverySnapshotID };
          }),
          tags,
        }),
        (command) => drs.send(command),
      ),
    startFailbackLaunch: (recoveryInstanceIDs, tags) =>
      askForDocument(
        new StartFailbackLaunchCommand({ recoveryInstanceIDs: [...recoveryInstanceIDs], tags }),
        (command) => drs.send(command),
      ),
    terminateRecoveryInstances: (recoveryInstanceIDs) =>
      askForDocument(
        new TerminateRecoveryInstancesCommand({
          recoveryInstanceIDs: [...recoveryInstanceIDs],
        }),
        (command) => drs.send(command),
      ),
  };
}

/** The reading of settings, of servers and of the account's templates. */
function configurations(
  clients: Pick<DrsClients, 'drs' | 'ec2'>,
): ConfigurationApi & Omit<SurroundingsApi, 'ec2Quotas'> & Pick<DrsApi, 'listLaunchActions'> {
  const drs = clients.drs();
  return {
    getLaunchConfiguration: (sourceServerID) =>
      askForDocument(new GetLaunchConfigurationCommand({ sourceServerID }), (command) =>
        drs.send(command),
      ),
    getReplicationConfiguration: (sourceServerID) =>
      askForDocument(new GetReplicationConfigurationCommand({ sourceServerID }), (command) =>
        drs.send(command),
      ),
    listLaunchActions: (resourceId) =>
      allPages((page) =>
        askForDocument(
          new ListLaunchActionsCommand({ resourceId, maxResults, ...page }),
          (command) => drs.send(command),
        ),
      ),
    describeLaunchConfigurationTemplates: () =>
      allPages((page) =>
        askForDocument(
          new DescribeLaunchConfigurationTemplatesCommand({ maxResults, ...page }),
          (command) => drs.send(command),
        ),
      ),
    describeReplicationConfigurationTemplates: () =>
      allPages((page) =>
        askForDocument(
          new DescribeReplicationConfigurationTemplatesCommand({ maxResults, ...page }),
          (command) => drs.send(command),
        ),
      ),
    ...launchSurroundings(clients),
  };
}
