import { isNitro, vcpusOf } from '../ec2/instance-types.ts';
import type { Ec2LaunchTemplate, TemplateVersion } from '../ec2/launch-template-state.ts';
import { defaultOf, documentOf, launchTemplateNamed } from '../ec2/launch-templates.ts';
import { freeAddresses, knownSubnets } from '../ec2/room.ts';
import { templateXml } from '../ec2/template-form.ts';
import type { JsonObject } from '../json.ts';
import type { RegionState } from '../region-state.ts';
import { ServiceException } from '../service-exception.ts';
import { ec2Read, xml } from './ec2-answer.ts';
import type { Operation } from './operation.ts';

/** The operations of EC2 on what launches depend on: launch templates, subnets and instance types. */
export const ec2Launch: readonly Operation[] = [
  ec2Read('DescribeLaunchTemplates', ({ region, input }) => {
    const items = numbered(input, 'LaunchTemplateId').map((id) => {
      return `<item>${templateItem(theTemplate(region, id))}</item>`;
    });
    return `<launchTemplates>${items.join('')}</launchTemplates>`;
  }),
  ec2Read('DescribeLaunchTemplateVersions', ({ region, input }) => {
    const template = theTemplate(region, String(input['LaunchTemplateId'] ?? ''));
    const asked = numbered(input, 'LaunchTemplateVersion');
    const versions =
      asked.length === 0 ? template.versions : asked.map((name) => theVersion(template, name));
    const items = versions.map(
      (version) => `<item>${versionItem(region, template, version)}</item>`,
    );
    return `<launchTemplateVersionSet>${items.join('')}</launchTemplateVersionSet>`;
  }),
  ec2Read('DescribeSubnets', ({ region, input }) => {
    const asked = filtered(input, 'subnet-id');
    const known = knownSubnets(region).filter((id) => asked === undefined || asked.includes(id));
    const items = known.map(
      (id) =>
        `<item><subnetId>${xml(id)}</subnetId><vpcId>vpc-${region.world.chance.hex17('vpc', region.accountId, region.region)}</vpcId><availabilityZone>${xml(region.region)}a</availabilityZone><state>available</state><availableIpAddressCount>${freeAddresses(region, id)}</availableIpAddressCount></item>`,
    );
    return `<subnetSet>${items.join('')}</subnetSet>`;
  }),
  ec2Read('DescribeInstanceTypes', ({ region, input }) => {
    const { instanceTypesNotOffered } = region.world.parameters;
    const items = (filtered(input, 'instance-type') ?? []).flatMap((type) => {
      const vcpus = vcpusOf(type);
      if (vcpus === undefined || instanceTypesNotOffered.includes(type)) return [];
      return `<item><instanceType>${xml(type)}</instanceType><hypervisor>${isNitro(type) ? 'nitro' : 'xen'}</hypervisor><vCpuInfo><defaultVCpus>${vcpus}</defaultVCpus></vCpuInfo></item>`;
    });
    return `<instanceTypeSet>${items.join('')}</instanceTypeSet>`;
  }),
];

/** What a template is called, and its versions, as EC2 prints it. */
export function templateItem({ id, name, defaultVersion, versions }: Ec2LaunchTemplate): string {
  const latest = Math.max(...versions.map(({ number }) => number));
  return `<launchTemplateId>${xml(id)}</launchTemplateId><launchTemplateName>${xml(name)}</launchTemplateName><defaultVersionNumber>${defaultVersion}</defaultVersionNumber><latestVersionNumber>${latest}</latestVersionNumber>`;
}

/** Finds the launch template that a call names, or refuses. */
export function theTemplate(region: RegionState, id: string): Ec2LaunchTemplate {
  const found = launchTemplateNamed(region, id);
  if (found !== undefined) return found;
  throw new ServiceException(
    'InvalidLaunchTemplateId.NotFound',
    400,
    `The specified launch template, with template ID ${id}, does not exist.`,
  );
}

/** Finds a version by its number, `$Default` or `$Latest`, or refuses. */
export function theVersion(template: Ec2LaunchTemplate, name: string): TemplateVersion {
  if (name === '$Default') return defaultOf(template);
  const latest = Math.max(...template.versions.map(({ number }) => number));
  const wanted = name === '$Latest' ? latest : Number(name);
  const found = template.versions.find(({ number }) => number === wanted);
  if (found !== undefined) return found;
  throw new ServiceException(
    'InvalidLaunchTemplateId.VersionNotFound',
    400,
    `Could not find launch template version ${name}`,
  );
}

/** A version as EC2 prints it, without the tags around it. */
export function versionItem(
  { partition, accountId }: RegionState,
  template: Ec2LaunchTemplate,
  { number, createdAt, createdBy, data }: TemplateVersion,
): string {
  const ofDrs = template.name.includes('elastic-disaster-recovery');
  const service = ofDrs ? 'ElasticDisasterRecovery' : 'ApplicationMigrationService';
  const who = createdBy === 'service' ? `AWSServiceRoleFor${service}` : 'console';
  return `<launchTemplateId>${xml(template.id)}</launchTemplateId><launchTemplateName>${xml(template.name)}</launchTemplateName><versionNumber>${number}</versionNumber><createTime>${new Date(createdAt).toISOString()}</createTime><createdBy>arn:${partition}:sts::${accountId}:assumed-role/${who}/session</createdBy><defaultVersion>${number === template.defaultVersion}</defaultVersion><launchTemplateData>${templateXml(documentOf(data))}</launchTemplateData>`;
}

/** The values of a numbered form member, e.g. LaunchTemplateId.1, LaunchTemplateId.2 … */
function numbered(input: JsonObject, name: string): readonly string[] {
  return Object.entries(input)
    .filter(([key]) => key.startsWith(`${name}.`) && /^\d+$/.test(key.slice(name.length + 1)))
    .map(([, value]) => String(value));
}

/** The values of a filter; undefined where the call does not have it. */
export function filtered(input: JsonObject, name: string): readonly string[] | undefined {
  const key = Object.keys(input).find(
    (member) => /^Filter\.\d+\.Name$/.test(member) && input[member] === name,
  );
  return key === undefined ? undefined : numbered(input, key.replace(/Name$/, 'Value'));
}
