import type { Place } from '../arn.ts';
import { RegionState } from '../region-state.ts';
import type { ServerState, SourceServer } from '../source-server.ts';
import { tellFailback, tellPoints } from './appointments.ts';
import { type Drs, recordOf } from './part.ts';
import { noRecords } from './records.ts';
import { followPoints } from './recovery-points.ts';

const known = new WeakMap<RegionState, Drs>();

/** Answers DRS in an account-Region; made when it is first asked for. */
export function drsOf(region: RegionState): Drs {
  const there = known.get(region);
  if (there !== undefined) return there;
  const { partition, accountId } = region;
  const target = `${accountId}:${region.region}`;
  const { drsUninitializedTargets } = region.world.parameters;
  const records = noRecords(!drsUninitializedTargets.includes(target));
  const place = { partition, accountId, region: region.region };
  const engine: RegionState = new Replication(region, place, (server, before) =>
    followReplication(drs, server, before),
  );
  const drs: Drs = {
    region,
    engine,
    records,
    find: (elsewhere) => {
      const found = region.world.regions().find((one) => isAt(one, elsewhere));
      return found === undefined ? undefined : drsOf(found);
    },
    make: (elsewhere) => drsOf(region.world.regionAt(elsewhere)),
    everywhere: () => region.world.regions().map(drsOf),
  };
  region.drs = { records, engine };
  engine.drs = region.drs;
  known.set(region, drs);
  return drs;
}

class Replication extends RegionState {
  readonly #follow: (server: SourceServer, before: ServerState) => void;

  constructor(
    region: RegionState,
    place: Place,
    follow: (server: SourceServer, before: ServerState) => void,
  ) {
    super(region.world, place, 'drs');
    this.#follow = follow;
  }

  override change(server: SourceServer, patch: Partial<Omit<ServerState, 'since'>>): void {
    const before = server.state;
    super.change(server, patch);
    this.#follow(server, before);
  }
}

function followReplication(drs: Drs, server: SourceServer, before: ServerState): void {
  followPoints(drs, server, before);
  tellPoints(drs, server.id);
  const { failbackOf } = recordOf(drs.records, server.id);
  if (failbackOf === undefined || !isStalled(server.state) || isStalled(before)) return;
  const { partition } = drs.region;
  const { accountId, region, instanceId } = failbackOf;
  const there = drs.find({ partition, accountId, region });
  if (there !== undefined) tellFailback(there, instanceId, 'FAILBACK_ERROR');
}

function isAt(region: RegionState, place: Place): boolean {
  return region.accountId === place.accountId && region.region === place.region;
}

function isStalled({ phase }: ServerState): boolean {
  return phase.kind === 'frozen' && phase.shown === 'STALLED';
}
