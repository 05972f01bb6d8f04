import type { Aspect } from '../configuration/fields.ts';
import { mustSucceed as weight } from '../configuration/fields.ts';
import { configurationOf } from './launch-template-rules.ts';
import { allLaunches, launchPhases, oneFinding, type Rule } from './rule.ts';

const unchanged = (id: Rule['id'], aspect: Aspect, phases: Rule['phases'], what: string): Rule => ({
  id,
  severity: 'warning',
  phases,
  asks: `The ${what} of each server are what they were when the wave began.`,
  check: ({ servers }) =>
    oneFinding(
      servers.filter(({ drift }) => (drift[aspect] ?? []).length > 0),
      (who) => `the ${what} have changed since the wave began: ${who}`,
      'put them back in MGN where the change was not meant; the drift event names the fields',
    ),
});

/** The rules on settings that somebody may have changed since the wave began. */
export const driftRules: readonly Rule[] = [
  unchanged('launch-settings-as-recorded', 'launch-configuration', launchPhases, 'launch settings'),
  unchanged(
    'replication-settings-as-recorded',
    'replication-configuration',
    ['replicate', 'test', 'cutover'],
    'replication settings',
  ),
  unchanged(
    'post-launch-actions-as-recorded',
    'post-launch-actions',
    launchPhases,
    'post-launch actions',
  ),
  {
    id: 'post-launch-actions-told',
    severity: 'blocking',
    phases: ['cutover'],
    asks: 'Each post-launch action that the plan names under `mustSucceed` is there, active, and must succeed for the cutover.',
    check: ({ servers }, { mustSucceed }) =>
      mustSucceed.flatMap((action) =>
        oneFinding(
          servers.filter((server) => {
            const actions = configurationOf(server, 'post-launch-actions');
            if (actions === undefined) return false;
            const words = (actions[`action ${action}`] ?? '').split(', ');
            return !(words.includes(weight) && words.includes('active'));
          }),
          (who) => `post-launch action ${action} is missing, inactive or may fail: ${who}`,
          'add it to the launch settings in MGN, active, with “must succeed for cutover”',
        ),
      ),
  },
  {
    id: 'configuration-readable',
    severity: 'warning',
    phases: allLaunches,
    asks: 'The settings of servers and launches can be read; what cannot be read is not judged.',
    check: ({ targets }) =>
      Object.keys(targets)
        .sort()
        .flatMap((name) => {
          const reason = targets[name]?.refused;
          if (reason === undefined) return [];
          return [
            {
              servers: [],
              message: `the settings in ${name} cannot be read: ${reason}`,
              remedy:
                'deploy the member role of this version there, or allow the actions of docs/permissions.md',
            },
          ];
        }),
  },
];
