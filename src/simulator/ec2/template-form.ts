// In: the form of a call of EC2 on launch templates. Out: what it says as a document, and a document as EC2's XML: one table
// has the names of both. Called by operations/ec2-templates.ts and ec2-launch.ts.
import { type JsonObject, objectAt, objectsAt } from '../json.ts';
import { xml } from '../operations/ec2-answer.ts';
import { ServiceException } from '../service-exception.ts';

/** A member: text, texts in a numbered list, a group of members, or a numbered list of groups. */
type Member =
  | { readonly is: 'text'; readonly tag: string }
  | { readonly is: 'texts'; readonly tag: string; readonly item: string }
  | { readonly is: 'group'; readonly tag: string; readonly members: Members }
  | { readonly is: 'groups'; readonly tag: string; readonly members: Members };
type Members = Readonly<Record<string, Member>>;

const text = (tag: string): Member => ({ is: 'text', tag });
const texts = (tag: string, item: string): Member => ({ is: 'texts', tag, item });
const group = (tag: string, members: Members): Member => ({ is: 'group', tag, members });
const groups = (tag: string, members: Members): Member => ({ is: 'groups', tag, members });

/** What a version may say here, by the names of EC2's query protocol (reference: the EC2 model of botocore). */
const templateMembers: Members = {
  InstanceType: text('instanceType'),
  ImageId: text('imageId'),
  KeyName: text('keyName'),
  UserData: text('userData'),
  EbsOptimized: text('ebsOptimized'),
  DisableApiTermination: text('disableApiTermination'),
  IamInstanceProfile: group('iamInstanceProfile', { Arn: text('arn'), Name: text('name') }),
  Placement: group('placement', { Tenancy: text('tenancy'), HostId: text('hostId') }),
  MetadataOptions: group('metadataOptions', {
    HttpTokens: text('httpTokens'),
    HttpPutResponseHopLimit: text('httpPutResponseHopLimit'),
    HttpEndpoint: text('httpEndpoint'),
    HttpProtocolIpv6: text('httpProtocolIpv6'),
    InstanceMetadataTags: text('instanceMetadataTags'),
  }),
  NetworkInterface: groups('networkInterfaceSet', {
    DeviceIndex: text('deviceIndex'),
    SubnetId: text('subnetId'),
    PrivateIpAddress: text('privateIpAddress'),
    AssociatePublicIpAddress: text('associatePublicIpAddress'),
    DeleteOnTermination: text('deleteOnTermination'),
    Description: text('description'),
    NetworkInterfaceId: text('networkInterfaceId'),
    SecurityGroupId: texts('groupSet', 'groupId'),
  }),
  BlockDeviceMapping: groups('blockDeviceMappingSet', {
    DeviceName: text('deviceName'),
    Ebs: group('ebs', {
      VolumeType: text('volumeType'),
      VolumeSize: text('volumeSize'),
      Iops: text('iops'),
      Throughput: text('throughput'),
      Encrypted: text('encrypted'),
      DeleteOnTermination: text('deleteOnTermination'),
      KmsKeyId: text('kmsKeyId'),
      SnapshotId: text('snapshotId'),
    }),
  }),
  TagSpecification: groups('tagSpecificationSet', {
    ResourceType: text('resourceType'),
    Tag: groups('tagSet', { Key: text('key'), Value: text('value') }),
  }),
  SecurityGroupId: texts('securityGroupIdSet', 'item'),
};

/** Reads what a call says of a version; refuses a member that is not known here. */
export function templateDocument(input: JsonObject): JsonObject {
  const prefix = 'LaunchTemplateData.';
  const given = new Map(
    Object.entries(input).flatMap(([name, value]) =>
      name.startsWith(prefix) ? [[name.slice(prefix.length), String(value)] as const] : [],
    ),
  );
  const read = new Set<string>();
  const document = membersIn(given, '', templateMembers, read);
  const strange = [...given.keys()].find((name) => !read.has(name));
  if (strange !== undefined) {
    throw new ServiceException(
      'UnknownParameter',
      400,
      `The parameter ${prefix}${strange} is not recognized`,
    );
  }
  return document;
}

type Given = ReadonlyMap<string, string>;

function membersIn(given: Given, at: string, members: Members, read: Set<string>): JsonObject {
  const found = Object.entries(members).flatMap(([name, member]): [string, unknown][] => {
    const value = memberIn(given, `${at}${name}`, member, read);
    return value === undefined ? [] : [[name, value]];
  });
  return Object.fromEntries(found);
}

function memberIn(given: Given, path: string, member: Member, read: Set<string>): unknown {
  switch (member.is) {
    case 'text':
      read.add(path);
      return given.get(path);
    case 'group': {
      const found = membersIn(given, `${path}.`, member.members, read);
      return Object.keys(found).length === 0 ? undefined : found;
    }
    case 'texts': {
      const found = numbersAt(given, path).map((n) => {
        read.add(`${path}.${n}`);
        return given.get(`${path}.${n}`) ?? '';
      });
      return found.length === 0 ? undefined : found;
    }
    case 'groups': {
      const found = numbersAt(given, path).map((n) =>
        membersIn(given, `${path}.${n}.`, member.members, read),
      );
      return found.length === 0 ? undefined : found;
    }
  }
}

/** The numbers of a list's members, ascending. */
function numbersAt(given: Given, path: string): readonly number[] {
  const numbers = [...given.keys()].flatMap((name) => {
    const number = name.startsWith(`${path}.`) ? name.slice(path.length + 1).split('.')[0] : '';
    return /^\d+$/.test(number ?? '') ? [Number(number)] : [];
  });
  return [...new Set(numbers)].sort((a, b) => a - b);
}

/** Prints a version's document as EC2 answers it. */
export function templateXml(document: JsonObject): string {
  return membersXml(document, templateMembers);
}

function membersXml(document: JsonObject, members: Members): string {
  return Object.entries(members)
    .map(([name, member]) => memberXml(document, name, member))
    .join('');
}

function memberXml(document: JsonObject, name: string, member: Member): string {
  const value = document[name];
  if (value === undefined) return '';
  const { tag } = member;
  switch (member.is) {
    case 'text':
      return `<${tag}>${xml(String(value))}</${tag}>`;
    case 'texts': {
      const items: readonly unknown[] = Array.isArray(value) ? value : [];
      const printed = items.map((one) => `<${member.item}>${xml(String(one))}</${member.item}>`);
      return `<${tag}>${printed.join('')}</${tag}>`;
    }
    case 'group':
      return `<${tag}>${membersXml(objectAt(document, name), member.members)}</${tag}>`;
    case 'groups': {
      const printed = objectsAt(document, name).map(
        (one) => `<item>${membersXml(one, member.members)}</item>`,
      );
      return `<${tag}>${printed.join('')}</${tag}>`;
    }
  }
}
