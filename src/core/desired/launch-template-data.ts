// In: what a launch template shall say, and what its default version says. Out: the settings that differ, and what a new
// version has to say otherwise. A list that a version names replaces the whole list of the one that it goes out from, so a
// list is always given whole (EC2: CreateLaunchTemplateVersion, SourceVersion). Pure.
import { docAt, docsAt, textAt } from '../observation.ts';
import type { Desired } from '../plan/desired.ts';
import { isSame, type SettingChange, type TemplateSeen } from './setting.ts';

type Wanted = NonNullable<Desired['launchTemplate']>;
type Doc = Readonly<Record<string, unknown>>;

const aspect = 'launch-template';

/** The settings of a launch template that differ from what is wanted. */
export function templateChanges(wanted: Wanted, { data }: TemplateSeen): readonly SettingChange[] {
  const { tags, volumeTags, volumes, ...plain } = wanted;
  const changes = Object.entries(plain).map(([field, to]): SettingChange => {
    const from = plainReaders[field]?.(data) ?? null;
    return { aspect, field, from, to: field === 'securityGroupIds' ? sorted(to) : to };
  });
  const tagged = (
    [
      ['tags', 'instance', tags],
      ['volumeTags', 'volume', volumeTags],
    ] as const
  ).flatMap(([field, resource, given]) =>
    Object.entries(given ?? {}).map(
      ([key, to]): SettingChange => ({
        aspect,
        field: `${field}.${key}`,
        from: tagOf(data, resource, key),
        to,
      }),
    ),
  );
  const disks = volumes === undefined ? [] : [volumeChange(data, volumes)];
  return [...changes, ...tagged, ...disks].filter(({ from, to }) => !isSame(from, to));
}

/** Why a launch template cannot be given what is wanted; empty where it can. */
export function templateObstacles(wanted: Wanted, { data }: TemplateSeen): readonly string[] {
  const nics = docsAt(data, 'NetworkInterfaces');
  const nic = nics[0] ?? {};
  const found: string[] = [];
  if (nics.length === 0 && texts(data['SecurityGroupIds']).length > 0 && asksForNic(wanted)) {
    found.push(
      'the launch template has its security groups outside of a network interface: move them into one in EC2',
    );
  }
  if (textAt(nic, 'NetworkInterfaceId') !== undefined && asksForNic(wanted)) {
    found.push('the launch template names a network interface that exists: take it out in EC2');
  }
  const fixed = textAt(nic, 'PrivateIpAddress');
  const moves = wanted.subnetId !== undefined && wanted.subnetId !== textAt(nic, 'SubnetId');
  if (moves && fixed !== undefined && wanted.privateIpAddress === undefined) {
    found.push(
      `the launch template fixes the address ${fixed}, which need not lie in ${wanted.subnetId}: name privateIpAddress too`,
    );
  }
  if (wanted.privateIpAddress !== undefined && docsAt(nic, 'PrivateIpAddresses').length > 0) {
    found.push('the launch template lists private addresses: take the list out in EC2');
  }
  if (wanted.volumes !== undefined && docsAt(data, 'BlockDeviceMappings').length === 0) {
    found.push('the launch template names no volumes: set them in the launch settings first');
  }
  return found;
}

function asksForNic(wanted: Wanted): boolean {
  return (
    wanted.subnetId !== undefined ||
    wanted.securityGroupIds !== undefined ||
    wanted.privateIpAddress !== undefined ||
    wanted.associatePublicIpAddress !== undefined
  );
}

/** What a new version says otherwise than the one that it goes out from. */
export function newVersionData(wanted: Wanted, seen: TemplateSeen): Doc {
  const { data } = seen;
  const changed = new Map(templateChanges(wanted, seen).map(({ field, to }) => [field, to]));
  const plain = Object.fromEntries(
    Object.entries(topMembers).flatMap(([field, member]) =>
      changed.has(field) ? [[member, changed.get(field)]] : [],
    ),
  );
  const metadata = membersIn(changed, metadataMembers);
  const nic = membersIn(changed, nicMembers);
  const tagged = [...changed.keys()].some((field) => /^(tags|volumeTags)\./.test(field));
  return {
    ...plain,
    ...(changed.has('iamInstanceProfile')
      ? { IamInstanceProfile: { Name: changed.get('iamInstanceProfile') } }
      : {}),
    ...(metadata === undefined
      ? {}
      : { MetadataOptions: { ...withoutState(docAt(data, 'MetadataOptions')), ...metadata } }),
    ...(nic === undefined ? {} : { NetworkInterfaces: withNic(data, nic) }),
    ...(tagged ? { TagSpecifications: withTags(data, wanted) } : {}),
    ...volumesOf(data, wanted, changed.has('volumes')),
  };
}

const topMembers: Readonly<Record<string, string>> = {
  instanceType: 'InstanceType',
  ebsOptimized: 'EbsOptimized',
  disableApiTermination: 'DisableApiTermination',
};
const metadataMembers: Readonly<Record<string, string>> = {
  httpTokens: 'HttpTokens',
  httpPutResponseHopLimit: 'HttpPutResponseHopLimit',
};
const nicMembers: Readonly<Record<string, string>> = {
  subnetId: 'SubnetId',
  securityGroupIds: 'Groups',
  privateIpAddress: 'PrivateIpAddress',
  associatePublicIpAddress: 'AssociatePublicIpAddress',
};

const firstNic = (data: Doc): Doc => docsAt(data, 'NetworkInterfaces')[0] ?? {};
const ofNic = (member: string) => (data: Doc) => firstNic(data)[member];
const ofMetadata = (member: string) => (data: Doc) => docAt(data, 'MetadataOptions')[member];
const ofTop = (member: string) => (data: Doc) => data[member];

const plainReaders: Readonly<Record<string, (data: Doc) => unknown>> = {
  instanceType: ofTop('InstanceType'),
  ebsOptimized: ofTop('EbsOptimized'),
  disableApiTermination: ofTop('DisableApiTermination'),
  iamInstanceProfile: profileOf,
  httpTokens: ofMetadata('HttpTokens'),
  httpPutResponseHopLimit: ofMetadata('HttpPutResponseHopLimit'),
  subnetId: ofNic('SubnetId'),
  privateIpAddress: ofNic('PrivateIpAddress'),
  associatePublicIpAddress: ofNic('AssociatePublicIpAddress'),
  securityGroupIds: (data) => sorted(firstNic(data)['Groups'] ?? data['SecurityGroupIds'] ?? []),
};

/** The name of the instance profile, also where the template names it by its ARN. */
function profileOf(data: Doc): string | undefined {
  const profile = docAt(data, 'IamInstanceProfile');
  return textAt(profile, 'Name') ?? textAt(profile, 'Arn')?.split('/').at(-1);
}

function tagOf(data: Doc, resource: string, key: string): string | null {
  const tags = docsAt(data, 'TagSpecifications')
    .filter((specification) => specification['ResourceType'] === resource)
    .flatMap((specification) => docsAt(specification, 'Tags'));
  const value = tags.find((tag) => tag['Key'] === key)?.['Value'];
  return typeof value === 'string' ? value : null;
}

function volumeChange(data: Doc, wanted: NonNullable<Wanted['volumes']>): SettingChange {
  const is: string[] = [];
  const shall: string[] = [];
  for (const mapping of docsAt(data, 'BlockDeviceMappings')) {
    const ebs = docAt(mapping, 'Ebs');
    // Instance store volumes have no type.
    if (Object.keys(ebs).length === 0) continue;
    const name = textAt(mapping, 'DeviceName') ?? '?';
    const was = (value: unknown, asked: unknown) => (asked === undefined ? undefined : value);
    is.push(
      volumeText(name, ebs['VolumeType'], [
        was(ebs['Iops'], wanted.iops),
        was(ebs['Throughput'], wanted.throughput),
      ]),
    );
    shall.push(volumeText(name, wanted.type, [wanted.iops, wanted.throughput]));
  }
  return { aspect, field: 'volumes', from: is, to: shall };
}

function volumeText(name: string, type: unknown, figures: readonly unknown[]): string {
  const [iops, throughput] = figures;
  return [
    `${name} ${typeof type === 'string' ? type : 'unset'}`,
    ...(typeof iops === 'number' ? [`${iops} IOPS`] : []),
    ...(typeof throughput === 'number' ? [`${throughput} MiB/s`] : []),
  ].join(' ');
}

function membersIn(
  changed: ReadonlyMap<string, unknown>,
  members: Readonly<Record<string, string>>,
): Doc | undefined {
  const found = Object.entries(members).flatMap(([field, member]) =>
    changed.has(field) ? [[member, changed.get(field)] as const] : [],
  );
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

function withNic(data: Doc, changed: Doc): readonly Doc[] {
  const [first, ...more] = docsAt(data, 'NetworkInterfaces');
  return [{ ...(first ?? { DeviceIndex: 0 }), ...changed }, ...more];
}

function withTags(data: Doc, wanted: Wanted): readonly Doc[] {
  const before = docsAt(data, 'TagSpecifications');
  const given = [
    ['instance', wanted.tags],
    ['volume', wanted.volumeTags],
  ] as const;
  const added = given.filter(
    ([resource, tags]) =>
      tags !== undefined && !before.some((one) => one['ResourceType'] === resource),
  );
  return [...before, ...added.map(([ResourceType]) => ({ ResourceType, Tags: [] }))].map(
    (specification: Doc) => {
      const tags = given.find(([resource]) => resource === specification['ResourceType'])?.[1];
      if (tags === undefined) return specification;
      const kept = docsAt(specification, 'Tags').filter(
        (tag) => !Object.hasOwn(tags, String(tag['Key'])),
      );
      const set = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      return { ...specification, Tags: [...kept, ...set] };
    },
  );
}

/** Snapshots of volumes are not taken over unless they are named, so the volumes are given whole where there are any. */
function volumesOf(data: Doc, { volumes }: Wanted, isChanged: boolean): Doc {
  const before = docsAt(data, 'BlockDeviceMappings');
  const hasSnapshot = before.some(
    (mapping) => textAt(docAt(mapping, 'Ebs'), 'SnapshotId') !== undefined,
  );
  if (!isChanged && !hasSnapshot) return {};
  if (!isChanged || volumes === undefined) return { BlockDeviceMappings: before };
  return {
    BlockDeviceMappings: before.map((mapping) => {
      const ebs = docAt(mapping, 'Ebs');
      if (Object.keys(ebs).length === 0) return mapping;
      // What another type was given need not fit this one: EC2 has values of its own for each.
      const { Iops, Throughput, VolumeType, ...kept } = ebs;
      const isOfType = VolumeType === volumes.type;
      const figures = {
        ...(isOfType && Iops !== undefined ? { Iops } : {}),
        ...(isOfType && Throughput !== undefined ? { Throughput } : {}),
        ...(volumes.iops === undefined ? {} : { Iops: volumes.iops }),
        ...(volumes.throughput === undefined ? {} : { Throughput: volumes.throughput }),
      };
      return { ...mapping, Ebs: { ...kept, VolumeType: volumes.type, ...figures } };
    }),
  };
}

/** `State` is only told, never set. */
function withoutState({ State: _state, ...options }: Doc): Doc {
  return options;
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

function sorted(value: unknown): readonly string[] {
  return texts(value).toSorted();
}
