import type { FleetServer } from '../fleet/fleet.ts';
import type { PlanWave } from '../plan/plan.ts';
import { slugs } from './slugs.ts';

type Tier = NonNullable<PlanWave['tiers']>[number];

const mostTiers = 20;
// What others lean on is cut over first.
const order = [
  /^(db|data|database|sql|storage|persistence)/i,
  /^(directory|identity|infra)/i,
  /^(app|application|logic|business|middle|backend)/i,
  /^(web|front|presentation|ui|edge|proxy)/i,
];

/** The tiers of a wave by the tag `tier` of its servers; none where no server has one. */
export function tiersOf(servers: readonly FleetServer[]): readonly Tier[] {
  const values = [
    ...new Set(
      servers.flatMap(({ tags }) => {
        const tier = tags['tier'] ?? '';
        return tier === '' || tier.length > 256 ? [] : [tier];
      }),
    ),
  ].toSorted((a, b) => rank(a) - rank(b) || numberOf(a) - numberOf(b) || (a < b ? -1 : 1));
  // Beyond that many, a tag is no order.
  if (values.length > mostTiers) return [];
  const names = slugs(values, 18);
  return values.map((value, i) => ({
    name: names[i] ?? `tier-${i}`,
    servers: { tags: { tier: value } },
  }));
}

function rank(tier: string): number {
  const known = order.findIndex((pattern) => pattern.test(tier));
  return known < 0 ? order.length : known;
}

function numberOf(tier: string): number {
  return Number(/\d+/.exec(tier)?.[0] ?? 0);
}
