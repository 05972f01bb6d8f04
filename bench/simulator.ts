// In: nothing, or a number of servers. Out: how fast the simulator answers on the wire and how fast it goes through
// virtual time, as a table. Each size runs in a process of its own, so that the peak of its memory is its own.
import { fork } from 'node:child_process';
import { Agent, request } from 'node:http';
import * as z from 'zod';
import { LogRing } from '../src/simulator/http/log-ring.ts';
import { RecordedSimulator } from '../src/simulator/http/recorded-simulator.ts';
import { RecordingStore } from '../src/simulator/http/recording-store.ts';
import { openFace } from '../src/simulator/http/server.ts';
import { VirtualClock } from '../src/simulator/http/virtual-clock.ts';
import { type JsonObject, noFaults } from '../src/simulator/simulator.ts';

const [job, sizeText = '', portText = ''] = process.argv.slice(2);
const accountId = '111122223333';
const region = 'eu-central-1';
const startAt = '2024-03-04T16:20:00.000Z';
const GiB = 2 ** 30;
// Six times through the largest fleet: what is printed once for each server is a sixth of it.
const pages = 300;

switch (job) {
  case 'serve':
    await serve(Number(sizeText));
    break;
  case 'call':
    await call(Number(sizeText), Number(portText));
    break;
  case 'advance':
    advance(Number(sizeText));
    break;
  case 'replay':
    replay(Number(sizeText));
    break;
  default:
    await all();
}

async function all(): Promise<void> {
  for (const size of [1000, 10_000, 50_000]) {
    const server = fork(import.meta.filename, ['serve', String(size)]);
    const port = await new Promise<number>((resolve, reject) => {
      server.once('message', (message) => resolve(z.number().parse(message)));
      server.once('exit', () => reject(new Error('the server ended before it listened')));
    });
    await ended(fork(import.meta.filename, ['call', String(size), String(port)]));
    server.send('end');
    await ended(server);
  }
  await ended(fork(import.meta.filename, ['advance', '10000']));
  await ended(fork(import.meta.filename, ['replay', '10000']));
}

function ended(child: ReturnType<typeof fork>): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`ended with ${String(code)}`)),
    );
  });
}

/** Serves a fleet until it is told to end, then prints the peak of its memory. */
async function serve(size: number): Promise<void> {
  const began = performance.now();
  const events = new LogRing();
  const calls = new LogRing();
  const simulator = recorded(
    Array.from({ length: size }, (_, n) => aServer(n)),
    (record) => calls.add(record),
  );
  const face = await openFace({
    simulator,
    clock: new VirtualClock('real', () => performance.now(), simulator.now),
    events,
    calls,
    host: '127.0.0.1',
    port: 0,
    defaultAccount: accountId,
  });
  const seconds = (performance.now() - began) / 1000;
  process.send?.(face.port);
  process.once('message', () => {
    const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
    console.log(`  loaded in ${seconds.toFixed(1)} s, at most ${peakMb} MB resident`);
    process.disconnect();
    void face.close();
  });
}

function recorded(
  fleet: readonly JsonObject[],
  onCall: (record: unknown) => void = () => undefined,
): RecordedSimulator {
  const options = { fleet, vcenterClients: [], faults: noFaults, seed: 1, startAt };
  return new RecordedSimulator(new RecordingStore(), options, { onCall });
}

/** Reads a fleet page by page as a raw client, then launches 200 servers. */
async function call(size: number, port: number): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  const send = (operation: string, input: JsonObject): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      const sent = request(
        {
          agent,
          host: '127.0.0.1',
          port,
          method: 'POST',
          path: `/${operation}`,
          headers: {
            authorization: `AWS4-HMAC-SHA256 Credential=${accountId}/20240304/${region}/mgn/aws4_request`,
          },
        },
        (response) => {
          const parts: Buffer[] = [];
          response.on('data', (part: Buffer) => parts.push(part));
          response.on('end', () => resolve(Buffer.concat(parts)));
        },
      );
      sent.on('error', reject);
      sent.end(JSON.stringify(input));
    });
  const Page = z.object({ items: z.array(z.unknown()), nextToken: z.string().optional() });
  const times: number[] = [];
  let bytes = 0;
  let read = 0;
  const began = performance.now();
  while (times.length < pages) {
    let nextToken: string | undefined;
    do {
      const input = nextToken === undefined ? {} : { nextToken };
      const from = performance.now();
      const body = await send('DescribeSourceServers', { maxResults: 1000, ...input });
      times.push(performance.now() - from);
      bytes += body.length;
      const page = Page.parse(JSON.parse(body.toString()));
      read += page.items.length;
      nextToken = page.nextToken;
    } while (nextToken !== undefined && times.length < pages);
  }
  const seconds = (performance.now() - began) / 1000;
  times.sort((a, b) => a - b);
  const at = (share: number) => (times[Math.floor(times.length * share)] ?? 0).toFixed(1);
  const sourceServerIDs = Array.from({ length: 200 }, (_, n) => idOf(n));
  const from = performance.now();
  const launched = z.object({ job: z.object({ jobID: z.string() }) });
  launched.parse(JSON.parse((await send('StartTest', { sourceServerIDs })).toString()));
  const launchMs = (performance.now() - from).toFixed(1);
  console.log(
    `${size} servers: pages of ${Math.round(read / times.length)} (${Math.round(bytes / times.length / 1024)} KB) ` +
      `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, ${(times.length / seconds).toFixed(1)} a second with parsing; ` +
      `StartTest of 200 in ${launchMs} ms`,
  );
  agent.destroy();
}

/** Takes replicating servers through 30 virtual days, and reads them once a day. */
function advance(size: number): void {
  const simulator = recorded(Array.from({ length: size }, (_, n) => aServer(n, n % 4 === 0)));
  const began = performance.now();
  const from = simulator.now;
  for (let day = 1; day <= 30; day += 1) simulator.advanceTo(from + day * 86_400_000);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(`${size} servers through 30 days in ${seconds} s, at most ${peakMb} MB resident`);
}

/** Makes a world again from so many recorded calls. */
function replay(count: number): void {
  const store = new RecordingStore();
  const fleet = Array.from({ length: 1000 }, (_, n) => aServer(n));
  const options = { fleet, vcenterClients: [], faults: noFaults, seed: 1, startAt };
  const one = new RecordedSimulator(store, options);
  const ask = (operation: string, input: JsonObject) =>
    one.answer({
      service: 'mgn',
      region,
      accountId,
      caller: 'bench',
      method: 'POST',
      path: `/${operation}`,
      query: {},
      headers: {},
      body: JSON.stringify(input),
    });
  const lived = performance.now();
  for (let n = 0; n < count; n += 1) {
    one.advanceTo(one.now + 60_000);
    ask(n % 2 === 0 ? 'StopReplication' : 'StartReplication', {
      sourceServerID: idOf((n >> 1) % 1000),
    });
  }
  const livedSeconds = ((performance.now() - lived) / 1000).toFixed(1);
  one.note();
  const began = performance.now();
  const again = new RecordedSimulator(store, undefined);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(
    `${count} writing calls over ${Math.round((again.now - Date.parse(startAt)) / 3_600_000)} hours, ` +
      `recorded in ${livedSeconds} s, replayed in ${seconds} s`,
  );
}

function idOf(n: number): string {
  return `s-${n.toString(16).padStart(17, '0')}`;
}

/** A server of real size; ready to be tested, or still in its initial sync. */
function aServer(n: number, syncing = false): JsonObject {
  const id = idOf(n);
  const bytes = (20 + (n % 180)) * GiB;
  const apps = Array.from({ length: 12 }, (_, i) => ({
    applicationName: `Application ${i} of ${n}`,
  }));
  return {
    sourceServerID: id,
    arn: `arn:aws:mgn:${region}:${accountId}:source-server/${id}`,
    isArchived: false,
    tags: { Name: `host-${n}`, environment: 'bench' },
    launchedInstance: {},
    dataReplicationInfo: {
      ...(syncing
        ? {}
        : { lagDuration: 'P0D', lastSnapshotDateTime: '2024-03-04T16:00:00.000000+00:00' }),
      replicatedDisks: [
        {
          deviceName: '/dev/sda',
          totalStorageBytes: bytes,
          replicatedStorageBytes: syncing ? 0 : bytes,
          rescannedStorageBytes: 0,
          backloggedStorageBytes: 0,
        },
      ],
      dataReplicationState: syncing ? 'INITIAL_SYNC' : 'CONTINUOUS',
      dataReplicationInitiation: {
        startDateTime: '2024-03-04T10:00:00.000000+00:00',
        nextAttemptDateTime: '2024-03-04T16:21:00+00:00',
        steps: [
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
        ].map((name) => ({ name, status: 'SUCCEEDED' })),
      },
    },
    lifeCycle: {
      addedToServiceDateTime: '2024-03-01T00:00:00.000000+00:00',
      firstByteDateTime: '2024-03-01T00:03:41.000000+00:00',
      lastSeenByServiceDateTime: '2024-03-04T16:19:30.000000+00:00',
      lastTest: { initiated: {}, reverted: {}, finalized: {} },
      lastCutover: { initiated: {}, reverted: {}, finalized: {} },
      state: syncing ? 'NOT_READY' : 'READY_FOR_TEST',
    },
    sourceProperties: {
      lastUpdatedDateTime: '2024-03-04T16:00:00.000000+00:00',
      recommendedInstanceType: 'm5.large',
      identificationHints: { hostname: `host-${n}`, fqdn: `host-${n}.customer.com` },
      networkInterfaces: [{ macAddress: '0A-40-F1-E8-B2-2D', ips: ['10.0.0.1'], isPrimary: true }],
      disks: [{ deviceName: '/dev/sda', bytes }],
      cpus: [{ cores: 4, modelName: 'Intel(R) Xeon(R) CPU E5-2686 v4 @ 2.30GHz' }],
      ramBytes: 16 * GiB,
      os: { fullString: 'Microsoft Windows Server 2019 Datacenter 10.0.17763' },
      installedApplications: apps,
    },
    replicationType: 'AGENT_BASED',
  };
}
