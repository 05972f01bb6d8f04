import * as sdk from '@aws-sdk/client-drs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import type { FaultFile, JsonObject } from '../../../src/simulator/simulator.ts';
import { Simulator, type SimulatorOptions } from '../../../src/simulator/simulator.ts';
import { accountId, faults, hour, region, start, startAt, type Wire } from '../rig.ts';
import { wireBreaches } from './wire-breaches.ts';

export const GiB = 2 ** 30;
export const otherAccount = '222222222222';
export const otherRegion = 'us-west-2';

/** The id of the n-th server. */
export const drsId = (n: number) => `s-${String(n).padStart(17, '0')}`;

/** A source server document of DRS as a fleet file holds it. */
export function aDrsServer(
  n: number,
  is: {
    state?: string;
    lag?: string;
    account?: string;
    ofRegion?: string;
    gib?: number;
    originRegion?: string;
    lastLaunch?: JsonObject;
    info?: JsonObject;
    more?: JsonObject;
  } = {},
): JsonObject {
  const { state = 'CONTINUOUS', account = accountId, ofRegion = region, gib = 10 } = is;
  const bytes = gib * GiB;
  const runs = state !== 'STOPPED' && state !== 'DISCONNECTED';
  const lag = is.lag ?? (runs ? 'P0D' : undefined);
  return {
    sourceServerID: drsId(n),
    arn: `arn:aws:drs:${ofRegion}:${account}:source-server/${drsId(n)}`,
    tags: { Name: `host-${n}` },
    lastLaunchResult: 'NOT_STARTED',
    dataReplicationInfo: {
      ...(lag === undefined || lag === 'none' ? {} : { lagDuration: lag }),
      replicatedDisks: [
        {
          deviceName: '/dev/xvda',
          totalStorageBytes: bytes,
          replicatedStorageBytes: runs ? bytes : 0,
          rescannedStorageBytes: 0,
          backloggedStorageBytes: 0,
          volumeStatus: 'REGULAR',
        },
      ],
      dataReplicationState: state,
      dataReplicationInitiation: {
        startDateTime: '2024-03-04T10:00:00.000000+00:00',
        nextAttemptDateTime: '2024-03-04T16:21:00+00:00',
        steps: [],
      },
      stagingAvailabilityZone: `${ofRegion}a`,
      ...is.info,
    },
    lifeCycle: {
      addedToServiceDateTime: '2024-03-01T00:00:00.000000+00:00',
      firstByteDateTime: '2024-03-01T01:00:00.000000+00:00',
      lastSeenByServiceDateTime: '2024-03-04T16:19:30.000000+00:00',
      lastLaunch: is.lastLaunch ?? { initiated: {} },
    },
    sourceProperties: {
      lastUpdatedDateTime: '2024-03-04T16:00:00.000000+00:00',
      recommendedInstanceType: 't3.micro',
      identificationHints: { hostname: `host-${n}`, fqdn: `host-${n}.customer.com` },
      disks: [{ deviceName: '/dev/xvda', bytes }],
      cpus: [{ cores: 2, modelName: 'x86' }],
      ramBytes: GiB,
      os: { fullString: 'Linux' },
      supportsNitroInstances: true,
    },
    ...(is.originRegion === undefined
      ? {}
      : {
          sourceCloudProperties: {
            originAccountID: account,
            originRegion: is.originRegion,
            originAvailabilityZone: `${is.originRegion}a`,
          },
        }),
    replicationDirection: 'FAILOVER',
    agentVersion: '3.7.0',
    ...is.more,
  };
}

/** What a replication configuration template is made of; all of it but the subnet and the policy is as servers begin. */
export const replicationTemplate = {
  stagingAreaSubnetId: 'subnet-0123456789abcdef0',
  associateDefaultSecurityGroup: true,
  bandwidthThrottling: 0,
  createPublicIP: false,
  dataPlaneRouting: 'PRIVATE_IP',
  defaultLargeStagingDiskType: 'GP3',
  ebsEncryption: 'DEFAULT',
  replicationServerInstanceType: 't3.small',
  replicationServersSecurityGroupsIDs: [],
  stagingAreaTags: {},
  useDedicatedReplicationServer: false,
  pitPolicy: [{ units: 'DAY', interval: 1, retentionDuration: 3, enabled: true, ruleID: 1 }],
};

/** A simulator with DRS clients of any account and Region, its records and its events. */
export function drsRig(options: Partial<SimulatorOptions> & { faults?: FaultFile } = {}) {
  const events: Wire[] = [];
  // What CloudTrail tells of calls, apart from what the service tells itself.
  const trail: Wire[] = [];
  const simulator = new Simulator({
    fleet: [],
    vcenterClients: [],
    faults: faults(),
    seed: 7,
    startAt,
    onEvent: (event) =>
      (event['detail-type'] === 'AWS API Call via CloudTrail' ? trail : events).push(event),
    ...options,
  });
  const breaches: string[] = [];
  const { parameters: p } = options;
  const checks = {
    datetimes: p?.timestampForm === 'Z' && p.drsRecoveryInstanceDurations === 'datetime',
  };
  const settings = (service: string, account: string, inRegion: string) => ({
    region: inRegion,
    credentials: { accessKeyId: account, secretAccessKey: 'none' },
    maxAttempts: 1,
    requestHandler: {
      // biome-ignore lint/suspicious/noExplicitAny: each client has its own request type
      handle: async (request: any) => {
        const answer = simulator.answer({
          service,
          region: inRegion,
          accountId: account,
          caller: 'landfall',
          method: request.method,
          path: request.path,
          query: request.query ?? {},
          headers: request.headers,
          body: request.body === undefined ? '' : Buffer.from(request.body).toString(),
        });
        if (service === 'drs') breaches.push(...wireBreaches(request.path, answer, checks));
        return {
          response: {
            statusCode: answer.status,
            headers: answer.headers,
            body: new TextEncoder().encode(answer.body),
          },
        };
      },
    },
  });
  const client = (account = accountId, inRegion = region) =>
    new sdk.DrsClient(settings('drs', account, inRegion));
  const drs = client();
  /** Calls an operation by its name; answers what the SDK parsed, without the metadata. */
  async function call(operation: string, input: object = {}, of = drs): Promise<Wire> {
    // biome-ignore lint/suspicious/noExplicitAny: the command is named at run time
    const Command = (sdk as any)[`${operation}Command`];
    const { $metadata, ...rest } = await of.send(new Command(input));
    return { ...rest, status: $metadata.httpStatusCode };
  }
  /** Calls an operation that must be refused; answers the exception's name and members. */
  async function refused(operation: string, input: object = {}, of = drs): Promise<Wire> {
    try {
      await call(operation, input, of);
    } catch (error) {
      return error;
    }
    throw new Error(`${operation} was not refused`);
  }
  const server = async (id: string | number, of = drs): Promise<Wire> => {
    const sourceServerIDs = [typeof id === 'number' ? drsId(id) : id];
    return (await call('DescribeSourceServers', { filters: { sourceServerIDs } }, of)).items[0];
  };
  const state = async (id: string | number, of = drs): Promise<string> =>
    (await server(id, of)).dataReplicationInfo.dataReplicationState;
  const job = async (jobID: string, of = drs): Promise<Wire> =>
    (await call('DescribeJobs', { filters: { jobIDs: [jobID] } }, of)).items[0];
  const log = async (jobID: string, of = drs): Promise<Wire[]> =>
    (await call('DescribeJobLogItems', { jobID, maxResults: 500 }, of)).items;
  const instances = async (of = drs): Promise<Wire[]> =>
    (await call('DescribeRecoveryInstances', {}, of)).items;
  const at = (ms: number) => simulator.advanceTo(start + ms);
  /** Lets time pass. */
  const pass = (ms: number) => simulator.advanceTo(simulator.now + ms);
  /** Launches servers and lets the job end; answers it as it is then. */
  const launch = async (
    isDrill: boolean,
    ids: readonly (string | number)[],
    of = drs,
  ): Promise<Wire> => {
    const sourceServers = ids.map((id) => ({
      sourceServerID: typeof id === 'number' ? drsId(id) : id,
    }));
    const answer = await call('StartRecovery', { isDrill, sourceServers }, of);
    pass(hour);
    return job(answer.job.jobID, of);
  };
  const ec2 = new EC2Client(settings('ec2', accountId, region));
  const quotas = new ServiceQuotasClient(settings('servicequotas', accountId, region));
  return {
    simulator,
    /** What answers held that the service model does not allow. */
    breaches,
    events,
    trail,
    client,
    drs,
    call,
    refused,
    server,
    state,
    job,
    log,
    instances,
    at,
    pass,
    launch,
    ec2,
    quotas,
  };
}
