// In: what is wanted of an account's template, and who wants it and why. Out: what was before is on record, then the template is
// made or what differs of it is set, and what came of it is read back. Safe to repeat.
import { begun, notedFields } from '../../../core/desired/applied.ts';
import { compareTemplate } from '../../../core/desired/drs/compare-drs.ts';
import type { SettingChange } from '../../../core/desired/setting.ts';
import type { TemplateWanted } from '../../../core/plan/launch-configuration/wanted.ts';
import { change } from '../../records/documents.ts';
import type { SettingsOrder } from '../apply-settings.ts';
import { refusalText } from '../refusal-text.ts';
import { asked } from '../settings-ports.ts';
import { stoppedText } from '../stopped.ts';
import { changeTemplate, type TemplateTurn } from './change-template.ts';
import {
  type DrsResult,
  type DrsSettingsPorts,
  templateNote,
  templatePlace,
} from './drs-settings-ports.ts';
import { expectTemplate } from './expect-template.ts';
import { lookAtTemplate, type TemplateLook, unusableBecause } from './look-at-template.ts';
import { noteDone } from './note-done.ts';

/** Makes an account's template what is wanted. DRS is initialised only where that is said. */
export async function applyTemplate(
  ports: DrsSettingsPorts,
  order: SettingsOrder,
  wanted: TemplateWanted,
  { initialize }: { readonly initialize: boolean },
): Promise<DrsResult> {
  const { target } = wanted;
  const also: string[] = [];
  const result = (status: DrsResult['status'], more: Partial<DrsResult> = {}): DrsResult => ({
    ...{ target, server: null, hostname: null, status, changes: [], left: [] },
    ...(also.length === 0 ? {} : { also }),
    ...more,
  });
  let look = await lookAtTemplate(ports, target, true);
  if (look.is === 'uninitialized' && initialize) {
    const answer = await asked(ports, () => ports.drsSettingsOf(target).initializeService());
    if (!answer.ok) {
      return result('refused', { because: refusalText('InitializeService', answer.refusal) });
    }
    also.push('DRS was initialised');
    look = await lookAtTemplate(ports, target, true);
  }
  if (look.is !== 'seen') return result('refused', { because: unusable(look) });
  const { changes, obstacles } = compareTemplate(wanted, look.seen);
  const [obstacle] = obstacles;
  if (obstacle !== undefined) return result('refused', { because: obstacle });
  if (changes.length === 0) {
    // An earlier one may have died right after its last call.
    await noteDone(ports, templatePlace(target));
    return result('same');
  }
  const turn = await begin(ports, order, wanted, changes);
  const { stopped, isMade } = await changeTemplate(turn);
  if (isMade) also.push('the template was made');
  const after = await lookAtTemplate(ports, target, true);
  if (after.is !== 'seen') return result('partly', { left: changes, because: unusable(after) });
  const left = compareTemplate(wanted, after.seen).changes;
  await expectTemplate(ports, target, after.seen);
  if (left.length === 0) await noteDone(ports, templatePlace(target));
  return result(left.length === 0 ? 'done' : 'partly', {
    changes: changes.filter(({ field }) => !left.some((still) => still.field === field)),
    left,
    ...(left.length === 0 ? {} : { because: stoppedText(stopped, 'DRS') }),
  });
}

/** Says why a template cannot be worked with, and what to do. */
function unusable(look: Exclude<TemplateLook, { readonly is: 'seen' }>): string {
  const because = unusableBecause(look) ?? '';
  return look.is === 'uninitialized' ? `${because}: initialise it with --initialize` : because;
}

/** Notes who is about to change the template; what it was is noted round by round, as others may be at it too. */
async function begin(
  ports: DrsSettingsPorts,
  order: SettingsOrder,
  wanted: TemplateWanted,
  changes: readonly SettingChange[],
): Promise<TemplateTurn> {
  const { target } = wanted;
  const { plan, by, reason } = order;
  const note = { ...templateNote(target), plan, by, reason, at: ports.clock.now() };
  await change(ports.store, templatePlace(target), (known) =>
    begun(known, { ...note, what: 'apply' }, changes),
  );
  return {
    ports,
    target,
    differences: (seen) => compareTemplate(wanted, seen).changes,
    note: async (some) => {
      await change(ports.store, templatePlace(target), (known) =>
        known === undefined ? undefined : notedFields(known, some),
      );
    },
  };
}
