import { catalogue } from '../event/catalogue.ts';
import type { DetailType } from '../event/detail-type.ts';
import type { Severity } from './severity.ts';
import { severities } from './severity.ts';
import { severitiesOf } from './words.ts';

/** The kinds of channel. */
export const channelKinds = ['email', 'sns', 'slack', 'teams', 'webhook'] as const;
export type ChannelKind = (typeof channelKinds)[number];

/** Which events a channel tells. */
export type Choice =
  | { readonly severities: readonly Severity[] }
  | { readonly detailTypes: readonly DetailType[] }
  | { readonly pattern: Readonly<Record<string, unknown>> };

/** What a channel tells that does not say: everything that asks something of a person. */
export const usualSeverities: readonly Severity[] = ['warning', 'page'];

/**
 * The pattern of a channel's rule. By severity it takes every detail-type that may have one of them; which event has it
 * shows only in its words, so the function tells the rest apart.
 */
export function patternOf(choice: Choice): Readonly<Record<string, unknown>> {
  if ('pattern' in choice) return choice.pattern;
  if ('detailTypes' in choice) return { 'detail-type': choice.detailTypes };
  if (severities.every((one) => choice.severities.includes(one))) return { source: ours };
  const isTaken = ({ detailType }: { readonly detailType: string }) =>
    choice.severities.some((one) => severitiesOf(detailType).includes(one));
  const typesOf = (entries: typeof catalogue) => entries.map(({ detailType }) => detailType);
  const left = typesOf(catalogue.filter((entry) => !isTaken(entry)));
  return shorter(
    { 'detail-type': typesOf(catalogue.filter(isTaken)) },
    { source: ours, 'detail-type': [{ 'anything-but': left }] },
  );
}

const ours = [{ prefix: 'landfall.' }];

// EventBridge takes 2,048 characters, and the names of all detail-types are more.
function shorter<Pattern extends object>(one: Pattern, other: Pattern): Pattern {
  return JSON.stringify(other).length < JSON.stringify(one).length ? other : one;
}
