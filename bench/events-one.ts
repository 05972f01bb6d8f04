// In: a number of servers, how many of a hundred have changed, and a store's file. Out: one tick of the poller over all
// of them in this process, its figures as the last line of stdout. With `prepare` in the place of the share: the tick
// before, which discovers them. Started by events.ts, a process of its own for each case, so that the peak of its memory
// is its own. EventBridge is played in process behind the AWS SDK; MGN's pages are parsed from JSON, without the SDK.
import * as z from 'zod';
import { createEventBridgeClient } from '../src/adapters/aws/clients.ts';
import { createEventBridgeBus } from '../src/adapters/aws/event-bridge-bus.ts';
import { inProcessTransport } from '../src/adapters/aws/in-process-transport.ts';
import { openSqliteStore } from '../src/adapters/sqlite/sqlite-store.ts';
import type { Target } from '../src/core/target.ts';
import { poll } from '../src/flow/poll.ts';
import type { Answer, Ports, ServiceApi, WireDocument } from '../src/flow/ports.ts';

const [sizeText = '', share = '', file = ''] = process.argv.slice(2);
const size = Number(sizeText);
const target: Target = {
  partition: 'aws',
  service: 'mgn',
  accountId: '111122223333',
  region: 'eu-central-1',
};
const now = share === 'prepare' ? '2024-03-04T16:00:00.000Z' : '2024-03-04T22:00:00.000Z';
const pageSize = 1000;
const steps = [
  'WAIT',
  'CREATE_SECURITY_GROUP',
  'LAUNCH_REPLICATION_SERVER',
  'BOOT_REPLICATION_SERVER',
  'AUTHENTICATE_WITH_SERVICE',
  'DOWNLOAD_REPLICATION_SOFTWARE',
  'CREATE_STAGING_DISKS',
  'ATTACH_STAGING_DISKS',
  'PAIR_REPLICATION_SERVER_WITH_AGENT',
  'CONNECT_AGENT_TO_REPLICATION_SERVER',
  'START_DATA_TRANSFER',
];

const figures = { putEvents: 0, events: 0, putBytes: 0, writes: 0, serverWrites: 0, readMs: 0 };
const store = openSqliteStore(file);
const Put = z.object({ Entries: z.array(z.unknown()) });
const eventBridge = createEventBridgeClient({
  region: target.region,
  endpoint: 'https://events.invalid',
  credentials: { accessKeyId: target.accountId, secretAccessKey: 'none' },
  requestHandler: inProcessTransport(({ body }) => {
    const { Entries } = Put.parse(JSON.parse(body));
    figures.putEvents += 1;
    figures.events += Entries.length;
    figures.putBytes += body.length;
    const taken = Entries.map((_, n) => ({ EventId: `${figures.putEvents}-${n}` }));
    return {
      status: 200,
      headers: { 'content-type': 'application/x-amz-json-1.1' },
      body: JSON.stringify({ FailedEntryCount: 0, Entries: taken }),
    };
  }),
});
const written = (partition: string) => {
  figures.writes += 1;
  if (partition.startsWith('servers/')) figures.serverWrites += 1;
};
const ports: Ports = {
  clock: { now: () => now },
  store: {
    ...store,
    put: (partition, ...rest) => {
      written(partition);
      return store.put(partition, ...rest);
    },
    delete: (partition, ...rest) => {
      written(partition);
      return store.delete(partition, ...rest);
    },
  },
  bus: createEventBridgeBus(() => eventBridge, { busName: 'bench' }),
  workflows: {
    sendTaskSuccess: async () => 'already-released',
    sendTaskFailure: async () => 'already-released',
    startExecution: async () => 'name-taken',
    describeExecution: async () => 'not-found',
  },
  serviceOf: () => api,
  drsOf: () => {
    throw new Error('the bench has targets of MGN only');
  },
  settingsOf: () => {
    throw new Error('the bench sets nothing');
  },
  drsSettingsOf: () => {
    throw new Error('the bench sets nothing');
  },
  hooks: {
    invoke: async () => ({ is: 'refused', because: 'the bench has no hooks' }),
    runDocument: async () => ({ is: 'refused', because: 'the bench has no hooks' }),
    probe: async () => ({ is: 'refused', because: 'the bench has no hooks' }),
  },
};
const nothing = async (): Promise<Answer<readonly WireDocument[]>> => ({ ok: true, value: [] });
const never = async (): Promise<never> => {
  throw new Error('a look writes nothing');
};
const api: ServiceApi = {
  describeSourceServers: async () => {
    const from = processorMs();
    const value: WireDocument[] = [];
    for (let first = 0; first < size; first += pageSize) value.push(...pageFrom(first));
    figures.readMs += processorMs() - from;
    return { ok: true, value };
  },
  describeJobs: nothing,
  describeJobLog: nothing,
  describeVcenterClients: nothing,
  listApplications: nothing,
  listWaves: nothing,
  describeInstanceStatus: nothing,
  describeInstanceAddresses: nothing,
  quotas: async () => ({ ok: true, value: {} }),
  ec2Quotas: async () => ({ ok: true, value: {} }),
  getLaunchConfiguration: async () => ({ ok: true, value: {} }),
  getReplicationConfiguration: async () => ({ ok: true, value: {} }),
  listSourceServerActions: nothing,
  describeLaunchConfigurationTemplates: nothing,
  describeReplicationConfigurationTemplates: nothing,
  describeLaunchTemplates: nothing,
  describeLaunchTemplateVersion: async () => ({ ok: true, value: {} }),
  describeSubnets: nothing,
  describeInstanceTypes: nothing,
  describeRunningInstances: nothing,
  startReplication: never,
  retryDataReplication: never,
  updateReplicationType: never,
  changeLifeCycleState: never,
  finalizeCutover: never,
  markAsArchived: never,
  archiveWave: never,
  startJob: never,
};

const from = processorMs();
const began = performance.now();
const report = await poll(ports, target, { hasten: true });
const tickMs = processorMs() - from;
console.log(
  JSON.stringify({
    size,
    tick: report.tick,
    changed: report.tick === 'done' ? report.changed : 0,
    ...figures,
    tickMs,
    wallMs: performance.now() - began,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  }),
);
store.close();

function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** A page of MGN's answer, parsed from JSON text as the SDK has it from the wire. */
function pageFrom(first: number): readonly WireDocument[] {
  const last = Math.min(size, first + pageSize);
  const servers = Array.from({ length: last - first }, (_, n) => aServer(first + n));
  const parsed: readonly WireDocument[] = JSON.parse(JSON.stringify(servers));
  return parsed;
}

/** A server of real size that is ready for test; one that has changed is tested, and has fallen behind. */
function aServer(n: number): unknown {
  const moved = share !== 'prepare' && n % 100 < Number(share);
  const id = `s-${n.toString(16).padStart(17, '0')}`;
  const bytes = (20 + (n % 180)) * 2 ** 30;
  return {
    sourceServerID: id,
    arn: `arn:aws:mgn:${target.region}:${target.accountId}:source-server/${id}`,
    isArchived: false,
    tags: { Name: `host-${n}`, environment: 'bench' },
    launchedInstance: {},
    dataReplicationInfo: {
      lagDuration: moved ? 'PT20M' : 'P0D',
      lastSnapshotDateTime: now.replace('Z', '000+00:00'),
      replicatedDisks: [
        {
          deviceName: '/dev/sda',
          totalStorageBytes: bytes,
          replicatedStorageBytes: bytes,
          rescannedStorageBytes: 0,
          backloggedStorageBytes: moved ? 2 ** 30 : 0,
        },
      ],
      dataReplicationState: moved ? 'BACKLOG' : 'CONTINUOUS',
      dataReplicationInitiation: {
        startDateTime: '2024-03-04T10:00:00.000000+00:00',
        steps: steps.map((name) => ({ name, status: 'SUCCEEDED' })),
      },
    },
    lifeCycle: {
      addedToServiceDateTime: '2024-03-01T00:00:00.000000+00:00',
      firstByteDateTime: '2024-03-01T00:03:41.000000+00:00',
      // A heartbeat came with every look: a measure, which is no change.
      lastSeenByServiceDateTime: now.replace('Z', '000+00:00'),
      lastTest: { initiated: {}, reverted: {}, finalized: {} },
      lastCutover: { initiated: {}, reverted: {}, finalized: {} },
      state: moved ? 'TESTING' : 'READY_FOR_TEST',
    },
    sourceProperties: {
      lastUpdatedDateTime: now.replace('Z', '000+00:00'),
      recommendedInstanceType: 'm5.large',
      identificationHints: { hostname: `host-${n}`, fqdn: `host-${n}.example.com` },
      networkInterfaces: [{ macAddress: '0A-40-F1-E8-B2-2D', ips: ['10.0.0.1'], isPrimary: true }],
      disks: [{ deviceName: '/dev/sda', bytes }],
      cpus: [{ cores: 4, modelName: 'Intel(R) Xeon(R) CPU E5-2686 v4 @ 2.30GHz' }],
      ramBytes: 16 * 2 ** 30,
      os: { fullString: 'Microsoft Windows Server 2019 Datacenter 10.0.17763' },
    },
    replicationType: 'AGENT_BASED',
  };
}
