import * as z from 'zod';
import { vcpusOf } from '../ec2/instance-types.ts';
import { type JsonObject, objectAt } from '../json.ts';
import type { Parameters } from '../parameters.ts';
import type { Instance, RegionState } from '../region-state.ts';
import { ServiceException } from '../service-exception.ts';
import { ec2Read, xml } from './ec2-answer.ts';
import { ec2Launch, filtered } from './ec2-launch.ts';
import { ec2Templates } from './ec2-templates.ts';
import { type Call, checked, type Operation } from './operation.ts';

const query = z.object({ IncludeAllInstances: z.enum(['true', 'false']).optional() });

/** The operations of EC2 that the launches and the health of their instances need. */
export const ec2: readonly Operation[] = [
  ...ec2Launch,
  ...ec2Templates,
  ec2Read('DescribeInstanceStatus', (call) => {
    const all = checked(query, call.input).IncludeAllInstances === 'true';
    const items = chosen(call)
      .filter((instance) => all || stateOf(instance, call.readAt).name === 'running')
      .map((instance) => statusItem(call.region, instance, call.readAt));
    return `<instanceStatusSet>${items.join('')}</instanceStatusSet>`;
  }),
  ec2Read('DescribeInstances', (call) => {
    const states = filtered(call.input, 'instance-state-name');
    const ids = filtered(call.input, 'instance-id');
    const items = chosen(call).flatMap((instance) => {
      const { code, name } = stateOf(instance, call.readAt);
      if (states !== undefined && !states.includes(name)) return [];
      if (ids !== undefined && !ids.includes(instance.id)) return [];
      const launchTime = new Date(instance.launchedAt).toISOString();
      return `<item><reservationId>${xml(instance.id.replace(/^i-/, 'r-'))}</reservationId><ownerId>${xml(call.region.accountId)}</ownerId><groupSet/><instancesSet><item><instanceId>${xml(instance.id)}</instanceId><instanceState><code>${code}</code><name>${name}</name></instanceState><launchTime>${launchTime}</launchTime>${addresses(instance, call.region)}${shape(instance)}</item></instancesSet></item>`;
    });
    const named = filtered(call.input, 'instance-id') ?? [];
    const more = launchedInto(call.region, named).map(intoItem);
    return `<reservationSet>${[...items, ...more].join('')}</reservationSet>`;
  }),
];

type GivenInstance = Parameters['ec2Instances'][number];

/** Those that the parameters name, and those that launch settings name besides, which are as they should be. */
function launchedInto({ world, drs, instances }: RegionState, named: readonly string[]) {
  const { ec2Instances } = world.parameters;
  return named.flatMap((instanceId): readonly GivenInstance[] => {
    const given = ec2Instances.find((one) => one.instanceId === instanceId);
    if (given !== undefined) return [given];
    const isTold = [...(drs?.records.servers.values() ?? [])].some(
      ({ launchConfiguration = {} }) =>
        objectAt(launchConfiguration, 'launchIntoInstanceProperties')['launchIntoEC2InstanceID'] ===
        instanceId,
    );
    return isTold && !instances.has(instanceId) ? [{ ...asItShouldBe, instanceId }] : [];
  });
}

const asItShouldBe: Omit<GivenInstance, 'instanceId'> = {
  state: 'stopped',
  tags: { AWSDRS: 'AllowLaunchingIntoThisInstance' },
  platform: 'linux',
  architecture: 'x86_64',
  virtualizationType: 'hvm',
  rootDeviceType: 'ebs',
};

function intoItem(given: GivenInstance): string {
  const { instanceId, state, platform } = given;
  const tags = Object.entries(given.tags).map(
    ([key, value]) => `<item><key>${xml(key)}</key><value>${xml(value)}</value></item>`,
  );
  const windows = platform === 'windows' ? '<platform>windows</platform>' : '';
  return `<item><reservationId>${xml(instanceId.replace(/^i-/, 'r-'))}</reservationId><groupSet/><instancesSet><item><instanceId>${xml(instanceId)}</instanceId><instanceState><name>${state}</name></instanceState>${windows}<architecture>${xml(given.architecture)}</architecture><virtualizationType>${xml(given.virtualizationType)}</virtualizationType><rootDeviceType>${xml(given.rootDeviceType)}</rootDeviceType><tagSet>${tags.join('')}</tagSet></item></instancesSet></item>`;
}

/** An address of the private network, the same for the same instance. */
function addresses({ id }: Instance, { region }: RegionState): string {
  const digits = Number.parseInt(id.replace(/^i-/, '').slice(-6), 16);
  const parts = [digits >> 16, (digits >> 8) & 255, digits & 255];
  const known = Number.isNaN(digits) ? [0, 0, 1] : parts;
  return `<privateIpAddress>10.${known.join('.')}</privateIpAddress><privateDnsName>ip-10-${known.join('-')}.${xml(region)}.compute.internal</privateDnsName>`;
}

function shape({ instanceType, subnetId }: Instance): string {
  const vcpus = instanceType === undefined ? undefined : vcpusOf(instanceType);
  return [
    instanceType === undefined ? '' : `<instanceType>${xml(instanceType)}</instanceType>`,
    subnetId === undefined ? '' : `<subnetId>${xml(subnetId)}</subnetId>`,
    vcpus === undefined
      ? ''
      : `<cpuOptions><coreCount>${vcpus / 2}</coreCount><threadsPerCore>2</threadsPerCore></cpuOptions>`,
  ].join('');
}

function chosen(call: Call): readonly Instance[] {
  const ids = idsOf(call.input);
  const { instances } = call.region;
  const isThere = (instance: Instance) => instance.launchedAt <= call.readAt;
  if (ids.length === 0) return [...instances.values()].filter(isThere);
  return ids.map((id) => {
    const instance = instances.get(id);
    if (instance !== undefined && isThere(instance)) return instance;
    const malformed = !/^i-[0-9a-f]{8,17}$/i.test(id);
    throw new ServiceException(
      malformed ? 'InvalidInstanceID.Malformed' : 'InvalidInstanceID.NotFound',
      400,
      malformed ? `Invalid id: "${id}"` : `The instance ID '${id}' does not exist`,
    );
  });
}

// EC2's form members are numbered: InstanceId.1, InstanceId.2 …
function idsOf(input: JsonObject): readonly string[] {
  return Object.entries(input)
    .filter(([name]) => /^InstanceId\.\d+$/.test(name))
    .map(([, value]) => String(value));
}

function stateOf(instance: Instance, at: number): { readonly code: number; readonly name: string } {
  if (instance.terminatedAt !== undefined && at >= instance.terminatedAt) {
    return { code: 48, name: 'terminated' };
  }
  if (instance.stopped === true && at >= instance.launchedAt + 15_000) {
    return { code: 80, name: 'stopped' };
  }
  return at < instance.launchedAt + 15_000
    ? { code: 0, name: 'pending' }
    : { code: 16, name: 'running' };
}

function isImpaired({ impaired, impairedFrom }: Instance, at: number): boolean {
  return impaired || (impairedFrom !== undefined && at >= impairedFrom);
}

/** Answers an instance's state and EC2's two checks of it at an instant. */
export function instanceChecks(
  instance: Instance,
  at: number,
): { readonly state: string; readonly system: string; readonly own: string } {
  const { name } = stateOf(instance, at);
  const done = at >= instance.checksOkAt;
  const running = name === 'running';
  const system = !running ? 'not-applicable' : done ? 'ok' : 'initializing';
  return {
    state: name,
    system,
    own: running && done && isImpaired(instance, at) ? 'impaired' : system,
  };
}

function statusItem(region: RegionState, instance: Instance, at: number): string {
  const { code, name } = stateOf(instance, at);
  const { system, own } = instanceChecks(instance, at);
  const zone = `${region.region}a`;
  const check = (tag: string, status: string) =>
    `<${tag}><status>${status}</status><details><item><name>reachability</name><status>${status === 'ok' ? 'passed' : status === 'impaired' ? 'failed' : 'initializing'}</status></item></details></${tag}>`;
  return `<item><instanceId>${xml(instance.id)}</instanceId><availabilityZone>${xml(zone)}</availabilityZone><instanceState><code>${code}</code><name>${name}</name></instanceState>${check('systemStatus', system)}${check('instanceStatus', own)}</item>`;
}
