// In: a launch configuration, the targets of DRS that are watched, and their servers. Out: what is wanted of each template and
// each server, or every reason why it is refused. The order of what is laid over what is fixed: the template, tags in their
// order, single servers. Pure; called by the commands on launch configurations, and as a plan that names one is resolved.
import { canonicalJson } from '../../canonical-json.ts';
import { isObject, type JsonObject } from '../../fleet/document.ts';
import { type Path, type Problem, problemAt, shown } from '../../fleet/problem.ts';
import { type Target, targetName } from '../../target.ts';
import { hasTag, isCalled } from '../picks.ts';
import { type LaunchConfiguration, ServerLayer, TargetLayer } from './launch-configuration-form.ts';
import { contradictions, laidOver } from './lay-over.ts';
import type { Actions, DrsMember, ServerWanted, Settings, TemplateWanted } from './wanted.ts';

/** What is wanted, or every reason why it is refused. */
export type Resolution =
  | {
      readonly ok: true;
      readonly templates: readonly TemplateWanted[];
      /** All servers of these targets, in the order in which they were given. */
      readonly servers: readonly ServerWanted[];
      /** What is worth a look, and refuses nothing. */
      readonly notes: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

interface Layer {
  readonly at: Path;
  readonly says: JsonObject;
}

/** Works out what is wanted of every template and server. */
export function resolveLaunchConfiguration(
  configuration: LaunchConfiguration,
  known: { readonly targets: readonly Target[]; readonly servers: readonly DrsMember[] },
): Resolution {
  const problems = new Problems();
  const targets = targetsOf(configuration, known.targets, problems);
  const layers = new Map(
    targets.map((target) => [targetName(target), targetLayer(configuration, target, problems)]),
  );
  const templates = targets.map((target) =>
    templateWanted(target, layers.get(targetName(target)) ?? {}, problems),
  );
  const members = known.servers.filter(({ target }) => layers.has(targetName(target)));
  const picked = pickedByServer(configuration, members, problems);
  const servers = members.map((server) => {
    const below = layers.get(targetName(server.target)) ?? {};
    return serverWanted(configuration, server, below, picked, problems);
  });
  if (problems.found.length > 0) return { ok: false, problems: problems.found };
  return { ok: true, templates, servers, notes: idleTags(configuration, members) };
}

/** The problems found so far, each once, however many servers have it. */
class Problems {
  readonly #found = new Map<string, Problem>();

  add(at: Path, problem: string, remedy: string, key = problem): void {
    const one = problemAt(at, problem, remedy);
    const name = `${one.path} ${key}`;
    if (!this.#found.has(name)) this.#found.set(name, one);
  }

  get found(): readonly Problem[] {
    return [...this.#found.values()];
  }
}

function targetsOf(
  { spec }: LaunchConfiguration,
  known: readonly Target[],
  problems: Problems,
): readonly Target[] {
  const names = known.map(targetName);
  const stray = (name: string, at: Path) => {
    if (names.includes(name)) return;
    const there = names.length === 0 ? 'it watches none of DRS' : `it watches ${names.join(', ')}`;
    problems.add(at, `the stage does not watch ${shown(name)}`, `correct or remove it; ${there}`);
  };
  for (const [i, name] of (spec.targets ?? []).entries()) stray(name, ['spec', 'targets', i]);
  for (const [i, entry] of (spec.forTargets ?? []).entries()) {
    for (const [j, name] of entry.targets.entries()) {
      const at = ['spec', 'forTargets', i, 'targets', j];
      stray(name, at);
      if (spec.targets === undefined || spec.targets.includes(name)) continue;
      problems.add(at, `${name} is not under spec.targets`, 'add it there, or remove it here');
    }
  }
  const { targets } = spec;
  return targets === undefined
    ? known
    : known.filter((target) => targets.includes(targetName(target)));
}

function targetLayer(
  { spec }: LaunchConfiguration,
  target: Target,
  problems: Problems,
): TargetLayer {
  const { template, launchActions, launchTemplate } = spec;
  const own = (spec.forTargets ?? []).flatMap(({ targets, ...says }, i): Layer[] =>
    targets.includes(targetName(target)) ? [{ at: ['spec', 'forTargets', i], says }] : [],
  );
  refuseContradictions(own, targetName(target), problems);
  const base = present({ template, launchActions, launchTemplate });
  return TargetLayer.parse(own.reduce((below, { says }) => laidOver(below, says), base));
}

function templateWanted(target: Target, layer: TargetLayer, problems: Problems): TemplateWanted {
  const { tags, ...fields } = layer.template ?? {};
  const at = ['spec', 'template'];
  const copies = fields.copyTags === true || fields.copyPrivateIp === true;
  if (fields.launchIntoSourceInstance === true && copies) {
    problems.add(
      at,
      'launchIntoSourceInstance needs copyTags and copyPrivateIp false: a failback could not begin',
      'set both to false, or leave launchIntoSourceInstance out',
    );
  }
  const actions = actionsOf(layer.launchActions, ['spec', 'launchActions'], problems);
  return {
    target,
    settings: settingsOf(fields),
    ...(tags === undefined ? {} : { tags }),
    ...(actions === undefined ? {} : { actions }),
  };
}

/** The servers that entries of `byServer` name, by entry. */
function pickedByServer(
  { spec }: LaunchConfiguration,
  servers: readonly DrsMember[],
  problems: Problems,
): readonly ReadonlySet<string>[] {
  return (spec.byServer ?? []).map(({ ids = [], hostnames = [] }, i) => {
    const picked = new Set<string>();
    const at = ['spec', 'byServer', i];
    const known = new Set(servers.map(({ sourceServerId }) => sourceServerId));
    for (const [j, id] of ids.entries()) {
      if (known.has(id)) picked.add(id);
      else problems.add([...at, 'ids', j], `unknown server ${shown(id)}`, 'correct or remove it');
    }
    for (const [j, name] of hostnames.entries()) {
      const called = servers.filter((server) => isCalled(server, name));
      const [one] = called;
      if (called.length === 1 && one !== undefined) picked.add(one.sourceServerId);
      else if (called.length === 0) {
        const said = `unknown host name ${shown(name)}`;
        problems.add([...at, 'hostnames', j], said, 'correct or remove it');
      } else {
        const all = called.map(({ sourceServerId }) => sourceServerId).slice(0, 5);
        const said = `${called.length} servers are called ${shown(name)}`;
        problems.add([...at, 'hostnames', j], said, `use ids instead: ${all.join(', ')}`);
      }
    }
    return picked;
  });
}

function serverWanted(
  { spec }: LaunchConfiguration,
  server: DrsMember,
  target: TargetLayer,
  picked: readonly ReadonlySet<string>[],
  problems: Problems,
): ServerWanted {
  const { exportBucketArn, launchIntoSourceInstance, tags, ...shared } = target.template ?? {};
  const base = present({
    launchConfiguration: target.template === undefined ? undefined : shared,
    launchTemplate: target.launchTemplate,
    launchActions: target.launchActions,
  });
  const called = server.hostname ?? server.sourceServerId;
  const byTag = (spec.byTag ?? []).flatMap(({ order, tags: wanted, ...says }, i) =>
    Object.entries(wanted).every(([key, values]) => hasTag(server, key, values))
      ? [{ order, layer: { at: ['spec', 'byTag', i], says } satisfies Layer }]
      : [],
  );
  const levels = [...new Set(byTag.map(({ order }) => order))]
    .sort((a, b) => a - b)
    .map((level) => byTag.filter(({ order }) => order === level).map(({ layer }) => layer));
  const own = (spec.byServer ?? []).flatMap(({ ids, hostnames, ...says }, i): Layer[] =>
    picked[i]?.has(server.sourceServerId) === true ? [{ at: ['spec', 'byServer', i], says }] : [],
  );
  for (const level of [...levels, own]) refuseContradictions(level, called, problems);
  const whole = [...levels.flat(), ...own].reduce((below, { says }) => laidOver(below, says), base);
  const { launchConfiguration, launchTemplate, launchActions } = ServerLayer.parse(whole);
  const at = own.at(-1)?.at ?? byTag.at(-1)?.layer.at ?? ['spec', 'launchActions'];
  refuseCopies(launchConfiguration, at, called, problems);
  const actions = actionsOf(launchActions, at, problems, called);
  const settings = settingsOf(launchConfiguration);
  return {
    target: server.target,
    server: server.sourceServerId,
    hostname: server.hostname ?? null,
    settings,
    otherwise: differing(settings, settingsOf(shared)),
    otherActions: actionsOtherwise(actions ?? {}, completed(target.launchActions)),
    ...(actions === undefined ? {} : { actions }),
    ...(launchTemplate === undefined ? {} : { launchTemplate }),
  };
}

function refuseCopies(
  launch: ServerLayer['launchConfiguration'],
  at: Path,
  called: string,
  problems: Problems,
): void {
  if (launch?.launchIntoInstanceProperties === undefined) return;
  if (launch.copyTags !== true && launch.copyPrivateIp !== true) return;
  const said = 'launchIntoInstanceProperties needs copyTags and copyPrivateIp false';
  problems.add(at, `${said} (${called})`, 'set both to false for this server', said);
}

function refuseContradictions(level: readonly Layer[], called: string, problems: Problems): void {
  for (const [i, one] of level.entries()) {
    for (const other of level.slice(0, i)) {
      for (const place of contradictions(other.says, one.says)) {
        const first = problemAt(other.at, '', '').path;
        const said = `contradicts ${first} about ${place}`;
        const remedy = 'give one of them another order, or make them agree';
        problems.add(one.at, `${said} (both are for ${called})`, remedy, said);
      }
    }
  }
}

type GivenActions = TargetLayer['launchActions'];

/** Launch actions with what is left out filled in; refused where one lacks what it needs. */
function actionsOf(
  given: GivenActions,
  at: Path,
  problems: Problems,
  called?: string,
): Actions | undefined {
  if (given === undefined) return undefined;
  const actions = completed(given);
  const of = called === undefined ? '' : ` (${called})`;
  const orders = new Map<unknown, string>();
  for (const [id, action] of Object.entries(actions)) {
    const missing = ['name', 'actionCode', 'order'].filter((field) => action[field] === undefined);
    if (missing.length > 0) {
      const said = `launch action ${id} has no ${missing.join(' and no ')}`;
      problems.add(at, `${said}${of}`, 'name it here or further up', said);
      continue;
    }
    const rival = orders.get(action['order']);
    orders.set(action['order'], id);
    if (rival === undefined) continue;
    const said = `launch actions ${rival} and ${id} have the same order`;
    problems.add(at, `${said}${of}`, 'give each an order of its own', said);
  }
  return actions;
}

function completed(given: GivenActions): Actions {
  return Object.fromEntries(
    Object.entries(given ?? {}).flatMap(([id, action]) =>
      action === 'none'
        ? []
        : [
            [
              id,
              {
                ...{ actionVersion: '$DEFAULT', optional: false, active: true, category: 'OTHER' },
                ...{ description: '', parameters: {} },
                ...action,
              },
            ],
          ],
    ),
  );
}

/** Settings by names with a dot where they are nested; an instance to launch into is one setting. */
function settingsOf(given: JsonObject | undefined): Settings {
  return Object.fromEntries(
    Object.entries(given ?? {}).flatMap(([name, value]) =>
      name === 'licensing' && isObject(value)
        ? Object.entries(value).map(([member, is]) => [`${name}.${member}`, is])
        : [[name, value]],
    ),
  );
}

function differing(one: JsonObject, other: JsonObject): readonly string[] {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names]
    .filter((name) => canonicalJson(one[name] ?? null) !== canonicalJson(other[name] ?? null))
    .sort();
}

function actionsOtherwise(own: Actions, atTemplate: Actions): ServerWanted['otherActions'] {
  return Object.fromEntries(differing(own, atTemplate).map((id) => [id, atTemplate[id] ?? null]));
}

function present(given: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** Entries whose tags no server has: perhaps a spelling mistake, perhaps servers that are yet to come. */
function idleTags({ spec }: LaunchConfiguration, servers: readonly DrsMember[]): readonly string[] {
  return (spec.byTag ?? []).flatMap(({ tags }, i) =>
    servers.some((server) =>
      Object.entries(tags).every(([key, values]) => hasTag(server, key, values)),
    )
      ? []
      : [`spec.byTag[${i}] picks no server: check its tags`],
  );
}
