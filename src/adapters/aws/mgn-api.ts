import {
  ArchiveWaveCommand,
  ChangeServerLifeCycleStateCommand,
  ChangeServerLifeCycleStateSourceServerLifecycleState,
  DescribeJobLogItemsCommand,
  DescribeJobsCommand,
  type DescribeJobsRequestFilters,
  DescribeLaunchConfigurationTemplatesCommand,
  DescribeReplicationConfigurationTemplatesCommand,
  DescribeSourceServersCommand,
  type DescribeSourceServersRequestFilters,
  DescribeVcenterClientsCommand,
  FinalizeCutoverCommand,
  GetLaunchConfigurationCommand,
  GetReplicationConfigurationCommand,
  ListApplicationsCommand,
  ListSourceServerActionsCommand,
  ListWavesCommand,
  MarkAsArchivedCommand,
  ReplicationType,
  RetryDataReplicationCommand,
  StartCutoverCommand,
  StartReplicationCommand,
  StartTestCommand,
  TerminateTargetInstancesCommand,
  UpdateSourceServerReplicationTypeCommand,
} from '@aws-sdk/client-mgn';
import { InvalidInput } from '../../core/failure.ts';
import type { Answer, ServiceApi, WireDocument } from '../../flow/ports.ts';
import type { Clients } from './clients.ts';
import { describeInstanceAddresses, describeInstanceStatus } from './instance-status.ts';
import { launchSurroundings } from './launch-surroundings.ts';
import { allPages, inGroups } from './pages.ts';
import { serviceQuotas } from './quotas.ts';
import { askForDocument, isDocument, unreadable } from './wire-call.ts';

// Limits on inputs (reference: MGN 2.3).
const maxResults = 1000;
const maxServersPerCall = 200;
const maxJobsPerCall = 1000;
const maxTemplates = 200;

/** The choices that no document settles. */
export interface MgnApiOptions {
  /**
   * How archived servers are listed. Documents say only "filter by archived", so a list without that
   * filter should hold both kinds: `one-call`, the default. `both-calls` asks for each kind by itself.
   */
  readonly includeArchived?: 'one-call' | 'both-calls';
  /**
   * The account to act on as a delegated administrator of MGN; the caller's own where absent. It goes with every call
   * but DescribeVcenterClients, which does not take it (reference: MGN 2.5).
   */
  readonly accountId?: string;
}

type MgnClients = Pick<Clients, 'mgn' | 'ec2' | 'serviceQuotas'>;

/** The API of MGN in the account and Region of the clients, with what MGN leaves to EC2 and Service Quotas. */
export function createMgnApi(clients: MgnClients, options: MgnApiOptions = {}): ServiceApi {
  const mgn = clients.mgn();
  const archived: readonly DescribeSourceServersRequestFilters[] =
    options.includeArchived === 'both-calls' ? [{ isArchived: false }, { isArchived: true }] : [{}];

  const acting = options.accountId === undefined ? {} : { accountID: options.accountId };

  const servers = async (
    ids: Pick<DescribeSourceServersRequestFilters, 'sourceServerIDs'>,
  ): Promise<Answer<readonly WireDocument[]>> => {
    const answers: Answer<readonly WireDocument[]>[] = [];
    for (const kind of archived) {
      const filters = { ...ids, ...kind };
      const answer = await allPages((page) =>
        askForDocument(
          new DescribeSourceServersCommand({ filters, maxResults, ...acting, ...page }),
          (command) => mgn.send(command),
        ),
      );
      answers.push(answer);
    }
    return answers.reduce(joined);
  };

  const jobs = (filters: DescribeJobsRequestFilters) =>
    allPages((page) =>
      askForDocument(
        new DescribeJobsCommand({ filters, maxResults, ...acting, ...page }),
        (command) => mgn.send(command),
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
        askForDocument(
          new DescribeJobLogItemsCommand({ jobID, maxResults, ...acting, ...page }),
          (command) => mgn.send(command),
        ),
      ),
    describeVcenterClients: () =>
      allPages((page) =>
        askForDocument(new DescribeVcenterClientsCommand({ maxResults, ...page }), (command) =>
          mgn.send(command),
        ),
      ),
    listApplications: () =>
      allPages((page) =>
        askForDocument(
          new ListApplicationsCommand({ filters: {}, maxResults, ...acting, ...page }),
          (command) => mgn.send(command),
        ),
      ),
    listWaves: () =>
      allPages((page) =>
        askForDocument(
          new ListWavesCommand({ filters: {}, maxResults, ...acting, ...page }),
          (command) => mgn.send(command),
        ),
      ),
    startReplication: (sourceServerID) =>
      askForDocument(new StartReplicationCommand({ sourceServerID, ...acting }), (command) =>
        mgn.send(command),
      ),
    retryDataReplication: (sourceServerID) =>
      askForDocument(new RetryDataReplicationCommand({ sourceServerID, ...acting }), (command) =>
        mgn.send(command),
      ),
    updateReplicationType: async (sourceServerID, type) => {
      const replicationType = oneOf(Object.values(ReplicationType), type);
      return askForDocument(
        new UpdateSourceServerReplicationTypeCommand({
          sourceServerID,
          replicationType,
          ...acting,
        }),
        (command) => mgn.send(command),
      );
    },
    changeLifeCycleState: async (sourceServerID, name) => {
      const states = Object.values(ChangeServerLifeCycleStateSourceServerLifecycleState);
      const lifeCycle = { state: oneOf(states, name) };
      return askForDocument(
        new ChangeServerLifeCycleStateCommand({ sourceServerID, lifeCycle, ...acting }),
        (command) => mgn.send(command),
      );
    },
    finalizeCutover: (sourceServerID) =>
      askForDocument(new FinalizeCutoverCommand({ sourceServerID, ...acting }), (command) =>
        mgn.send(command),
      ),
    markAsArchived: (sourceServerID) =>
      askForDocument(new MarkAsArchivedCommand({ sourceServerID, ...acting }), (command) =>
        mgn.send(command),
      ),
    archiveWave: (waveID) =>
      askForDocument(new ArchiveWaveCommand({ waveID, ...acting }), (command) => mgn.send(command)),
    startJob: async (kind, ids, tags) => {
      if (ids.length === 0 || ids.length > maxServersPerCall) {
        throw new InvalidInput(
          `${kind} takes 1 to ${maxServersPerCall} servers, not ${ids.length}`,
        );
      }
      const Command = jobCommands[kind];
      return jobOf(
        await askForDocument(
          new Command({ sourceServerIDs: [...ids], tags: { ...tags }, ...acting }),
          (command) => mgn.send(command),
        ),
      );
    },
    describeInstanceStatus: (instanceIds) => describeInstanceStatus(clients.ec2(), instanceIds),
    describeInstanceAddresses: (instanceIds) =>
      describeInstanceAddresses(clients.ec2(), instanceIds),
    quotas: () => serviceQuotas(clients.serviceQuotas(), 'mgn'),
    ...configurations(clients, acting),
    ...launchSurroundings(clients),
    ec2Quotas: () => serviceQuotas(clients.serviceQuotas(), 'ec2'),
  };
}

/** The reading of configurations; the templates are the caller's own, as their calls take no other account. */
function configurations(
  clients: Pick<MgnClients, 'mgn'>,
  acting: { readonly accountID?: string },
): Pick<
  ServiceApi,
  | 'getLaunchConfiguration'
  | 'getReplicationConfiguration'
  | 'listSourceServerActions'
  | 'describeLaunchConfigurationTemplates'
  | 'describeReplicationConfigurationTemplates'
> {
  const mgn = clients.mgn();
  return {
    getLaunchConfiguration: (sourceServerID) =>
      askForDocument(new GetLaunchConfigurationCommand({ sourceServerID, ...acting }), (command) =>
        mgn.send(command),
      ),
    getReplicationConfiguration: (sourceServerID) =>
      askForDocument(
        new GetReplicationConfigurationCommand({ sourceServerID, ...acting }),
        (command) => mgn.send(command),
      ),
    listSourceServerActions: (sourceServerID) =>
      allPages((page) =>
        askForDocument(
          new ListSourceServerActionsCommand({
            sourceServerID,
            maxResults: maxTemplates,
            ...acting,
            ...page,
          }),
          (command) => mgn.send(command),
        ),
      ),
    describeLaunchConfigurationTemplates: () =>
      allPages((page) =>
        askForDocument(
          new DescribeLaunchConfigurationTemplatesCommand({ maxResults: maxTemplates, ...page }),
          (command) => mgn.send(command),
        ),
      ),
    describeReplicationConfigurationTemplates: () =>
      allPages((page) =>
        askForDocument(
          new DescribeReplicationConfigurationTemplatesCommand({
            maxResults: maxTemplates,
            ...page,
          }),
          (command) => mgn.send(command),
        ),
      ),
  };
}

const jobCommands = {
  StartTest: StartTestCommand,
  StartCutover: StartCutoverCommand,
  TerminateTargetInstances: TerminateTargetInstancesCommand,
};

function jobOf(answer: Answer<WireDocument>): Answer<WireDocument> {
  if (!answer.ok) return answer;
  const job = answer.value['job'];
  return isDocument(job) ? { ...answer, value: job } : unreadable('the answer holds no job');
}

/** Joins two lists; a server that was archived between the two calls is kept once, as seen last. */
function joined(
  one: Answer<readonly WireDocument[]>,
  other: Answer<readonly WireDocument[]>,
): Answer<readonly WireDocument[]> {
  if (!one.ok) return one;
  if (!other.ok) return other;
  const again = new Set(other.value.map((server) => server['sourceServerID']));
  const kept = one.value.filter((server) => !again.has(server['sourceServerID']));
  return { ...one, value: [...kept, ...other.value] };
}

function oneOf<T extends string>(allowed: readonly T[], value: string): T {
  const found = allowed.find((name) => name === value);
  if (found === undefined) {
    throw new InvalidInput(`${value} is none of ${allowed.join(', ')}`);
  }
  return found;
}
