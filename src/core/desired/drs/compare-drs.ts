// In: what is wanted of an account's template or of a server of DRS, and what is. Out: the settings that differ, and what keeps
// them from being set. What the file says nothing about is not compared. Pure; called by whoever shows, applies or puts back.
import { docAt, textAt } from '../../observation.ts';
import type {
  Actions,
  ServerWanted,
  TemplateWanted,
} from '../../plan/launch-configuration/wanted.ts';
import type { Comparison } from '../compare.ts';
import { templateChanges, templateObstacles } from '../launch-template-data.ts';
import { isSame, type SettingChange, type TemplateSeen } from '../setting.ts';

type Doc = Readonly<Record<string, unknown>>;

/** An account's template as it is: undefined where it has none. */
export interface DrsTemplateSeen {
  readonly document: Doc | undefined;
  /** Its launch actions; absent where nobody asked. */
  readonly actions?: readonly Doc[];
}

/** What a server of DRS is set to; what was not asked for is absent. */
export interface DrsServerSeen {
  readonly launch: Doc;
  readonly actions?: readonly Doc[];
  readonly template?: TemplateSeen;
}

/** Compares an account's template with what is wanted of it. */
export function compareTemplate(wanted: TemplateWanted, seen: DrsTemplateSeen): Comparison {
  const { document = {} } = seen;
  const { settings, tags } = wanted;
  const changes = [
    ...settingChanges(settings, document),
    ...(tags === undefined ? [] : tagChanges(tags, ownTags(document))),
    ...(wanted.actions === undefined ? [] : actionChanges(wanted.actions, seen.actions ?? [])),
  ];
  const launchesIntoSource = valueThen(settings, document, 'launchIntoSourceInstance') === true;
  const copies = ['copyTags', 'copyPrivateIp'].filter(
    (name) => valueThen(settings, document, name) === true,
  );
  return {
    changes,
    obstacles:
      launchesIntoSource && settings['launchIntoSourceInstance'] === true && copies.length > 0
        ? [
            `launchIntoSourceInstance needs ${copies.join(' and ')} false, and the template has it true: set it to false too`,
          ]
        : [],
  };
}

/** Compares a server of DRS with what is wanted of it. */
export function compareDrsServer(wanted: ServerWanted, seen: DrsServerSeen): Comparison {
  const { settings, launchTemplate, actions } = wanted;
  const changes = [
    ...settingChanges(settings, seen.launch),
    ...(launchTemplate === undefined || seen.template === undefined
      ? []
      : templateChanges(launchTemplate, seen.template)),
    ...(actions === undefined ? [] : actionChanges(actions, seen.actions ?? [])),
  ];
  return { changes, obstacles: [...copyObstacles(wanted, seen), ...ec2Obstacles(wanted, seen)] };
}

function copyObstacles({ settings }: ServerWanted, { launch }: DrsServerSeen): readonly string[] {
  if (settings['launchIntoInstanceProperties'] === undefined) return [];
  const copies = ['copyTags', 'copyPrivateIp'].filter(
    (name) => valueThen(settings, launch, name) === true,
  );
  return copies.length === 0
    ? []
    : [
        `to launch into an instance needs ${copies.join(' and ')} false, and the server has it true: set it to false too`,
      ];
}

function ec2Obstacles({ settings, launchTemplate }: ServerWanted, seen: DrsServerSeen) {
  if (launchTemplate === undefined) return [];
  if (seen.template === undefined) {
    return [
      'the server has no EC2 launch template: save its launch settings in DRS, which makes one anew',
    ];
  }
  const method = valueThen(settings, seen.launch, 'targetInstanceTypeRightSizingMethod');
  const chooses = method === 'BASIC' || method === 'IN_AWS';
  const copies = valueThen(settings, seen.launch, 'copyPrivateIp') === true;
  return [
    ...templateObstacles(launchTemplate, seen.template),
    ...(chooses && launchTemplate.instanceType !== undefined
      ? [
          `right-sizing is ${method}, so DRS writes its own choice over the instance type: set targetInstanceTypeRightSizingMethod: NONE`,
        ]
      : []),
    ...(copies && launchTemplate.privateIpAddress !== undefined
      ? ['copyPrivateIp is on, so the address of the source is used: set copyPrivateIp: false']
      : []),
  ];
}

/** What a setting is in a document of DRS: `licensing.osByol` is a member of `licensing`. Null where it is absent. */
export function settingIn(document: Doc, field: string): unknown {
  const [group, member] = field.split('.');
  if (group === undefined || member === undefined) return document[field] ?? null;
  return docAt(document, group)[member] ?? null;
}

/** The tags of a template that are somebody's own. */
export function ownTags(document: Doc): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(docAt(document, 'tags')).flatMap(([key, value]) =>
      typeof value === 'string' && !/^aws:/i.test(key) ? [[key, value]] : [],
    ),
  );
}

const actionMembers = [
  'name',
  'actionCode',
  'actionVersion',
  'order',
  'optional',
  'active',
  'category',
  'description',
  'parameters',
];

/** A launch action as it is set, without what only an answer says. */
export function actionOf(document: Doc): Doc {
  const own = actionMembers.map((name) => [name, document[name]] as const);
  return {
    description: '',
    parameters: {},
    ...Object.fromEntries(own.filter(([, value]) => value !== undefined && value !== null)),
  };
}

/** How a launch action is called as a setting. */
export function actionField(id: string): string {
  return `action ${id}`;
}

/** The id of the launch action that a setting is about; undefined where it is about none. */
export function actionIdIn(field: string): string | undefined {
  return /^action (\S+)$/.exec(field)?.[1];
}

/** Launch actions by their ids. */
export function actionsById(documents: readonly Doc[]): ReadonlyMap<string, Doc> {
  return new Map(
    documents.flatMap((document) => {
      const id = textAt(document, 'actionId');
      return id === undefined ? [] : [[id, actionOf(document)] as const];
    }),
  );
}

/** What a setting is once what is wanted is set. */
function valueThen(settings: Doc, document: Doc, name: string): unknown {
  return settings[name] ?? document[name];
}

function settingChanges(settings: Doc, document: Doc): readonly SettingChange[] {
  return Object.entries(settings)
    .map(
      ([field, to]): SettingChange => ({
        aspect: 'launch-configuration',
        field,
        from: settingIn(document, field),
        to,
      }),
    )
    .filter(differs);
}

function tagChanges(
  wanted: Readonly<Record<string, string>>,
  is: Readonly<Record<string, string>>,
): readonly SettingChange[] {
  const keys = [...new Set([...Object.keys(wanted), ...Object.keys(is)])].sort();
  return keys
    .map(
      (key): SettingChange => ({
        aspect: 'launch-configuration',
        field: `tags.${key}`,
        from: is[key] ?? null,
        to: wanted[key] ?? null,
      }),
    )
    .filter(differs);
}

function actionChanges(wanted: Actions, documents: readonly Doc[]): readonly SettingChange[] {
  const is = actionsById(documents);
  const ids = [...new Set([...Object.keys(wanted), ...is.keys()])].sort();
  return ids
    .map((id): SettingChange => {
      const to = wanted[id];
      return {
        aspect: 'post-launch-actions',
        field: actionField(id),
        from: is.get(id) ?? null,
        to: to === undefined ? null : actionOf(to),
      };
    })
    .filter(differs);
}

function differs({ from, to }: SettingChange): boolean {
  return !isSame(from, to);
}

/** The same changes, a launch action that is set otherwise by each of its members: what a person reads. */
export function inMembers(changes: readonly SettingChange[]): readonly SettingChange[] {
  return changes.flatMap((change) => {
    const { field, from, to } = change;
    if (actionIdIn(field) === undefined || !isDoc(from) || !isDoc(to)) return [change];
    return actionMembers
      .filter((member) => !isSame(from[member], to[member]))
      .map((member) => ({
        ...change,
        field: `${field}.${member}`,
        from: from[member] ?? null,
        to: to[member] ?? null,
      }));
  });
}

function isDoc(value: unknown): value is Doc {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The level of drift that a change is of, in the words of people. */
export function levelOf(
  subject: 'template' | 'server',
  { aspect }: Pick<SettingChange, 'aspect'>,
): 'account template' | 'server' | 'EC2 launch template' | 'launch actions' {
  if (aspect === 'post-launch-actions') return 'launch actions';
  if (aspect === 'launch-template') return 'EC2 launch template';
  return subject === 'template' ? 'account template' : 'server';
}
