import { launchDefaults } from '../drs/configurations.ts';
import { type JsonObject, objectAt, objectsAt, textAt } from '../json.ts';
import { launchConfigurationOf } from '../mgn/configurations.ts';
import type { RegionState } from '../region-state.ts';
import type { SourceServer } from '../source-server.ts';
import { recommendedType } from './instance-types.ts';
import { templateIdOf } from './launch-template-id.ts';
import type { Ec2LaunchTemplate, TemplateData, TemplateVersion } from './launch-template-state.ts';

/** Answers the launch template of a server of MGN or DRS: its first version is the service's own. */
export function launchTemplateOf(region: RegionState, server: SourceServer): Ec2LaunchTemplate {
  const id = templateIdOf(region, server);
  const { launchTemplateSubnet, targetSubnetId } = region.world.parameters;
  return (
    region.launchTemplates.changed.get(id) ?? {
      id,
      name: `created-and-used-by-${keeper[region.service]}-${server.id}`,
      serverId: server.id,
      versions: [
        {
          number: 1,
          createdAt: region.world.startAt,
          createdBy: 'service',
          data: {
            instanceType: recommendedType(server),
            ...(launchTemplateSubnet === 'set' ? { subnetId: targetSubnetId } : {}),
            securityGroupIds: [],
          },
        },
      ],
      defaultVersion: 1,
    }
  );
}

const keeper = { mgn: 'application-migration-service', drs: 'elastic-disaster-recovery' } as const;

/** Finds a launch template by its id; undefined where no server that is here has it, of MGN or of DRS. */
export function launchTemplateNamed(
  region: RegionState,
  id: string,
): Ec2LaunchTemplate | undefined {
  const replicated = region.drs?.engine;
  return ownTemplate(region, id) ?? (replicated && ownTemplate(replicated, id));
}

function ownTemplate(region: RegionState, id: string): Ec2LaunchTemplate | undefined {
  const { owners } = region.launchTemplates;
  if (!owners.has(id)) {
    for (const server of region.servers.slice(region.launchTemplates.indexed)) {
      owners.set(templateIdOf(region, server), server.id);
    }
    region.launchTemplates.indexed = region.servers.length;
  }
  const server = region.server(owners.get(id) ?? '');
  return server === undefined ? undefined : launchTemplateOf(region, server);
}

/** Answers the default version of a template, which is the one that counts. */
export function defaultOf({ versions, defaultVersion }: Ec2LaunchTemplate): TemplateVersion {
  const found = versions.find(({ number }) => number === defaultVersion) ?? versions[0];
  if (found === undefined) throw new RangeError('a launch template has no version');
  return found;
}

/** A change to a launch template: what the new version says, and whether it becomes the default. */
export interface TemplateEdit {
  readonly data: Partial<TemplateData>;
  readonly makeDefault: boolean;
  readonly by: TemplateVersion['createdBy'];
  /** The version that it goes out from; the default where it is left out. */
  readonly from?: TemplateVersion;
}

/** Adds a version to a server's launch template. Its service looks at what it has to say when it next checks. */
export function editLaunchTemplate(
  region: RegionState,
  server: SourceServer,
  edit: TemplateEdit,
): Ec2LaunchTemplate {
  const before = launchTemplateOf(region, server);
  const number = Math.max(...before.versions.map((one) => one.number)) + 1;
  const version: TemplateVersion = {
    number,
    createdAt: region.world.now,
    createdBy: edit.by,
    data: dataAfter(edit.from ?? defaultOf(before), edit.data),
  };
  const after: Ec2LaunchTemplate = {
    ...before,
    versions: [...before.versions, version],
    defaultVersion: edit.makeDefault ? number : before.defaultVersion,
  };
  region.launchTemplates.changed.set(after.id, after);
  if (edit.by === 'person') checkLater(region, server);
  return after;
}

/** Makes another version of a server's launch template the default, as a person does. */
export function makeDefault(
  region: RegionState,
  template: Ec2LaunchTemplate,
  number: number,
): void {
  const after = { ...template, defaultVersion: number };
  const owner = ownerOf(region, template);
  owner.region.launchTemplates.changed.set(after.id, after);
  checkLater(owner.region, owner.server);
}

/** The server that a launch template is kept for, and where: of MGN, or of DRS. */
export function ownerOf(
  region: RegionState,
  { id, serverId }: Ec2LaunchTemplate,
): { readonly region: RegionState; readonly server: SourceServer } {
  const replicated = region.drs?.engine;
  for (const one of replicated === undefined ? [region] : [region, replicated]) {
    const server = one.launchTemplates.owners.has(id) ? one.server(serverId) : undefined;
    if (server !== undefined) return { region: one, server };
  }
  throw new RangeError('a launch template has no server');
}

/** What an edit leaves: of a version that a call made, its document says the same as the members of their own. */
function dataAfter({ data }: TemplateVersion, edit: Partial<TemplateData>): TemplateData {
  const { document: before, ...own } = data;
  const after = { ...own, ...edit };
  if (edit.document !== undefined || before === undefined) return after;
  return { ...after, document: documentOf({ ...after, document: before }) };
}

/** All that a version says, by the names of EC2's calls. */
export function documentOf({
  document = {},
  instanceType,
  subnetId,
  securityGroupIds,
}: TemplateData): JsonObject {
  const [first = { DeviceIndex: '0' }, ...more] = objectsAt(document, 'NetworkInterface');
  const nic = {
    ...first,
    ...(subnetId === undefined ? {} : { SubnetId: subnetId }),
    SecurityGroupId: securityGroupIds,
  };
  return { ...document, InstanceType: instanceType, NetworkInterface: [nic, ...more] };
}

function checkLater(region: RegionState, server: SourceServer): void {
  region.world.agenda.add(nextCheck(region), () => checkTemplate(region, server));
}

/** A service checks the templates on a clock of its own, not when somebody edits them. */
function nextCheck({ world }: RegionState): number {
  const every = Math.round(world.parameters.launchTemplateCheckMinutes * 60_000);
  return world.startAt + (Math.floor((world.now - world.startAt) / every) + 1) * every;
}

/** Where the service chooses the instance type, it writes its choice back over what a person chose. */
function checkTemplate(region: RegionState, server: SourceServer): void {
  if (server.state.deleted || server.state.archived || !rightSizes(region, server)) return;
  const wanted = recommendedType(server);
  if (defaultOf(launchTemplateOf(region, server)).data.instanceType === wanted) return;
  editLaunchTemplate(region, server, {
    data: { instanceType: wanted },
    makeDefault: true,
    by: 'service',
  });
}

function rightSizes(region: RegionState, server: SourceServer): boolean {
  const settings =
    region.service === 'drs'
      ? { ...launchDefaults, ...region.drs?.records.servers.get(server.id)?.launchConfiguration }
      : launchConfigurationOf(region, server);
  return settings['targetInstanceTypeRightSizingMethod'] === 'BASIC';
}

/** What of an instance EC2 must have room for, and where. */
export interface LaunchShape {
  readonly instanceType: string;
  readonly subnetId: string | undefined;
  readonly tenancy: string | undefined;
}

/** What an instance of a server would be if it were launched now. */
export function launchesAs(region: RegionState, server: SourceServer): LaunchShape {
  const {
    instanceType,
    subnetId,
    document = {},
  } = defaultOf(launchTemplateOf(region, server)).data;
  return {
    instanceType: rightSizes(region, server) ? recommendedType(server) : instanceType,
    subnetId,
    tenancy: textAt(objectAt(document, 'Placement'), 'Tenancy'),
  };
}
