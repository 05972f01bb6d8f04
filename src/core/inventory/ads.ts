// In: an import template of AWS Application Discovery. Out: servers with sizes, and their applications (reference:
// inventory formats 6).
import { type Problem, shown } from '../fleet/problem.ts';
import { bytesIn, hostOf, isIpv4, numberIn, partsOf, qualified } from './cells.ts';
import { fact, type GroupRecord, type Reading, type ServerRecord } from './record.ts';
import { Columns, type Row, type Table, type Told } from './table.ts';

const names = {
  id: ['ExternalId'],
  uuid: ['SMBiosId'],
  ip: ['IPAddress'],
  mac: ['MACAddress'],
  host: ['HostName'],
  vmId: ['VMware.MoRefId'],
  vcenter: ['VMware.VCenterId'],
  vm: ['VMware.VMName'],
  cores: ['CPU.NumberOfLogicalCores', 'CPU.NumberOfCores', 'CPU.NumberOfProcessors'],
  os: ['OS.Name'],
  version: ['OS.Version'],
  ram: ['RAM.TotalSizeInMB'],
  write: ['DiskWritesPerSecondInKB.Avg'],
  apps: ['Applications'],
  wave: ['ApplicationWave'],
  tags: ['Tags'],
} as const;
type Ads = Columns<keyof typeof names>;

/** Reads a template of Application Discovery. */
export function readAds(table: Table): Reading {
  const columns: Ads = new Columns(table, names);
  const [problems, warnings]: [Problem[], Problem[]] = [[], []];
  const servers = new Map<string, ServerRecord>();
  const groups = new Map<string, GroupRecord>();
  for (const row of table.rows) {
    const key = columns.text(row, 'id') ?? columns.text(row, 'host') ?? columns.text(row, 'vm');
    if (key === undefined) {
      problems.push(
        columns.problem(
          row,
          'id',
          'is empty, as are HostName and VMware.VMName',
          'give one of them',
        ),
      );
      continue;
    }
    const known = servers.get(key.value.toLowerCase());
    if (known !== undefined) {
      problems.push(
        columns.problem(
          row,
          'id',
          `${shown(key.value)} is there twice, first on line ${known.line}`,
          'remove one of the two',
        ),
      );
      continue;
    }
    const app = applicationOf(columns, row, groups, problems, warnings);
    servers.set(key.value.toLowerCase(), serverOf(columns, row, app, problems));
  }
  return { servers: [...servers.values()], groups: [...groups.values()], problems, warnings };
}

function serverOf(
  columns: Ads,
  row: Row,
  app: Told<string> | undefined,
  problems: Problem[],
): ServerRecord {
  const cell = (key: keyof typeof names) => columns.text(row, key);
  const host = cell('host');
  const [os, version] = [cell('os'), cell('version')];
  const named = os ?? version;
  const name = cell('vm') ?? host ?? cell('id');
  return {
    format: 'ads',
    source: columns.table.source,
    file: columns.table.file,
    line: row.line,
    facts: {
      ...fact('name', name),
      ...fact('externalId', cell('id')),
      ...fact('uuid', cell('uuid')),
      ...fact('hostname', hostOf(host ?? cell('vm'))),
      ...fact('fqdn', qualified(host)),
      ...fact('vmId', cell('vmId')),
      ...fact('vcenter', cell('vcenter')),
      ...fact(
        'os',
        os && version && !os.value.includes(version.value)
          ? { ...os, value: `${os.value} ${version.value}` }
          : named,
      ),
      ...fact('cores', numberIn(columns, row, 'cores', problems)),
      ...fact('ramBytes', numberIn(columns, row, 'ram', problems, bytesIn.MiB)),
      ...fact('writeBytesPerSecond', numberIn(columns, row, 'write', problems, bytesIn.KiB)),
      ...fact('nics', nicsOf(columns, row)),
      ...fact('application', app),
    },
    tags: tagsOf(columns, row, name, problems),
    columns: new Map(),
  };
}

function nicsOf(columns: Ads, row: Row) {
  const [ip, macs] = [columns.text(row, 'ip'), columns.text(row, 'mac')];
  const told = ip ?? macs;
  const [mac] = partsOf(macs, /[;, ]+/);
  const ips = partsOf(ip, /[;, ]+/).filter(isIpv4);
  return told && { ...told, value: [{ ...(mac === undefined ? {} : { mac }), ips }] };
}

function tagsOf(
  columns: Ads,
  row: Row,
  name: Told<string> | undefined,
  problems: Problem[],
): ReadonlyMap<string, Told<string>> {
  const tags = new Map<string, Told<string>>();
  if (name !== undefined) tags.set('Name', name);
  const cell = columns.text(row, 'tags');
  for (const part of partsOf(cell, /,/)) {
    const at = part.indexOf(':');
    if (cell === undefined || at < 1) {
      problems.push(
        columns.problem(row, 'tags', `${shown(part)} is no tag`, 'write key:value, key:value'),
      );
    } else tags.set(part.slice(0, at).trim(), { ...cell, value: part.slice(at + 1).trim() });
  }
  return tags;
}

/** A server of MGN is in one application; the first that is named counts. */
function applicationOf(
  columns: Ads,
  row: Row,
  groups: Map<string, GroupRecord>,
  problems: Problem[],
  warnings: Problem[],
): Told<string> | undefined {
  const [cell, wave] = [columns.text(row, 'apps'), columns.text(row, 'wave')];
  const [first, ...others] = partsOf(cell, /,/);
  if (cell === undefined || first === undefined) {
    if (wave !== undefined) {
      warnings.push(
        columns.problem(
          row,
          'wave',
          'a wave without an application',
          'give Applications: MGN puts servers into waves by them',
        ),
      );
    }
    return undefined;
  }
  if (others.length > 0) {
    warnings.push(
      columns.problem(
        row,
        'apps',
        `names ${others.length + 1} applications`,
        `nothing to do: a server of MGN is in one; ${shown(first)} is taken`,
      ),
    );
  }
  const app = { ...cell, value: first };
  const of = {
    format: 'ads',
    file: columns.table.file,
    line: row.line,
    tags: new Map(),
    columns: new Map(),
  } as const;
  const known = groups.get(`app ${first}`);
  if (known?.wave !== undefined && wave !== undefined && known.wave.value !== wave.value) {
    problems.push(
      columns.problem(
        row,
        'wave',
        `application ${shown(first)} is in wave ${shown(wave.value)} here and in ${shown(known.wave.value)} on line ${known.line}`,
        'keep one wave',
      ),
    );
  } else {
    const both = known?.wave ?? wave;
    groups.set(`app ${first}`, {
      ...of,
      kind: 'application',
      key: first,
      name: app,
      ...(both && { wave: both }),
    });
  }
  if (wave !== undefined) {
    groups.set(`wave ${wave.value}`, { ...of, kind: 'wave', key: wave.value, name: wave });
  }
  return app;
}
