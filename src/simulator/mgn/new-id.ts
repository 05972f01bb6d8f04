import type { RegionState } from '../region-state.ts';

/** Gives out a new id of a kind, e.g. `wave-0123456789abcdef0`. */
export function newId(region: RegionState, prefix: string): string {
  region.mgn.created += 1;
  const place = `${region.accountId}:${region.region}`;
  return `${prefix}-${region.world.chance.hex17(prefix, place, region.mgn.created)}`;
}
