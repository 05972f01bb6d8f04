import type {
  Ec2LaunchTemplate,
  TemplateData,
  TemplateVersion,
} from '../ec2/launch-template-state.ts';
import {
  defaultOf,
  documentOf,
  editLaunchTemplate,
  makeDefault,
  ownerOf,
} from '../ec2/launch-templates.ts';
import { templateDocument } from '../ec2/template-form.ts';
import { type JsonObject, objectsAt, textAt } from '../json.ts';
import type { RegionState } from '../region-state.ts';
import { ServiceException } from '../service-exception.ts';
import { ec2Write } from './ec2-answer.ts';
import { templateItem, theTemplate, theVersion, versionItem } from './ec2-launch.ts';
import type { Operation } from './operation.ts';

/** The operations of EC2 that change launch templates. */
export const ec2Templates: readonly Operation[] = [
  ec2Write('CreateLaunchTemplateVersion', ({ region, input }) => {
    const template = theTemplate(region, String(input['LaunchTemplateId'] ?? ''));
    const { ClientToken: token, ...asked } = input;
    const form = JSON.stringify(Object.entries(asked).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    const made = madeBefore(region, token, template.id, form);
    const { after, number } =
      made === undefined ? newVersion(region, template, input) : { after: template, number: made };
    if (typeof token === 'string') {
      region.launchTemplates.tokens.set(token, { asked: form, id: template.id, number });
    }
    const version = theVersion(after, String(number));
    return `<launchTemplateVersion>${versionItem(region, after, version)}</launchTemplateVersion>`;
  }),
  ec2Write('ModifyLaunchTemplate', ({ region, input }) => {
    const template = theTemplate(region, String(input['LaunchTemplateId'] ?? ''));
    const wanted = textAt(input, 'SetDefaultVersion') ?? '$Default';
    const { number } = theVersion(template, wanted);
    makeDefault(region, template, number);
    return `<launchTemplate>${templateItem(theTemplate(region, template.id))}</launchTemplate>`;
  }),
];

/** The version that an earlier call with the same token made: EC2 makes it once. */
function madeBefore(region: RegionState, token: unknown, id: string, form: string) {
  const before = typeof token === 'string' ? region.launchTemplates.tokens.get(token) : undefined;
  if (before === undefined) return undefined;
  if (before.asked === form && before.id === id) return before.number;
  throw new ServiceException(
    'IdempotentParameterMismatch',
    400,
    'Arguments on this idempotent request are inconsistent with arguments used in previous request(s).',
  );
}

function newVersion(region: RegionState, template: Ec2LaunchTemplate, input: JsonObject) {
  const source = textAt(input, 'SourceVersion');
  const given = templateDocument(input);
  const from = source === undefined ? undefined : theVersion(template, source);
  const owner = ownerOf(region, template);
  const after = editLaunchTemplate(owner.region, owner.server, {
    data: dataOf({ ...(from === undefined ? {} : inherited(from)), ...given }),
    makeDefault: false,
    by: 'person',
    from: from ?? defaultOf(template),
  });
  const number = Math.max(...after.versions.map((one) => one.number));
  return { after, number };
}

/** What a new version takes over: all but the snapshots of its volumes, which EC2 leaves out. */
function inherited({ data }: TemplateVersion): JsonObject {
  const document = documentOf(data);
  const mappings = objectsAt(document, 'BlockDeviceMapping').map(({ Ebs, ...mapping }) => {
    if (typeof Ebs !== 'object' || Ebs === null) return mapping;
    const { SnapshotId: _snapshot, ...ebs }: JsonObject = { ...Ebs };
    return { ...mapping, Ebs: ebs };
  });
  return { ...document, ...(mappings.length === 0 ? {} : { BlockDeviceMapping: mappings }) };
}

function dataOf(document: JsonObject): TemplateData {
  const [nic = {}] = objectsAt(document, 'NetworkInterface');
  const subnetId = textAt(nic, 'SubnetId');
  const groups = nic['SecurityGroupId'];
  return {
    instanceType: textAt(document, 'InstanceType') ?? '',
    ...(subnetId === undefined ? {} : { subnetId }),
    securityGroupIds: Array.isArray(groups) ? groups.map(String) : [],
    document,
  };
}
