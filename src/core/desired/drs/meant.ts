// In: what is wanted of a server of DRS otherwise than of its account's template, and what was set in its EC2 launch
// template. Out: the fields that the poller takes for expected, in its own words. Pure.
import type { Accepted } from '../../configuration/accepted.ts';
import { actionFields, type Fields, launchFields } from '../../configuration/fields.ts';
import { isObject } from '../../fleet/document.ts';
import type { ServerWanted } from '../../plan/launch-configuration/wanted.ts';
import type { SettingChange } from '../setting.ts';
import { actionIdIn, actionsById } from './compare-drs.ts';

type Doc = Readonly<Record<string, unknown>>;

/**
 * The fields of a server that are meant otherwise than its account's template says: the poller compares the two and would
 * tell them as drift for ever. `actions` are those that the server has: one that is meant
 * to be absent is known by its name, there or at the template.
 */
export function meantOtherwise(wanted: ServerWanted, actions: readonly Doc[]): Accepted {
  return meantIn(wanted, actions, wanted.otherwise, Object.keys(wanted.otherActions));
}

/** All fields of a server that the file says something about: while it is set, its template may still say otherwise. */
export function meantForNow(wanted: ServerWanted, actions: readonly Doc[]): Accepted {
  const ids = [
    ...Object.keys(wanted.actions ?? {}),
    ...Object.keys(wanted.otherActions),
    ...actionsById(actions).keys(),
  ];
  const about = wanted.actions === undefined ? [] : [...new Set(ids)];
  return meantIn(wanted, actions, Object.keys(wanted.settings), about);
}

/** What settings are to be put back to, in the words of the poller. */
export function meantToBePutBack(
  changes: readonly SettingChange[],
  actions: readonly Doc[],
): Accepted {
  const launch: Record<string, string> = {};
  const runs: Record<string, string | null> = {};
  const known = actionsById(actions);
  for (const { aspect, field, to } of changes) {
    if (aspect === 'launch-configuration') Object.assign(launch, launchField(field, to));
    const id = actionIdIn(field);
    if (id !== undefined) Object.assign(runs, actionNow(known.get(id)), actionThen(to));
  }
  return joined(launch, runs);
}

function meantIn(
  wanted: ServerWanted,
  actions: readonly Doc[],
  fields: readonly string[],
  ids: readonly string[],
): Accepted {
  const launch = Object.assign(
    {},
    ...fields.map((field) => launchField(field, wanted.settings[field])),
  );
  const known = actionsById(actions);
  const runs = Object.assign(
    {},
    ...ids.flatMap((id) => [
      actionNow(known.get(id)),
      actionNow(wanted.otherActions[id] ?? undefined),
      actionThen(wanted.actions?.[id]),
    ]),
  );
  return joined(launch, runs);
}

function launchField(field: string, value: unknown): Fields {
  if (value === undefined || value === null) return {};
  const [group, member] = field.split('.');
  return launchFields(
    group === undefined || member === undefined
      ? { [field]: value }
      : { [group]: { [member]: value } },
  );
}

function actionNow(action: Doc | undefined): Readonly<Record<string, null>> {
  const names = action === undefined ? [] : Object.keys(actionFields({}, [action]));
  return Object.fromEntries(names.map((name) => [name, null]));
}

function actionThen(action: unknown): Fields {
  return isObject(action) ? actionFields({}, [action]) : {};
}

function joined(launch: Fields, runs: Readonly<Record<string, string | null>>): Accepted {
  return {
    ...(Object.keys(launch).length === 0 ? {} : { 'launch-configuration': launch }),
    ...(Object.keys(runs).length === 0 ? {} : { 'post-launch-actions': runs }),
  };
}
