import { readFileSync } from 'node:fs';
import {
  type CallRecord,
  type FaultFile,
  type JsonObject,
  parseFaults,
  Simulator,
  type SimulatorOptions,
} from '../../src/simulator/simulator.ts';

export const accountId = '111122223333';
export const region = 'us-east-1';
export const startAt = '2024-03-04T16:20:07.412Z';
export const start = Date.parse(startAt);
export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

// biome-ignore lint/suspicious/noExplicitAny: answers of the wire are read by path in tests
export type Wire = any;

/** Reads the items of an example fleet. */
export function fleetFile(name: string): JsonObject[] {
  return JSON.parse(readFileSync(`examples/fleets/${name}`, 'utf8')).items;
}

/** The id of the n-th server of a test. */
export function serverId(n: number): string {
  return `s-${n.toString(16).padStart(17, '0')}`;
}

const GiB = 1024 ** 3;

/** A source server in wire form. */
export function aServer(
  n: number,
  is: {
    lifeCycle?: string;
    replication?: string;
    lag?: string;
    agentless?: boolean;
    gib?: number;
    synced?: number;
    info?: JsonObject;
    more?: JsonObject;
    launched?: JsonObject;
  } = {},
): JsonObject {
  const { lifeCycle = 'READY_FOR_TEST', replication = 'CONTINUOUS', gib = 10, synced = 1 } = is;
  const id = serverId(n);
  const discovered = lifeCycle === 'DISCOVERED';
  const bytes = gib * GiB;
  return {
    sourceServerID: id,
    arn: `arn:aws:mgn:${region}:${accountId}:source-server/${id}`,
    isArchived: false,
    tags: { Name: `host-${n}` },
    launchedInstance: is.launched ?? {},
    dataReplicationInfo: {
      ...(is.lag === undefined ? {} : { lagDuration: is.lag }),
      replicatedDisks: discovered
        ? []
        : [
            {
              deviceName: 'c:0',
              totalStorageBytes: bytes,
              replicatedStorageBytes: bytes * synced,
              rescannedStorageBytes: synced === 1 ? bytes : 0,
              backloggedStorageBytes: 0,
            },
          ],
      dataReplicationState: replication,
      dataReplicationInitiation: {
        startDateTime: '2024-03-04T10:00:00.000000+00:00',
        nextAttemptDateTime: '2024-03-04T16:21:00+00:00',
        steps: [],
      },
      ...(is.lag === undefined ? {} : { lastSnapshotDateTime: '2024-03-04T16:00:00.000000+00:00' }),
      ...is.info,
    },
    lifeCycle: {
      addedToServiceDateTime: '2024-03-01T00:00:00.000000+00:00',
      lastSeenByServiceDateTime: '2024-03-04T16:19:30.000000+00:00',
      lastTest: { initiated: {}, reverted: {}, finalized: {} },
      lastCutover: { initiated: {}, reverted: {}, finalized: {} },
      state: lifeCycle,
    },
    sourceProperties: {
      lastUpdatedDateTime: '2024-03-04T16:00:00.000000+00:00',
      identificationHints: { hostname: `host-${n}`, fqdn: `host-${n}.customer.com` },
      disks: [{ deviceName: 'c:0', bytes }],
    },
    replicationType: is.agentless === true ? 'SNAPSHOT_SHIPPING' : 'AGENT_BASED',
    ...(is.agentless === true ? { vcenterClientID: 'vcc-00000000000000001' } : {}),
    ...is.more,
  };
}

/** A server that is ready to be tested. */
export const ready = (n: number, is: Parameters<typeof aServer>[1] = {}) =>
  aServer(n, { lag: 'P0D', ...is });

export const aClient: JsonObject = {
  vcenterClientID: 'vcc-00000000000000001',
  arn: `arn:aws:mgn:${region}:${accountId}:vcenter-client/vcc-00000000000000001`,
  hostname: 'vcc-1',
  lastSeenDatetime: '2024-03-04T16:19:30.000000+00:00',
};

/** Faults from the body of a faults file. */
export function faults(...list: JsonObject[]): FaultFile {
  const text = JSON.stringify({ apiVersion: 'landfall/v1', kind: 'Faults', faults: list });
  const parsed = parseFaults(text, 'test');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.faults;
}

/** A simulator with its records and events, and calls by operation name. */
export function rig(options: Partial<SimulatorOptions> = {}) {
  const calls: CallRecord[] = [];
  const events: Wire[] = [];
  // What CloudTrail tells of calls, apart from what the service tells itself.
  const trail: Wire[] = [];
  const simulator = new Simulator({
    fleet: [],
    vcenterClients: [],
    faults: faults(),
    seed: 7,
    startAt,
    onCall: (record) => calls.push(record),
    onEvent: (event) =>
      (event['detail-type'] === 'AWS API Call via CloudTrail' ? trail : events).push(event),
    ...options,
  });
  const raw = (operation: string, body: string) =>
    simulator.answer({
      service: 'mgn',
      region,
      accountId,
      caller: 'landfall',
      method: 'POST',
      path: `/${operation}`,
      query: {},
      headers: {},
      body,
    });
  const call = (operation: string, input: JsonObject = {}) => {
    const response = raw(operation, JSON.stringify(input));
    return {
      status: response.status,
      error: response.headers['x-amzn-errortype'] ?? null,
      headers: response.headers,
      lost: response.answerLost === true,
      body: (response.body === '' ? {} : JSON.parse(response.body)) as Wire,
    };
  };
  const server = (n: number): Wire =>
    call('DescribeSourceServers', { filters: { sourceServerIDs: [serverId(n)] } }).body.items[0];
  const states = (n: number) => {
    const found = server(n);
    return `${found.lifeCycle.state}/${found.dataReplicationInfo.dataReplicationState}`;
  };
  const job = (id: string): Wire =>
    call('DescribeJobs', { filters: { jobIDs: [id] } }).body.items[0];
  const log = (id: string): string[] =>
    call('DescribeJobLogItems', { jobID: id, maxResults: 1000 }).body.items.map(
      (i: Wire) => i.event,
    );
  const at = (ms: number) => simulator.advanceTo(start + ms);
  /** Runs an operation on servers and lets its job end. */
  const launch = (operation: string, ...servers: number[]): Wire => {
    const answer = call(operation, { sourceServerIDs: servers.map(serverId) });
    if (answer.status !== 202) throw new Error(JSON.stringify(answer.body));
    return answer.body.job;
  };
  return { simulator, calls, events, trail, raw, call, server, states, job, log, at, launch };
}
