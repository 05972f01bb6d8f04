// In: the servers of all listings. Out: which of them are one server (reference: inventory formats 7.1), with what a
// person has to decide. The order of the files does not matter: keys are looked at in an order of their own.
import { type Problem, problemAt, shown } from '../fleet/problem.ts';
import { hostOf, isIpv4 } from './cells.ts';
import { calledIn, type ServerRecord } from './record.ts';
import { placeOf } from './table.ts';

/** Records that are about one server, in an order that does not depend on the files' order. */
export type Cluster = readonly ServerRecord[];

/** What the matching came to. */
export interface Matching {
  readonly clusters: readonly Cluster[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** One way to tell that two records are about one server. */
interface Level {
  readonly what: string;
  readonly keys: (record: ServerRecord) => readonly string[];
  /** Strong keys are identities: what contradicts them is refused. Weak ones only join what is unique. */
  readonly strong: boolean;
}

/** The levels of identity; with `sameKey` the ids of MGN, CMF and Application Discovery count as one and the same. */
function levelsOf(sameKey: boolean): readonly Level[] {
  const own = (record: ServerRecord) => {
    const { userProvidedId, serverName, externalId } = record.facts;
    const id = (userProvidedId ?? serverName ?? externalId)?.value.toLowerCase();
    return id === undefined ? [] : [sameKey ? id : `${record.format} ${id}`];
  };
  return [
    {
      what: 'source server id',
      keys: one(({ sourceServerId }) => sourceServerId?.value),
      strong: true,
    },
    { what: 'id', keys: own, strong: true },
    { what: 'VM UUID', keys: one(({ uuid }) => uuid && uuidKey(uuid.value)), strong: true },
    {
      what: 'VM ID',
      keys: one(
        ({ vcenter, vmId }) => vcenter && vmId && `${vcenter.value.toLowerCase()} ${vmId.value}`,
      ),
      strong: true,
    },
    {
      what: 'fully qualified name',
      keys: one(({ fqdn }) => fqdn?.value.toLowerCase()),
      strong: true,
    },
    { what: 'host name', keys: hostKeys, strong: false },
    { what: 'IP or MAC address', keys: addressKeys, strong: false },
  ];
}

function one(key: (facts: ServerRecord['facts']) => string | undefined) {
  return (record: ServerRecord) => {
    const value = key(record.facts);
    return value === undefined ? [] : [value];
  };
}

/** The key of a VM UUID, however it is written. */
export function uuidKey(uuid: string): string {
  return uuid.toLowerCase().replaceAll(/[^0-9a-f]/g, '');
}

function hostKeys({ facts }: ServerRecord): readonly string[] {
  const label = (facts.hostname ?? hostOf(facts.fqdn))?.value;
  return label === undefined ? [] : [label.toLowerCase()];
}

function addressKeys({ facts }: ServerRecord): readonly string[] {
  // MGN takes an IP address where there is no name.
  const named = facts.fqdn !== undefined && isIpv4(facts.fqdn.value) ? [facts.fqdn.value] : [];
  const own = (facts.nics?.value ?? []).flatMap(({ mac, ips }) => [
    ...(mac === undefined ? [] : [mac.toLowerCase().replaceAll(/[^0-9a-f]/g, '')]),
    ...ips,
  ]);
  return [...named, ...own];
}

/** Matches the records of all listings. */
export function matchServers(records: readonly ServerRecord[], sameKey = false): Matching {
  const sets = new Sets(withoutRepeats(records));
  const [problems, warnings]: [Problem[], Problem[]] = [[], []];
  const levels = levelsOf(sameKey);
  for (const level of levels) {
    const groups = new Map<string, ServerRecord[]>();
    for (const record of sets.records) {
      for (const key of new Set(level.keys(record))) {
        groups.set(key, [...(groups.get(key) ?? []), record]);
      }
    }
    for (const [key, group] of [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      const found = sets.join(level, key, group, levels);
      if (found === undefined) continue;
      // Two servers of one listing are two servers, whatever they share.
      const inOneListing = new Set(group.map(listingOf)).size === 1;
      (level.strong && !inOneListing ? problems : warnings).push(found);
    }
  }
  return { clusters: sets.clusters(), problems, warnings };
}

/** A row that is given again, as with a file that is named twice, is the same row. */
function withoutRepeats(records: readonly ServerRecord[]): readonly ServerRecord[] {
  const seen = new Map<string, ServerRecord>();
  for (const record of records) {
    const text = [record.format, record.line, valuesOf(record)].join('\n');
    const known = seen.get(text);
    if (known === undefined || placeOf(record) < placeOf(known)) seen.set(text, record);
  }
  return [...seen].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, record]) => record);
}

/** All that a record tells, without its places. */
function valuesOf({ facts, tags, columns }: ServerRecord): string {
  const values = [...Object.entries(facts), ...tags, ...columns].map(([key, told]) => [
    key,
    told?.value,
  ]);
  return JSON.stringify(values);
}

class Sets {
  readonly records: readonly ServerRecord[];
  readonly #of = new Map<ServerRecord, readonly ServerRecord[]>();

  constructor(records: readonly ServerRecord[]) {
    this.records = records;
    for (const record of records) this.#of.set(record, [record]);
  }

  clusters(): readonly Cluster[] {
    return [...new Set(this.#of.values())];
  }

  /** Joins the records of one key, or says why they may not be one server. */
  join(
    level: Level,
    key: string,
    group: readonly ServerRecord[],
    levels: readonly Level[],
  ): Problem | undefined {
    const clusters = [...new Set(group.map((record) => this.#of.get(record) ?? []))];
    if (clusters.length < 2) return undefined;
    const members = clusters.flat();
    // Display names alone join nothing across vCenters.
    const vms = group.filter(({ format }) => format === 'rvtools');
    if (!level.strong && vms.length > 1) {
      const [a, b] = vms;
      return a && b && vms.length < group.length ? finding(level, key, a, b) : undefined;
    }
    const twin = twinsIn(members, clusters);
    const [first, second] = twin ?? [];
    if (first !== undefined && second !== undefined) {
      // A weak key that several servers of one listing share says nothing.
      if (!level.strong && group.filter(({ source }) => source === first.source).length > 1) {
        return undefined;
      }
      return finding(level, key, first, second);
    }
    const against = levels
      .slice(0, levels.indexOf(level))
      .find((higher) => higher.strong && contradicts(higher, clusters));
    if (against !== undefined) {
      const [a, b] = clusters.map(([record]) => record);
      return a && b && finding(level, key, a, b, against.what);
    }
    for (const record of members) this.#of.set(record, members);
    return undefined;
  }
}

function listingOf({ format, source }: ServerRecord): string {
  return `${format} ${source}`;
}

/** Two records of one listing that would become one server. */
function twinsIn(
  members: readonly ServerRecord[],
  clusters: readonly Cluster[],
): readonly [ServerRecord, ServerRecord] | undefined {
  const seen = new Map<string, ServerRecord>();
  for (const record of members) {
    const listing = listingOf(record);
    const other = seen.get(listing);
    if (
      other !== undefined &&
      !clusters.some((cluster) => cluster.includes(record) && cluster.includes(other))
    ) {
      return [other, record];
    }
    seen.set(listing, record);
  }
  return undefined;
}

/** Says whether two clusters have keys of a level, and none in common. */
function contradicts(level: Level, clusters: readonly Cluster[]): boolean {
  const keys = clusters.map((cluster) => new Set(cluster.flatMap((record) => level.keys(record))));
  return keys.some((a, i) =>
    keys.slice(i + 1).some((b) => {
      const kinds = new Set([...a].map(kindOf));
      const shared = [...b].filter((key) => kinds.has(kindOf(key)));
      return shared.length > 0 && !shared.some((key) => a.has(key));
    }),
  );
}

// Ids of two formats can be compared only where they are said to be the same key; then they have no kind.
function kindOf(key: string): string {
  return /^(mgn|cmf|ads|azure|rvtools) /.exec(key)?.[1] ?? '';
}

function finding(
  { what, strong }: Level,
  key: string,
  a: ServerRecord,
  b: ServerRecord,
  against?: string,
): Problem {
  const [first, second] = placeOf(a) <= placeOf(b) ? [a, b] : [b, a];
  const text =
    against === undefined
      ? `two servers have the ${what} ${shown(key)}: ${calledIn(first.facts)} (${placeOf(first)}) and ${calledIn(second.facts)} (${placeOf(second)})`
      : `${calledIn(first.facts)} (${placeOf(first)}) and ${calledIn(second.facts)} (${placeOf(second)}) share the ${what} ${shown(key)} and differ in their ${against}`;
  const remedy = strong
    ? 'say which is meant: mend one of the rows or take it out'
    : 'nothing to do if they are two servers; else give both the same fully qualified name';
  return { ...problemAt([], text, remedy), file: second.file, line: second.line };
}
