import type { ConfigurationSeen, TemplateSeen, Templates } from './drift.ts';
import type { Fields } from './fields.ts';

/** What an account's templates want of a server, and what it is set to, in the fields that can be compared. */
export interface Compared {
  readonly expected: ConfigurationSeen;
  readonly actual: ConfigurationSeen;
}

/** What a look saw of a server of DRS; an aspect that was not looked at is absent. */
export interface DrsSettingsSeen {
  readonly launch: Fields;
  readonly replication?: Fields;
  readonly actions?: Fields;
}

/**
 * Puts a server of DRS beside its account's templates. A template and a server do not have the same fields (reference:
 * DRS 2.2): only those that both of them name are compared, as what is absent says nothing. Launch actions are compared
 * as a whole; where neither side runs any, they do not differ. Without a template nothing is expected.
 */
export function besideTemplates(templates: Templates, seen: DrsSettingsSeen): Compared {
  const launch = templateOf(templates, 'launch');
  const replication = templateOf(templates, 'replication');
  const launches = launch === undefined ? undefined : common(launch.fields, seen.launch);
  const replicates =
    replication === undefined || seen.replication === undefined
      ? undefined
      : common(replication.fields, seen.replication);
  const runs = launch === undefined ? undefined : actionsBeside(launch, seen);
  return {
    expected: {
      ...(launches && { 'launch-configuration': launches.expected }),
      ...(replicates && { 'replication-configuration': replicates.expected }),
      ...(runs && { 'post-launch-actions': runs.expected }),
    },
    actual: {
      ...(launches && { 'launch-configuration': launches.actual }),
      ...(replicates && { 'replication-configuration': replicates.actual }),
      ...(runs && { 'post-launch-actions': runs.actual }),
    },
  };
}

/** The account's template of a kind: DRS has at most one of each (reference: DRS 2.2), the first counts. */
export function templateOf(
  templates: Templates,
  kind: TemplateSeen['kind'],
): TemplateSeen | undefined {
  return Object.values(templates).find((template) => template.kind === kind);
}

/** The kinds of templates that an account does not have: what its new servers are set to is the service's own choice. */
export function missingKinds(templates: Templates): readonly TemplateSeen['kind'][] {
  return (['launch', 'replication'] as const).filter(
    (kind) => templateOf(templates, kind) === undefined,
  );
}

/** Says whether launch actions are known not to run: they need not be looked at. */
export function runsNoActions(fields: Fields): boolean {
  return fields['postLaunchEnabled'] === 'false';
}

interface Sides {
  readonly expected: Fields;
  readonly actual: Fields;
}

function actionsBeside(template: TemplateSeen, seen: DrsSettingsSeen): Sides | undefined {
  if (runsNoActions(template.fields) && runsNoActions(seen.launch)) {
    return { expected: {}, actual: {} };
  }
  return template.actions === undefined || seen.actions === undefined
    ? undefined
    : { expected: template.actions, actual: seen.actions };
}

function common(expected: Fields, actual: Fields): Sides {
  const both = (one: Fields, other: Fields) =>
    Object.fromEntries(Object.entries(one).filter(([name]) => name in other));
  return { expected: both(expected, actual), actual: both(actual, expected) };
}
