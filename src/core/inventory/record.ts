import type { Problem } from '../fleet/problem.ts';
import type { Told } from './table.ts';

/** The formats of inventory files (reference: inventory formats). */
export const formats = ['mgn', 'cmf', 'rvtools', 'azure', 'ads'] as const;
/** A format of inventory files. */
export type Format = (typeof formats)[number];

/** How the sizes of a server's disks are known, from the best to the least. */
export const diskBases = ['disk', 'partition', 'total', 'provisioned'] as const;
/** How the sizes of a server's disks are known. */
export type DiskBasis = (typeof diskBases)[number];

/** One disk of a source server. */
export interface Disk {
  /** As the format names it; absent where it only counts them. */
  readonly name?: string;
  readonly bytes: number;
}

/** A network interface of a source server. */
export interface Nic {
  readonly mac?: string;
  readonly ips: readonly string[];
}

/** What a format can tell of a server. */
export interface FactTypes {
  /** The display name, as of a VM. */
  readonly name: string;
  readonly sourceServerId: string;
  readonly userProvidedId: string;
  /** The id of a server in the discovery of AWS. */
  readonly externalId: string;
  readonly serverName: string;
  readonly uuid: string;
  readonly fqdn: string;
  readonly hostname: string;
  readonly vcenter: string;
  readonly vmId: string;
  readonly datacenter: string;
  readonly folder: string;
  readonly powerState: string;
  readonly os: string;
  readonly cores: number;
  readonly ramBytes: number;
  readonly disks: { readonly basis: DiskBasis; readonly list: readonly Disk[] };
  readonly usedBytes: number;
  readonly writeBytesPerSecond: number;
  readonly nics: readonly Nic[];
  readonly replicationType: 'AGENT_BASED' | 'SNAPSHOT_SHIPPING';
  readonly accountId: string;
  readonly region: string;
  /** The key of a group. */
  readonly application: string;
}

/** What one listing tells of a server, each value with its place. */
export type Facts = { readonly [K in keyof FactTypes]?: Told<FactTypes[K]> };

/** One server as one listing tells it. */
export interface ServerRecord {
  readonly format: Format;
  readonly source: string;
  readonly file: string;
  readonly line: number;
  readonly facts: Facts;
  readonly tags: ReadonlyMap<string, Told<string>>;
  /** Columns of MGN's inventory that a fleet document has no member for, by their names. */
  readonly columns: ReadonlyMap<string, Told<string>>;
}

/** An application or a wave as one listing tells it. */
export interface GroupRecord {
  readonly kind: 'application' | 'wave';
  readonly format: Format;
  readonly file: string;
  readonly line: number;
  /** Its id where the listing has one, otherwise its name. */
  readonly key: string;
  readonly id?: string;
  readonly name?: Told<string>;
  readonly description?: Told<string>;
  /** The key of an application's wave. */
  readonly wave?: Told<string>;
  readonly tags: ReadonlyMap<string, Told<string>>;
  readonly columns: ReadonlyMap<string, Told<string>>;
}

/** What the reading of tables came to. With problems, the rest must not be acted on. */
export interface Reading {
  readonly servers: readonly ServerRecord[];
  readonly groups: readonly GroupRecord[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** Nothing read. */
export const nothingRead: Reading = { servers: [], groups: [], problems: [], warnings: [] };

/** Names a server for people: by what its listing calls it. */
export function calledIn({ name, hostname, fqdn, userProvidedId, sourceServerId }: Facts): string {
  const known = name ?? hostname ?? fqdn ?? userProvidedId ?? sourceServerId;
  return known?.value ?? 'a server without a name';
}

/** One fact to spread into others; nothing where it is not told. */
export function fact<K extends keyof FactTypes>(
  key: K,
  told: Told<FactTypes[K]> | undefined,
): { readonly [P in K]?: Told<FactTypes[P]> } {
  const facts: { [P in K]?: Told<FactTypes[P]> } = {};
  if (told !== undefined) facts[key] = told;
  return facts;
}
