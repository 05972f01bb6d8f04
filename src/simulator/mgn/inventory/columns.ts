/** What a column of an inventory file is about (reference: inventory formats, 2.1 and 2.2). */
export type Column =
  | { readonly of: 'account-id' | 'region' }
  | {
      readonly of: 'wave' | 'app' | 'server';
      readonly field: string;
    }
  | { readonly of: 'wave' | 'app' | 'server'; readonly tag: string }
  /** A setting of the launch or of the replication, kept under the whole name of its column. */
  | { readonly of: 'setting'; readonly name: string }
  | { readonly of: 'action'; readonly action: string; readonly field: string }
  /** Exports show it, imports ignore it. */
  | { readonly of: 'view-only' };

const fields = {
  wave: ['id', 'name', 'description'],
  app: ['id', 'name', 'description'],
  server: ['id', 'user-provided-id', 'platform', 'fqdn-for-action-framework'],
} as const;
const viewOnly = ['lifecycle-state', 'replication-state', 'replication-type'];
const actionField =
  /^mgn:launch:post-actions:(.+):(ssmDocumentName|order|active|mustSucceedForCutover|timeoutSeconds|description|parameters)$/;

// In user guides; these alone are written by exports.
const documented = [
  /^mgn:launch:instance-type$/,
  /^mgn:launch:iam-instance-profile:name$/,
  /^mgn:launch:nic:\d+:(network-interface-id|subnet-id|(private-ip|security-group-id):\d+)$/,
  /^mgn:launch:placement:(host-id|operating-system-licensing|tenancy)$/,
  /^mgn:launch:tag:instance:.+$/,
  /^mgn:launch:volume:.+:type$/,
  /^mgn:launch:transfer-server-tags$/,
  /^mgn:launch:post-actions:enabled$/,
];

// Seen only in third-party code that cites the guide.
const probable = [
  /^mgn:launch:(boot-mode|copy-private-ip|start-instance|operating-system-licensing|map-tagging|map-tag-key|map-tag-value)$/,
  /^mgn:replication:(associate-default-security-group|bandwidth-throttling|create-public-ip|data-replication-routing|default-large-staging-disk-type|ebs-encryption|ebs-encryption-key-arn|internet-protocol|replication-server-instance-type|security-group-id:\d+|staging-area-subnet-id|staging-area-tag:.+|storage-type|fsx-ontap:(credentials-secret-arn|storage-virtual-machine-id)|store-snapshot-on-local-zone|use-dedicated-replication-server|use-fips-endpoint)$/,
];

// Inventory formats 2.3, rule 7.
const resettable = [
  /^mgn:launch:iam-instance-profile:name$/,
  /^mgn:launch:nic:\d+:(network-interface-id|subnet-id|(private-ip|security-group-id):\d+)$/,
  /^mgn:launch:tag:instance:.+$/,
  /^mgn:launch:volume:.+:type$/,
];

/** Reads the name of a column; undefined where the service names no such column. */
export function readColumn(name: string): Column | undefined {
  if (name === 'mgn:account-id') return { of: 'account-id' };
  if (name === 'mgn:region') return { of: 'region' };
  const [, of, rest = ''] = /^mgn:(wave|app|server):(.+)$/.exec(name) ?? [];
  if (of === 'wave' || of === 'app' || of === 'server') {
    if (rest.startsWith('tag:') && rest.length > 4) return { of, tag: rest.slice(4) };
    if (of === 'server' && viewOnly.includes(rest)) return { of: 'view-only' };
    return fields[of].some((one) => one === rest) ? { of, field: rest } : undefined;
  }
  const [, action, field] = actionField.exec(name) ?? [];
  if (action !== undefined && field !== undefined) return { of: 'action', action, field };
  const known = [...documented, ...probable].some((pattern) => pattern.test(name));
  return known ? { of: 'setting', name } : undefined;
}

/** Says whether exports write a setting. */
export function isDocumented(name: string): boolean {
  return documented.some((pattern) => pattern.test(name));
}

/** Says whether `[RESET_VALUE]` may stand in the column of a setting. */
export function isResettable(name: string): boolean {
  return resettable.some((pattern) => pattern.test(name));
}
