// In: a target of DRS whose launch configuration template is to go, and who wants it and why. Out: what it said is on record, then
// it is deleted; what is gone already need not be deleted.
import { begun, notedFields } from '../../../core/desired/applied.ts';
import {
  actionField,
  actionsById,
  type DrsTemplateSeen,
  ownTags,
} from '../../../core/desired/drs/compare-drs.ts';
import type { SettingChange } from '../../../core/desired/setting.ts';
import { docAt } from '../../../core/observation.ts';
import type { Target } from '../../../core/target.ts';
import { change } from '../../records/documents.ts';
import type { SettingsOrder } from '../apply-settings.ts';
import { asked } from '../settings-ports.ts';
import { stoppedBy, stoppedText } from '../stopped.ts';
import {
  type DrsResult,
  type DrsSettingsPorts,
  templateNote,
  templatePlace,
} from './drs-settings-ports.ts';
import { expectTemplate } from './expect-template.ts';
import { lookAtTemplate, templateId, unusableBecause } from './look-at-template.ts';
import { noteDone } from './note-done.ts';

/** Deletes an account's launch configuration template. */
export async function deleteTemplate(
  ports: DrsSettingsPorts,
  order: SettingsOrder,
  target: Target,
): Promise<DrsResult> {
  const result = (status: DrsResult['status'], more: Partial<DrsResult> = {}): DrsResult => ({
    ...{ target, server: null, hostname: null, status, changes: [], left: [] },
    ...more,
  });
  const look = await lookAtTemplate(ports, target, true);
  if (look.is !== 'seen') return result('refused', { because: unusableBecause(look) ?? '' });
  const { document } = look.seen;
  if (document === undefined) return result('same');
  const changes = goingAway(look.seen);
  const { plan, by, reason } = order;
  const note = { ...templateNote(target), plan, by, reason, at: ports.clock.now() };
  await change(ports.store, templatePlace(target), (known) =>
    notedFields(begun(known, { ...note, what: 'apply' }, changes), changes),
  );
  const api = ports.drsSettingsOf(target);
  const answer = await asked(ports, () =>
    api.deleteLaunchConfigurationTemplate(templateId(document)),
  );
  if (!answer.ok && answer.refusal.kind !== 'not-found') {
    const stopped = stoppedBy('DeleteLaunchConfigurationTemplate', answer.refusal);
    return result('partly', { left: changes, because: stoppedText(stopped, 'DRS') });
  }
  await expectTemplate(ports, target, { document: undefined });
  await noteDone(ports, templatePlace(target));
  return result('done', { changes });
}

const ownNames: ReadonlySet<string> = new Set([
  'launchConfigurationTemplateID',
  'arn',
  'tags',
  'licensing',
]);

/** All that a template says, going away. */
function goingAway({ document = {}, actions = [] }: DrsTemplateSeen): readonly SettingChange[] {
  const of = (aspect: SettingChange['aspect'], said: Readonly<Record<string, unknown>>) =>
    Object.entries(said).map(([field, from]): SettingChange => ({ aspect, field, from, to: null }));
  const plain = Object.entries(document).filter(([name]) => !ownNames.has(name));
  const { osByol } = docAt(document, 'licensing');
  const tags = Object.entries(ownTags(document)).map(([key, value]) => [`tags.${key}`, value]);
  const runs = [...actionsById(actions)].map(([id, action]) => [actionField(id), action]);
  return [
    ...of('launch-configuration', Object.fromEntries(plain)),
    ...(osByol === undefined ? [] : of('launch-configuration', { 'licensing.osByol': osByol })),
    ...of('launch-configuration', Object.fromEntries(tags)),
    ...of('post-launch-actions', Object.fromEntries(runs)),
  ];
}
