// In: what is wanted of a server of DRS otherwise than of its account's template, and what was set in its EC2 launch
// template. Out: the fields that the poller takes for expected, in its own words. Pure.
import type { Accepted } from '../../configuration/accepted.ts';
import { actionFields, launchFields } from '../../configuration/fields.ts';
import { actionsById } from './compare-drs.ts';
import type { ServerWanted } from './wanted.ts';

type Doc = Readonly<Record<string, unknown>>;

/**
 * The fields of a server that are meant otherwise than its account's template says: the poller compares the two and would
 * tell them as drift for ever. `actions` are those that the server has: one that is meant to be absent is known by its name.
 */
export function meantOtherwise(wanted: ServerWanted, actions: readonly Doc[]): Accepted {
  const launch = Object.fromEntries(
    wanted.otherwise.flatMap((field) => {
      const value = wanted.settings[field];
      if (value === undefined) return [];
      const [group, member] = field.split('.');
      const document =
        group === undefined || member === undefined
          ? { [field]: value }
          : { [group]: { [member]: value } };
      return Object.entries(launchFields(document));
    }),
  );
  const known = actionsById(actions);
  const runs: Record<string, string | null> = {};
  for (const id of wanted.otherActions) {
    const before = known.get(id);
    const after = wanted.actions?.[id];
    for (const name of Object.keys(before === undefined ? {} : actionFields({}, [before]))) {
      runs[name] = null;
    }
    if (after !== undefined) Object.assign(runs, actionFields({}, [after]));
  }
  return {
    ...(Object.keys(launch).length === 0 ? {} : { 'launch-configuration': launch }),
    ...(Object.keys(runs).length === 0 ? {} : { 'post-launch-actions': runs }),
  };
}
