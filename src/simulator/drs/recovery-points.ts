import { numberAt, objectsAt } from '../json.ts';
import type { ServerState, SourceServer } from '../source-server.ts';
import { replicationConfiguration } from './configurations.ts';
import { dataOf } from './extension.ts';
import { type Drs, recordOf } from './part.ts';
import type { PointsInTime } from './records.ts';

const unitMs = new Map([
  ['MINUTE', 60_000],
  ['HOUR', 3_600_000],
  ['DAY', 86_400_000],
]);

/** One recovery snapshot (point in time). */
export interface RecoveryPoint {
  readonly id: string;
  readonly expectedAt: number;
  readonly takenAt: number;
}

/** Says whether the policy's snapshots are taken in a state: in sync, with a first consistent snapshot. */
export function takesPoints(state: ServerState): boolean {
  const { kind } = state.phase;
  return state.launchable && (kind === 'continuous' || kind === 'snapshotting');
}

/** Answers the recovery snapshots of a server that exist at an instant, oldest first. */
export function pointsOf(drs: Drs, server: SourceServer, at: number): readonly RecoveryPoint[] {
  const data = dataOf(drs, server);
  if (data === undefined) return [];
  const { points } = recordOf(data.drs.records, data.server.id);
  const times = new Set<number>();
  for (const { every, keeps } of rulesOf(data.drs, data.server)) {
    for (let n = Math.floor((at - keeps) / every) + 1; n * every <= at; n += 1)
      times.add(n * every);
  }
  const covered = [...times].filter((time) => isCovered(points, time));
  const kept = points.kept.filter((one) => one.at <= at && at < one.until).map((one) => one.at);
  return [...new Set([...covered, ...kept])]
    .toSorted((a, b) => a - b)
    .map((time) => pointAt(drs, server, time))
    .filter((point) => point.takenAt <= at);
}

/** Answers the last of the recovery snapshots of a server that exist at an instant, without the others. */
export function newestPointOf(
  drs: Drs,
  server: SourceServer,
  at: number,
): RecoveryPoint | undefined {
  const data = dataOf(drs, server);
  if (data === undefined) return undefined;
  const { points } = recordOf(data.drs.records, data.server.id);
  let newest: RecoveryPoint | undefined;
  const isNewer = (time: number) => newest === undefined || time > newest.expectedAt;
  const take = (time: number): boolean => {
    const point = pointAt(drs, server, time);
    if (point.takenAt <= at) newest = point;
    return newest === point;
  };
  for (const { at: time, until } of points.kept) {
    if (time <= at && at < until && isNewer(time)) take(time);
  }
  for (const { every, keeps } of rulesOf(data.drs, data.server)) {
    const last = Math.floor(at / every) * every;
    for (let time = last; time > at - keeps && isNewer(time); time -= every) {
      if (isCovered(points, time) && take(time)) break;
    }
  }
  return newest;
}

function isCovered({ spans }: PointsInTime, time: number): boolean {
  return spans.some(({ from, to }) => from <= time && time < (to ?? Number.POSITIVE_INFINITY));
}

/** Answers the snapshot that the policy takes at a time. */
export function pointAt(drs: Drs, server: SourceServer, expectedAt: number): RecoveryPoint {
  const { chance, parameters } = drs.region.world;
  const takes = chance.between(parameters.drsPitSeconds, 'pit takes', server.arn, expectedAt);
  return {
    // Most points are only counted or passed over: their names are not worked out.
    get id() {
      return `pit-${chance.hex17('pit', server.arn, expectedAt)}`;
    },
    expectedAt,
    takenAt: expectedAt + Math.round(takes * 1000),
  };
}

/** Answers the EBS snapshots that a recovery snapshot is made of, one a disk. */
export function ebsSnapshots(
  drs: Drs,
  server: SourceServer,
  point: RecoveryPoint,
): readonly string[] {
  const { chance } = drs.region.world;
  const disks = dataOf(drs, server)?.server.state.disks ?? [];
  return disks.map((_, i) => `snap-${chance.hex17('ebs', point.id, i)}`);
}

/** Answers when the policy takes its next snapshot after an instant; undefined when all rules are off. */
export function nextPointAfter(drs: Drs, server: SourceServer, at: number): number | undefined {
  const next = rulesOf(drs, server).map(({ every }) => (Math.floor(at / every) + 1) * every);
  return next.length === 0 ? undefined : Math.min(...next);
}

/** Follows a change of a server's replication: opens or closes the span in which snapshots are taken. */
export function followPoints(drs: Drs, server: SourceServer, before: ServerState): void {
  const { now } = drs.region.world;
  const record = recordOf(drs.records, server.id);
  const took = takesPoints(before);
  const takes = takesPoints(server.state);
  if (took === takes) return;
  const { spans, kept } = record.points;
  record.points = takes
    ? { kept, spans: [...spans, { from: now, to: undefined }] }
    : {
        kept,
        spans: spans.map((span) => (span.to === undefined ? { ...span, to: now } : span)),
      };
}

/** Deletes all recovery snapshots of a server. */
export function dropPoints(drs: Drs, server: SourceServer): void {
  recordOf(drs.records, server.id).points = { spans: [], kept: [] };
}

/** Keeps the snapshots that exist, each as long as the old policy would, before a new policy is put in force. */
export function keepPoints(drs: Drs, server: SourceServer): void {
  const { now } = drs.region.world;
  const record = recordOf(drs.records, server.id);
  const rules = rulesOf(drs, server);
  const before = new Map(record.points.kept.map((one) => [one.at, one.until]));
  const kept = pointsOf(drs, server, now).map(({ expectedAt }) => ({
    at: expectedAt,
    until: Math.max(
      before.get(expectedAt) ?? 0,
      ...rules
        .filter(({ every }) => expectedAt % every === 0)
        .map(({ keeps }) => expectedAt + keeps),
    ),
  }));
  const spans = takesPoints(server.state) ? [{ from: now, to: undefined }] : [];
  record.points = { spans, kept };
}

function rulesOf(
  drs: Drs,
  server: SourceServer,
): readonly { readonly every: number; readonly keeps: number }[] {
  return objectsAt(replicationConfiguration(drs, server), 'pitPolicy')
    .filter((rule) => rule['enabled'] !== false)
    .map((rule) => {
      const unit = unitMs.get(String(rule['units'])) ?? 60_000;
      return {
        every: numberAt(rule, 'interval') * unit,
        keeps: numberAt(rule, 'retentionDuration') * unit,
      };
    });
}
