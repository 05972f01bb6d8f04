// In: settings to change, and what is. Out: the calls that change them, in an order that is safe. Pure.
import { docAt } from '../observation.ts';
import { actionMember } from './compare.ts';
import type { SettingChange, SettingsSeen } from './setting.ts';

type Doc = Readonly<Record<string, unknown>>;

/** One call of MGN that changes settings of a server. */
export type SettingCall =
  | { readonly call: 'launch-configuration'; readonly fields: Doc }
  | { readonly call: 'replication-configuration'; readonly fields: Doc }
  | { readonly call: 'post-launch-action'; readonly action: Doc };

/**
 * Answers the calls of MGN that make changes come true, at most one a configuration and one an action. The launch
 * configuration comes first, as MGN follows it in the launch template; the template is EC2's and not among them.
 * A configuration takes no member away: a setting that shall be absent is left out of its call.
 */
export function callsFor(
  changes: readonly SettingChange[],
  seen: SettingsSeen,
): readonly SettingCall[] {
  return [...launchCall(changes, seen), ...replicationCall(changes), ...actionCalls(changes, seen)];
}

function launchCall(
  changes: readonly SettingChange[],
  { launch }: SettingsSeen,
): readonly SettingCall[] {
  const own = changes.filter(({ aspect, to }) => aspect === 'launch-configuration' && to !== null);
  const deployment = changes.find(
    ({ aspect, field }) => aspect === 'post-launch-actions' && field === 'deployment',
  );
  if (own.length === 0 && deployment === undefined) return [];
  const fields = own.map(({ field, to }) =>
    field === 'licensing.osByol'
      ? ['licensing', { ...docAt(launch, 'licensing'), osByol: to }]
      : [field, to],
  );
  const { deployment: _before, ...actions } = docAt(launch, 'postLaunchActions');
  return [
    {
      call: 'launch-configuration',
      fields: {
        ...Object.fromEntries(fields),
        ...(deployment === undefined
          ? {}
          : {
              postLaunchActions: {
                ...actions,
                ...(deployment.to === null ? {} : { deployment: deployment.to }),
              },
            }),
      },
    },
  ];
}

function replicationCall(changes: readonly SettingChange[]): readonly SettingCall[] {
  const own = changes.filter(
    ({ aspect, to }) => aspect === 'replication-configuration' && to !== null,
  );
  const fields = Object.fromEntries(own.map(({ field, to }) => [field, to]));
  return own.length === 0 ? [] : [{ call: 'replication-configuration', fields }];
}

// What PutSourceServerAction takes; an answer may say more.
const actionMembers = [
  'actionID',
  'actionName',
  'documentIdentifier',
  'order',
  'documentVersion',
  'active',
  'timeoutSeconds',
  'mustSucceedForCutover',
  'parameters',
  'externalParameters',
  'description',
  'category',
];

function actionCalls(
  changes: readonly SettingChange[],
  { actions = [] }: SettingsSeen,
): readonly SettingCall[] {
  const members = new Map<string, Record<string, unknown>>();
  for (const { aspect, field, to } of changes) {
    const about = aspect === 'post-launch-actions' ? actionMember(field) : undefined;
    if (about === undefined) continue;
    members.set(about.actionId, { ...members.get(about.actionId), [about.member]: to });
  }
  return [...members].flatMap(([id, changed]): readonly SettingCall[] => {
    const action = actions.find((one) => one['actionID'] === id);
    if (action === undefined) return [];
    const whole = { ...action, ...changed };
    const kept = Object.entries(whole).filter(
      ([name, value]) => actionMembers.includes(name) && value !== null && value !== undefined,
    );
    return [{ call: 'post-launch-action', action: Object.fromEntries(kept) }];
  });
}

/** What a server is set to once a call has taken effect. */
export function seenAfter(seen: SettingsSeen, call: SettingCall): SettingsSeen {
  switch (call.call) {
    case 'launch-configuration':
      return { ...seen, launch: { ...seen.launch, ...call.fields } };
    case 'replication-configuration':
      return { ...seen, replication: { ...seen.replication, ...call.fields } };
    case 'post-launch-action':
      return {
        ...seen,
        actions: (seen.actions ?? []).map((action) =>
          action['actionID'] === call.action['actionID'] ? call.action : action,
        ),
      };
    default:
      return call satisfies never;
  }
}
