import { type JsonObject, objectAt } from './json.ts';
import type { RegionState } from './region-state.ts';
import type { SourceServer } from './source-server.ts';

/** Sets the life-cycle state and lets faults that wait for it know. */
export function setLifeCycleState(
  region: RegionState,
  server: SourceServer,
  state: string,
  stamps: JsonObject = {},
): void {
  region.change(server, { lifeCycle: { ...server.state.lifeCycle, ...stamps, state } });
  switch (state) {
    case 'READY_FOR_TEST':
      region.world.reached(region, server, 'ready-for-test');
      break;
    case 'TESTING':
      region.world.reached(region, server, 'testing');
      break;
    case 'READY_FOR_CUTOVER':
      region.world.reached(region, server, 'ready-for-cutover');
      break;
    case 'CUTTING_OVER':
      region.world.reached(region, server, 'cutting-over');
      break;
    case 'CUTOVER':
      region.world.reached(region, server, 'cutover');
      break;
  }
}

/** Answers `lastTest` or `lastCutover` with one of its three stamps set; the other two stay as they are. */
export function stamped(
  lifeCycle: JsonObject,
  last: 'lastTest' | 'lastCutover',
  what: 'initiated' | 'reverted' | 'finalized',
  value: JsonObject,
): JsonObject {
  const known = objectAt(lifeCycle, last);
  // The three are always present, {} when unset (REAL1).
  return { [last]: { initiated: {}, reverted: {}, finalized: {}, ...known, [what]: value } };
}
