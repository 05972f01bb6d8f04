// In: what all listings tell. Out: each server, application and wave once, with the value of every fact that counts
// (reference: inventory formats 7.2), or where listings contradict one another.
import { type Problem, problemAt, shown } from '../fleet/problem.ts';
import { type Cluster, matchServers } from './match.ts';
import {
  calledIn,
  diskBases,
  type Facts,
  type FactTypes,
  type Format,
  fact,
  type GroupRecord,
  type Reading,
  type ServerRecord,
} from './record.ts';
import { placeOf, type Told } from './table.ts';

/** One server with what counts of all listings. */
export interface MergedServer {
  readonly records: Cluster;
  readonly facts: Facts;
  readonly tags: ReadonlyMap<string, Told<string>>;
  readonly columns: ReadonlyMap<string, Told<string>>;
}

/** One application or wave with what counts of all listings. */
export interface MergedGroup {
  readonly kind: GroupRecord['kind'];
  /** Its id where a listing has one, otherwise its name. */
  readonly key: string;
  readonly id?: string;
  readonly name?: string;
  readonly description?: string;
  /** The key of an application's wave. */
  readonly wave?: string;
  readonly tags: ReadonlyMap<string, Told<string>>;
  readonly columns: ReadonlyMap<string, Told<string>>;
}

/** All listings as one. */
export interface Merged {
  readonly servers: readonly MergedServer[];
  readonly groups: readonly MergedGroup[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

// What a plan says comes from where it is meant for MGN; sizes come from where they were measured.
const planOrder: readonly Format[] = ['mgn', 'cmf', 'ads', 'azure', 'rvtools'];
const sizeOrder: readonly Format[] = ['rvtools', 'azure', 'ads', 'cmf', 'mgn'];

/** The facts that measure or name the machine itself. */
const sizes: readonly (keyof FactTypes)[] = [
  'os',
  'cores',
  'ramBytes',
  'disks',
  'usedBytes',
  'writeBytesPerSecond',
  'nics',
  'powerState',
  'vcenter',
  'vmId',
  'datacenter',
  'folder',
  'uuid',
];
// What a person has to hear of when formats differ; other differences are between two ways to measure.
const told: readonly (keyof FactTypes)[] = ['accountId', 'region', 'application'];

/** Merges all that was read. With `sameKey` the ids of MGN, CMF and Application Discovery are one key. */
export function merge(reading: Reading, sameKey = false): Merged {
  const { clusters, ...found } = matchServers(reading.servers, sameKey);
  const problems = [...found.problems];
  const warnings = [...found.warnings];
  const groups = mergeGroups(reading.groups, problems, warnings);
  const keys = keysOf(reading.groups);
  const servers = clusters.map((records) => mergeServer(records, keys, problems, warnings));
  return { servers, groups, problems, warnings };
}

function mergeServer(
  records: Cluster,
  keys: ReadonlyMap<string, string>,
  problems: Problem[],
  warnings: Problem[],
): MergedServer {
  const named = records.map((record) => ({ ...record, facts: placedFacts(record, keys) }));
  const pick = <K extends keyof FactTypes>(key: K) =>
    fact(key, best(named, key, problems, warnings));
  const facts: Facts = {
    ...pick('name'),
    ...pick('sourceServerId'),
    ...pick('userProvidedId'),
    ...pick('externalId'),
    ...pick('serverName'),
    ...pick('uuid'),
    ...pick('fqdn'),
    ...pick('hostname'),
    ...pick('vcenter'),
    ...pick('vmId'),
    ...pick('datacenter'),
    ...pick('folder'),
    ...pick('powerState'),
    ...pick('os'),
    ...pick('cores'),
    ...pick('ramBytes'),
    ...pick('disks'),
    ...pick('usedBytes'),
    ...pick('writeBytesPerSecond'),
    ...pick('nics'),
    ...pick('replicationType'),
    ...pick('accountId'),
    ...pick('region'),
    ...pick('application'),
  };
  const who = calledIn(facts);
  const columns = mergeMaps(records, ({ columns: own }) => own, who, problems);
  const tags = new Map(mergeMaps(records, ({ tags: own }) => own, who, problems));
  // A deletion is explicit, and then it counts over what other listings have.
  for (const name of columns.keys()) {
    if (name.startsWith('mgn:server:tag:')) tags.delete(name.slice('mgn:server:tag:'.length));
  }
  return { records, facts, tags, columns };
}

/** The facts of a record with its application by the key that all listings share. */
function placedFacts(record: ServerRecord, keys: ReadonlyMap<string, string>): Facts {
  const { application } = record.facts;
  if (application === undefined) return record.facts;
  const value = keys.get(`application ${application.value}`) ?? application.value;
  return { ...record.facts, application: { ...application, value } };
}

/** The value of a fact that counts: of the format that knows best, never an empty one. */
function best<K extends keyof FactTypes>(
  records: readonly ServerRecord[],
  key: K,
  problems: Problem[],
  warnings: Problem[],
): Told<FactTypes[K]> | undefined {
  const order = sizes.includes(key) ? sizeOrder : planOrder;
  const candidates = records
    .flatMap((record) => {
      const value: Told<FactTypes[K]> | undefined = record.facts[key];
      return value === undefined ? [] : [{ record, value }];
    })
    .toSorted(
      (a, b) =>
        basisRank(a.record, key) - basisRank(b.record, key) ||
        order.indexOf(a.record.format) - order.indexOf(b.record.format) ||
        (placeOf(a.value) < placeOf(b.value) ? -1 : 1),
    );
  const [first, ...others] = candidates;
  if (first === undefined) return undefined;
  for (const other of others) {
    if (JSON.stringify(other.value.value) === JSON.stringify(first.value.value)) continue;
    if (isSame(first.value.value, other.value.value)) continue;
    const equal =
      other.record.format === first.record.format &&
      basisRank(other.record, key) === basisRank(first.record, key);
    if (equal && key !== 'usedBytes')
      problems.push(differing(first.record, first.value, other.value, true));
    else if (told.includes(key))
      warnings.push(differing(first.record, first.value, other.value, false));
  }
  return first.value;
}

function isSame(a: unknown, b: unknown): boolean {
  return typeof a === 'string' && typeof b === 'string' && a.toLowerCase() === b.toLowerCase();
}

function basisRank({ facts }: ServerRecord, key: keyof FactTypes): number {
  return key === 'disks' && facts.disks !== undefined
    ? diskBases.indexOf(facts.disks.value.basis)
    : 0;
}

function differing(
  record: ServerRecord,
  first: Told<unknown>,
  other: Told<unknown>,
  refused: boolean,
): Problem {
  const text = `${calledIn(record.facts)}: ${shown(other.value)} here, ${shown(first.value)} at ${placeOf(first)} (${first.column})`;
  const remedy = refused
    ? 'keep the newer of the two: rows about one server must not differ'
    : `nothing to do if ${placeOf(first)} is right: it is what counts`;
  const problem = problemAt([], text, remedy);
  return { ...problem, path: other.column, file: other.file, line: other.line };
}

/** Merges named values; among records of one format two values of one name are a problem. */
function mergeMaps(
  records: readonly ServerRecord[],
  of: (record: ServerRecord) => ReadonlyMap<string, Told<string>>,
  who: string,
  problems: Problem[],
): ReadonlyMap<string, Told<string>> {
  const merged = new Map<string, { readonly format: Format; readonly told: Told<string> }>();
  const ordered = records.toSorted(
    (a, b) =>
      planOrder.indexOf(a.format) - planOrder.indexOf(b.format) ||
      (placeOf(a) < placeOf(b) ? -1 : 1),
  );
  for (const record of ordered) {
    for (const [name, value] of of(record)) {
      const known = merged.get(name);
      if (known === undefined) merged.set(name, { format: record.format, told: value });
      else if (known.format === record.format && known.told.value !== value.value) {
        const text = `${who}: ${shown(value.value)} here, ${shown(known.told.value)} at ${placeOf(known.told)}`;
        problems.push({
          ...problemAt(
            [],
            text,
            'rows about one server must not differ: mend one, or leave one empty',
          ),
          path: value.column,
          file: value.file,
          line: value.line,
        });
      }
    }
  }
  return new Map([...merged].map(([name, { told: value }]) => [name, value]));
}

function nameOf({ name, key }: GroupRecord): string {
  return name?.value ?? key;
}

function keyOf({ kind, key }: GroupRecord): string {
  return `${kind} ${key}`;
}

/** The key of each group for all listings: a name that only one known id has stands for that id. */
function keysOf(records: readonly GroupRecord[]): ReadonlyMap<string, string> {
  const ids = new Map<string, Set<string>>();
  for (const record of records) {
    if (record.id === undefined) continue;
    const name = `${record.kind} ${nameOf(record)}`;
    ids.set(name, (ids.get(name) ?? new Set()).add(record.id));
  }
  return new Map(
    records.map((record) => {
      const [only, ...others] = ids.get(`${record.kind} ${nameOf(record)}`) ?? [];
      const shared = others.length === 0 ? only : undefined;
      return [keyOf(record), record.id ?? shared ?? record.key];
    }),
  );
}

function mergeGroups(
  records: readonly GroupRecord[],
  problems: Problem[],
  warnings: Problem[],
): readonly MergedGroup[] {
  const keys = keysOf(records);
  const byKey = new Map<string, GroupRecord[]>();
  // In the order of their first lines, whatever the order of the files.
  for (const record of records.toSorted(byPlace)) {
    const key = `${record.kind} ${keys.get(keyOf(record)) ?? record.key}`;
    byKey.set(key, [...(byKey.get(key) ?? []), record]);
  }
  return [...byKey.values()].flatMap((own) => mergedGroup(own, keys, problems, warnings));
}

function mergedGroup(
  own: readonly GroupRecord[],
  keys: ReadonlyMap<string, string>,
  problems: Problem[],
  warnings: Problem[],
): readonly MergedGroup[] {
  const ordered = own.toSorted(
    (a, b) => planOrder.indexOf(a.format) - planOrder.indexOf(b.format) || byPlace(a, b),
  );
  const [first] = ordered;
  if (first === undefined) return [];
  const waveOf = ({ wave }: GroupRecord) =>
    wave && { ...wave, value: keys.get(`wave ${wave.value}`) ?? wave.value };
  const inWave = pickGroup(ordered, waveOf, problems, warnings);
  const description = pickGroup(ordered, (group) => group.description, problems, warnings);
  const name = pickGroup(ordered, (group) => group.name, problems, warnings);
  const id = ordered.find((group) => group.id !== undefined)?.id;
  return [
    {
      kind: first.kind,
      key: keys.get(keyOf(first)) ?? first.key,
      ...(id === undefined ? {} : { id }),
      ...(name === undefined ? {} : { name }),
      ...(description === undefined ? {} : { description }),
      ...(inWave === undefined ? {} : { wave: inWave }),
      tags: new Map(ordered.toReversed().flatMap(({ tags }) => [...tags])),
      columns: new Map(ordered.toReversed().flatMap(({ columns }) => [...columns])),
    },
  ];
}

function byPlace(a: GroupRecord, b: GroupRecord): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || (keyOf(a) < keyOf(b) ? -1 : 1);
}

function pickGroup(
  ordered: readonly GroupRecord[],
  of: (group: GroupRecord) => Told<string> | undefined,
  problems: Problem[],
  warnings: Problem[],
): string | undefined {
  const known = ordered.flatMap((group) => {
    const value = of(group);
    return value === undefined ? [] : [{ group, value }];
  });
  const [first, ...others] = known;
  for (const { group, value } of others) {
    if (first === undefined || value.value === first.value.value) continue;
    const isRefused = group.format === first.group.format;
    const text = `${group.kind} ${shown(nameOf(group))}: ${shown(value.value)} here, ${shown(first.value.value)} at ${placeOf(first.value)}`;
    const remedy = isRefused
      ? 'rows about one thing must not differ: mend one, or leave one empty'
      : `nothing to do if ${placeOf(first.value)} is right: it is what counts`;
    const place = { path: value.column, file: value.file, line: value.line };
    (isRefused ? problems : warnings).push({ ...problemAt([], text, remedy), ...place });
  }
  return first?.value.value;
}
