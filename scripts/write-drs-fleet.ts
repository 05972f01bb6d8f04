// Writes examples/fleets/drs-60.json, drs-200.json, drs-region-200.json and drs-recovered-12.json: servers of
// agent-based-120.json as DRS would describe them once they are protected; of the second all are in sync, in five tiers; so are
// those of the third, which all run in EC2; those of the fourth were recovered.
// Run with `node scripts/write-drs-fleet.ts`; a test says when it has to be run. What is invented says the README beside it.
import { readFileSync, writeFileSync } from 'node:fs';

type Doc = Record<string, unknown>;

const folder = new URL('../examples/fleets/', import.meta.url);
const account = '111122223333';
const stagingAccount = '444455556666';
const recoveryRegion = 'us-west-2';
const originRegion = 'us-east-1';
const extended = 3;
const size = 60;

/** The text of the file. */
export function drsFleet(source: string): string {
  const { items }: { items: Doc[] } = JSON.parse(source);
  const own = items.slice(0, size - extended).map((item, n) => server(item, n));
  // The last of them stand in the staging account; each has an extension in the account that recovers.
  const extensions = own.slice(-extended).map(extensionOf);
  const lines = [...own, ...extensions].map((one) => `  ${JSON.stringify(one)}`);
  return `{"items":[\n${lines.join(',\n')}\n]}\n`;
}

/** The tiers of a fleet that is recovered, in their order, and how many of a hundred servers each has. */
export const tiersOfFleet = [
  ['directory', 5],
  ['database', 20],
  ['application', 35],
  ['web', 25],
  ['office', 15],
] as const;

/** The text of a file of so many servers, all in sync; more than the source has are made of it anew. */
export function protectedFleet(
  source: string,
  servers: number,
  share: readonly (readonly [string, number])[] = tiersOfFleet,
): string {
  const { items }: { items: Doc[] } = JSON.parse(source);
  const tiers = share.flatMap(([tier, of]) => Array.from({ length: of }, () => tier));
  const lines = Array.from({ length: servers }, (_, n) => {
    const item = items[n % items.length] ?? {};
    const copy = Math.floor(n / items.length);
    const tier = tiers[Math.floor((n * tiers.length) / servers)] ?? '';
    return `  ${JSON.stringify(protectedServer(copy === 0 ? item : copyOf(item, copy), n, tier))}`;
  });
  return `{"items":[\n${lines.join(',\n')}\n]}\n`;
}

/** The text of a file of so many servers of EC2 that were recovered when their Region was lost: their instances serve. */
export function recoveredFleet(source: string, servers: number): string {
  const { items }: { items: Doc[] } = JSON.parse(source);
  const tiers = tiersOfFleet.map(([tier]) => tier);
  const lines = items
    .flatMap((item, n) => (isOfEc2(n) ? [{ item, n }] : []))
    .slice(0, servers)
    .map(({ item, n }, i) => {
      const tier = tiers[Math.floor((i * tiers.length) / servers)] ?? '';
      return `  ${JSON.stringify(recoveredServer(item, n, tier))}`;
    });
  return `{"items":[\n${lines.join(',\n')}\n]}\n`;
}

function recoveredServer(item: Doc, n: number, tier: string): Doc {
  const one = protectedServer(item, n, tier);
  const id = String(item['sourceServerID']);
  return {
    ...one,
    dataReplicationInfo: replicationOf(item, {
      ...{ state: 'STALLED', lag: 'PT22H20M', error: 'AGENT_NOT_SEEN', copied: 1 },
    }),
    recoveryInstanceId: `i-${[...id.slice(2)].toReversed().join('')}`,
    lastLaunchResult: 'SUCCEEDED',
    lifeCycle: {
      ...docAt(one, 'lifeCycle'),
      lastSeenByServiceDateTime: '2024-03-03T18:00:12.000000+00:00',
      lastLaunch: {
        initiated: {
          apiCallDateTime: '2024-03-03T18:40:00.000000+00:00',
          jobID: 'drsjob-2a1b2c3d4e5f60718',
          type: 'RECOVERY',
        },
        status: 'LAUNCHED',
      },
    },
  };
}

/** The text of a file of so many servers of EC2, all in sync: once their Region was lost and is back they can go back there. */
export function fleetOfRegion(source: string, servers: number): string {
  const { items }: { items: Doc[] } = JSON.parse(protectedFleet(source, servers));
  const lines = items.map((item) => `  ${JSON.stringify(ofLostRegion(item))}`);
  return `{"items":[\n${lines.join(',\n')}\n]}\n`;
}

// Eight of eleven servers stand in the west; of the others three of eight are retired in the course of the year.
const westOf = 8 / 11;
const eastRegion = 'us-east-2';

/** The text of the fleet of examples/programmes/drs-year: two sites, each protected in a Region of its own; of a tenth the replication is still to start. */
export function yearFleet(source: string, servers: number): string {
  const { items }: { items: Doc[] } = JSON.parse(protectedFleet(source, servers));
  const lines = items.map((item, n) => {
    // Spread over the tiers, which stand one after the other.
    const isEast = Math.floor((n + 1) * (1 - westOf)) > Math.floor(n * (1 - westOf));
    const nth = Math.floor(n * (1 - westOf));
    const tags = {
      ...docAt(item, 'tags'),
      application: `app-${(n % 8) + 1}`,
      site: isEast ? 'east' : 'west',
      ...(isEast && nth % 8 < 3 ? { retired: '2024' } : {}),
    };
    const told = {
      ...(isEast ? item : ofLostRegion(item)),
      ...{ tags, ...(n % 10 === 7 ? stoppedPart(item) : {}) },
    };
    const line = JSON.stringify(told);
    return `  ${isEast ? line.replaceAll(recoveryRegion, eastRegion) : line}`;
  });
  return `{"items":[\n${lines.join(',\n')}\n]}\n`;
}

/** A server as one of EC2 in the Region that the year loses: once it was recovered it can go back there. */
function ofLostRegion(item: Doc): Doc {
  const properties = docAt(item, 'sourceProperties');
  const hints = docAt(properties, 'identificationHints');
  const awsInstanceID = `i-${String(item['sourceServerID']).slice(2)}`;
  return {
    ...item,
    sourceProperties: { ...properties, identificationHints: { ...hints, awsInstanceID } },
    sourceCloudProperties: {
      originAccountID: account,
      originRegion,
      originAvailabilityZone: `${originRegion}a`,
    },
  };
}

/** What is otherwise of a server whose replication was never started. */
function stoppedPart(item: Doc): Doc {
  return { dataReplicationInfo: replicationOf(item, { state: 'STOPPED', copied: 0 }) };
}

/** The same server once more, under an id and a name of its own. */
function copyOf(item: Doc, copy: number): Doc {
  const id = String(item['sourceServerID']);
  const first = (Number.parseInt(id.slice(2, 4), 16) + copy) % 256;
  const properties = docAt(item, 'sourceProperties');
  const hints = docAt(properties, 'identificationHints');
  const named = Object.fromEntries(
    Object.entries(hints).map(([key, value]) => [key, `${String(value)}-${copy + 1}`]),
  );
  return {
    ...item,
    sourceServerID: `s-${first.toString(16).padStart(2, '0')}${id.slice(4)}`,
    sourceProperties: { ...properties, identificationHints: named },
  };
}

function protectedServer(item: Doc, n: number, tier: string): Doc {
  const id = String(item['sourceServerID']);
  const { name: _name, Name: _Name, ...tags } = docAt(item, 'tags');
  return {
    ...server(item, n, account, inSync),
    tags: { ...tags, tier },
    arn: `arn:aws:drs:${recoveryRegion}:${account}:source-server/${id}`,
    lastLaunchResult: 'NOT_STARTED',
    lifeCycle: {
      addedToServiceDateTime: '2024-01-15T08:00:00.000000+00:00',
      firstByteDateTime: '2024-01-15T08:21:13.104000+00:00',
      lastSeenByServiceDateTime: '2024-03-04T16:19:41.000000+00:00',
      lastLaunch: { initiated: {} },
    },
  };
}

interface Replication {
  readonly state: string;
  readonly lag?: string;
  readonly error?: string;
  readonly eta?: string;
  readonly copied: number;
  readonly backlogBytes?: number;
}

const inSync: Replication = { state: 'CONTINUOUS', lag: 'P0D', copied: 1 };
const gib = 2 ** 30;

// Which of the servers are not simply in sync.
const others: ReadonlyMap<number, Replication> = new Map([
  [3, { state: 'INITIAL_SYNC', copied: 0.4, eta: '2024-03-05T02:10:00.000000+00:00' }],
  [9, { state: 'INITIAL_SYNC', copied: 0.85, eta: '2024-03-04T18:40:00.000000+00:00' }],
  [14, { state: 'STALLED', lag: 'PT3H12M', error: 'AGENT_NOT_SEEN', copied: 1 }],
  [21, { state: 'BACKLOG', lag: 'PT22M41.118S', copied: 1, backlogBytes: 3 * gib }],
  [28, { state: 'RESCAN', lag: 'PT6M10S', copied: 1 }],
  [35, { state: 'STOPPED', copied: 0 }],
  [42, { state: 'DISCONNECTED', copied: 0 }],
]);

/** Every third server runs in EC2 already, in another Region. */
const isOfEc2 = (n: number) => n % 3 === 0;

function server(
  item: Doc,
  n: number,
  owner = n >= size - 2 * extended ? stagingAccount : account,
  replication = others.get(n) ?? inSync,
): Doc {
  const id = String(item['sourceServerID']);
  const properties = docAt(item, 'sourceProperties');
  const hints = docAt(properties, 'identificationHints');
  return {
    sourceServerID: id,
    arn: `arn:aws:drs:${recoveryRegion}:${owner}:source-server/${id}`,
    tags: { ...docAt(item, 'tags'), application: `app-${(n % 8) + 1}` },
    lastLaunchResult: lastLaunchOf(n) === undefined ? 'NOT_STARTED' : 'SUCCEEDED',
    dataReplicationInfo: replicationOf(item, replication),
    lifeCycle: {
      addedToServiceDateTime: '2024-01-15T08:00:00.000000+00:00',
      ...(replication.copied === 0
        ? {}
        : { firstByteDateTime: '2024-01-15T08:21:13.104000+00:00' }),
      lastSeenByServiceDateTime:
        replication.state === 'STALLED'
          ? '2024-03-04T13:08:07.000000+00:00'
          : '2024-03-04T16:19:41.000000+00:00',
      lastLaunch: lastLaunchOf(n) ?? { initiated: {} },
    },
    sourceProperties: {
      ...properties,
      supportsNitroInstances: true,
      identificationHints: isOfEc2(n) ? { ...hints, awsInstanceID: `i-${id.slice(2)}` } : hints,
    },
    ...(isOfEc2(n)
      ? {
          sourceCloudProperties: {
            originAccountID: owner,
            originRegion,
            originAvailabilityZone: `${originRegion}${'abc'[n % 9 === 0 ? 0 : 1]}`,
          },
        }
      : {}),
    replicationDirection: 'FAILOVER',
    stagingArea: { status: 'NOT_EXTENDED', stagingAccountID: owner },
    agentVersion: '3.6.2',
  };
}

function replicationOf(item: Doc, replication: Replication): Doc {
  const { state, lag, error, eta, copied, backlogBytes = 0 } = replication;
  const disks = docsAt(docAt(item, 'sourceProperties'), 'disks').map((disk, i) => {
    const bytes = state === 'DISCONNECTED' ? 0 : Number(disk['bytes']);
    return {
      deviceName: disk['deviceName'],
      totalStorageBytes: bytes,
      replicatedStorageBytes: Math.floor(bytes * copied),
      rescannedStorageBytes: 0,
      backloggedStorageBytes: i === 0 ? backlogBytes : 0,
      volumeStatus: 'REGULAR',
    };
  });
  return {
    ...(lag === undefined ? {} : { lagDuration: lag }),
    ...(eta === undefined ? {} : { etaDateTime: eta }),
    replicatedDisks: disks,
    dataReplicationState: state,
    dataReplicationInitiation: {
      startDateTime: '2024-01-15T08:02:00.000000+00:00',
      nextAttemptDateTime: '2024-03-04T16:21:00+00:00',
      steps: [],
    },
    ...(error === undefined ? {} : { dataReplicationError: { error } }),
    stagingAvailabilityZone: `${recoveryRegion}a`,
  };
}

/** Every second server was drilled, in two waves: one lately, one longer ago than a quarter of a year. */
function lastLaunchOf(n: number): Doc | undefined {
  if (n % 2 === 1 || others.has(n)) return undefined;
  const late = n % 4 === 0;
  return {
    initiated: {
      apiCallDateTime: late
        ? '2024-02-20T09:00:00.000000+00:00'
        : '2023-11-28T09:00:00.000000+00:00',
      jobID: late ? 'drsjob-0a1b2c3d4e5f60718' : 'drsjob-1a1b2c3d4e5f60718',
      type: 'DRILL',
    },
    status: 'TERMINATED',
  };
}

function extensionOf(staging: Doc, n: number): Doc {
  const id = `s-${String(n + 1).padStart(17, '0')}`;
  const { lifeCycle: _lifeCycle, sourceCloudProperties: _origin, ...rest } = staging;
  return {
    ...rest,
    sourceServerID: id,
    arn: `arn:aws:drs:${recoveryRegion}:${account}:source-server/${id}`,
    lastLaunchResult: 'NOT_STARTED',
    lifeCycle: {
      addedToServiceDateTime: '2024-02-01T08:00:00.000000+00:00',
      lastLaunch: { initiated: {} },
    },
    stagingArea: {
      status: 'EXTENDED',
      stagingAccountID: stagingAccount,
      stagingSourceServerArn: staging['arn'],
    },
  };
}

function docAt(document: Doc, key: string): Doc {
  const value = document[key];
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}

function docsAt(document: Doc, key: string): readonly Doc[] {
  const value: unknown = document[key];
  return Array.isArray(value) ? value : [];
}

if (import.meta.main) {
  const source = readFileSync(new URL('agent-based-120.json', folder), 'utf8');
  writeFileSync(new URL('drs-60.json', folder), drsFleet(source));
  writeFileSync(new URL('drs-200.json', folder), protectedFleet(source, 200));
  writeFileSync(new URL('drs-region-200.json', folder), fleetOfRegion(source, 200));
  writeFileSync(new URL('drs-recovered-12.json', folder), recoveredFleet(source, 12));
}
