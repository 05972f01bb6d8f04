// In: a server of a running wave. Out: its configurations compared with the baseline of its wave; what differs is on
// record and told in one write. Called by look-at-configurations.
import { expecting } from '../../core/configuration/accepted.ts';
import {
  type ConfigurationSeen,
  currentFields,
  driftAfter,
} from '../../core/configuration/drift.ts';
import {
  actionFields,
  type Fields,
  launchFields,
  replicationFields,
  templateFields,
} from '../../core/configuration/fields.ts';
import { tellDrift } from '../../core/event/tell-drift.ts';
import { toldTags } from '../../core/event/told-tags.ts';
import type { Observation } from '../../core/observation.ts';
import { isFull } from '../outbox.ts';
import type { Answer, Refusal } from '../ports.ts';
import { change, read } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { BaselineRecord, ServerRecord } from '../records/server-records.ts';
import type { WaveServer } from '../records/wave-records.ts';
import { publishAll, tell } from './record-changes.ts';
import { ask, type MgnTick } from './tick.ts';

/** Looks at what MGN keeps of a server's configurations; its launch template is EC2's. Answers the refusal that nothing more can be done about now. */
export async function lookAtServer(
  tick: MgnTick,
  member: WaveServer,
  source: Observation | undefined,
): Promise<Refusal | undefined> {
  const { server } = member;
  const { api } = tick;
  const launch = await ask(tick, () => api.getLaunchConfiguration(server));
  if (!launch.ok) return launch.refusal;
  const replication = await ask(tick, () => api.getReplicationConfiguration(server));
  if (!replication.ok) return replication.refusal;
  const actions = await ask(tick, () => api.listSourceServerActions(server));
  if (!actions.ok) return actions.refusal;
  await recordConfiguration(
    tick,
    member,
    {
      'launch-configuration': launchFields(launch.value),
      'replication-configuration': replicationFields(replication.value),
      'post-launch-actions': actionFields(launch.value, actions.value),
    },
    source,
  );
  return undefined;
}

/** What the default version of a launch template says; known already where it is the one of the last look. */
export async function versionOf(
  tick: MgnTick,
  member: WaveServer,
  templateId: string,
  version: number,
): Promise<Answer<Fields>> {
  const known = await knownTemplate(tick, member);
  if (known['defaultVersion'] === String(version)) return { ok: true, value: known };
  const answer = await ask(tick, () => tick.api.describeLaunchTemplateVersion(templateId, version));
  return answer.ok ? { ok: true, value: templateFields(version, answer.value) } : answer;
}

async function knownTemplate(
  { ports }: MgnTick,
  { target, server, wave }: WaveServer,
): Promise<Fields> {
  const { body: baseline } = await read(ports.store, place.baseline(target, server));
  if (baseline === undefined || baseline.wave !== wave) return {};
  const { body: record } = await read(ports.store, place.server(target, server));
  return currentFields(baseline.aspects, record?.drift ?? {}, 'launch-template');
}

/**
 * Compares what was seen with the baseline, which the first look of a wave writes down; writes and tells only what is
 * new. Whatever an earlier wave found to differ is over with it.
 */
export async function recordConfiguration(
  tick: MgnTick,
  member: WaveServer,
  seen: ConfigurationSeen,
  source?: Observation,
): Promise<void> {
  const baseline = await baselineOf(tick, member, seen, source);
  let owes: ServerRecord | undefined;
  const record = await tell(tick, member.server, (known) => {
    owes = undefined;
    if (isFull(known.pending)) return undefined;
    const before = known.drift ?? {};
    const expected = expecting(baseline.aspects, baseline.accepted, seen);
    const drift = driftAfter(expected, seen, before);
    if (drift === before) return undefined;
    owes = known;
    return { drift, told: [tellDrift(before, drift)] };
  });
  if (owes !== undefined && record !== undefined) await publishAll(tick, [record]);
}

async function baselineOf(
  tick: MgnTick,
  { target, server, wave }: WaveServer,
  seen: ConfigurationSeen,
  source: Observation | undefined,
): Promise<BaselineRecord> {
  const own = source === undefined ? undefined : ownOf(source);
  const fresh: BaselineRecord = { server, wave, aspects: seen, ...(own ?? ownOf(undefined)) };
  const written = await change(
    tick.ports.store,
    place.baseline(target, server),
    (known): BaselineRecord | undefined => {
      if (known === undefined) return fresh;
      const next = {
        ...known,
        ...own,
        wave,
        aspects: known.wave === wave ? { ...known.aspects, ...seen, ...known.aspects } : seen,
      };
      return JSON.stringify(next) === JSON.stringify(known) ? undefined : next;
    },
  );
  return written ?? fresh;
}

/** What the service says of the server itself. */
function ownOf(source: Observation | undefined) {
  return {
    tags: toldTags(source?.tags ?? {}) ?? {},
    vcenterClientId: source?.vcenterClientId ?? null,
    recommendedType: source?.recommendedType ?? null,
  };
}
