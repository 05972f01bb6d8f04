// In: two versions of a plan, and the fleet where it is known. Out: what changes, in the words of the plan: what a setting
// comes to counts, not in which layer it stands. Pure.
import type { Fleet } from '../fleet/fleet.ts';
import { type GatedPhase, gatedPhases } from './gates.ts';
import { gatesFor } from './gates-for.ts';
import type { Plan, PlanWave } from './plan.ts';
import { resolvePlan } from './resolve-plan.ts';
import { mergedSettings, policyFor, preflightFor, settingsFor } from './settings-for.ts';

/** One difference of two plans. */
export interface PlanChange {
  readonly kind:
    | 'plan'
    | 'wave-added'
    | 'wave-removed'
    | 'wave-renamed'
    | 'wave-changed'
    | 'servers-changed'
    | 'setting-changed';
  /** The wave by its new name, or its old one where it is removed; absent where it is about the whole plan. */
  readonly wave?: string;
  /** What changed, as the plan names it: `gates.cutover.window`. */
  readonly field?: string;
  /** What it was and is; absent where it was not or is not. */
  readonly from?: unknown;
  readonly to?: unknown;
  /** The servers that it is about, where it is not about all of the wave. */
  readonly servers?: readonly string[];
}

/** Both plans have the same waves once their names are matched. */
interface Pair {
  readonly before: PlanWave;
  readonly after: PlanWave;
}

/** Every difference between two plans; none where they ask for the same. With a fleet servers are told one by one. */
export function diffPlans(before: Plan, after: Plan, fleet?: Fleet): readonly PlanChange[] {
  const members = fleet === undefined ? undefined : membersOf(before, after, fleet);
  const { pairs, added, removed } = matched(before, after, members);
  const newName = new Map(pairs.map((pair) => [pair.before.name, pair.after.name]));
  return [
    ...planChanges(before, after),
    ...removed.map(({ name }): PlanChange => ({ kind: 'wave-removed', wave: name })),
    ...added.map(({ name }): PlanChange => ({ kind: 'wave-added', wave: name })),
    ...pairs.flatMap((pair) => waveChanges(before, after, pair, newName)),
    ...(members === undefined ? [] : moves(members, newName)),
    ...(fleet === undefined
      ? overrideChanges(before, after)
      : serverSettings(before, after, fleet, pairs)),
  ];
}

function planChanges(before: Plan, after: Plan): readonly PlanChange[] {
  const parts = ({ metadata, spec }: Plan) => ({
    'metadata.name': metadata.name,
    'metadata.description': metadata.description,
    // What a calendar freezes is told by the gates that name it.
    'spec.calendars': Object.keys(spec.calendars ?? {}).toSorted(),
  });
  return changedFields(parts(before), parts(after)).map((change) => ({ kind: 'plan', ...change }));
}

interface Members {
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
  readonly nameOf: (server: string) => string;
}

/** Which wave each server is in, in both plans; undefined where one of them does not resolve. */
function membersOf(before: Plan, after: Plan, fleet: Fleet): Members | undefined {
  const [was, is] = [resolvePlan(before, fleet), resolvePlan(after, fleet)];
  if (!was.ok || !is.ok) return undefined;
  const waveOf = (waves: typeof was.waves) =>
    new Map(
      waves.flatMap(({ name, servers }) =>
        servers.map(({ sourceServerId }): [string, string] => [sourceServerId, name]),
      ),
    );
  const names = new Map(
    fleet.servers.map(({ sourceServerId, hostname }) => [sourceServerId, hostname]),
  );
  const nameOf = (server: string) => {
    const name = names.get(server);
    return name === undefined ? server : `${name} (${server})`;
  };
  return { before: waveOf(was.waves), after: waveOf(is.waves), nameOf };
}

interface Matched {
  readonly pairs: readonly Pair[];
  readonly added: readonly PlanWave[];
  readonly removed: readonly PlanWave[];
}

/** Waves of one name are the same; of the others, those that choose the same servers have another name. */
function matched(before: Plan, after: Plan, members: Members | undefined): Matched {
  const pairs = before.spec.waves.flatMap((wave): readonly Pair[] => {
    const same = after.spec.waves.find(({ name }) => name === wave.name);
    return same === undefined ? [] : [{ before: wave, after: same }];
  });
  const removed = before.spec.waves.filter((wave) => !pairs.some((pair) => pair.before === wave));
  const added = after.spec.waves.filter((wave) => !pairs.some((pair) => pair.after === wave));
  const chosen = (wave: PlanWave, side: 'before' | 'after') =>
    members === undefined ? canonical(wave.servers) : serversIn(members[side], wave.name).join();
  const renamed: Pair[] = [];
  for (const wave of removed) {
    const same = added.find(
      (other) =>
        !renamed.some((pair) => pair.after === other) &&
        chosen(wave, 'before') === chosen(other, 'after'),
    );
    if (same !== undefined) renamed.push({ before: wave, after: same });
  }
  return {
    pairs: [...pairs, ...renamed],
    added: added.filter((wave) => !renamed.some((pair) => pair.after === wave)),
    removed: removed.filter((wave) => !renamed.some((pair) => pair.before === wave)),
  };
}

function serversIn(waveOf: ReadonlyMap<string, string>, wave: string): readonly string[] {
  return [...waveOf].flatMap(([server, name]) => (name === wave ? [server] : [])).toSorted();
}

function waveChanges(
  before: Plan,
  after: Plan,
  pair: Pair,
  newName: ReadonlyMap<string, string>,
): readonly PlanChange[] {
  const wave = pair.after.name;
  const renamed: readonly PlanChange[] =
    pair.before.name === wave
      ? []
      : [{ kind: 'wave-renamed', wave, from: pair.before.name, to: wave }];
  const parts = ({ description, servers, tiers, dependsOn }: PlanWave) => ({
    description,
    servers,
    tiers,
    dependsOn: (dependsOn ?? []).map((name) => newName.get(name) ?? name).toSorted(),
  });
  const own = changedFields(parts(pair.before), parts(pair.after));
  const settings = changedFields(effective(before, pair.before), effective(after, pair.after));
  return [
    ...renamed,
    ...own.map((change): PlanChange => ({ kind: 'wave-changed', wave, ...change })),
    ...settings.map((change): PlanChange => ({ kind: 'setting-changed', wave, ...change })),
  ];
}

/** What the settings of a wave come to, by the field of the plan. */
function effective(plan: Plan, wave: PlanWave): Readonly<Record<string, unknown>> {
  const { defaults } = plan.spec;
  const settings = mergedSettings([...(defaults === undefined ? [] : [defaults]), wave], plan.kind);
  const gates = gatesFor(plan, wave);
  return {
    ...settings,
    policy: policyFor(plan, { policy: { ...wave.policy, canary: 0 } }),
    'policy.canary': wave.policy?.canary ?? defaults?.policy?.canary ?? 0,
    preflight: preflightFor(plan, wave),
    gates: Object.fromEntries(gatedPhases.map((phase: GatedPhase) => [phase, gates?.[phase]])),
  };
}

/** Servers that join, leave, or move from one wave to another, each group once. */
function moves({ before, after, nameOf }: Members, newName: ReadonlyMap<string, string>) {
  const groups = new Map<string, { from?: string; to?: string; servers: string[] }>();
  for (const server of new Set([...before.keys(), ...after.keys()])) {
    const was = before.get(server);
    const is = after.get(server);
    const from = was === undefined ? undefined : (newName.get(was) ?? was);
    if (from === is) continue;
    const key = `${from ?? ''} ${is ?? ''}`;
    const group = groups.get(key) ?? {
      ...(from === undefined ? {} : { from }),
      ...(is === undefined ? {} : { to: is }),
      servers: [],
    };
    group.servers.push(nameOf(server));
    groups.set(key, group);
  }
  return [...groups.values()].map(({ from, to, servers }): PlanChange => {
    const wave = to ?? from;
    return {
      kind: 'servers-changed',
      ...(wave === undefined ? {} : { wave }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
      servers: servers.toSorted(),
    };
  });
}

/** Without a fleet nobody knows whom single settings are for: only their list can be compared. */
function overrideChanges(before: Plan, after: Plan): readonly PlanChange[] {
  const [from, to] = [before.spec.servers ?? [], after.spec.servers ?? []];
  if (canonical(from) === canonical(to)) return [];
  return [{ kind: 'plan', field: 'spec.servers', from, to }];
}

/** What settings come to for single servers, where that is not what changes for their whole wave. */
function serverSettings(
  before: Plan,
  after: Plan,
  fleet: Fleet,
  pairs: readonly Pair[],
): readonly PlanChange[] {
  const [was, is] = [resolvePlan(before, fleet), resolvePlan(after, fleet)];
  if (!was.ok || !is.ok) return [];
  const groups = new Map<string, PlanChange & { readonly servers: string[] }>();
  for (const pair of pairs) {
    const { name: wave } = pair.after;
    const whole = new Set(
      changedFields(effective(before, pair.before), effective(after, pair.after)).map(canonical),
    );
    const still = new Set(
      was.waves.find(({ name }) => name === pair.before.name)?.servers.map((s) => s.sourceServerId),
    );
    for (const server of is.waves.find(({ name }) => name === wave)?.servers ?? []) {
      const known = fleet.servers.find((one) => one.sourceServerId === server.sourceServerId);
      if (known === undefined || !still.has(server.sourceServerId)) continue;
      const changes = changedFields(
        { ...settingsFor(before, pair.before, known) },
        { ...settingsFor(after, pair.after, known) },
      );
      for (const change of changes) {
        if (whole.has(canonical(change))) continue;
        const key = `${wave} ${canonical(change)}`;
        const group = groups.get(key) ?? { kind: 'setting-changed', wave, ...change, servers: [] };
        group.servers.push(known.hostname ?? known.sourceServerId);
        groups.set(key, group);
      }
    }
  }
  return [...groups.values()];
}

interface FieldChange {
  readonly field: string;
  readonly from?: unknown;
  readonly to?: unknown;
}

/** The fields in which two values differ, as deep as both are objects. */
function changedFields(from: unknown, to: unknown, at = ''): readonly FieldChange[] {
  if (canonical(from) === canonical(to)) return [];
  if (isRecord(from) && isRecord(to)) {
    return [...new Set([...Object.keys(from), ...Object.keys(to)])].flatMap((key) =>
      changedFields(from[key], to[key], at === '' ? key : `${at}.${key}`),
    );
  }
  return [
    {
      field: at,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    },
  ];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as text that does not depend on the order of keys. */
function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, part: unknown) =>
      isRecord(part)
        ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : part,
    ) ?? ''
  );
}
