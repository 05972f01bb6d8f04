// What Landfall changed of a server's settings, kept so that it can be put back: what each was before, what Landfall set it
// to since, and who asked for it. Pure.
import type { Accepted } from '../configuration/accepted.ts';
import type { Aspect } from '../configuration/fields.ts';
import type { Instant } from '../time.ts';
import { actionMember } from './compare.ts';
import { isSame, type SettingChange, type SettingsSeen, type TemplateSeen } from './setting.ts';

/** One setting that Landfall changed, or was about to. */
export interface AppliedField {
  readonly aspect: Aspect;
  readonly field: string;
  readonly before: unknown;
  /** What Landfall set it to, the latest last: whatever else it is, somebody else has set. */
  readonly ours: readonly unknown[];
}

/** The launch template whose default version Landfall changed. */
export interface AppliedTemplate {
  readonly id: string;
  /** The default version before. */
  readonly before: number;
  /** The versions that Landfall made, the latest last. */
  readonly ours: readonly number[];
}

/** Who had settings applied or put back, when and why. */
export interface AppliedEntry {
  readonly what: 'apply' | 'restore';
  readonly at: Instant;
  /** Null while it is under way, and where it died. */
  readonly endedAt: Instant | null;
  /** How many of the changes it left undone, and why; absent where none, and where an older Landfall wrote it. */
  readonly left?: number;
  readonly because?: string;
  readonly by: string;
  readonly reason: string;
  /** At most a hundred of them. */
  readonly changes: readonly SettingChange[];
  /** Whether what others had changed since was put back too. */
  readonly forced?: boolean;
}

/** All that Landfall changed of a server's settings and has not put back, with what was done. */
export interface AppliedSettings {
  readonly server: string;
  readonly plan: string;
  readonly wave: string;
  readonly fields: readonly AppliedField[];
  readonly template: AppliedTemplate | null;
  /** Fields of a server of DRS that are meant otherwise than its account's template says: no drift is told of them. */
  readonly meant?: Accepted;
  /** The latest ten. */
  readonly log: readonly AppliedEntry[];
}

/** Whose server is about to be changed, by whom and why. */
export interface ApplyNote {
  readonly server: string;
  readonly plan: string;
  readonly wave: string;
  readonly what: AppliedEntry['what'];
  readonly at: Instant;
  readonly by: string;
  readonly reason: string;
  readonly forced?: boolean;
}

const mostOurs = 20;
// A document of the store has 400 KB at most.
const mostEntries = 10;
const mostChanges = 100;

/**
 * Notes what is about to be applied. What a setting was before is kept from the first time on, as long as nobody else has
 * set it in between: to put back is to undo all that Landfall did.
 */
export function noted(
  known: AppliedSettings | undefined,
  note: ApplyNote,
  changes: readonly SettingChange[],
  template: { readonly id: string; readonly version: number } | undefined,
): AppliedSettings {
  return {
    ...notedFields(begun(known, note, changes), changes),
    template: template === undefined ? (known?.template ?? null) : templateAfter(known, template),
  };
}

/** Notes what settings were before they are changed, in what is on record already. */
export function notedFields(
  known: AppliedSettings,
  changes: readonly SettingChange[],
): AppliedSettings {
  const fields = new Map(known.fields.map((one) => [keyOf(one), one]));
  for (const { aspect, field, from, to } of changes) {
    // What a launch template was is its version.
    if (aspect === 'launch-template') continue;
    const before = fields.get(keyOf({ aspect, field }));
    const own = before !== undefined && (isOurs(before, from) || isSame(before.before, from));
    fields.set(keyOf({ aspect, field }), {
      aspect,
      field,
      before: own ? before.before : from,
      ours: [...(own ? before.ours : []), to].slice(-mostOurs),
    });
  }
  return { ...known, fields: [...fields.values()] };
}

/** Notes what is about to be done, and leaves what was before as it is known. */
export function begun(
  known: AppliedSettings | undefined,
  note: ApplyNote,
  changes: readonly SettingChange[],
): AppliedSettings {
  const { server, plan, wave, what, at, by, reason, forced } = note;
  const entry: AppliedEntry = {
    ...{ what, at, endedAt: null, by, reason, changes: changes.slice(0, mostChanges) },
    ...(forced === true ? { forced } : {}),
  };
  return {
    ...known,
    ...{ server, plan, wave },
    fields: known?.fields ?? [],
    template: known?.template ?? null,
    log: [...(known?.log ?? []), entry].slice(-mostEntries),
  };
}

/** Notes which version a launch template has before Landfall makes one: MGN may have made one since. */
export function notedTemplate(
  known: AppliedSettings,
  template: { readonly id: string; readonly version: number },
): AppliedSettings {
  return { ...known, template: templateAfter(known, template) };
}

function templateAfter(
  known: AppliedSettings | undefined,
  { id, version }: { readonly id: string; readonly version: number },
): AppliedTemplate {
  const before = known?.template;
  const isOwn = before?.id === id && (before.before === version || before.ours.includes(version));
  return isOwn ? before : { id, before: version, ours: [] };
}

/** Notes a version of the launch template that Landfall has made. */
export function notedVersion(known: AppliedSettings, version: number): AppliedSettings {
  const { template } = known;
  if (template === null || template.ours.includes(version)) return known;
  return {
    ...known,
    template: { ...template, ours: [...template.ours, version].slice(-mostOurs) },
  };
}

/** How a change of settings ended: how much of it was left undone, and why. */
export interface Ended {
  readonly left: number;
  readonly because?: string | undefined;
}

/** Notes how what was begun last has ended. */
export function ended(
  known: AppliedSettings,
  at: Instant,
  { left, because }: Ended = { left: 0 },
): AppliedSettings {
  const last = known.log.at(-1);
  if (last === undefined || last.endedAt !== null) return known;
  const end: AppliedEntry = {
    ...{ ...last, endedAt: at },
    ...(left === 0 ? {} : { left }),
    ...(left === 0 || because === undefined ? {} : { because }),
  };
  return { ...known, log: [...known.log.slice(0, -1), end] };
}

/** Forgets what was put back; what was done stays on record. */
export function putBack(known: AppliedSettings): AppliedSettings {
  const { meant: _meant, ...rest } = known;
  return { ...rest, fields: [], template: null };
}

function keyOf({ aspect, field }: { readonly aspect: Aspect; readonly field: string }): string {
  return `${aspect} ${field}`;
}

/** Says whether Landfall has set a setting to this value. */
export function isOurs({ ours }: AppliedField, value: unknown): boolean {
  return ours.some((one) => isSame(one, value));
}

/** What it takes to put a server's settings back. */
export interface Restoration {
  /** The settings to set, each to what it was before. */
  readonly changes: readonly SettingChange[];
  /** The default version to go back to; absent where it is that already. */
  readonly version?: { readonly id: string; readonly from: number; readonly to: number };
  /** What somebody else has changed since: put back only on demand. */
  readonly disputed: readonly string[];
  /** What cannot be put back, each with the reason. */
  readonly lost: readonly string[];
}

/** Decides how to put back what Landfall changed of a server, by what it is set to now. */
export function restorationOf(applied: AppliedSettings, seen: SettingsSeen): Restoration {
  const changes: SettingChange[] = [];
  const disputed: string[] = [];
  const lost: string[] = [];
  for (const one of applied.fields) {
    const { aspect, field, before } = one;
    const now = valueNow(seen, one);
    if (now === 'gone') {
      lost.push(`${field}: the action is no longer there`);
      continue;
    }
    if (isSame(now.value, before)) continue;
    if (!isOurs(one, now.value)) disputed.push(field);
    if (before === null && !isRemovable(one)) {
      // With DEFAULT the key is not used, whatever it is.
      if (field !== 'ebsEncryptionKeyArn') {
        lost.push(`${field}: it was not set before, and MGN has no call that unsets it`);
      }
      continue;
    }
    changes.push({ aspect, field, from: now.value, to: before });
  }
  const version = versionToRestore(applied, seen.template);
  if (version === 'gone') lost.push('launch template: it is no longer there');
  if (version === 'gone' || version === undefined) return { changes, disputed, lost };
  if (!applied.template?.ours.includes(version.from)) disputed.push('launch template version');
  return { changes, version, disputed, lost };
}

/** The default version of a launch template to go back to; undefined where it is that already, or Landfall made none. */
export function versionToRestore(
  { template }: Pick<AppliedSettings, 'template'>,
  seen: TemplateSeen | undefined,
): Restoration['version'] | 'gone' {
  if (template === null) return undefined;
  if (seen?.id !== template.id) return 'gone';
  const { version } = seen;
  return version === template.before
    ? undefined
    : { id: template.id, from: version, to: template.before };
}

/** Whether a setting can be made absent: an action is set as a whole, a configuration member by member. */
function isRemovable({ aspect }: AppliedField): boolean {
  return aspect === 'post-launch-actions';
}

function valueNow(seen: SettingsSeen, { aspect, field }: AppliedField) {
  if (aspect === 'replication-configuration') {
    const value = seen.replication?.[field] ?? null;
    return { value: Array.isArray(value) ? value.map(String).toSorted() : value };
  }
  const about = actionMember(field);
  if (aspect === 'post-launch-actions' && about !== undefined) {
    const action = seen.actions?.find((one) => one['actionID'] === about.actionId);
    return action === undefined ? 'gone' : { value: action[about.member] ?? null };
  }
  const parent = { deployment: 'postLaunchActions', 'licensing.osByol': 'licensing' }[field];
  if (parent === undefined) return { value: seen.launch[field] ?? null };
  const group = seen.launch[parent];
  const name = field.split('.').at(-1) ?? field;
  const members = typeof group === 'object' && group !== null ? Object.entries(group) : [];
  return { value: new Map<string, unknown>(members).get(name) ?? null };
}
