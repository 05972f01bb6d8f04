import { canonicalJson } from '../canonical-json.ts';
import type { Aspect } from '../configuration/fields.ts';

/** One setting of a server: what it is, and what it shall be. A value that is absent is null. */
export interface SettingChange {
  readonly aspect: Aspect;
  /** As the plan names it: `copyTags`, `tags.Owner`, `action join.order`. */
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
}

/** Says whether two values of a setting are the same; the order of members does not count. */
export function isSame(one: unknown, other: unknown): boolean {
  return canonicalJson(one ?? null) === canonicalJson(other ?? null);
}

/** The default version of a server's EC2 launch template, with all it says but the user data. */
export interface TemplateSeen {
  readonly id: string;
  readonly version: number;
  /** By the names of EC2. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** What a server is set to; what was not asked for is absent. */
export interface SettingsSeen {
  readonly launch: Readonly<Record<string, unknown>>;
  readonly replication?: Readonly<Record<string, unknown>>;
  readonly actions?: readonly Readonly<Record<string, unknown>>[];
  readonly template?: TemplateSeen;
}

const mostShown = 60;

/** A value of a setting as a person reads it, cut; what is not there is a dash. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'string') return value === '' ? '(empty)' : cutTo(value);
  if (Array.isArray(value)) {
    return value.length === 0 ? '(none)' : cutTo(value.map((one) => valueText(one)).join(', '));
  }
  if (typeof value === 'object') {
    const members = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
    const texts = members.map(([key, member]) => `${key}=${valueText(member)}`);
    return texts.length === 0 ? '(none)' : cutTo(texts.join(', '));
  }
  return String(value);
}

function cutTo(text: string): string {
  return text.length <= mostShown ? text : `${text.slice(0, mostShown - 1)}…`;
}
