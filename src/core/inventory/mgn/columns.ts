// The columns of MGN's inventory CSV (user guide, "Import parameters"; those of grade probable are known only from
// third-party code that cites it, so they are read and never written).
import * as z from 'zod';

/** The word that clears a value. */
export const resetValue = '[RESET_VALUE]';
/** The word that removes a tag. */
export const deleteTag = '[DELETE_TAG]';

/** What may own a tag. */
export type Level = 'wave' | 'app' | 'server';

/** What a column of MGN's inventory is about. */
export type MgnColumn =
  | { readonly of: 'account-id' | 'region' }
  | { readonly of: 'field'; readonly level: Level; readonly field: string }
  | { readonly of: 'tag'; readonly level: Level; readonly key: string }
  | { readonly of: 'view'; readonly field: string }
  /** A setting of the launch, of an action or of the replication, carried by the column's own name. */
  | { readonly of: 'setting'; readonly grade: 'documented' | 'probable' };

const fields: Readonly<Record<Level, readonly string[]>> = {
  wave: ['id', 'name', 'description'],
  app: ['id', 'name', 'description'],
  server: ['id', 'user-provided-id', 'platform', 'fqdn-for-action-framework'],
};
const viewOnly = ['lifecycle-state', 'replication-state', 'replication-type'];

const resourceId = (kind: string) => new RegExp(`^${kind}-([0-9a-z]{8}|[0-9a-z]{17})$`);
const text = /^.{1,1024}$/s;
const flag = /^(true|false)$/i;

interface Setting {
  readonly column: RegExp;
  readonly value: RegExp;
  readonly form: string;
  readonly resettable: boolean;
}
const setting = (column: RegExp, value: RegExp, form: string, resettable = false): Setting => ({
  column,
  value,
  form,
  resettable,
});

const octet = '(25[0-5]|2[0-4]\\d|1?\\d?\\d)';
// In the order of the user guide.
const documented: readonly Setting[] = [
  setting(/^mgn:launch:instance-type$/, /^[a-z0-9-]+\.[a-z0-9-]+$/i, 'an instance type'),
  setting(/^mgn:launch:iam-instance-profile:name$/, /^[\w+=,.@-]{1,128}$/, 'a profile name', true),
  setting(
    /^mgn:launch:nic:\d{1,3}:network-interface-id$/,
    resourceId('eni'),
    'a network interface id: eni- and 8 or 17 characters',
    true,
  ),
  setting(
    /^mgn:launch:nic:\d{1,3}:subnet-id$/,
    resourceId('subnet'),
    'a subnet id: subnet- and 8 or 17 characters',
    true,
  ),
  setting(
    /^mgn:launch:nic:\d{1,3}:private-ip:\d{1,3}$/,
    new RegExp(`^${octet}(\\.${octet}){3}$`),
    'an IPv4 address; MGN takes no IPv6 here',
    true,
  ),
  setting(
    /^mgn:launch:nic:\d{1,3}:security-group-id:\d{1,3}$/,
    resourceId('sg'),
    'a security group id: sg- and 8 or 17 characters',
    true,
  ),
  setting(
    /^mgn:launch:placement:host-id$/,
    resourceId('h'),
    'a host id: h- and 8 or 17 characters',
  ),
  setting(/^mgn:launch:placement:operating-system-licensing$/, /^(LI|BYOL)$/, 'LI or BYOL'),
  setting(
    /^mgn:launch:placement:tenancy$/,
    /^(default|dedicated|host)$/,
    'default, dedicated or host',
  ),
  setting(/^mgn:launch:tag:instance:.+$/s, text, 'a tag value', true),
  setting(/^mgn:launch:volume:.+:type$/s, /^[a-z0-9]{2,16}$/i, 'a volume type such as gp3', true),
  setting(/^mgn:launch:transfer-server-tags$/, flag, 'TRUE or FALSE'),
  setting(/^mgn:launch:post-actions:enabled$/, flag, 'TRUE or FALSE'),
  setting(/^mgn:launch:post-actions:.+:ssmDocumentName$/s, text, 'a document name'),
  setting(
    /^mgn:launch:post-actions:.+:order$/s,
    /^([1-9]\d{3}|10000)$/,
    'a whole number from 1000 to 10000',
  ),
  setting(/^mgn:launch:post-actions:.+:(active|mustSucceedForCutover)$/s, flag, 'TRUE or FALSE'),
  setting(
    /^mgn:launch:post-actions:.+:timeoutSeconds$/s,
    /^[1-9]\d{0,6}$/,
    'a whole number from 1 up',
  ),
  setting(/^mgn:launch:post-actions:.+:description$/s, text, 'text'),
  setting(/^mgn:launch:post-actions:.+:parameters$/s, /^\{.*\}$/s, 'a JSON object'),
];

const probable = [
  /^mgn:launch:(boot-mode|copy-private-ip|start-instance|operating-system-licensing|map-tagging|map-tag-key|map-tag-value)$/,
  /^mgn:replication:(associate-default-security-group|bandwidth-throttling|create-public-ip|data-replication-routing|default-large-staging-disk-type|ebs-encryption|ebs-encryption-key-arn|internet-protocol|replication-server-instance-type|security-group-id:\d{1,3}|staging-area-subnet-id|staging-area-tag:.+|storage-type|fsx-ontap:(credentials-secret-arn|storage-virtual-machine-id)|store-snapshot-on-local-zone|use-dedicated-replication-server|use-fips-endpoint)$/,
];

/** Reads the name of a column; undefined where MGN names no such column. */
export function readMgnColumn(name: string): MgnColumn | undefined {
  if (name === 'mgn:account-id') return { of: 'account-id' };
  if (name === 'mgn:region') return { of: 'region' };
  const [, level, rest = ''] = /^mgn:(wave|app|server):(.+)$/s.exec(name) ?? [];
  if (level === 'wave' || level === 'app' || level === 'server') {
    if (rest.startsWith('tag:') && rest.length > 4) return { of: 'tag', level, key: rest.slice(4) };
    if (level === 'server' && viewOnly.includes(rest)) return { of: 'view', field: rest };
    return fields[level].includes(rest) ? { of: 'field', level, field: rest } : undefined;
  }
  if (settingOf(name) !== undefined) return { of: 'setting', grade: 'documented' };
  return probable.some((pattern) => pattern.test(name))
    ? { of: 'setting', grade: 'probable' }
    : undefined;
}

function settingOf(name: string): Setting | undefined {
  return documented.find(({ column }) => column.test(name));
}

/** Says what is wrong with the value of a setting; undefined where it may stand there. */
export function settingProblem(name: string, value: string): string | undefined {
  const known = settingOf(name);
  if (known === undefined) return undefined;
  if (value === resetValue) {
    return known.resettable ? undefined : `${resetValue} is not allowed in this column`;
  }
  if (value === deleteTag) return `${deleteTag} is for columns of tags`;
  if (!known.value.test(value)) return `is not ${known.form}`;
  return name.endsWith(':parameters') && !isActionParameters(value)
    ? 'is not JSON with parameters or externalParameters'
    : undefined;
}

const actionParameters = z.strictObject({
  parameters: z.record(z.string(), z.unknown()).optional(),
  externalParameters: z.record(z.string(), z.unknown()).optional(),
});

function isActionParameters(value: string): boolean {
  try {
    return actionParameters.safeParse(JSON.parse(value)).success;
  } catch {
    return false;
  }
}

// Whole columns first, in the order of the user guide; then numbered, tagged and named ones.
const fixedOrder = [
  'mgn:account-id',
  'mgn:region',
  'mgn:wave:id',
  'mgn:wave:name',
  'mgn:wave:description',
  'mgn:wave:tag:',
  'mgn:app:id',
  'mgn:app:name',
  'mgn:app:description',
  'mgn:app:tag:',
  'mgn:server:id',
  'mgn:server:user-provided-id',
  'mgn:server:platform',
  'mgn:server:fqdn-for-action-framework',
  'mgn:server:tag:',
];

/** Orders column names as the user guide lists them, names of one kind by their letters. */
export function compareColumns(a: string, b: string): number {
  return rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0);
}

function rank(name: string): number {
  const tag = /^mgn:(wave|app|server):tag:/.exec(name)?.[0];
  const fixed = fixedOrder.indexOf(tag ?? name);
  if (fixed >= 0) return fixed;
  const own = documented.findIndex(({ column }) => column.test(name));
  return fixedOrder.length + (own >= 0 ? own : documented.length);
}
