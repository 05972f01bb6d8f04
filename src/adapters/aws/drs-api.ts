import {
  DescribeJobLogItemsCommand,
  DescribeJobsCommand,
  type DescribeJobsRequestFilters,
  DescribeRecoveryInstancesCommand,
  DescribeRecoverySnapshotsCommand,
  DescribeSourceServersCommand,
  RecoverySnapshotsOrder,
} from '@aws-sdk/client-drs';
import type { DrsApi } from '../../flow/ports.ts';
import type { Clients } from './clients.ts';
import { describeInstanceStatus } from './instance-status.ts';
import { allPages, firstItem, inGroups } from './pages.ts';
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
    describeRecoveryInstances: () =>
      allPages((page) =>
        askForDocument(
          new DescribeRecoveryInstancesCommand({ filters: {}, maxResults, ...page }),
          (command) => drs.send(command),
        ),
      ),
    newestRecoverySnapshot: (sourceServerID) =>
      firstItem((page) =>
        askForDocument(
          new DescribeRecoverySnapshotsCommand({
            sourceServerID,
            order: RecoverySnapshotsOrder.DESC,
            maxResults: 1,
            ...page,
          }),
          (command) => drs.send(command),
        ),
      ),
    describeInstanceStatus: (instanceIds) => describeInstanceStatus(clients.ec2(), instanceIds),
    quotas: () => serviceQuotas(clients.serviceQuotas(), 'drs'),
  };
}
