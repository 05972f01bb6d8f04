// In: the tabs of RVTools exports (vInfo, and vDisk, vPartition, vNetwork where they are), of one vCenter or of several.
// Out: one server a VM. Columns vary by version, so each is known by several names (reference: inventory formats 5).
import { type Problem, shown } from '../fleet/problem.ts';
import { bytesIn, hostOf, isIpv4, numberIn, partsOf, qualified } from './cells.ts';
import {
  type Disk,
  type DiskBasis,
  type Facts,
  fact,
  type Nic,
  type Reading,
  type ServerRecord,
} from './record.ts';
import { type Joined, joinedRows, type VmKey } from './rvtools-tabs.ts';
import {
  Columns,
  cellProblem,
  folded,
  type Row,
  readFlag,
  readNumber,
  type Table,
  type Told,
} from './table.ts';

const infoNames = {
  vm: ['VM', 'name'],
  power: ['Powerstate'],
  template: ['Template'],
  dns: ['DNS Name'],
  cpus: ['CPUs'],
  memory: ['Memory', 'memory_mib'],
  total: ['Total disk capacity MiB', 'Total disk capacity MB', 'disk_total_mib'],
  provisioned: ['Provisioned MiB', 'Provisioned MB', 'provisioned_mib'],
  used: ['In Use MiB', 'In Use MB', 'in_use_mib'],
  // A count, or in inventories that were cut down to one line a VM a list: `Hard disk 1:81920;Hard disk 2:10240`.
  disks: ['Disks'],
  datacenter: ['Datacenter'],
  cluster: ['Cluster'],
  folder: ['Folder'],
  ip: ['Primary IP Address', 'ipv4'],
  osConfig: ['OS according to the configuration file', 'os_config'],
  osTools: ['OS according to the VMware Tools', 'os_tools'],
  vmId: ['VM ID'],
  uuid: ['VM UUID', 'SMBIOS UUID'],
  vcenter: ['VI SDK UUID', 'vCenter UUID', 'VI SDK Server'],
} as const;
type Info = Columns<keyof typeof infoNames>;

const detailNames = {
  vm: ['VM'],
  vmId: ['VM ID'],
  vcenter: ['VI SDK UUID', 'vCenter UUID', 'VI SDK Server'],
  disk: ['Disk'],
  capacity: ['Capacity MiB', 'Capacity MB'],
  consumed: ['Consumed MiB', 'Consumed MB'],
  free: ['Free MiB', 'Free MB'],
  mac: ['Mac Address'],
  ip: ['IPv4 Address', 'IP Address'],
} as const;
type Detail = Columns<keyof typeof detailNames>;

/** The tabs that are read. */
export type Tab = 'vInfo' | 'vDisk' | 'vPartition' | 'vNetwork';

/** Says which tab a table is, by its name or its header; undefined for the others of RVTools and for strangers. */
export function tabOf(table: Table): Tab | 'other' | undefined {
  const [, named] =
    /v(Info|Disk|Partition|Network)$/i.exec(table.sheet.replace(/\.\w+$/, '')) ?? [];
  const has = (...heads: readonly string[]) => {
    const header = table.header.map(folded);
    return heads.every((head) => header.includes(folded(head)));
  };
  if (!has('VM') && !has('name', 'powerstate')) return undefined;
  if (named !== undefined) return tabs[named.toLowerCase()];
  if (has('Sockets') || has('Size MiB') || has('Size MB')) return 'other';
  if (has('Mac Address', 'Network')) return 'vNetwork';
  if (has('Disk') && (has('Free MiB') || has('Free MB'))) return 'vPartition';
  if (has('Disk') && (has('Capacity MiB') || has('Capacity MB'))) return 'vDisk';
  return has('Powerstate', 'CPUs') ? 'vInfo' : undefined;
}

const tabs: Readonly<Record<string, Tab>> = {
  info: 'vInfo',
  disk: 'vDisk',
  partition: 'vPartition',
  network: 'vNetwork',
};

/** Reads all RVTools tables of an import together: details are joined to their VMs. */
export function readRvtools(tables: readonly Table[]): Reading {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const of = (tab: Tab) => tables.filter((table) => tabOf(table) === tab);
  const infos = of('vInfo').map((table): Info => new Columns(table, infoNames));
  if (infos.length === 0) {
    const [first] = tables;
    if (first !== undefined) {
      problems.push(
        cellProblem(
          first,
          1,
          '',
          'the tab vInfo is missing, which lists the VMs',
          'add RVTools_tabvInfo.csv',
        ),
      );
    }
    return { servers: [], groups: [], problems, warnings };
  }
  const vms = infos.flatMap((columns) => vmsOf(columns, problems));
  const templates = vms.filter(({ isTemplate }) => isTemplate).length;
  const [firstTable] = infos;
  if (templates > 0 && firstTable !== undefined) {
    warnings.push(
      cellProblem(
        firstTable.table,
        1,
        firstTable.name('template'),
        `${templates} of the VMs are templates`,
        'nothing to do: they are left out',
      ),
    );
  }
  const join = (tab: Tab) =>
    joinedRows(
      vms,
      of(tab).map((table): Detail => new Columns(table, detailNames)),
      problems,
      warnings,
    );
  const details = { disks: join('vDisk'), partitions: join('vPartition'), nics: join('vNetwork') };
  const servers = vms.flatMap((vm) =>
    vm.isTemplate
      ? []
      : [serverOf(vm, { of: (joined) => joined.get(vm) ?? [] }, details, problems)],
  );
  return { servers, groups: [], problems, warnings };
}

interface Vm extends VmKey {
  readonly columns: Info;
  readonly row: Row;
  readonly isTemplate: boolean;
}

function vmsOf(columns: Info, problems: Problem[]): readonly Vm[] {
  const found: Vm[] = [];
  const seen = new Map<string, number>();
  for (const row of columns.table.rows) {
    const name = columns.text(row, 'vm')?.value;
    // RVTools and Excel leave rows that are empty but for some formats.
    if (name === undefined) continue;
    const [vmId, vcenter] = [columns.text(row, 'vmId')?.value, columns.text(row, 'vcenter')?.value];
    const template = columns.text(row, 'template')?.value;
    const isTemplate = template === undefined ? false : readFlag(template);
    if (isTemplate === undefined) {
      problems.push(
        columns.problem(row, 'template', `is ${shown(template)}`, 'write True or False'),
      );
    }
    const key = [vcenter, vmId ?? columns.text(row, 'uuid')?.value ?? name].join('\n');
    const before = seen.get(key);
    if (before !== undefined) {
      problems.push(
        columns.problem(
          row,
          'vm',
          `VM ${shown(name)} is there twice, first on line ${before}`,
          'remove one of the two, or export with VM ID',
        ),
      );
      continue;
    }
    seen.set(key, row.line);
    const { source } = columns.table;
    found.push({ columns, row, name, vmId, vcenter, source, isTemplate: isTemplate === true });
  }
  return found;
}

interface Details {
  readonly disks: Joined<Vm, Detail>;
  readonly partitions: Joined<Vm, Detail>;
  readonly nics: Joined<Vm, Detail>;
}
interface Lookup {
  readonly of: (
    joined: Joined<Vm, Detail>,
  ) => readonly { readonly columns: Detail; readonly row: Row }[];
}

function serverOf(vm: Vm, lookup: Lookup, details: Details, problems: Problem[]): ServerRecord {
  const { columns, row } = vm;
  const cell = (key: keyof typeof infoNames) => columns.text(row, key);
  const name = cell('vm');
  const [dns, power, cluster] = [cell('dns'), cell('power'), cell('cluster')];
  const tags = new Map<string, Told<string>>();
  if (name !== undefined) tags.set('Name', name);
  if (cluster !== undefined) tags.set('cluster', cluster);
  if (power !== undefined) tags.set('powerState', power);
  const partitions = lookup.of(details.partitions);
  const facts: Facts = {
    ...fact('name', name),
    ...fact('uuid', cell('uuid')),
    ...fact('vmId', cell('vmId')),
    ...fact('vcenter', cell('vcenter')),
    ...fact('fqdn', qualified(dns)),
    ...fact('hostname', hostOf(dns ?? name)),
    ...fact('datacenter', cell('datacenter')),
    ...fact('folder', cell('folder')),
    ...fact('powerState', power),
    ...fact('os', cell('osTools') ?? cell('osConfig')),
    ...fact('cores', numberIn(columns, row, 'cpus', problems)),
    ...fact('ramBytes', numberIn(columns, row, 'memory', problems, bytesIn.MiB)),
    ...fact('disks', disksOf(vm, lookup.of(details.disks), partitions, problems)),
    ...fact('usedBytes', usedOf(vm, partitions, problems)),
    ...fact('nics', nicsOf(vm, lookup.of(details.nics))),
  };
  const { file, source } = columns.table;
  return { format: 'rvtools', source, file, line: row.line, facts, tags, columns: new Map() };
}

/** The best that is known of a VM's disks: each, the partitions, their sum, or what the datastore gave. */
function disksOf(
  { columns, row }: Vm,
  disks: readonly { readonly columns: Detail; readonly row: Row }[],
  partitions: readonly { readonly columns: Detail; readonly row: Row }[],
  problems: Problem[],
): Facts['disks'] {
  for (const [basis, rows] of [
    ['disk', disks],
    ['partition', partitions],
  ] as const) {
    const list: Disk[] = [];
    let told: Told<number> | undefined;
    for (const one of rows) {
      const size = numberIn(one.columns, one.row, 'capacity', problems, bytesIn.MiB);
      if (size === undefined || size.value === 0) continue;
      const named = one.columns.text(one.row, 'disk')?.value;
      list.push({ ...(named === undefined ? {} : { name: named }), bytes: size.value });
      told ??= size;
    }
    if (told !== undefined) return { ...told, value: { basis, list } };
  }
  const cell = columns.text(row, 'disks');
  if (cell !== undefined && readNumber(cell.value, columns.table.decimal) === undefined)
    return listedDisks(columns, row, cell, problems);
  for (const [key, basis] of [
    ['total', 'total'],
    ['provisioned', 'provisioned'],
  ] as const) {
    const size = numberIn(columns, row, key, problems, bytesIn.MiB);
    const told: { basis: DiskBasis; list: readonly Disk[] } = {
      basis,
      list: [{ bytes: size?.value ?? 0 }],
    };
    if (size !== undefined && size.value > 0) return { ...size, value: told };
  }
  return undefined;
}

function listedDisks(
  columns: Info,
  row: Row,
  cell: Told<string>,
  problems: Problem[],
): Facts['disks'] {
  const list: Disk[] = [];
  for (const part of partsOf(cell, /;/)) {
    const [, name, mib] = /^(.+):(\d{1,12})$/.exec(part) ?? [];
    if (name === undefined) {
      problems.push(
        columns.problem(
          row,
          'disks',
          `${shown(part)} is no disk`,
          'write Hard disk 1:81920;Hard disk 2:10240 (in MiB)',
        ),
      );
      return undefined;
    }
    list.push({ name, bytes: Number(mib) * bytesIn.MiB });
  }
  return { ...cell, value: { basis: 'disk', list } };
}

function usedOf(
  { columns, row }: Vm,
  partitions: readonly { readonly columns: Detail; readonly row: Row }[],
  problems: Problem[],
): Told<number> | undefined {
  let sum: Told<number> | undefined;
  for (const one of partitions) {
    const capacity = numberIn(one.columns, one.row, 'capacity', problems, bytesIn.MiB);
    const free = numberIn(one.columns, one.row, 'free', problems, bytesIn.MiB);
    const consumed = numberIn(one.columns, one.row, 'consumed', problems, bytesIn.MiB);
    const used =
      consumed ??
      (capacity && free && { ...free, value: Math.max(0, capacity.value - free.value) });
    if (used !== undefined) sum = { ...used, value: used.value + (sum?.value ?? 0) };
  }
  return sum ?? numberIn(columns, row, 'used', problems, bytesIn.MiB);
}

function nicsOf(
  { columns, row }: Vm,
  rows: readonly { readonly columns: Detail; readonly row: Row }[],
): Facts['nics'] {
  const list: Nic[] = [];
  let told: Told<string> | undefined;
  for (const one of rows) {
    const [mac, cell] = [one.columns.text(one.row, 'mac'), one.columns.text(one.row, 'ip')];
    const ips = partsOf(cell, /[,; ]+/).filter(isIpv4);
    if (mac === undefined && ips.length === 0) continue;
    list.push({ ...(mac === undefined ? {} : { mac: mac.value }), ips });
    told ??= mac ?? cell;
  }
  if (told !== undefined) return { ...told, value: list };
  const primary = columns.text(row, 'ip');
  return primary !== undefined && isIpv4(primary.value)
    ? { ...primary, value: [{ ips: [primary.value] }] }
    : undefined;
}
