// In: the servers of running waves. Out: what their launches need of the account, on record where it has changed: vCPUs
// in use and their quota, free addresses, the types that are offered. Called by look-at-configurations.
import { currentFields } from '../../core/configuration/drift.ts';
import type { Fields } from '../../core/configuration/fields.ts';
import {
  type Surroundings,
  standardVcpuQuota,
  standardVcpus,
} from '../../core/configuration/surroundings.ts';
import { textAt } from '../../core/observation.ts';
import type { Refusal, SurroundingsApi } from '../ports.ts';
import { change, readAll, readMany } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { WaveServer } from '../records/wave-records.ts';
import { ask, type MgnTick, type Tick } from './tick.ts';

/** Looks at what launches of these servers need of the account. */
export async function lookAtSurroundings(
  tick: MgnTick,
  members: readonly WaveServer[],
): Promise<Refusal | undefined> {
  const seen = await surroundingsOf(tick, await wanted(tick, members));
  if ('refusal' in seen) return seen.refusal;
  await keepSurroundings(tick, { ...seen, testInstances: await testInstances(tick) });
  return undefined;
}

/** What launches name that the account must have. */
export interface WantedForLaunches {
  readonly subnets: readonly string[];
  readonly types: readonly string[];
}

/** What both services ask of an account before launches. */
export async function surroundingsOf(
  tick: Pick<Tick, 'seen' | 'counts'> & { readonly api: SurroundingsApi },
  { subnets, types }: WantedForLaunches,
): Promise<Omit<Surroundings, 'testInstances'> | { readonly refusal: Refusal }> {
  const { api } = tick;
  const running = await ask(tick, () => api.describeRunningInstances());
  if (!running.ok) return { refusal: running.refusal };
  const quotas = await ask(tick, () => api.ec2Quotas());
  const seenSubnets = await ask(tick, () => api.describeSubnets(subnets));
  if (!seenSubnets.ok) return { refusal: seenSubnets.refusal };
  const seenTypes = await ask(tick, () => api.describeInstanceTypes(types));
  if (!seenTypes.ok) return { refusal: seenTypes.refusal };
  const used = standardVcpus(
    running.value.map((instance) => ({
      instanceType: textAt(instance, 'instanceType'),
      vcpus: numberAt(instance['vcpus']),
      spot: instance['spot'] === true,
    })),
  );
  const quota = quotas.ok ? (quotas.value[standardVcpuQuota] ?? null) : null;
  return {
    vcpus: { used, quota },
    subnets: figures(subnets, seenSubnets.value, 'subnetId', 'freeAddresses'),
    types: figures(types, seenTypes.value, 'instanceType', 'vcpus'),
    nitroTypes: seenTypes.value
      .filter((type) => type['nitro'] === true)
      .flatMap((type) => textAt(type, 'instanceType') ?? [])
      .sort(),
  };
}

/** Puts on record what was seen, where it has changed. */
export async function keepSurroundings(
  { ports, target }: Pick<Tick, 'ports' | 'target'>,
  seen: Surroundings,
): Promise<void> {
  await change(ports.store, place.surroundings(target.target), (known) =>
    JSON.stringify(known) === JSON.stringify(seen) ? undefined : seen,
  );
}

// So many are named; more say nothing new.
export const namedInstances = 100;

/** The servers of the account that are past their test and still have its instance. */
async function testInstances({ ports, target }: MgnTick): Promise<readonly string[]> {
  const records = await readAll(ports.store, place.server(target.target, ''));
  return records
    .filter(({ body: { facts } }) => facts.present && pastTest.has(facts.lifecycle ?? ''))
    .filter(({ body: { facts } }) => facts.instanceId !== null)
    .map(({ sort }) => sort)
    .slice(0, namedInstances);
}

const pastTest = new Set(['READY_FOR_TEST', 'READY_FOR_CUTOVER']);

function numberAt(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** A figure for each name that was asked for; null where the answer does not have it. */
function figures(
  names: readonly string[],
  documents: readonly Readonly<Record<string, unknown>>[],
  key: string,
  member: string,
): Readonly<Record<string, number | null>> {
  const found = new Map(documents.map((document) => [document[key], document[member]]));
  return Object.fromEntries(names.map((name) => [name, numberAt(found.get(name)) ?? null]));
}

/** The subnets and instance types that the launch templates of these servers name, and the types that MGN would choose. */
async function wanted(
  { ports, target: { target } }: MgnTick,
  members: readonly WaveServer[],
): Promise<WantedForLaunches> {
  const ids = members.map(({ server }) => server);
  const drifts = new Map(
    (await readMany(ports.store, place.server(target, ''), ids)).map(({ sort, body }) => [
      sort,
      body.drift ?? {},
    ]),
  );
  const subnets = new Set<string>();
  const types = new Set<string>();
  for (const { sort, body } of await readMany(ports.store, place.baseline(target, ''), ids)) {
    const template = currentFields(body.aspects, drifts.get(sort) ?? {}, 'launch-template');
    addWanted(template, { subnets, types });
    if (body.recommendedType !== null) types.add(body.recommendedType);
  }
  return { subnets: [...subnets].sort(), types: [...types].sort() };
}

/** Adds what a launch template names. */
export function addWanted(
  template: Fields,
  { subnets, types }: { readonly subnets: Set<string>; readonly types: Set<string> },
): void {
  for (const subnet of (template['subnetIds'] ?? '').split(', ')) {
    if (subnet.startsWith('subnet-')) subnets.add(subnet);
  }
  if (template['instanceType'] !== undefined) types.add(template['instanceType']);
}
