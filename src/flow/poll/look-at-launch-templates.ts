// In: servers whose configurations were looked at before. Out: which version of their EC2 launch templates is the
// default now, two hundred a call; only what a new one says is read. Called by look-at-configurations every hour, and
// by admit-launches before a launch.
import { currentFields } from '../../core/configuration/drift.ts';
import type { Refusal } from '../ports.ts';
import { readMany } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { WaveServer } from '../records/wave-records.ts';
import { recordConfiguration, versionOf } from './look-at-server.ts';
import { ask, type MgnTick } from './tick.ts';

/** Looks at the launch templates of these servers; answers the refusal that stopped it. */
export async function lookAtLaunchTemplates(
  tick: MgnTick,
  members: readonly WaveServer[],
): Promise<Refusal | undefined> {
  const templates = await templatesOf(tick, members);
  if (templates.length === 0) return undefined;
  const ids = [...new Set(templates.map(({ id }) => id))].sort();
  const answer = await ask(tick, () => tick.api.describeLaunchTemplates(ids));
  if (!answer.ok) return answer.refusal;
  const versions = new Map(
    answer.value.map((document) => [document['launchTemplateId'], document['defaultVersion']]),
  );
  for (const { member, id, known } of templates) {
    const version = versions.get(id);
    // A template that is gone has no fields.
    if (typeof version !== 'number') {
      await recordConfiguration(tick, member, { 'launch-template': {} });
    } else if (String(version) !== known) {
      const fields = await versionOf(tick, member, id, version);
      if (!fields.ok) return fields.refusal;
      await recordConfiguration(tick, member, { 'launch-template': fields.value });
    }
  }
  return undefined;
}

interface Template {
  readonly member: WaveServer;
  readonly id: string;
  /** The default version of the last look; undefined where the template was gone. */
  readonly known: string | undefined;
}

async function templatesOf(
  { ports, target: { target } }: MgnTick,
  members: readonly WaveServer[],
): Promise<readonly Template[]> {
  const ids = members.map(({ server }) => server);
  const all = place.baseline(target, '');
  const baselines = new Map(
    (await readMany(ports.store, all, ids)).map(({ sort, body }) => [sort, body]),
  );
  const records = new Map(
    (await readMany(ports.store, place.server(target, ''), ids)).map(({ sort, body }) => [
      sort,
      body,
    ]),
  );
  return members.flatMap((member) => {
    const baseline = baselines.get(member.server);
    if (baseline === undefined || baseline.wave !== member.wave) return [];
    const drift = records.get(member.server)?.drift ?? {};
    const id = currentFields(baseline.aspects, drift, 'launch-configuration')[
      'ec2LaunchTemplateID'
    ];
    if (id === undefined) return [];
    const known = currentFields(baseline.aspects, drift, 'launch-template')['defaultVersion'];
    return [{ member, id, known }];
  });
}
