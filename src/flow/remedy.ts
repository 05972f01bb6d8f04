// In: the targets of a deployment, and how stalls are to be mended. Out: replications that stall outside every wave
// retried within their budgets, each try told; or the reason why none is. Called by the schedule, and by the event of a
// stall. Level-triggered: what it does follows from the record, so an event that is lost, late or told twice changes
// nothing.

import { number, targetStream } from '../core/event/stream.ts';
import { tellRemediesResumed, tellRemediesStopped } from '../core/event/tell-remedy.ts';
import { crowdedErrors, type RemedySettings } from '../core/remedy.ts';
import { type Target, targetName } from '../core/target.ts';
import type { Instant } from '../core/time.ts';
import { type Mended, mend } from './mend.ts';
import type { Ports } from './ports.ts';
import { change, publishPending, read, readAll, readMany } from './records/documents.ts';
import { place } from './records/place.ts';
import type { ServerRecord } from './records/server-records.ts';
import type { TargetRecord } from './records/target-records.ts';

/** What was done for the stalled servers of a target. */
export interface RemedyReport {
  readonly target: string;
  readonly stalled: number;
  readonly retried: number;
  /** The error classes of which too many servers stall. */
  readonly stopped: readonly string[];
}

type RemedyPorts = Pick<Ports, 'clock' | 'store' | 'bus' | 'serviceOf' | 'drsOf'>;

/** Looks after the stalled servers of every target, or of the one that is named. */
export async function remedy(
  ports: RemedyPorts,
  targets: readonly Target[],
  which: string,
  settings: RemedySettings | undefined,
): Promise<readonly RemedyReport[]> {
  if (settings === undefined) return [];
  const reports: RemedyReport[] = [];
  for (const target of targets) {
    // Retrying is deprecated in DRS and may not work there (reference/drs.md 1.4): only where it is asked for.
    if (target.service === 'drs' && !settings.disasterRecovery) continue;
    if (which !== 'all' && which !== targetName(target)) continue;
    const report = await remedyTarget(ports, target, settings);
    if (report !== undefined) reports.push(report);
  }
  return reports;
}

async function remedyTarget(
  ports: RemedyPorts,
  target: Target,
  settings: RemedySettings,
): Promise<RemedyReport | undefined> {
  const { body: record } = await read(ports.store, place.target(target));
  // What cannot be read is not acted on; what was never looked at has no records.
  if (record === undefined || (record.unreachable ?? null) !== null) return undefined;
  const stalled = await stalledIn(ports, target);
  const stopped = await stopOrResume(ports, record, stalled, settings);
  let retried = 0;
  for (const server of stalled) {
    const mended: Mended = await mend(ports, target, server.sourceServerId, settings, stopped);
    if (mended === 'retried') retried += 1;
    // The target's call budget is spent, or it does not answer: the next run goes on.
    if (mended === 'not-now') break;
  }
  return {
    target: targetName(target),
    stalled: stalled.length,
    retried,
    stopped: [...stopped].toSorted(),
  };
}

/** The records of the servers that stalled when they were looked at last, and of tries that have no end yet. */
async function stalledIn(
  { store }: Pick<Ports, 'store'>,
  target: Target,
): Promise<readonly ServerRecord[]> {
  const census = await readAll(store, place.census(target, ''));
  const ids = census
    .flatMap(({ body }) => Object.entries(body))
    .flatMap(([id, [, replication]]) => (replication === 'STALLED' ? id : []))
    .toSorted();
  if (ids.length === 0) return [];
  const records = await readMany(store, place.server(target, ''), ids);
  return records.flatMap(({ body }) => (body.facts.stalled === null ? [] : body));
}

/** Notes and tells of which error classes too many servers stall, and of which no longer; answers the former. */
async function stopOrResume(
  ports: RemedyPorts,
  { target }: TargetRecord,
  stalled: readonly ServerRecord[],
  settings: RemedySettings,
): Promise<ReadonlySet<string>> {
  const crowded = crowdedErrors(
    stalled.map(({ sourceServerId, facts }) => ({
      server: sourceServerId,
      errorClass: facts.stalled ?? 'UNKNOWN',
    })),
    settings,
  );
  const now = ports.clock.now();
  const where = place.target(target);
  const changed = await change(ports.store, where, (record) =>
    record === undefined ? undefined : withStops(record, crowded, settings, now),
  );
  if (changed !== undefined) await publishPending(ports, where, changed);
  return new Set(crowded.keys());
}

function withStops(
  record: TargetRecord,
  crowded: ReadonlyMap<string, readonly string[]>,
  { sameErrorServers }: RemedySettings,
  now: Instant,
): TargetRecord | undefined {
  const before = Object.entries(record.remediesStopped ?? {});
  const known = new Map(before);
  const begun = [...crowded].filter(([errorClass]) => !known.has(errorClass));
  const ended = before.filter(([errorClass]) => !crowded.has(errorClass));
  if (begun.length === 0 && ended.length === 0) return undefined;
  const told = [
    ...begun.map(([errorClass, servers]) =>
      tellRemediesStopped({ errorClass, servers, limit: sameErrorServers }),
    ),
    ...ended.map(([errorClass, since]) => tellRemediesResumed({ errorClass, since }, now)),
  ];
  const { sequence = 0, pending = [] } = record;
  const events = number(targetStream(record.target), sequence, now, told);
  const stopped = before.filter(([errorClass]) => crowded.has(errorClass));
  return {
    ...record,
    remediesStopped: Object.fromEntries([
      ...stopped,
      ...begun.map(([name]) => [name, now] as const),
    ]),
    sequence: sequence + events.length,
    pending: [...pending, ...events],
  };
}
