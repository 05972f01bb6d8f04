import { canonicalJson } from '../canonical-json.ts';
import { docAt, docsAt, textAt } from '../observation.ts';

/** The four things that decide how a server replicates and what is launched of it. */
export const aspects = [
  'launch-configuration',
  'launch-template',
  'replication-configuration',
  'post-launch-actions',
] as const;
export type Aspect = (typeof aspects)[number];

/** A configuration by short fields: nothing in it is long, and nothing in it is a secret. */
export type Fields = Readonly<Record<string, string>>;

type Doc = Readonly<Record<string, unknown>>;

// A configuration with more fields than these is compared by the digest of the rest.
const mostFields = 100;
const longestValue = 128;

/**
 * A short mark of a value: the same for the same value, whatever the order of its members. It tells that something
 * changed, not what; two FNV-1a hashes side by side.
 */
export function digestOf(value: unknown): string {
  const text = canonicalJson(value);
  let [one, other] = [0x811c9dc5, 0x1b873593];
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    one = Math.imul(one ^ code, 0x01000193);
    other = Math.imul(other ^ (code + i), 0x01000193);
  }
  const hex = (hash: number) => (hash >>> 0).toString(16).padStart(8, '0');
  return `#${hex(one)}${hex(other)}`;
}

/** A value in few words: as it is where it is short and plain, else by its digest. */
function shortValue(value: unknown): string {
  if (typeof value === 'boolean' || typeof value === 'number') return String(value);
  if (typeof value === 'string') return value.length <= longestValue ? value : digestOf(value);
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'string')) {
    const joined = value.toSorted().join(', ');
    return joined.length <= longestValue ? joined : digestOf(value);
  }
  return digestOf(value);
}

/** Members whose values may be shown; the value of any other is a digest, as nobody knows what it holds. */
function fieldsOf(doc: Doc, shown: ReadonlySet<string>, left: ReadonlySet<string>): Fields {
  const found = Object.entries(doc)
    .filter(([name, value]) => !left.has(name) && value !== undefined && value !== null)
    .map(([name, value]) => [name, shown.has(name) ? shortValue(value) : digestOf(value)] as const);
  return bounded(found);
}

function bounded(found: readonly (readonly [string, string])[]): Fields {
  const sorted = found.toSorted(([a], [b]) => (a < b ? -1 : 1));
  const rest = sorted.slice(mostFields);
  return Object.fromEntries([
    ...sorted.slice(0, mostFields),
    ...(rest.length === 0 ? [] : [['(further fields)', digestOf(rest)]]),
  ]);
}

const launchShown = new Set([
  'ec2LaunchTemplateID',
  'launchDisposition',
  'targetInstanceTypeRightSizingMethod',
  'copyPrivateIp',
  'copyTags',
  'bootMode',
  'enableMapAutoTagging',
  'associatePublicIpAddress',
  'smallVolumeMaxSize',
  'enableParametersEncryption',
  'postLaunchEnabled',
  'launchIntoSourceInstance',
]);
const launchLeft = new Set([
  'sourceServerID',
  'name',
  'postLaunchActions',
  'licensing',
  'tags',
  'arn',
  'launchConfigurationTemplateID',
]);

/** The fields of a launch configuration, of a server or an account's template. Post-launch actions are apart. */
export function launchFields(doc: Doc): Fields {
  const byol = docAt(doc, 'licensing')['osByol'];
  return {
    ...fieldsOf(doc, launchShown, launchLeft),
    ...(typeof byol === 'boolean' ? { 'licensing.osByol': String(byol) } : {}),
  };
}

const replicationShown = new Set([
  'stagingAreaSubnetId',
  'associateDefaultSecurityGroup',
  'replicationServersSecurityGroupsIDs',
  'replicationServerInstanceType',
  'useDedicatedReplicationServer',
  'defaultLargeStagingDiskType',
  'ebsEncryption',
  'ebsEncryptionKeyArn',
  'bandwidthThrottling',
  'dataPlaneRouting',
  'createPublicIP',
  'useFipsEndpoint',
  'storeSnapshotOnLocalZone',
  'autoReplicateNewDisks',
  'internetProtocol',
]);
const replicationLeft = new Set([
  'sourceServerID',
  'name',
  'replicatedDisks',
  'tags',
  'arn',
  'replicationConfigurationTemplateID',
]);

/** The fields of a replication configuration, of a server or an account's template; each disk by its staging disk. */
export function replicationFields(doc: Doc): Fields {
  const disks = docsAt(doc, 'replicatedDisks').map((disk) => {
    const { iops, throughput } = disk;
    const size = [iops, throughput].filter((figure) => typeof figure === 'number' && figure > 0);
    const type = textAt(disk, 'stagingDiskType') ?? 'unknown';
    return [`disk ${textAt(disk, 'deviceName') ?? '?'}`, [type, ...size].join(' ')] as const;
  });
  return bounded([...Object.entries(fieldsOf(doc, replicationShown, replicationLeft)), ...disks]);
}

const templateShown = new Set([
  'defaultVersion',
  'instanceType',
  'imageId',
  'keyName',
  'subnetIds',
  'securityGroupIds',
  'publicIp',
  'privateIps',
  'iamInstanceProfile',
  'tenancy',
  'hostId',
  'ebsOptimized',
  'terminationProtection',
  'metadataTokens',
  'volumes',
  'hasUserData',
]);

/** The fields of an EC2 launch template: which version is the default, and what that version says. */
export function templateFields(defaultVersion: number, version: Doc): Fields {
  return fieldsOf(
    { ...version, defaultVersion },
    templateShown,
    new Set(['launchTemplateId', 'version']),
  );
}

/**
 * The fields of a server's post-launch actions: when they run, and each action by its order, document and weight. DRS
 * calls them launch actions. Parameters are there only as a digest: their values may be secrets.
 */
export function actionFields(launch: Doc, actions: readonly Doc[]): Fields {
  const settings = docAt(launch, 'postLaunchActions');
  const deployment = textAt(settings, 'deployment');
  const own = [
    ...docsAt(settings, 'ssmDocuments').map((given, i) => ({ ...given, order: i })),
    ...actions,
  ].map(actionField);
  return bounded([
    ...(deployment === undefined ? [] : [['deployment', deployment] as const]),
    ...own,
  ]);
}

function actionField(action: Doc): readonly [string, string] {
  const name = firstText(action, 'actionName', 'name', 'actionID', 'actionId') ?? '?';
  const document = firstText(action, 'documentIdentifier', 'ssmDocumentName', 'actionCode') ?? '?';
  const version = firstText(action, 'documentVersion', 'actionVersion');
  // MGN says which must succeed, DRS which need not.
  const isNeeded = action['mustSucceedForCutover'] === true || action['optional'] === false;
  const given = [docAt(action, 'parameters'), docAt(action, 'externalParameters')];
  const hasParameters = given.some((one) => Object.keys(one).length > 0);
  const said = [
    typeof action['order'] === 'number' ? `order ${action['order']}` : undefined,
    action['active'] === false ? 'inactive' : 'active',
    isNeeded ? mustSucceed : 'may fail',
    version === undefined ? document : `${document}:${version}`,
    hasParameters ? digestOf(given) : undefined,
  ].filter((word) => word !== undefined);
  return [`action ${name}`.slice(0, longestValue), shortValue(said.join(', '))];
}

function firstText(action: Doc, ...names: readonly string[]): string | undefined {
  return names.map((name) => textAt(action, name)).find((found) => found !== undefined);
}

/** How a field of post-launch actions says that an action must succeed before the cutover goes on. */
export const mustSucceed = 'must succeed';
