// In: an Azure Migrate import CSV. Out: servers with their sizes (reference: inventory formats 4). The field names of the
// documentation and the headers of the template differ; both are taken.
import { type Problem, shown } from '../fleet/problem.ts';
import { bytesIn, hostOf, isIpv4, numberIn, partsOf, qualified } from './cells.ts';
import { type Disk, fact, type GroupRecord, type Reading, type ServerRecord } from './record.ts';
import { Columns, type Row, type Table, type Told } from './table.ts';

const names = {
  server: ['Server name'],
  ips: ['IP addresses', 'IP address'],
  cores: ['Cores'],
  memory: ['Memory'],
  os: ['OS name'],
  version: ['OS version'],
  type: ['Server type'],
  mac: ['MAC address'],
  disks: ['Number of disks'],
  used: ['Storage in use'],
  write: ['Total disks write throughput'],
  uuid: ['BIOS ID'],
  app: ['Business application name', 'Groups'],
} as const;
type Azure = Columns<keyof typeof names>;

// The most that the documentation of any year allows.
const mostDisks = 20;

/** Reads an Azure Migrate import CSV. */
export function readAzure(table: Table): Reading {
  const columns: Azure = new Columns(table, names);
  const diskNames = Array.from({ length: mostDisks }, (_, i) => i + 1);
  const diskColumns = new Columns(
    table,
    Object.fromEntries(
      diskNames.flatMap((n) => [
        [`size ${n}`, [`Disk ${n} size`]],
        [`write ${n}`, [`Disk ${n} write throughput`]],
      ]),
    ),
  );
  const problems: Problem[] = [];
  const servers = new Map<string, ServerRecord>();
  const groups = new Map<string, GroupRecord>();
  for (const row of table.rows) {
    const name = columns.text(row, 'server');
    if (name === undefined) {
      problems.push(columns.problem(row, 'server', 'is empty', 'every server needs a name'));
      continue;
    }
    const key = name.value.toLowerCase();
    const known = servers.get(key);
    if (known !== undefined) {
      problems.push(
        columns.problem(
          row,
          'server',
          `${shown(name.value)} is there twice, first on line ${known.line}`,
          'remove one of the two',
        ),
      );
      continue;
    }
    const disks: Disk[] = [];
    let write: Told<number> | undefined;
    let first: Told<number> | undefined;
    for (const n of diskNames) {
      const size = numberIn(diskColumns, row, `size ${n}`, problems, bytesIn.GiB);
      const written = numberIn(diskColumns, row, `write ${n}`, problems, bytesIn.MiB);
      if (size !== undefined && size.value > 0) {
        disks.push({ name: `Disk ${n}`, bytes: size.value });
        first ??= size;
      }
      if (written !== undefined) write = { ...written, value: written.value + (write?.value ?? 0) };
    }
    const used = numberIn(columns, row, 'used', problems, bytesIn.GiB);
    const disksTold = first && { ...first, value: { basis: 'disk' as const, list: disks } };
    const app = columns.text(row, 'app');
    if (app !== undefined) {
      groups.set(app.value, {
        kind: 'application',
        format: 'azure',
        file: table.file,
        line: row.line,
        key: app.value,
        name: app,
        tags: new Map(),
        columns: new Map(),
      });
    }
    servers.set(key, {
      format: 'azure',
      source: table.source,
      file: table.file,
      line: row.line,
      facts: {
        ...fact('name', name),
        ...fact('hostname', hostOf(name)),
        ...fact('fqdn', qualified(name)),
        ...fact('uuid', columns.text(row, 'uuid')),
        ...fact('os', osOf(columns, row)),
        ...fact('cores', numberIn(columns, row, 'cores', problems)),
        ...fact('ramBytes', numberIn(columns, row, 'memory', problems, bytesIn.MiB)),
        ...fact('disks', disksTold),
        ...fact('usedBytes', used),
        ...fact(
          'writeBytesPerSecond',
          write ?? numberIn(columns, row, 'write', problems, bytesIn.MiB),
        ),
        ...fact('nics', nicsOf(columns, row)),
        ...fact('application', app),
      },
      tags: new Map([['Name', name]]),
      columns: new Map(),
    });
  }
  return { servers: [...servers.values()], groups: [...groups.values()], problems, warnings: [] };
}

function osOf(columns: Azure, row: Row): Told<string> | undefined {
  const [name, version] = [columns.text(row, 'os'), columns.text(row, 'version')];
  if (name === undefined || version === undefined || name.value.includes(version.value))
    return name;
  return { ...name, value: `${name.value} ${version.value}` };
}

function nicsOf(columns: Azure, row: Row) {
  const [ips, macs] = [columns.text(row, 'ips'), columns.text(row, 'mac')];
  const told = ips ?? macs;
  const [mac] = partsOf(macs, /[;, ]+/);
  const addresses = partsOf(ips, /[;, ]+/).filter(isIpv4);
  return told && { ...told, value: [{ ...(mac === undefined ? {} : { mac }), ips: addresses }] };
}
