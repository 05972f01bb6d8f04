// In: a Cloud Migration Factory intake form. Out: servers, applications and waves (reference: inventory formats 3).
import { type Problem, shown } from '../fleet/problem.ts';
import { hostOf, partsOf, qualified } from './cells.ts';
import { settingProblem } from './mgn/columns.ts';
import { fact, type GroupRecord, type Reading, type ServerRecord } from './record.ts';
import { Columns, cellProblem, type Row, type Table, type Told } from './table.ts';

const names = {
  wave: ['wave_name', 'wave_id'],
  app: ['app_name'],
  region: ['aws_region'],
  account: ['aws_accountid'],
  server: ['server_name'],
  family: ['server_os_family'],
  version: ['server_os_version'],
  fqdn: ['server_fqdn'],
  tier: ['server_tier'],
  environment: ['server_environment'],
  strategy: ['r_type'],
  subnets: ['subnet_IDs'],
  groups: ['securitygroup_IDs'],
  instanceType: ['instanceType'],
  tenancy: ['tenancy'],
  profile: ['iamRole'],
  host: ['dedicated_host_id'],
  nic: ['network_interface_id'],
  ip: ['private_ip'],
  tags: ['tags'],
} as const;
type Cmf = Columns<keyof typeof names>;

const tenancies: Readonly<Record<string, string>> = {
  shared: 'default',
  dedicated: 'dedicated',
  'dedicated host': 'host',
};
const strategies = /^(retire|retain|relocate|rehost|repurchase|replatform|rearchitect|tbc)$/i;
const serverName = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i;

/** Reads an intake form. Rows that are not to be rehosted are left out and told. */
export function readCmf(table: Table): Reading {
  const columns: Cmf = new Columns(table, names);
  const [problems, warnings]: [Problem[], Problem[]] = [[], []];
  const servers = new Map<string, ServerRecord>();
  const groups = new Map<string, GroupRecord>();
  if (!columns.has('strategy')) {
    warnings.push(
      cellProblem(
        table,
        1,
        'r_type',
        'is missing, as in forms of release 2',
        'every server counts as Rehost',
      ),
    );
  }
  if (columns.has('wave') && /^wave_id$/i.test(columns.name('wave'))) {
    warnings.push(
      cellProblem(
        table,
        1,
        'wave_id',
        'stands for wave_name, as in forms of release 2',
        'nothing to do: waves are called by their numbers',
      ),
    );
  }
  for (const row of table.rows) {
    const read = readServer(columns, row, problems, warnings);
    if (read === undefined) continue;
    const key = columns.text(row, 'server')?.value.toLowerCase() ?? '';
    const known = servers.get(key);
    if (known !== undefined) {
      problems.push(
        columns.problem(
          row,
          'server',
          `${shown(key)} is there twice, first on line ${known.line}`,
          'remove one of the two',
        ),
      );
    } else servers.set(key, read);
    addGroups(columns, row, groups, problems);
  }
  return { servers: [...servers.values()], groups: [...groups.values()], problems, warnings };
}

function readServer(
  columns: Cmf,
  row: Row,
  problems: Problem[],
  warnings: Problem[],
): ServerRecord | undefined {
  const cell = (key: keyof typeof names) => columns.text(row, key);
  const strategy = cell('strategy');
  if (strategy !== undefined && !strategies.test(strategy.value)) {
    problems.push(
      columns.problem(
        row,
        'strategy',
        `is ${shown(strategy.value)}`,
        'write Rehost, or another of the seven strategies, or TBC',
      ),
    );
    return undefined;
  }
  if (strategy !== undefined && !/^rehost$/i.test(strategy.value)) {
    warnings.push(
      columns.problem(
        row,
        'strategy',
        `${shown(cell('server')?.value)} is to be handled as ${strategy.value}`,
        'nothing to do: only Rehost uses MGN, so it is left out',
      ),
    );
    return undefined;
  }
  for (const key of ['server', 'fqdn'] as const) {
    const value = cell(key)?.value;
    if (value === undefined)
      problems.push(columns.problem(row, key, 'is empty', 'every server needs one'));
    else if (!serverName.test(value.replace(/\.$/, ''))) {
      problems.push(
        columns.problem(
          row,
          key,
          `${shown(value)} is no host name`,
          'use letters, digits, hyphens and dots',
        ),
      );
    }
  }
  checkPlace(columns, row, problems);
  const [family, version] = [cell('family'), cell('version')];
  if (family !== undefined && !/^(windows|linux)$/i.test(family.value)) {
    problems.push(
      columns.problem(row, 'family', `is ${shown(family.value)}`, 'write windows or linux'),
    );
  }
  const os = osOf(family, version);
  return {
    format: 'cmf',
    source: columns.table.source,
    file: columns.table.file,
    line: row.line,
    facts: {
      ...fact('serverName', cell('server')),
      ...fact('name', cell('server')),
      ...fact('hostname', hostOf(cell('server'))),
      ...fact('fqdn', qualified(cell('fqdn'))),
      ...fact('os', os),
      ...fact('accountId', cell('account')),
      ...fact('region', cell('region')),
      ...fact('application', cell('app')),
    },
    tags: tagsOf(columns, row, problems),
    columns: launchColumns(columns, row, problems),
  };
}

/** The family says which platform it is, the version mostly which product. */
function osOf(family: Told<string> | undefined, version: Told<string> | undefined) {
  if (version === undefined || family === undefined) return version ?? family;
  const isNamed = version.value.toLowerCase().includes(family.value.toLowerCase());
  return isNamed ? version : { ...version, value: `${family.value} ${version.value}` };
}

function checkPlace(columns: Cmf, row: Row, problems: Problem[]): void {
  const [account, region] = [columns.text(row, 'account'), columns.text(row, 'region')];
  if (account !== undefined && !/^\d{12}$/.test(account.value)) {
    problems.push(
      columns.problem(
        row,
        'account',
        `is ${shown(account.value)}`,
        'write 12 digits; spreadsheets drop leading zeros',
      ),
    );
  }
  if (region !== undefined && !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region.value)) {
    problems.push(
      columns.problem(row, 'region', `is ${shown(region.value)}`, 'write it like eu-central-1'),
    );
  }
}

function tagsOf(columns: Cmf, row: Row, problems: Problem[]): ReadonlyMap<string, Told<string>> {
  const tags = new Map<string, Told<string>>();
  const put = (key: string, told: Told<string> | undefined) => {
    if (told !== undefined) tags.set(key, told);
  };
  put('Name', columns.text(row, 'server'));
  put('tier', columns.text(row, 'tier'));
  put('environment', columns.text(row, 'environment'));
  const cell = columns.text(row, 'tags');
  for (const part of partsOf(cell, /;/)) {
    const at = part.indexOf('=');
    if (cell === undefined || at < 1) {
      problems.push(
        columns.problem(row, 'tags', `${shown(part)} is no tag`, 'write key=value;key=value'),
      );
    } else tags.set(part.slice(0, at).trim(), { ...cell, value: part.slice(at + 1).trim() });
  }
  return tags;
}

/** What of the form MGN's inventory has a column for. */
function launchColumns(
  columns: Cmf,
  row: Row,
  problems: Problem[],
): ReadonlyMap<string, Told<string>> {
  const settings = new Map<string, Told<string>>();
  const put = (key: keyof typeof names, name: string, value: string) => {
    const problem = settingProblem(name, value);
    if (problem === undefined) settings.set(name, columns.told(row, key, value));
    else
      problems.push(
        columns.problem(
          row,
          key,
          `${shown(value)} ${problem}`,
          'mend the value or leave the cell empty',
        ),
      );
  };
  const list = (key: keyof typeof names) => partsOf(columns.text(row, key), /[;,]/);
  const [subnet, ...others] = list('subnets');
  const [nic] = list('nic');
  // With an interface, CMF hides subnet and groups: the interface has its own.
  if (nic !== undefined) put('nic', 'mgn:launch:nic:0:network-interface-id', nic);
  else {
    if (subnet !== undefined) put('subnets', 'mgn:launch:nic:0:subnet-id', subnet);
    for (const [i, group] of list('groups').entries()) {
      put('groups', `mgn:launch:nic:0:security-group-id:${i}`, group);
    }
  }
  if (others.length > 0) {
    problems.push(
      columns.problem(
        row,
        'subnets',
        `has ${others.length + 1} subnets`,
        'an interface is in one subnet: keep one',
      ),
    );
  }
  for (const [key, name] of [
    ['instanceType', 'mgn:launch:instance-type'],
    ['profile', 'mgn:launch:iam-instance-profile:name'],
    ['host', 'mgn:launch:placement:host-id'],
  ] as const) {
    const value = columns.text(row, key)?.value;
    if (value !== undefined) put(key, name, value);
  }
  for (const [i, ip] of list('ip').entries()) put('ip', `mgn:launch:nic:0:private-ip:${i}`, ip);
  const tenancy = columns.text(row, 'tenancy')?.value;
  if (tenancy !== undefined) {
    put('tenancy', 'mgn:launch:placement:tenancy', tenancies[tenancy.toLowerCase()] ?? tenancy);
  }
  return settings;
}

/** Account, Region and wave belong to the application: rows of one application must agree. */
function addGroups(
  columns: Cmf,
  row: Row,
  groups: Map<string, GroupRecord>,
  problems: Problem[],
): void {
  const [app, wave] = [columns.text(row, 'app'), columns.text(row, 'wave')];
  if (app === undefined) {
    problems.push(
      columns.problem(row, 'app', 'is empty', 'every server belongs to an application'),
    );
    return;
  }
  const group = (kind: GroupRecord['kind'], name: Told<string>): GroupRecord => ({
    kind,
    format: 'cmf',
    file: columns.table.file,
    line: row.line,
    key: name.value,
    name,
    tags: new Map(),
    columns: new Map(),
  });
  if (wave !== undefined && !groups.has(`wave ${wave.value}`)) {
    groups.set(`wave ${wave.value}`, group('wave', wave));
  }
  const known = groups.get(`app ${app.value}`);
  if (known === undefined || (known.wave === undefined && wave !== undefined)) {
    groups.set(`app ${app.value}`, { ...group('application', app), ...(wave && { wave }) });
  } else if (wave !== undefined && known.wave?.value !== wave.value) {
    problems.push(
      columns.problem(
        row,
        'wave',
        `application ${shown(app.value)} is in wave ${shown(wave.value)} here and in ${shown(known.wave?.value)} on line ${known.line}`,
        'keep one wave',
      ),
    );
  }
}
