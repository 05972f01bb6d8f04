// In: an account's template as Landfall has made it. Out: the poller knows it as it is, and tells no change of it.
import { actionFields, launchFields } from '../../../core/configuration/fields.ts';
import type { DrsTemplateSeen } from '../../../core/desired/drs/compare-drs.ts';
import type { Target } from '../../../core/target.ts';
import { change } from '../../records/documents.ts';
import { place } from '../../records/place.ts';
import type { TargetRecord } from '../../records/target-records.ts';
import type { DrsSettingsPorts } from './drs-settings-ports.ts';
import { templateId } from './look-at-template.ts';

/** Has the poller expect an account's template as it is. A target that nobody polls, or whose templates are unknown, has none to expect. */
export async function expectTemplate(
  { store }: Pick<DrsSettingsPorts, 'store'>,
  target: Target,
  { document, actions }: DrsTemplateSeen,
): Promise<void> {
  await change(store, place.target(target), (record): TargetRecord | undefined => {
    if (record?.templates === undefined) return undefined;
    const others = Object.entries(record.templates).filter(([, { kind }]) => kind !== 'launch');
    if (document === undefined) return { ...record, templates: Object.fromEntries(others) };
    const id = templateId(document);
    const known = record.templates[id]?.actions;
    const runs = actions === undefined ? known : actionFields({}, actions);
    const now = {
      kind: 'launch' as const,
      fields: launchFields(document),
      ...(runs === undefined ? {} : { actions: runs }),
    };
    const all = [...others, [id, now] as const].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return { ...record, templates: Object.fromEntries(all) };
  });
}
