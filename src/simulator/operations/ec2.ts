import * as z from 'zod';
import type { JsonObject } from '../json.ts';
import type { Instance, RegionState } from '../region-state.ts';
import { ServiceException } from '../service-exception.ts';
import { type Call, checked, type Operation } from './operation.ts';

const query = z.object({ IncludeAllInstances: z.enum(['true', 'false']).optional() });

/** The operations of EC2 that the health of launched instances needs. */
export const ec2: readonly Operation[] = [
  ec2Read('DescribeInstanceStatus', (call) => {
    const all = checked(query, call.input).IncludeAllInstances === 'true';
    const items = chosen(call)
      .filter((instance) => all || stateOf(instance, call.readAt).name === 'running')
      .map((instance) => statusItem(call.region, instance, call.readAt));
    return `<instanceStatusSet>${items.join('')}</instanceStatusSet>`;
  }),
  ec2Read('DescribeInstances', (call) => {
    const items = chosen(call).map((instance) => {
      const { code, name } = stateOf(instance, call.readAt);
      const launchTime = new Date(instance.launchedAt).toISOString();
      return `<item><reservationId>${xml(instance.id.replace(/^i-/, 'r-'))}</reservationId><ownerId>${xml(call.region.accountId)}</ownerId><groupSet/><instancesSet><item><instanceId>${xml(instance.id)}</instanceId><instanceState><code>${code}</code><name>${name}</name></instanceState><launchTime>${launchTime}</launchTime></item></instancesSet></item>`;
    });
    return `<reservationSet>${items.join('')}</reservationSet>`;
  }),
];

/** Escapes text for XML. */
export function xml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** Prints a refusal in EC2's form. */
export function ec2Refusal(code: string, message: string, requestId: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>${xml(code)}</Code><Message>${xml(message)}</Message></Error></Errors><RequestID>${requestId}</RequestID></Response>`;
}

function ec2Read(name: string, answer: (call: Call) => string): Operation {
  return {
    service: 'ec2',
    name,
    method: 'POST',
    path: '/',
    writes: false,
    status: 200,
    answer: (call) =>
      `<?xml version="1.0" encoding="UTF-8"?>\n<${name}Response xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">${answer(call)}</${name}Response>`,
  };
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
