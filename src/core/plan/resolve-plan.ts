// In: a plan and the fleet that it is for. Out: the waves with every server and setting spelled out, or
// all problems at once. Called by whoever rehearses, previews or starts a plan.
import type { Fleet, FleetServer } from '../fleet/fleet.ts';
import { type Path, type Problem, problemAt } from '../fleet/problem.ts';
import type { Target } from '../target.ts';
import { checkPlan, type Layer, placeOf, settingsProblems } from './check-plan.ts';
import { desiredProblems } from './desired-problems.ts';
import { ownAccountProblems } from './extension-target.ts';
import { gatedPhases, type WaveGates } from './gates.ts';
import { asksFor, gatesFor } from './gates-for.ts';
import { type LaunchWishes, launchWishes, oversizedLaunches } from './launch-with.ts';
import { nodeProblems, sharedNodes } from './managed-node.ts';
import { picks } from './picks.ts';
import type { Plan, PlanWave } from './plan.ts';
import type { PreflightPlan } from './preflight-plan.ts';
import { emptyWaveProblem, type Reach, reachOf } from './reach.ts';
import { type Selection, select } from './select.ts';
import {
  policyFor,
  preflightFor,
  type ServerSettings,
  settingsFor,
  type WavePolicy,
} from './settings-for.ts';

/** The most servers that one wave may have (design 13). */
export const largestWave = 1000;

/** One server of a wave, with all that the plan says of it. */
export interface ResolvedServer {
  readonly sourceServerId: string;
  readonly arn: string;
  readonly target: Target;
  readonly hostname?: string;
  /** The position of its tier from 0; servers that no tier picks have the number of tiers. */
  readonly tier: number;
  readonly settings: ServerSettings;
}

/** One wave with all its servers, ordered by tier and then by id. */
export interface ResolvedWave {
  readonly name: string;
  readonly description?: string;
  readonly dependsOn: readonly string[];
  readonly policy: WavePolicy;
  /** What must hold before its phases begin; absent where nothing must. */
  readonly gates?: WaveGates;
  readonly preflight?: PreflightPlan;
  /** The names of the tiers, in their order; empty where the wave has none. */
  readonly tiers: readonly string[];
  readonly servers: readonly ResolvedServer[];
}

/** What a plan comes to on a fleet. */
export type Resolution =
  | { readonly ok: true; readonly waves: readonly ResolvedWave[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Resolves a plan on a fleet: the waves in the plan's order, or every problem that the two have together. */
export function resolvePlan(plan: Plan, whole: Fleet): Resolution {
  const selectors = plan.spec.waves.map(({ servers }) => servers);
  const wishes = launchWishes(plan, nameable(plan, whole));
  const waves = plan.spec.waves.map((wave, i) => {
    const reach = reachOf(plan.kind, whole, [wave.servers]);
    return resolveWave(plan, wave, { reach, wishes }, ['spec', 'waves', i]);
  });
  const problems = [
    ...checkPlan(plan),
    ...wishes.problems,
    ...waves.flatMap((wave) => wave.problems),
    ...sharedServers(waves),
    ...sharedNodes(waves.map(({ at, resolved }) => ({ at, servers: resolved.servers }))),
    ...overrideProblems(
      plan,
      reachOf(plan.kind, whole, selectors),
      waves.flatMap((wave) => wave.servers),
    ),
  ];
  if (problems.length > 0) return { ok: false, problems: withoutRepeats(problems) };
  return { ok: true, waves: waves.map((wave) => wave.resolved) };
}

/** The servers that a launch configuration may name: also those that no wave has, but ways back only where a wave means them. */
function nameable({ kind, spec }: Plan, whole: Fleet): readonly FleetServer[] {
  const usual = new Set(reachOf(kind, whole, [{ all: true }]).fleet.servers);
  const meant = spec.waves.map(({ servers }) => servers);
  return whole.servers.filter(
    (server) =>
      usual.has(server) ||
      meant.some(
        ({ ids, replicationDirection }) =>
          ids?.includes(server.sourceServerId) === true || replicationDirection === 'FAILBACK',
      ),
  );
}

interface WaveDraft {
  readonly at: Path;
  readonly servers: readonly FleetServer[];
  readonly problems: readonly Problem[];
  readonly resolved: ResolvedWave;
}

function resolveWave(
  plan: Plan,
  wave: PlanWave,
  { reach, wishes }: { readonly reach: Reach; readonly wishes: LaunchWishes },
  at: Path,
): WaveDraft {
  const { servers, problems } = select(wave.servers, reach, [...at, 'servers']);
  const tiers = resolveTiers(wave, servers, reach, [...at, 'tiers']);
  const policy = policyFor(plan, wave, servers.length);
  const gates = gatesFor(plan, wave);
  const checks = preflightFor(plan, wave);
  const { name, description, dependsOn = [] } = wave;
  const resolvedServers = servers
    .map((server) => ({
      sourceServerId: server.sourceServerId,
      arn: server.arn,
      target: server.target,
      ...(server.hostname === undefined ? {} : { hostname: server.hostname }),
      tier: tiers.tierOf.get(server.sourceServerId) ?? wave.tiers?.length ?? 0,
      settings: wishes.settle(settingsFor(plan, wave, server), server),
    }))
    .toSorted((a, b) => a.tier - b.tier || (a.sourceServerId < b.sourceServerId ? -1 : 1));
  return {
    at,
    servers,
    problems: [
      ...problems,
      ...sizeProblems(servers.length, problems.length > 0, reach, [...at, 'servers']),
      ...tiers.problems,
      ...policySizeProblems(plan, wave, policy, servers.length, at),
      ...gateProblems(wave, resolvedServers, at),
      ...desiredProblems(gates, resolvedServers, name, at),
      ...oversizedLaunches(resolvedServers, at),
      ...nodeProblems(resolvedServers, at),
      ...ownAccountProblems(resolvedServers, at),
      ...overriddenProblems(plan, wave, servers, at),
    ],
    resolved: {
      name,
      ...(description === undefined ? {} : { description }),
      dependsOn,
      policy,
      ...(gates === undefined ? {} : { gates }),
      ...(checks === undefined ? {} : { preflight: checks }),
      tiers: (wave.tiers ?? []).map((tier) => tier.name),
      servers: resolvedServers,
    },
  };
}

function* sizeProblems(
  size: number,
  hasStrays: boolean,
  reach: Reach,
  at: Path,
): Generator<Problem> {
  // An empty wave is no news where its criteria were already called wrong.
  if (size === 0 && !hasStrays) yield emptyWaveProblem(reach, at);
  if (size > largestWave) {
    yield problemAt(
      at,
      `the wave has ${size} servers, more than ${largestWave}`,
      'split it into several waves of this plan',
    );
  }
}

function* policySizeProblems(
  plan: Plan,
  wave: PlanWave,
  policy: WavePolicy,
  size: number,
  at: Path,
): Generator<Problem> {
  if (size === 0) return;
  const layers = layersOf(plan, { at, settings: wave });
  if (policy.canary >= size) {
    yield problemAt(
      placeOf(layers, [['policy', 'canary']]),
      `the canary (${policy.canary}) is not smaller than wave ${wave.name} (${size} servers)`,
      `set canary below ${size}, or 0 for none`,
    );
  }
  const { onFailure, tolerate } = policy;
  if (onFailure !== 'continue' && 'count' in tolerate && tolerate.count >= size) {
    yield problemAt(
      placeOf(layers, [['policy', 'tolerate']]),
      `onFailure ${onFailure} can never apply, because all ${size} servers of wave ${wave.name} may fail`,
      `set tolerate below ${size}`,
    );
  }
}

/** A gate of the wave itself that no server of it passes; one of the defaults need not fit every wave. */
function* gateProblems(
  wave: PlanWave,
  servers: readonly ResolvedServer[],
  at: Path,
): Generator<Problem> {
  if (servers.length === 0) return;
  for (const phase of gatedPhases) {
    const own = wave.gates?.[phase];
    if (own === undefined || !asksFor(own)) continue;
    if (servers.some(({ settings }) => settings.phases.includes(phase))) continue;
    yield problemAt(
      [...at, 'gates', phase],
      `no server of wave ${wave.name} goes through ${phase}`,
      `add ${phase} to phases or remove the gate`,
    );
  }
}

function layersOf(plan: Plan, ...specific: readonly Layer[]): readonly Layer[] {
  const { defaults } = plan.spec;
  return defaults === undefined
    ? specific
    : [...specific, { at: ['spec', 'defaults'], settings: defaults }];
}

/** What a wave and its servers' own settings contradict each other in. */
function* overriddenProblems(
  plan: Plan,
  wave: PlanWave,
  servers: readonly FleetServer[],
  at: Path,
): Generator<Problem> {
  const overrides = (plan.spec.servers ?? []).map((settings, i) => ({
    at: ['spec', 'servers', i],
    settings,
  }));
  const checked = new Set<string>();
  for (const server of servers) {
    const own = overrides.filter(({ settings }) => picks(settings.servers, server)).toReversed();
    const combination = own.map((layer) => layer.at[2]).join();
    if (own.length === 0 || checked.has(combination)) continue;
    checked.add(combination);
    yield* settingsProblems(layersOf(plan, ...own, { at, settings: wave }), plan.kind);
  }
}

interface Tiers {
  readonly tierOf: ReadonlyMap<string, number>;
  readonly problems: readonly Problem[];
}

function resolveTiers(
  wave: PlanWave,
  servers: readonly FleetServer[],
  reach: Reach,
  at: Path,
): Tiers {
  const tierOf = new Map<string, number>();
  const problems: Problem[] = [];
  const members = new Set(servers);
  for (const [i, tier] of (wave.tiers ?? []).entries()) {
    const place = [...at, i, 'servers'];
    const selection = select(tier.servers, reach, place);
    problems.push(...selection.problems, ...strangersIn(tier.servers, selection, members, place));
    const own = selection.servers.filter((server) => members.has(server));
    if (own.length === 0 && selection.problems.length === 0) {
      problems.push(
        problemAt(place, `tier ${tier.name} has no servers of the wave`, 'widen it or remove it'),
      );
    }
    for (const { sourceServerId } of own) {
      const earlier = tierOf.get(sourceServerId);
      if (earlier === undefined) tierOf.set(sourceServerId, i);
      else {
        problems.push(
          problemAt(
            place,
            `${sourceServerId} is already in tier ${wave.tiers?.[earlier]?.name}`,
            'exclude it from one of the two tiers',
          ),
        );
      }
    }
  }
  return { tierOf, problems };
}

/** Whom a tier names one by one must be in the wave; criteria such as tags only narrow the wave down. */
function* strangersIn(
  { ids, hostnames }: PlanWave['servers'],
  { servers }: Selection,
  members: ReadonlySet<FleetServer>,
  at: Path,
): Generator<Problem> {
  if (ids === undefined && hostnames === undefined) return;
  for (const server of servers) {
    if (members.has(server)) continue;
    const index = ids?.indexOf(server.sourceServerId) ?? -1;
    yield problemAt(
      index >= 0 ? [...at, 'ids', index] : [...at, 'hostnames'],
      `${server.sourceServerId} is in the tier but not in the wave`,
      'add it to the servers of the wave or remove it here',
    );
  }
}

function* sharedServers(waves: readonly WaveDraft[]): Generator<Problem> {
  const firstWaveOf = new Map<string, string>();
  for (const { at, servers, resolved } of waves) {
    const shared: string[] = [];
    const others = new Set<string>();
    for (const { sourceServerId } of servers) {
      const other = firstWaveOf.get(sourceServerId);
      if (other === undefined) firstWaveOf.set(sourceServerId, resolved.name);
      else {
        shared.push(sourceServerId);
        others.add(other);
      }
    }
    if (shared.length === 0) continue;
    const more = shared.length > 5 ? ` and ${shared.length - 5} more` : '';
    yield problemAt(
      [...at, 'servers'],
      `${shared.slice(0, 5).join(', ')}${more}: already in wave ${[...others].join(', ')}`,
      'a server moves in one wave only: exclude it from the others',
    );
  }
}

function* overrideProblems(
  plan: Plan,
  reach: Reach,
  moved: readonly FleetServer[],
): Generator<Problem> {
  const overrides = plan.spec.servers ?? [];
  for (const [i, override] of overrides.entries()) {
    const at = ['spec', 'servers', i];
    const { problems } = select(override.servers, reach, [...at, 'servers']);
    yield* problems;
    if (problems.length === 0 && !moved.some((server) => picks(override.servers, server))) {
      yield problemAt(
        [...at, 'servers'],
        'these settings are for no server of any wave',
        'add the servers to a wave or remove the entry',
      );
    }
  }
}

function withoutRepeats(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Set<string>();
  return problems.filter(({ path, problem }) => {
    const key = `${path}\n${problem}`;
    return !seen.has(key) && seen.add(key);
  });
}
