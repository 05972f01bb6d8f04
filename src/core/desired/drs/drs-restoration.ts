// In: what Landfall changed of an account's template or of a server of DRS, and what is now. Out: how it becomes what it was.
// Pure; called by the flow that puts it back.
import type { AppliedField, AppliedSettings, Restoration } from '../applied.ts';
import { isOurs, versionToRestore } from '../applied.ts';
import { isSame, type SettingChange, type TemplateSeen } from '../setting.ts';
import { actionIdIn, actionsById, ownTags, settingIn } from './compare-drs.ts';
import { tagKeyIn } from './drs-calls.ts';

type Doc = Readonly<Record<string, unknown>>;

/** What a template or a server is set to, as far as it was changed; no document where the template is gone. */
export interface DrsSeenNow {
  readonly document: Doc | undefined;
  readonly actions: readonly Doc[];
  readonly template?: TemplateSeen;
}

/** Decides how to put back what Landfall changed, by what it is set to now. */
export function drsRestorationOf(applied: AppliedSettings, seen: DrsSeenNow): Restoration {
  const changes: SettingChange[] = [];
  const disputed: string[] = [];
  const lost: string[] = [];
  for (const one of applied.fields) {
    const { aspect, field, before } = one;
    const from = valueNow(seen, one);
    if (isSame(from, before)) continue;
    if (!isOurs(one, from)) disputed.push(field);
    if (before === null && !isRemovable(one)) {
      lost.push(`${field}: it was not set before, and DRS has no call that unsets it`);
      continue;
    }
    changes.push({ aspect, field, from, to: before });
  }
  const version = versionToRestore(applied, seen.template);
  if (version === 'gone') lost.push('EC2 launch template: it is no longer there');
  if (version === 'gone' || version === undefined) return { changes, disputed, lost };
  if (!applied.template?.ours.includes(version.from)) disputed.push('launch template version');
  return { changes, version, disputed, lost };
}

/** Tags and launch actions can be made absent; a configuration is set member by member. */
function isRemovable({ field }: AppliedField): boolean {
  return tagKeyIn(field) !== undefined || actionIdIn(field) !== undefined;
}

function valueNow({ document = {}, actions }: DrsSeenNow, { field }: AppliedField): unknown {
  const id = actionIdIn(field);
  if (id !== undefined) return actionsById(actions).get(id) ?? null;
  const key = tagKeyIn(field);
  return key === undefined ? settingIn(document, field) : (ownTags(document)[key] ?? null);
}
