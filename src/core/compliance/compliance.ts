import type { DrillStanding } from '../change/drs/drill.ts';
import { FailureCode } from '../failure.ts';
import type { MeasuredRecovery } from '../hook/measured-recovery.ts';
import { type Instant, later, toMs } from '../time.ts';

/** A server of DRS, as far as drills are asked about. */
export interface DrilledServer {
  /** The target and the id, which name it. */
  readonly target: string;
  readonly server: string;
  readonly hostname: string | null;
  readonly application: string | null;
  /** How it stands with its drills, whoever made them; undefined where that was never told, null where it replicates back. */
  readonly standing: DrillStanding | undefined;
}

/** One time that a server was in a wave of drills. */
export interface DrillMade {
  readonly target: string;
  readonly server: string;
  readonly wave: string;
  readonly endedAt: Instant;
  readonly outcome: string;
  readonly reason: string;
  readonly measured?: Measured;
}

/** Whether a drill ended as a recovery took its server over: that is no drill, neither a good one nor a failed one. */
export function madeRoom(code: string | undefined): boolean {
  return code === FailureCode.RecoveryTookOver;
}

/** What of a measured drill compliance asks about. */
export type Measured = Pick<
  MeasuredRecovery,
  'rpoSeconds' | 'rpoObjectiveSeconds' | 'rpo' | 'rtoSeconds' | 'rtoObjectiveSeconds' | 'rto'
>;

/** Whether a server keeps to what was agreed: drilled in time, and within its objectives when it was. The most urgent first. */
export const complianceStates = [
  'never-drilled',
  'overdue',
  'objective-missed',
  'unknown',
  'kept',
] as const;
export type ComplianceState = (typeof complianceStates)[number];

/** How one server stands. */
export interface ServerCompliance extends Omit<DrilledServer, 'standing'> {
  readonly state: ComplianceState;
  /** When a drill launched it last, whoever made it; null where none is known. */
  readonly lastDrillAt: Instant | null;
  readonly drills: number;
  readonly succeeded: number;
  /** The last drill of a plan that succeeded, and what it has measured. */
  readonly lastSuccess: Pick<DrillMade, 'wave' | 'endedAt'> | null;
  readonly measured: Measured | null;
  /** The last drill of a plan, where it did not succeed. */
  readonly lastFailure: Pick<DrillMade, 'wave' | 'endedAt' | 'outcome' | 'reason'> | null;
}

/** How the servers of an application stand. */
export interface ApplicationCompliance {
  readonly application: string | null;
  readonly servers: number;
  readonly counts: Readonly<Partial<Record<ComplianceState, number>>>;
  readonly drills: number;
  readonly succeeded: number;
  /** The longest that was measured of their last good drills; null where nothing was. */
  readonly worstRpoSeconds: number | null;
  readonly worstRtoSeconds: number | null;
  /** How many of them missed an objective in their last good drill. */
  readonly rpoMissed: number;
  readonly rtoMissed: number;
  /** The last drill of the server that was drilled longest ago; null where one never was. */
  readonly oldestDrillAt: Instant | null;
}

/** Who was drilled when, and whether that is what was agreed. */
export interface Compliance {
  readonly at: Instant;
  readonly servers: readonly ServerCompliance[];
  readonly applications: readonly ApplicationCompliance[];
}

/** How many servers keep to what was agreed. */
export function keptIn({ servers }: Pick<Compliance, 'servers'>): number {
  return servers.filter(({ state }) => state === 'kept').length;
}

/** Holds drills against what was agreed, server by server and application by application; what replicates back is left out. */
export function complianceOf(
  at: Instant,
  servers: readonly DrilledServer[],
  drills: readonly DrillMade[],
): Compliance {
  const byServer = new Map<string, DrillMade[]>();
  for (const drill of drills) {
    const own = byServer.get(keyOf(drill)) ?? [];
    byServer.set(keyOf(drill), own);
    own.push(drill);
  }
  const rows = servers
    // What only brings another server back is drilled by nobody.
    .filter(({ standing }) => standing !== null)
    .map((server) => serverCompliance(server, byServer.get(keyOf(server)) ?? []))
    .toSorted(byUrgency);
  // In the order of their most urgent servers.
  const names = new Set(rows.map(({ application }) => application));
  return {
    at,
    servers: rows,
    applications: [...names].map((name) =>
      applicationCompliance(
        name,
        rows.filter(({ application }) => application === name),
      ),
    ),
  };
}

function keyOf({ target, server }: Pick<DrilledServer, 'target' | 'server'>): string {
  return `${target}/${server}`;
}

function serverCompliance(
  { standing, ...server }: DrilledServer,
  drills: readonly DrillMade[],
): ServerCompliance {
  const inTime = drills.toSorted((a, b) => toMs(a.endedAt) - toMs(b.endedAt));
  const good = inTime.filter(({ outcome }) => outcome === 'succeeded');
  const success = good.at(-1);
  const last = inTime.at(-1);
  const measured = success?.measured ?? null;
  return {
    ...server,
    state: stateOf(standing, measured),
    lastDrillAt: standing?.lastAt ?? null,
    drills: drills.length,
    succeeded: good.length,
    lastSuccess: success === undefined ? null : { wave: success.wave, endedAt: success.endedAt },
    measured,
    lastFailure:
      last === undefined || last === success
        ? null
        : { wave: last.wave, endedAt: last.endedAt, outcome: last.outcome, reason: last.reason },
  };
}

function stateOf(standing: DrillStanding | undefined, measured: Measured | null): ComplianceState {
  if (standing === undefined || standing === null) return 'unknown';
  if (standing.state === 'overdue') return standing.lastAt === null ? 'never-drilled' : 'overdue';
  if (standing.state === 'due') return 'never-drilled';
  return measured?.rpo === 'missed' || measured?.rto === 'missed' ? 'objective-missed' : 'kept';
}

function byUrgency(a: ServerCompliance, b: ServerCompliance): number {
  return (
    complianceStates.indexOf(a.state) - complianceStates.indexOf(b.state) ||
    byName(a.application, b.application) ||
    byName(a.hostname, b.hostname) ||
    byName(keyOf(a), keyOf(b))
  );
}

function byName(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  return a < b ? -1 : 1;
}

function applicationCompliance(
  application: string | null,
  servers: readonly ServerCompliance[],
): ApplicationCompliance {
  const counts: Partial<Record<ComplianceState, number>> = {};
  for (const { state } of servers) counts[state] = (counts[state] ?? 0) + 1;
  const worst = (name: 'rpoSeconds' | 'rtoSeconds') => {
    const known = servers.flatMap(({ measured }) => measured?.[name] ?? []);
    return known.length === 0 ? null : Math.max(...known);
  };
  const missed = (name: 'rpo' | 'rto') =>
    servers.filter(({ measured }) => measured?.[name] === 'missed').length;
  const drilled = servers.flatMap(({ lastDrillAt }) => lastDrillAt ?? []);
  const [first] = drilled;
  const oldest = drilled.reduce((a, b) => (later(a, b) === a ? b : a), first ?? '');
  return {
    application,
    servers: servers.length,
    counts,
    drills: servers.reduce((sum, { drills }) => sum + drills, 0),
    succeeded: servers.reduce((sum, { succeeded }) => sum + succeeded, 0),
    worstRpoSeconds: worst('rpoSeconds'),
    worstRtoSeconds: worst('rtoSeconds'),
    rpoMissed: missed('rpo'),
    rtoMissed: missed('rto'),
    oldestDrillAt: drilled.length < servers.length || first === undefined ? null : oldest,
  };
}
