// In: an account's template and what it shall be, given as a comparison with what is. Out: the template is made or updated, its
// tags and launch actions with it, until nothing differs or a call is refused. Called to apply and to put back.

import type { DrsTemplateSeen } from '../../../core/desired/drs/compare-drs.ts';
import { fieldsToSet, tagsToSet } from '../../../core/desired/drs/drs-calls.ts';
import type { SettingChange } from '../../../core/desired/setting.ts';
import { textAt } from '../../../core/observation.ts';
import type { Target } from '../../../core/target.ts';
import { asked } from '../settings-ports.ts';
import { type Stopped, stoppedBy } from '../stopped.ts';
import { changeActions } from './action-calls.ts';
import type { DrsSettingsPorts } from './drs-settings-ports.ts';
import { lookAtTemplate, type TemplateLook, templateId } from './look-at-template.ts';

/** A change of an account's template. */
export interface TemplateTurn {
  readonly ports: DrsSettingsPorts;
  readonly target: Target;
  /** What differs from what is wanted, by what was seen. */
  readonly differences: (seen: DrsTemplateSeen) => readonly SettingChange[];
  /** Notes what is about to be changed. */
  readonly note: (changes: readonly SettingChange[]) => Promise<void>;
}

/** How a change of a template ended. */
export interface TemplateChanged {
  readonly stopped?: Stopped;
  readonly unusable?: Exclude<TemplateLook, { readonly is: 'seen' }>;
  readonly isMade: boolean;
}

// Made, updated, and each once more where somebody else is at it too.
const mostRounds = 4;

/**
 * Makes the template what it shall be. Somebody else may make it (the quota is one), or delete it, at the same moment: it is
 * looked at anew then, and updated or made.
 */
export async function changeTemplate(turn: TemplateTurn): Promise<TemplateChanged> {
  const { ports, target } = turn;
  let isMade = false;
  let last: Stopped | undefined;
  for (let round = 0; round < mostRounds; round += 1) {
    const look = await lookAtTemplate(ports, target, true);
    if (look.is !== 'seen') return { unusable: look, isMade };
    const { seen } = look;
    const changes = turn.differences(seen);
    if (changes.length === 0) return { isMade };
    await turn.note(changes);
    const made = seen.document === undefined ? await make(turn, changes) : undefined;
    isMade ||= made === 'made';
    const stopped = made ?? (await update(turn, seen, changes));
    if (stopped === undefined) return { isMade };
    if (stopped === 'made') continue;
    if (!isWorthAnotherLook(stopped) || isSameAgain(last, stopped)) return { stopped, isMade };
    last = stopped;
  }
  return { ...(last === undefined ? {} : { stopped: last }), isMade };
}

/** The refusals that say that somebody else was faster. */
function isWorthAnotherLook({ operation, refusal }: Stopped): boolean {
  return operation === 'CreateLaunchConfigurationTemplate'
    ? refusal.kind === 'quota'
    : refusal.kind === 'not-found' || refusal.kind === 'conflict';
}

function isSameAgain(last: Stopped | undefined, stopped: Stopped): boolean {
  return last?.operation === stopped.operation && last.refusal.kind === stopped.refusal.kind;
}

async function make(
  { ports, target }: TemplateTurn,
  changes: readonly SettingChange[],
): Promise<Stopped | 'made'> {
  const api = ports.drsSettingsOf(target);
  const answer = await asked(ports, () =>
    api.createLaunchConfigurationTemplate(fieldsToSet(changes), tagsToSet(changes).set),
  );
  return answer.ok ? 'made' : stoppedBy('CreateLaunchConfigurationTemplate', answer.refusal);
}

async function update(
  { ports, target }: TemplateTurn,
  { document = {}, actions = [] }: DrsTemplateSeen,
  changes: readonly SettingChange[],
): Promise<Stopped | undefined> {
  const api = ports.drsSettingsOf(target);
  const id = templateId(document);
  const fields = fieldsToSet(changes);
  if (Object.keys(fields).length > 0) {
    const answer = await asked(ports, () => api.updateLaunchConfigurationTemplate(id, fields));
    if (!answer.ok) return stoppedBy('UpdateLaunchConfigurationTemplate', answer.refusal);
  }
  const { set, unset } = tagsToSet(changes);
  const arn = textAt(document, 'arn') ?? '';
  // First away, then on: a resource has fifty tags at most.
  if (unset.length > 0) {
    const answer = await asked(ports, () => api.untagResource(arn, unset));
    if (!answer.ok) return stoppedBy('UntagResource', answer.refusal);
  }
  if (Object.keys(set).length > 0) {
    const answer = await asked(ports, () => api.tagResource(arn, set));
    if (!answer.ok) return stoppedBy('TagResource', answer.refusal);
  }
  return changeActions(ports, api, id, changes, actions);
}
