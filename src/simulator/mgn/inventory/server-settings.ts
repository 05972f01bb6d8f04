import * as z from 'zod';
import { isJsonObject, type JsonObject, objectAt, parseJson } from '../../json.ts';
import type { RegionState } from '../../region-state.ts';
import type { SourceServer } from '../../source-server.ts';
import { launchConfigurationOf } from '../configurations.ts';
import { actionMembers, bounded, launchMembers, replicationMembers } from '../model.ts';
import { type Draft, resetValue } from './draft.ts';

const flag = z
  .string()
  .regex(/^(true|false)$/i, 'is neither TRUE nor FALSE')
  .transform((text) => text.toLowerCase() === 'true');
const whole = z.string().regex(/^\d+$/, 'is no whole number').transform(Number);

const launchSettings = z.object({
  'mgn:launch:placement:operating-system-licensing': z.enum(['LI', 'BYOL']).optional(),
  'mgn:launch:operating-system-licensing': z.enum(['LI', 'BYOL']).optional(),
  'mgn:launch:placement:tenancy': z.enum(['default', 'dedicated', 'host']).optional(),
  'mgn:launch:transfer-server-tags': flag.optional(),
  'mgn:launch:boot-mode': launchMembers.bootMode,
  'mgn:launch:copy-private-ip': flag.optional(),
  'mgn:launch:start-instance': flag.optional(),
  'mgn:launch:map-tagging': flag.optional(),
  'mgn:launch:map-tag-value': bounded.optional(),
  'mgn:launch:post-actions:enabled': flag.optional(),
});

const replicationSettings = z.object({
  'mgn:replication:associate-default-security-group': flag.optional(),
  'mgn:replication:bandwidth-throttling': whole
    .refine((mbps) => mbps <= 10_000, 'is above 10,000')
    .optional(),
  'mgn:replication:create-public-ip': flag.optional(),
  'mgn:replication:data-replication-routing': replicationMembers.dataPlaneRouting,
  'mgn:replication:default-large-staging-disk-type': replicationMembers.defaultLargeStagingDiskType,
  'mgn:replication:ebs-encryption': replicationMembers.ebsEncryption,
  'mgn:replication:ebs-encryption-key-arn': replicationMembers.ebsEncryptionKeyArn,
  'mgn:replication:internet-protocol': replicationMembers.internetProtocol,
  'mgn:replication:replication-server-instance-type':
    replicationMembers.replicationServerInstanceType,
  'mgn:replication:staging-area-subnet-id': replicationMembers.stagingAreaSubnetId,
  'mgn:replication:store-snapshot-on-local-zone': flag.optional(),
  'mgn:replication:use-dedicated-replication-server': flag.optional(),
  'mgn:replication:use-fips-endpoint': flag.optional(),
});

const actionFields = z.object({
  ssmDocumentName: actionMembers.documentIdentifier,
  order: whole.refine((n) => n >= 1000 && n <= 10_000, 'is not from 1000 to 10000'),
  active: flag.optional(),
  mustSucceedForCutover: flag.optional(),
  timeoutSeconds: whole.refine((n) => n >= 1, 'is below 1').optional(),
  description: actionMembers.description,
  parameters: z
    .string()
    .transform((text) => parseJson(text))
    .pipe(
      z.object({
        parameters: actionMembers.parameters,
        externalParameters: actionMembers.externalParameters,
      }),
    )
    .optional(),
});

/** Says what is wrong with the settings and actions that rows give to a server. */
export function settingProblems(draft: Draft): readonly string[] {
  const given = Object.fromEntries(draft.settings);
  const parsed = [launchSettings.safeParse(given), replicationSettings.safeParse(given)];
  const problems = parsed.flatMap(({ error }) => error?.issues ?? []);
  const wrong = problems.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  for (const [name, fields] of draft.actions) {
    const action = actionFields.safeParse(Object.fromEntries(fields));
    const removed = fields.get('active')?.toLowerCase() === 'false';
    for (const issue of (removed ? undefined : action.error)?.issues ?? []) {
      wrong.push(`The action ${name}: ${issue.path.join('.')}: ${issue.message}`);
    }
  }
  return wrong;
}

/** Puts the settings and actions of a draft without problems into force. */
export function applySettings(region: RegionState, server: SourceServer, draft: Draft): void {
  const { mgn } = region;
  if (draft.settings.size > 0) {
    const columns = { ...mgn.launchColumns.get(server.id), ...Object.fromEntries(draft.settings) };
    mgn.launchColumns.set(
      server.id,
      Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== resetValue)),
    );
    const given = Object.fromEntries(draft.settings);
    const launch = launchMembersOf(region, server, launchSettings.parse(given));
    if (Object.keys(launch).length > 0) {
      const known = mgn.launchConfigurations.get(server.id);
      mgn.launchConfigurations.set(server.id, { ...known, ...launch });
    }
    const replication = replicationMembersOf(replicationSettings.parse(given), draft.settings);
    if (Object.keys(replication).length > 0) {
      const known = mgn.replicationConfigurations.get(server.id);
      mgn.replicationConfigurations.set(server.id, { ...known, ...replication });
    }
  }
  for (const [name, fields] of draft.actions) applyAction(region, server, name, fields);
}

function launchMembersOf(
  region: RegionState,
  server: SourceServer,
  given: z.output<typeof launchSettings>,
): JsonObject {
  const licensing =
    given['mgn:launch:placement:operating-system-licensing'] ??
    given['mgn:launch:operating-system-licensing'];
  const start = given['mgn:launch:start-instance'];
  const enabled = given['mgn:launch:post-actions:enabled'];
  const known = objectAt(launchConfigurationOf(region, server), 'postLaunchActions');
  return defined({
    licensing: licensing === undefined ? undefined : { osByol: licensing === 'BYOL' },
    copyTags: given['mgn:launch:transfer-server-tags'],
    bootMode: given['mgn:launch:boot-mode'],
    copyPrivateIp: given['mgn:launch:copy-private-ip'],
    launchDisposition: start === undefined ? undefined : start ? 'STARTED' : 'STOPPED',
    enableMapAutoTagging: given['mgn:launch:map-tagging'],
    mapAutoTaggingMpeID: given['mgn:launch:map-tag-value'],
    postLaunchActions: enabled === true ? { deployment: 'TEST_AND_CUTOVER', ...known } : undefined,
  });
}

function replicationMembersOf(
  given: z.output<typeof replicationSettings>,
  settings: ReadonlyMap<string, string>,
): JsonObject {
  const numbered = /^mgn:replication:security-group-id:(\d+)$/;
  const groups = [...settings]
    .filter(([name]) => numbered.test(name))
    .toSorted(([a], [b]) => Number(numbered.exec(a)?.[1]) - Number(numbered.exec(b)?.[1]))
    .map(([, value]) => value);
  const tagPrefix = 'mgn:replication:staging-area-tag:';
  const tags = [...settings]
    .filter(([name]) => name.startsWith(tagPrefix))
    .map(([name, value]) => [name.slice(tagPrefix.length), value] as const);
  return defined({
    associateDefaultSecurityGroup: given['mgn:replication:associate-default-security-group'],
    bandwidthThrottling: given['mgn:replication:bandwidth-throttling'],
    createPublicIP: given['mgn:replication:create-public-ip'],
    dataPlaneRouting: given['mgn:replication:data-replication-routing'],
    defaultLargeStagingDiskType: given['mgn:replication:default-large-staging-disk-type'],
    ebsEncryption: given['mgn:replication:ebs-encryption'],
    ebsEncryptionKeyArn: given['mgn:replication:ebs-encryption-key-arn'],
    internetProtocol: given['mgn:replication:internet-protocol'],
    replicationServerInstanceType: given['mgn:replication:replication-server-instance-type'],
    stagingAreaSubnetId: given['mgn:replication:staging-area-subnet-id'],
    storeSnapshotOnLocalZone: given['mgn:replication:store-snapshot-on-local-zone'],
    useDedicatedReplicationServer: given['mgn:replication:use-dedicated-replication-server'],
    useFipsEndpoint: given['mgn:replication:use-fips-endpoint'],
    replicationServersSecurityGroupsIDs: groups.length === 0 ? undefined : groups,
    stagingAreaTags: tags.length === 0 ? undefined : Object.fromEntries(tags),
  });
}

function applyAction(
  region: RegionState,
  server: SourceServer,
  name: string,
  fields: ReadonlyMap<string, string>,
): void {
  const known = region.mgn.serverActions.get(server.id) ?? new Map<string, JsonObject>();
  const actionID = actionIdOf(name);
  if (fields.get('active')?.toLowerCase() === 'false') known.delete(actionID);
  else {
    const { ssmDocumentName, parameters, ...rest } = actionFields.parse(Object.fromEntries(fields));
    known.set(actionID, {
      active: true,
      timeoutSeconds: region.world.parameters.actionTimeoutSecondsDefault,
      mustSucceedForCutover: false,
      documentVersion: '$DEFAULT',
      category: 'OTHER',
      ...rest,
      actionID,
      actionName: name,
      documentIdentifier: ssmDocumentName,
      ...(isJsonObject(parameters) ? parameters : {}),
    });
  }
  region.mgn.serverActions.set(server.id, known);
}

// An action's id is at most 64 characters long and ends alphanumeric; the file knows only its name.
function actionIdOf(name: string): string {
  const id = name.slice(0, 64).replaceAll(/[^0-9a-zA-Z]+$/g, '');
  return id === '' ? 'action' : id;
}

function defined(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
