// In: a launch template of EC2 and what its default version shall say. Out: a version with the difference, which was noted before
// it becomes the default. Called by whoever applies settings, of MGN or DRS.
import { digestOf, type Fields, templateFields } from '../../core/configuration/fields.ts';
import { type AppliedSettings, notedTemplate, notedVersion } from '../../core/desired/applied.ts';
import { newVersionData, templateChanges } from '../../core/desired/launch-template-data.ts';
import type { TemplateSeen } from '../../core/desired/setting.ts';
import { docAt } from '../../core/observation.ts';
import type { Desired } from '../../core/plan/desired.ts';
import type { Answer, LaunchTemplateApi } from '../ports.ts';
import { change, type Place } from '../records/documents.ts';
import { asked, type SettingsPorts } from './settings-ports.ts';
import { type Stopped, stoppedBy } from './stopped.ts';

type Ports = Pick<SettingsPorts, 'store' | 'rest'>;

/** Reads the default version of a launch template; undefined where there is none. */
export async function readTemplate(
  ports: Pick<Ports, 'rest'>,
  api: LaunchTemplateApi,
  id: string | undefined,
): Promise<Answer<TemplateSeen | undefined>> {
  if (id === undefined) return { ok: true, value: undefined };
  const answer = await asked(ports, () => api.defaultTemplateVersion(id));
  if (!answer.ok) {
    const isGone = /NotFound/.test(answer.refusal.errorName);
    return isGone ? { ok: true, value: undefined } : answer;
  }
  const { version } = answer.value;
  if (typeof version !== 'number') return { ok: true, value: undefined };
  return { ok: true, value: { id, version, data: docAt(answer.value, 'data') } };
}

/** A launch template, where it is noted what becomes of it, and what it shall say. */
export interface VersionAsked {
  readonly id: string | undefined;
  readonly where: Place<AppliedSettings>;
  readonly wanted: NonNullable<Desired['launchTemplate']>;
  /** The plan or file that wants it. */
  readonly plan: string;
}

/** The version that was made, and the one that it went out from. */
export interface VersionMade {
  readonly id: string;
  readonly from: number;
  readonly to: number;
}

/** Makes a version with the difference out of the one that is the default now; `same` where nothing differs. */
export async function makeVersion(
  ports: Ports,
  api: LaunchTemplateApi,
  { id, where, wanted, plan }: VersionAsked,
): Promise<VersionMade | Stopped | 'same'> {
  const template = await readTemplate(ports, api, id);
  if (!template.ok) return stoppedBy('DescribeLaunchTemplateVersions', template.refusal);
  const seen = template.value;
  if (seen === undefined || templateChanges(wanted, seen).length === 0) return 'same';
  await change(ports.store, where, (known) =>
    known === undefined ? undefined : notedTemplate(known, seen),
  );
  const data = newVersionData(wanted, seen);
  const made = await asked(ports, () =>
    api.createTemplateVersion(seen.id, {
      from: seen.version,
      data,
      token: `landfall-${seen.id}-${seen.version}-${digestOf(data).slice(1)}`,
      description: `Landfall: plan ${plan}`,
    }),
  );
  if (!made.ok) return stoppedBy('CreateLaunchTemplateVersion', made.refusal);
  const version = Number(made.value['version']);
  await change(ports.store, where, (known) =>
    known === undefined ? undefined : notedVersion(known, version),
  );
  return { id: seen.id, from: seen.version, to: version };
}

/** What two versions of a launch template say, in the words of the poller. */
export async function fieldsOfVersions(
  ports: Pick<Ports, 'rest'>,
  api: LaunchTemplateApi,
  { id, from, to }: VersionMade,
): Promise<{ readonly before: Fields; readonly after: Fields } | Stopped> {
  const fieldsOf = async (version: number): Promise<Answer<Fields>> => {
    const answer = await asked(ports, () => api.describeLaunchTemplateVersion(id, version));
    return answer.ok ? { ok: true, value: templateFields(version, answer.value) } : answer;
  };
  const before = await fieldsOf(from);
  if (!before.ok) return stoppedBy('DescribeLaunchTemplateVersions', before.refusal);
  const after = await fieldsOf(to);
  if (!after.ok) return stoppedBy('DescribeLaunchTemplateVersions', after.refusal);
  return { before: before.value, after: after.value };
}
