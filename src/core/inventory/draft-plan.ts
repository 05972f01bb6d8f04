// In: a fleet. Out: a plan to begin with: waves where MGN or a form has them, else a first cut, stated as what it is.
// Called by whoever drafts plans; the result passes the plan's parser and resolves on the fleet.
import type { Fleet, FleetServer } from '../fleet/fleet.ts';
import { cut } from '../fleet/problem.ts';
import { planApiVersion } from '../plan/api-version.ts';
import type { Plan, PlanWave } from '../plan/plan.ts';
import { largestWave } from '../plan/resolve-plan.ts';
import { tiersOf } from './draft-tiers.ts';
import { slugs } from './slugs.ts';

/** A plan with what a reader has to know of it. */
export interface DraftedPlan {
  readonly plan: Plan;
  /** What was assumed, for the head of the file. */
  readonly remarks: readonly string[];
  /** What is to be said at each wave, in the order of the waves. */
  readonly waveRemarks: readonly string[];
  /** The names of servers that are picked by id. */
  readonly names: ReadonlyMap<string, string>;
}

// AWS Prescriptive Guidance: the first five waves below ten servers, never more than fifty (reference/mgn.md 5.1).
const smallWaves = 5;
const smallWave = 9;
const usualWave = 50;
const mostWaves = 100;

interface WaveCut {
  readonly name: string;
  readonly servers: readonly FleetServer[];
  /** The wave in MGN that it is, where it is one as a whole. */
  readonly mgnWave?: string;
  readonly description?: string;
}

/** Drafts a plan for a fleet; archived servers are left out. */
export function draftPlan(fleet: Fleet, name = 'draft'): DraftedPlan {
  const servers = fleet.servers.filter(({ document }) => document['isArchived'] !== true);
  const known = knownWaves(fleet, servers);
  const placed = new Set(known.flatMap((wave) => wave.servers));
  const rest = servers.filter((server) => !placed.has(server));
  const cuts = [...known, ...firstCut(rest, known.length)];
  const names = slugs(
    cuts.map((wave) => wave.name),
    18,
  );
  const waves = cuts.map((wave, i): PlanWave => {
    const before = names[i - 1];
    const tiers = tiersOf(wave.servers);
    return {
      name: names[i] ?? 'wave',
      ...(wave.description === undefined ? {} : { description: wave.description }),
      ...(before === undefined ? {} : { dependsOn: [before] }),
      servers: selectorOf(wave),
      ...(tiers.length === 0 ? {} : { tiers: [...tiers] }),
    };
  });
  const plan: Plan = {
    apiVersion: planApiVersion,
    kind: 'Migration',
    metadata: { name },
    spec: { waves },
  };
  return {
    plan,
    remarks: remarksOf(cuts, known.length, waves),
    waveRemarks: cuts.map(waveRemark),
    names: new Map(servers.map((server) => [server.sourceServerId, calledAs(server)])),
  };
}

function calledAs({ hostname, fqdn, tags, sourceServerId }: FleetServer): string {
  return cut(hostname ?? fqdn ?? tags['Name'] ?? sourceServerId);
}

function knownWaves(fleet: Fleet, servers: readonly FleetServer[]): readonly WaveCut[] {
  const byWave = new Map<string, FleetServer[]>();
  for (const { waveId, name } of fleet.waves) byWave.set(name ?? waveId, []);
  for (const server of servers) {
    const wave = server.mgnWaveName ?? server.mgnWaveId;
    if (wave === undefined) continue;
    const own = byWave.get(wave) ?? [];
    own.push(server);
    byWave.set(wave, own);
  }
  const all = new Map<string, number>();
  for (const { mgnWaveName, mgnWaveId } of fleet.servers) {
    const wave = mgnWaveName ?? mgnWaveId;
    if (wave !== undefined) all.set(wave, (all.get(wave) ?? 0) + 1);
  }
  return [...byWave].flatMap(([name, own]) => {
    const described = fleet.waves.find((wave) => (wave.name ?? wave.waveId) === name);
    const description = described?.document['description'];
    const text =
      typeof description === 'string' && description !== '' && description.length <= 600
        ? { description }
        : {};
    // A wave that holds archived servers, or a name too long for a selector, is picked server by server.
    const whole = own.length === all.get(name) && own.length <= largestWave && name.length <= 256;
    if (whole) return [{ name, servers: own, mgnWave: name, ...text }];
    return chunks(own, largestWave).map((servers_, i, parts) => ({
      name: parts.length === 1 ? name : `${name} ${i + 1}`,
      servers: servers_,
      ...text,
    }));
  });
}

function selectorOf({ mgnWave, servers }: WaveCut): PlanWave['servers'] {
  if (mgnWave !== undefined) return { mgnWaves: [mgnWave] };
  return { ids: servers.map(({ sourceServerId }) => sourceServerId) };
}

function chunks<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  const parts: (readonly T[])[] = [];
  for (let i = 0; i < list.length; i += size) parts.push(list.slice(i, i + size));
  return parts;
}

/** Servers of which no file says a wave: tests before the rest, small before large, applications whole. */
function firstCut(servers: readonly FleetServer[], before: number): readonly WaveCut[] {
  const units = new Map<string, FleetServer[]>();
  for (const server of servers) {
    const key = server.applicationId ?? `server ${server.sourceServerId}`;
    units.set(key, [...(units.get(key) ?? []), server]);
  }
  const ordered = [...units].toSorted(
    ([a, x], [b, y]) =>
      environmentRank(x) - environmentRank(y) || bytesOf(x) - bytesOf(y) || (a < b ? -1 : 1),
  );
  const left = Math.max(1, mostWaves - before - 2 * smallWaves);
  const usual = Math.min(largestWave, Math.max(usualWave, Math.ceil((2 * servers.length) / left)));
  const waves: FleetServer[][] = [];
  const limit = () => (before + waves.length - 1 < smallWaves ? smallWave : usual);
  for (const part of ordered.flatMap(([, unit]) => chunks(unit, largestWave))) {
    const open = waves.at(-1);
    if (open !== undefined && open.length + part.length <= limit()) open.push(...part);
    else waves.push([...part]);
  }
  return waves.map((own, i) => ({ name: `first-cut-${i + 1}`, servers: own }));
}

const environments = [/^(dev|development|sandbox|lab)/i, /^(test|qa|uat|int|staging|stage)/i];

function environmentRank(servers: readonly FleetServer[]): number {
  const ranks = servers.map(({ tags }) => {
    const environment = tags['environment'] ?? tags['Environment'] ?? '';
    const rank = environments.findIndex((pattern) => pattern.test(environment));
    if (rank >= 0) return rank;
    return /^prod/i.test(environment) ? environments.length + 1 : environments.length;
  });
  return Math.max(...ranks);
}

function bytesOf(servers: readonly FleetServer[]): number {
  let sum = 0;
  for (const { document } of servers) {
    const properties = document['sourceProperties'];
    if (typeof properties !== 'object' || properties === null || !('disks' in properties)) continue;
    const { disks } = properties;
    for (const disk of Array.isArray(disks) ? disks : []) {
      const bytes: unknown = disk?.bytes;
      if (typeof bytes === 'number') sum += bytes;
    }
  }
  return sum;
}

function waveRemark({ servers, mgnWave, name }: WaveCut): string {
  const applications = new Set(
    servers.flatMap(({ applicationName, applicationId }) => applicationName ?? applicationId ?? []),
  );
  const off = servers.filter(({ tags }) => /off$/i.test(tags['powerState'] ?? '')).length;
  return [
    `${servers.length} server${servers.length === 1 ? '' : 's'}`,
    ...(applications.size === 0
      ? []
      : [
          `${applications.size} application${applications.size === 1 ? '' : 's'}: ${cut([...applications].join(', '))}`,
        ]),
    ...(mgnWave === undefined || mgnWave === name ? [] : [`MGN's wave ${cut(mgnWave)}`]),
    ...(off === 0 ? [] : [`${off} powered off`]),
    ...(mgnWave !== undefined && servers.length > usualWave
      ? [`more than the ${usualWave} that AWS advises`]
      : []),
  ].join('; ');
}

function remarksOf(
  cuts: readonly WaveCut[],
  known: number,
  waves: readonly PlanWave[],
): readonly string[] {
  const own = cuts.length - known;
  const size = cuts.reduce((sum, { servers }) => sum + servers.length, 0);
  return [
    `A draft for ${size} servers in ${cuts.length} waves. What was assumed, for you to change:`,
    ...(cuts.length > 1 ? ['- each wave waits for the one before it;'] : []),
    ...(known > 0 ? [`- ${known} of the waves are those of the inventory, in its order;`] : []),
    ...(own > 0
      ? [
          `- ${own} of the waves are a first cut, since no file says the wave: development and tests first, then small`,
          `  servers before large ones, applications whole; the first ${smallWaves} waves below ten servers, then up to ${usualWave};`,
        ]
      : []),
    ...(waves.some(({ tiers }) => tiers !== undefined)
      ? ['- tiers are those of the tag `tier`, data before applications before the web;']
      : []),
    '- everything else is as by default: docs/plan.md.',
  ];
}
