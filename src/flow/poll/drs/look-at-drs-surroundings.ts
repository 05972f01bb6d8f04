// In: a tick of a target of DRS whose servers and instances are recorded, and for how long ago what launches need was looked
// at. Out: what the launches of its running waves need of the account, on record where it has changed: every hour, and once
// for each wave that is new. Called by look-at-drs-configurations.
import { currentFields } from '../../../core/configuration/drift.ts';
import { type IntoInstance, intoInstanceTag } from '../../../core/configuration/surroundings.ts';
import { tagsAt, textAt } from '../../../core/observation.ts';
import { secondsBetween } from '../../../core/time.ts';
import type { Refusal, WireDocument } from '../../ports.ts';
import { readMany } from '../../records/documents.ts';
import { place } from '../../records/place.ts';
import type { DrsConfigurationPace } from '../../records/target-records.ts';
import { openMembers } from '../look-at-configurations.ts';
import {
  addWanted,
  keepSurroundings,
  namedInstances,
  surroundingsOf,
  type WantedForLaunches,
} from '../look-at-surroundings.ts';
import { ask, type DrsTick } from '../tick.ts';
import { drsTemplateSeconds } from './configuration-round.ts';

/** Looks at what is due; answers what to keep of it, the refusal that stopped it, or nothing where nothing was due. */
export async function lookAtDrsSurroundings(
  tick: DrsTick,
  { surroundings, lookedAt }: DrsConfigurationPace,
): Promise<
  | { readonly surroundings: NonNullable<DrsConfigurationPace['surroundings']> }
  | { readonly refusal: Refusal }
  | undefined
> {
  const waves = Object.keys(tick.target.paces).sort();
  // Before the first round has gone through all servers, nobody knows what they name.
  if (waves.length === 0 || lookedAt === null) return undefined;
  const isFresh =
    surroundings !== undefined &&
    waves.every((wave) => surroundings.waves.includes(wave)) &&
    secondsBetween(surroundings.at, tick.now) < drsTemplateSeconds;
  if (isFresh) return undefined;
  const wanted = await wantedBy(tick, waves);
  const seen = await surroundingsOf(tick, wanted);
  if ('refusal' in seen) return seen;
  const into =
    wanted.instances.length === 0
      ? undefined
      : await ask(tick, () => tick.api.describeInstancesToLaunchInto(wanted.instances));
  if (into?.ok === false) return { refusal: into.refusal };
  await keepSurroundings(tick, {
    ...seen,
    testInstances: drillsLeft(tick),
    ...(into === undefined ? {} : { intoInstances: intoInstances(wanted.instances, into.value) }),
  });
  return { surroundings: { at: tick.now, waves } };
}

/** The servers with a drill instance that nobody of us looks after, or that is there for too long. */
function drillsLeft({ seen }: DrsTick): readonly string[] {
  const left = [...seen.recoveryInstances.values()].filter(({ recoveryInstanceId, isDrill }) => {
    const record = seen.instanceRecords.get(recoveryInstanceId);
    const isLookedAfter = record?.intentId !== undefined && !record.facts.drillOverdue;
    return isDrill === true && !isLookedAfter;
  });
  const servers = new Set(left.flatMap(({ sourceServerId }) => sourceServerId ?? []));
  return [...servers].sort().slice(0, namedInstances);
}

async function wantedBy(
  tick: DrsTick,
  waves: readonly string[],
): Promise<WantedForLaunches & { readonly instances: readonly string[] }> {
  const { ports, target } = tick;
  const ids = (await openMembers(tick, waves)).map(({ server }) => server);
  const [subnets, types, instances] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const { body } of await readMany(ports.store, place.server(target.target, ''), ids)) {
    const { launchTemplate: mark, drift = {} } = body;
    if (mark === undefined) continue;
    const now = currentFields({ 'launch-template': mark.fields }, drift, 'launch-template');
    addWanted(now, { subnets, types });
  }
  for (const { body } of await readMany(ports.store, place.launchLook(target.target, ''), ids)) {
    if (body.recommendedType !== null) types.add(body.recommendedType);
    if (body.intoInstance !== null) instances.add(body.intoInstance);
  }
  return {
    subnets: [...subnets].sort(),
    types: [...types].sort(),
    instances: [...instances].sort(),
  };
}

function intoInstances(
  ids: readonly string[],
  documents: readonly WireDocument[],
): Readonly<Record<string, IntoInstance | null>> {
  const found = new Map(documents.map((document) => [document['instanceId'], document]));
  return Object.fromEntries(
    ids.map((id) => {
      const document = found.get(id);
      return [id, document === undefined ? null : intoInstanceOf(document)];
    }),
  );
}

function intoInstanceOf(document: WireDocument): IntoInstance {
  return {
    state: textAt(document, 'state') ?? null,
    isTagged: tagsAt(document)[intoInstanceTag.key] === intoInstanceTag.value,
    isWindows: textAt(document, 'platform')?.toLowerCase() === 'windows',
    architecture: textAt(document, 'architecture') ?? null,
    virtualization: textAt(document, 'virtualization') ?? null,
    rootDevice: textAt(document, 'rootDevice') ?? null,
  };
}
