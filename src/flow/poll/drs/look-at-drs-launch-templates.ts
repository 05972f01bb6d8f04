// In: servers of DRS with the ids of their EC2 launch templates. Out: what the default versions say now, compared with
// what they said when the servers were launched last; two hundred a call, and a call more for each new version. Called by
// look-at-drs-configurations.
import { currentFields } from '../../../core/configuration/drift.ts';
import { type Fields, templateFields } from '../../../core/configuration/fields.ts';
import type { LaunchTemplateLook } from '../../../core/configuration/launch-template-mark.ts';
import type { Observation } from '../../../core/observation.ts';
import type { Answer, Refusal } from '../../ports.ts';
import type { ServerRecord } from '../../records/server-records.ts';
import { publishAll } from '../record-changes.ts';
import { ask, type DrsTick } from '../tick.ts';
import { meantOtherwiseOf } from './meant-otherwise.ts';
import { recordLaunchTemplate } from './record-settings.ts';

/** A server whose launch template is looked at, and what was on record of it. */
export interface WantedTemplate {
  readonly observation: Observation;
  readonly templateId: string;
  readonly known: ServerRecord | undefined;
}

/** So many versions are read in one tick; the next one goes on. */
const versionsPerTick = 50;

/** Looks at these launch templates; says whether some had to stay behind, or answers the refusal that stopped it. */
export async function lookAtDrsLaunchTemplates(
  tick: DrsTick,
  wanted: readonly WantedTemplate[],
): Promise<{ readonly more: boolean } | { readonly refusal: Refusal }> {
  if (wanted.length === 0) return { more: false };
  const ids = [...new Set(wanted.map(({ templateId }) => templateId))].sort();
  const answer = await ask(tick, () => tick.api.describeLaunchTemplates(ids));
  if (!answer.ok) return { refusal: answer.refusal };
  const versions = new Map(
    answer.value.map((document) => [document['launchTemplateId'], document['defaultVersion']]),
  );
  const looks: (LaunchTemplateLook & { readonly server: string })[] = [];
  let left = versionsPerTick;
  let stopped: Refusal | undefined;
  for (const one of wanted) {
    const version = versions.get(one.templateId);
    const isKnown = knownFields(one)['defaultVersion'] === String(version);
    if (typeof version === 'number' && !isKnown) left -= 1;
    if (left < 0) break;
    const fields = await fieldsNow(tick, one, version);
    if (!fields.ok) {
      stopped = fields.refusal;
      break;
    }
    const { sourceServerId: server, launched } = one.observation;
    looks.push({ server, id: one.templateId, fields: fields.value, jobId: launched.jobId });
  }
  await publishAll(tick, await recordAll(tick, looks));
  return stopped === undefined ? { more: left < 0 } : { refusal: stopped };
}

async function recordAll(
  tick: DrsTick,
  looks: readonly (LaunchTemplateLook & { readonly server: string })[],
): Promise<readonly ServerRecord[]> {
  const meant = await meantOtherwiseOf(
    tick,
    looks.map(({ server }) => server),
  );
  const records: ServerRecord[] = [];
  for (const { server, ...look } of looks) {
    const record = await recordLaunchTemplate(tick, server, look, meant.get(server));
    if (record !== undefined) records.push(record);
  }
  return records;
}

/** What the default version says; a template that is gone has no fields. */
async function fieldsNow(
  tick: DrsTick,
  wanted: WantedTemplate,
  version: unknown,
): Promise<Answer<Fields>> {
  if (typeof version !== 'number') return { ok: true, value: {} };
  const known = knownFields(wanted);
  if (known['defaultVersion'] === String(version)) return { ok: true, value: known };
  const { templateId } = wanted;
  const answer = await ask(tick, () => tick.api.describeLaunchTemplateVersion(templateId, version));
  return answer.ok ? { ok: true, value: templateFields(version, answer.value) } : answer;
}

/** What its default version said at the last look, where it is still the same template. */
function knownFields({ known, templateId }: WantedTemplate): Fields {
  const mark = known?.launchTemplate;
  if (mark === undefined || mark.id !== templateId) return {};
  return currentFields({ 'launch-template': mark.fields }, known?.drift ?? {}, 'launch-template');
}
