// In: what a server shall be set to, and what it is set to. Out: the settings that differ, and what keeps them from being
// set. Pure; called by whoever shows, applies or puts back.
import { docAt, textAt } from '../observation.ts';
import type { Desired } from '../plan/desired.ts';
import { templateChanges, templateObstacles } from './launch-template-data.ts';
import { isSame, type SettingChange, type SettingsSeen } from './setting.ts';

type Doc = Readonly<Record<string, unknown>>;

/** What is wanted of a server beside what is. */
export interface Comparison {
  readonly changes: readonly SettingChange[];
  /** Why it cannot be set so, each with what to do; empty where it can. */
  readonly obstacles: readonly string[];
}

/** Compares what is wanted of a server with what it is set to; what the plan says nothing about is not compared. */
export function compare(desired: Desired, seen: SettingsSeen): Comparison {
  const parts = [
    ofLaunch(desired, seen),
    ofTemplate(desired, seen),
    ofReplication(desired, seen),
    ofActions(desired, seen),
  ];
  return {
    changes: parts.flatMap(({ changes }) => changes),
    obstacles: parts.flatMap(({ obstacles }) => obstacles),
  };
}

const nothing: Comparison = { changes: [], obstacles: [] };

function ofLaunch({ launchConfiguration, postLaunchActions }: Desired, { launch }: SettingsSeen) {
  const { licensing, ...plain } = launchConfiguration ?? {};
  const changes: SettingChange[] = Object.entries(plain).map(([field, to]) => ({
    aspect: 'launch-configuration',
    field,
    from: launch[field] ?? null,
    to,
  }));
  if (licensing !== undefined) {
    changes.push({
      aspect: 'launch-configuration',
      field: 'licensing.osByol',
      from: docAt(launch, 'licensing')['osByol'] ?? null,
      to: licensing.osByol,
    });
  }
  if (postLaunchActions?.deployment !== undefined) {
    changes.push({
      aspect: 'post-launch-actions',
      field: 'deployment',
      from: textAt(docAt(launch, 'postLaunchActions'), 'deployment') ?? null,
      to: postLaunchActions.deployment,
    });
  }
  return { changes: changes.filter(differs), obstacles: [] };
}

function ofTemplate(desired: Desired, { launch, template }: SettingsSeen): Comparison {
  const { launchTemplate, launchConfiguration } = desired;
  if (launchTemplate === undefined) return nothing;
  if (template === undefined) {
    const remedy = 'save the launch settings in MGN, which makes one anew';
    return { changes: [], obstacles: [`the server has no EC2 launch template: ${remedy}`] };
  }
  const changes = templateChanges(launchTemplate, template);
  const wanted = launchConfiguration?.targetInstanceTypeRightSizingMethod;
  const rightSizes = (wanted ?? launch['targetInstanceTypeRightSizingMethod']) === 'BASIC';
  const copies = (launchConfiguration?.copyPrivateIp ?? launch['copyPrivateIp']) === true;
  return {
    changes,
    obstacles: [
      ...templateObstacles(launchTemplate, template),
      ...(rightSizes && launchTemplate.instanceType !== undefined
        ? [
            'right-sizing is BASIC, so MGN writes its own choice over the instance type: set targetInstanceTypeRightSizingMethod: NONE',
          ]
        : []),
      ...(copies && launchTemplate.privateIpAddress !== undefined
        ? ['copyPrivateIp is on, so the address of the source is used: set copyPrivateIp: false']
        : []),
    ],
  };
}

function ofReplication(
  { replicationConfiguration }: Desired,
  { replication = {} }: SettingsSeen,
): Comparison {
  const changes = Object.entries(replicationConfiguration ?? {}).map(
    ([field, to]): SettingChange => ({
      aspect: 'replication-configuration',
      field,
      from: inOrder(replication[field] ?? null),
      to: inOrder(to),
    }),
  );
  return { changes: changes.filter(differs), obstacles: [] };
}

/** Ids in a list have no order of their own. */
function inOrder(value: unknown): unknown {
  return Array.isArray(value) ? value.map(String).toSorted() : value;
}

function ofActions({ postLaunchActions }: Desired, { actions = [] }: SettingsSeen): Comparison {
  const changes: SettingChange[] = [];
  const obstacles: string[] = [];
  for (const [name, wanted] of Object.entries(postLaunchActions?.actions ?? {})) {
    const [action, ...more] = actionsNamed(actions, name);
    if (action === undefined) {
      obstacles.push(`the server has no post-launch action ${name}: add it in MGN, or correct it`);
    } else if (more.length > 0) {
      obstacles.push(`the server has ${more.length + 1} actions ${name}: name one by its actionID`);
    } else {
      const own = Object.entries(wanted).map(
        ([member, to]): SettingChange => ({
          aspect: 'post-launch-actions',
          field: actionField(action, member),
          from: action[member] ?? null,
          to,
        }),
      );
      changes.push(...own.filter(differs));
    }
  }
  return { changes, obstacles };
}

/** The actions that a plan means by a name: the one of that id, else those that are called so. */
export function actionsNamed(actions: readonly Doc[], name: string): readonly Doc[] {
  const byId = actions.filter((action) => action['actionID'] === name);
  return byId.length > 0 ? byId : actions.filter((action) => action['actionName'] === name);
}

/** How a setting of an action is called: by its id, which does not change. */
function actionField(action: Doc, member: string): string {
  return `action ${String(action['actionID'])}.${member}`;
}

/** Reads which action and member a setting is about; undefined where it is about none. */
export function actionMember(
  field: string,
): { readonly actionId: string; readonly member: string } | undefined {
  const found = /^action (.+)\.(\w+)$/.exec(field);
  return found?.[1] === undefined || found[2] === undefined
    ? undefined
    : { actionId: found[1], member: found[2] };
}

function differs({ from, to }: SettingChange): boolean {
  return !isSame(from, to);
}
