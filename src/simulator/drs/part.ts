import type { Place } from '../arn.ts';
import type { JsonObject } from '../json.ts';
import type { RegionState } from '../region-state.ts';
import { stamp } from '../wire-time.ts';
import type { DrsRecords, ServerRecord } from './records.ts';

/** DRS in one account and Region. */
export interface Drs {
  /** The account-Region that it belongs to, with the EC2 instances that it launches. */
  readonly region: RegionState;
  /** The replication of its source servers, by the same formulas as MGN's. */
  readonly engine: RegionState;
  readonly records: DrsRecords;
  /** DRS in another account or Region, where something has been loaded or written; undefined elsewhere. */
  readonly find: (place: Place) => Drs | undefined;
  /** DRS in another account or Region, made where there was nothing yet. */
  readonly make: (place: Place) => Drs;
  /** DRS in every account and Region that is remembered. */
  readonly everywhere: () => readonly Drs[];
}

/** Answers what is kept of a source server; a new record where there is none. */
export function recordOf(records: DrsRecords, serverId: string): ServerRecord {
  const known = records.servers.get(serverId);
  if (known !== undefined) return known;
  const record: ServerRecord = {
    points: { spans: [], kept: [] },
    pointsTold: false,
    launches: [],
    launchConfiguration: {},
    replicationConfiguration: {},
    stagingArn: undefined,
    reversedArn: undefined,
    failbackOf: undefined,
    awsInstanceId: undefined,
    sharesReplicationServer: false,
  };
  records.servers.set(serverId, record);
  return record;
}

/** Draws the id of a new thing: a prefix and 17 hex digits. */
export function newId(drs: Drs, prefix: string): string {
  const { region, records } = drs;
  records.made += 1;
  const place = `${region.accountId}:${region.region}`;
  return `${prefix}-${region.world.chance.hex17('drs', prefix, place, records.made)}`;
}

/** Prints an instant as the service does. */
export function stampOf(drs: Drs, at: number): string {
  return stamp(at, drs.region.world.parameters.timestampForm);
}

/** The place of DRS here. */
export function placeOf(drs: Drs): Place {
  const { partition, accountId, region } = drs.region;
  return { partition, accountId, region };
}

/** Leaves out the members that are undefined. */
export function defined(members: Readonly<Record<string, unknown>>): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
