// In: a plan for servers of DRS, and the fleet that it is resolved on. Out: of each server, what the launch configuration that the
// plan names for it wants; or every reason why one is refused. Pure; called by resolve-plan.
import type { FleetServer } from '../fleet/fleet.ts';
import { type Path, type Problem, problemAt } from '../fleet/problem.ts';
import { distinctTargets, partitionOfRegion, type Target, targetName } from '../target.ts';
import type { Applier } from './desired.ts';
import { LaunchConfiguration } from './launch-configuration/launch-configuration-form.ts';
import { resolveLaunchConfiguration } from './launch-configuration/resolve-launch-configuration.ts';
import type { ServerWanted } from './launch-configuration/wanted.ts';
import type { Plan } from './plan.ts';
import { kindsOfPlans } from './plan-kind.ts';
import type { LaunchWith, ServerSettings } from './settings-for.ts';

/** What the launch configurations of a plan want. */
export interface LaunchWishes {
  /** Answers settings with what is wanted of this very server in place of the whole launch configuration. */
  readonly settle: (settings: ServerSettings, server: FleetServer) => ServerSettings;
  readonly problems: readonly Problem[];
}

type Configuration = NonNullable<NonNullable<ServerSettings['desired']>['configuration']>;

interface Resolved {
  readonly name: string;
  readonly servers: ReadonlyMap<string, ServerWanted>;
}

/** Works out what each launch configuration of a plan wants of the servers of a fleet. */
export function launchWishes(plan: Plan, all: readonly FleetServer[]): LaunchWishes {
  if (kindsOfPlans[plan.kind].service !== 'drs') return { settle: (same) => same, problems: [] };
  const servers = all.filter(({ target }) => target.service === 'drs');
  const problems: Problem[] = [];
  const resolved = new Map<Configuration, Resolved>();
  for (const { at, configuration } of configurationsOf(plan)) {
    const parsed = LaunchConfiguration.safeParse(configuration);
    // The form of the plan has refused it already.
    if (!parsed.success) continue;
    const found = resolveLaunchConfiguration(parsed.data, {
      targets: targetsOf(parsed.data, servers),
      servers,
    });
    if (!found.ok) {
      for (const { at: inside, problem, remedy } of found.problems) {
        problems.push(problemAt([...at, ...inside], problem, remedy));
      }
      continue;
    }
    resolved.set(configuration, {
      name: parsed.data.metadata.name,
      servers: new Map(found.servers.map((one) => [keyOf(one.target, one.server), one])),
    });
  }
  return { settle: (settings, server) => settled(settings, server, resolved), problems };
}

function* configurationsOf({
  spec,
}: Plan): Generator<{ readonly at: Path; readonly configuration: Configuration }> {
  const layers = [
    { at: ['spec', 'defaults'], desired: spec.defaults?.desired },
    ...spec.waves.map(({ desired }, i) => ({ at: ['spec', 'waves', i], desired })),
    ...(spec.servers ?? []).map(({ desired }, i) => ({ at: ['spec', 'servers', i], desired })),
  ];
  for (const { at, desired } of layers) {
    const { configuration } = desired ?? {};
    if (configuration !== undefined)
      yield { at: [...at, 'desired', 'configuration'], configuration };
  }
}

/** The targets of the fleet and those that the file is for: it may be for more than this plan. */
function targetsOf(
  { spec }: LaunchConfiguration,
  servers: readonly FleetServer[],
): readonly Target[] {
  const named = [...(spec.targets ?? []), ...(spec.forTargets ?? []).flatMap((one) => one.targets)];
  return distinctTargets([...servers.map(({ target }) => target), ...named.flatMap(targetCalled)]);
}

function targetCalled(name: string): readonly Target[] {
  const [, accountId, region] = name.split(':');
  if (accountId === undefined || region === undefined) return [];
  return [{ partition: partitionOfRegion(region), service: 'drs', accountId, region }];
}

function settled(
  settings: ServerSettings,
  { target, sourceServerId }: FleetServer,
  resolved: ReadonlyMap<Configuration, Resolved>,
): ServerSettings {
  const { desired, ...rest } = settings;
  if (desired === undefined) return settings;
  const { configuration, ...others } = desired;
  const known = configuration === undefined ? undefined : resolved.get(configuration);
  const wanted = known?.servers.get(keyOf(target, sourceServerId));
  // Nothing is wanted of this server, or a person sets it by a command: its wave has nothing to do.
  if (known === undefined || wanted === undefined || isOfPeople(others.apply)) return rest;
  const { target: _of, server: _server, hostname: _hostname, ...own } = wanted;
  return { ...rest, desired: others, launchWith: { configuration: known.name, wanted: own } };
}

function isOfPeople(apply: Applier | undefined): boolean {
  return (apply ?? 'by-command') === 'by-command';
}

const keyOf = (target: Target, server: string) => `${targetName(target)} ${server}`;

// The plan of a wave is one document of the table, which has 400 KB at most; the rest of it is small beside this.
const mostCharacters = 200_000;

/** Finds a wave whose servers are to be set to more than its record can hold. */
export function* oversizedLaunches(
  servers: readonly { readonly settings: Pick<ServerSettings, 'launchWith'> }[],
  at: Path,
): Generator<Problem> {
  const texts = new Set(
    servers
      .map(({ settings }) => settings.launchWith)
      .filter(isWanted)
      .map((one) => JSON.stringify(one)),
  );
  const size = [...texts].reduce((sum, { length }) => sum + length, 0);
  if (size <= mostCharacters) return;
  yield problemAt(
    at,
    `what its servers are to be launched with has ${size} characters as JSON, more than ${mostCharacters}`,
    'split the wave, or say less of single servers in the launch configuration',
  );
}

function isWanted(launch: LaunchWith | undefined): launch is LaunchWith {
  return launch !== undefined;
}
