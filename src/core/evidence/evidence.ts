// In: what was told of waves, and how their stages went. Out: everything that a report says of them, and the records that
// carry it. Pure.
import { type Compliance, complianceOf } from '../compliance/compliance.ts';
import { type KnownDrills, toldDrills, withRecords } from '../compliance/told-drills.ts';
import { type ToldFact, textIn, whenOf } from '../event/told.ts';
import type { Instant } from '../time.ts';
import type { EvidenceRecord } from './chain.ts';
import { type Deviation, deviationsOf } from './deviations.ts';
import { type Estimate, estimatesOf, type Forecast } from './estimates.ts';
import { type GateEntry, gateHistory, type OrderEntry, orderHistory } from './gate-history.ts';
import { type LagCourse, lagCourses } from './lag-course.ts';
import { type ServerWay, serverWays } from './server-way.ts';

/** What a report is of. */
export interface ReportHead {
  readonly kind: 'report';
  readonly of: 'rehearsal' | 'deployment';
  readonly madeBy: string;
  /** The plan, or the wave as `PLAN.WAVE`, that was asked after. */
  readonly subject: string;
  readonly from: Instant | null;
  /** Up to when it tells: the last thing that was told, or when the table was read. */
  readonly until: Instant | null;
  /** What it cannot say, and why. */
  readonly lacks: readonly string[];
}

/** A file or a store that a report was made of. */
export interface Source {
  readonly kind: 'source';
  readonly name: string;
  readonly entries: number;
  /** The digest of its bytes; null where it has none. */
  readonly sha256: string | null;
}

/** One wave. */
export interface WaveEntry {
  readonly kind: 'wave';
  readonly wave: string;
  readonly servers: number;
  readonly startedAt: Instant;
  readonly concludedAt: Instant | null;
  readonly planHash: string | null;
  readonly outcomes: Readonly<Record<string, number>>;
}

/** One stage of a wave: a phase of some servers, a hold, or a time until a gate let it on. */
export interface StageEntry {
  readonly kind: 'stage';
  readonly wave: string;
  readonly phase: string;
  readonly startedAt: Instant;
  readonly endedAt: Instant | null;
  readonly servers: number;
  readonly cohort: number | null;
  readonly attempts: number;
  readonly failed: number;
  readonly reason: string | null;
}

/** A promise of Landfall, and whether the logs of a rehearsal prove it kept. */
export interface PromiseEntry {
  readonly kind: 'promise';
  readonly promise: string;
  readonly rule: string;
  readonly state: 'kept' | 'unproven' | 'broken';
  readonly cases: number;
}

/** What was answered to an order of a rehearsed operator, refusals among them. */
export interface AnswerEntry {
  readonly kind: 'answer';
  readonly at: Instant | null;
  readonly order: string;
  readonly subject: string;
  readonly by: string;
  readonly status: string;
  readonly said: string;
}

/** A wave with its stages, as a chronicle tells it. */
export interface WaveCourse {
  readonly wave: string;
  readonly servers: number;
  readonly startedAt: Instant;
  readonly concludedAt?: Instant | undefined;
  readonly stages: readonly {
    readonly phase: string;
    readonly servers: number;
    readonly cohort?: number | undefined;
    readonly attempts: number;
    readonly startedAt: Instant;
    readonly endedAt?: Instant | undefined;
    readonly failed: number;
    readonly reason?: string | undefined;
  }[];
}

/** What evidence is gathered from. */
export interface EvidenceInput {
  readonly head: Omit<ReportHead, 'kind' | 'from'>;
  readonly sources: readonly Omit<Source, 'kind'>[];
  /** The events, each once, in the order in which they were told. */
  readonly told: readonly ToldFact[];
  readonly courses: readonly WaveCourse[];
  /** The ways of servers of which no event tells, from what is on record. */
  readonly onRecord?: readonly ServerWay[];
  /** The decisions of people of which no event tells, from what is on record. */
  readonly ordersOnRecord?: readonly OrderEntry[];
  /** The servers of DRS and their drills that are on record; left out where nothing is but events. */
  readonly drillsOnRecord?: KnownDrills;
  readonly forecast?: Forecast | undefined;
  readonly promises?: readonly Omit<PromiseEntry, 'kind'>[];
  readonly answers?: readonly Omit<AnswerEntry, 'kind'>[];
}

/** Everything that a report says, by kind. */
export interface Evidence {
  readonly head: ReportHead;
  readonly sources: readonly Source[];
  readonly waves: readonly WaveEntry[];
  readonly stages: readonly StageEntry[];
  readonly servers: readonly ServerWay[];
  readonly gates: readonly GateEntry[];
  readonly orders: readonly OrderEntry[];
  readonly answers: readonly AnswerEntry[];
  readonly deviations: readonly Deviation[];
  readonly estimates: readonly Estimate[];
  readonly lag: readonly LagCourse[];
  /** Who was drilled when; null where no server of DRS was seen. */
  readonly compliance: Compliance | null;
  readonly promises: readonly PromiseEntry[];
}

/** Gathers all that a report says from what was told. */
export function gatherEvidence(input: EvidenceInput): Evidence {
  const { told, courses } = input;
  const servers = joined(
    serverWays(told),
    input.onRecord ?? [],
    (way) => `${way.wave} ${way.server}`,
  );
  const orders = joined(orderHistory(told), input.ordersOnRecord ?? [], orderKey);
  const waves = courses.map((course) => waveEntry(course, told, servers));
  const estimates = input.forecast === undefined ? [] : estimatesOf(input.forecast, waves);
  const starts = waves.map(({ startedAt }) => startedAt).toSorted();
  return {
    head: { kind: 'report', ...input.head, from: starts[0] ?? null },
    sources: input.sources.map((one) => ({ kind: 'source', ...one })),
    waves,
    stages: courses.flatMap(stageEntries),
    servers,
    gates: gateHistory(told),
    orders,
    answers: (input.answers ?? []).map((one) => ({ kind: 'answer', ...one })),
    deviations: deviationsOf(told, servers, estimates),
    estimates,
    lag: lagCourses(told, waves, servers),
    compliance: complianceIn(input),
    promises: (input.promises ?? []).map((one) => ({ kind: 'promise', ...one })),
  };
}

/** Lists the records of a report: what it says, then the facts that it says it by. */
export function evidenceRecords(
  evidence: Evidence,
  facts: readonly EvidenceRecord[],
): readonly EvidenceRecord[] {
  const { head, ...lists } = evidence;
  const { sources, waves, stages, servers, gates, orders } = lists;
  const { answers, deviations, estimates, lag, promises } = lists;
  const drilled = drillRecords(lists.compliance);
  const said = [
    waves,
    stages,
    servers,
    gates,
    orders,
    answers,
    deviations,
    estimates,
    lag,
    drilled,
  ];
  return [head, sources, said, promises, facts].flat(2).map((one) => ({ ...one }));
}

/** How the servers of DRS stand with their drills at the end of what is told. */
function complianceIn({ head, told, drillsOnRecord }: EvidenceInput): Compliance | null {
  const heard = toldDrills(told);
  const { servers, drills } =
    drillsOnRecord === undefined ? heard : withRecords(heard, drillsOnRecord);
  if (head.until === null) return null;
  const compliance = complianceOf(head.until, servers, drills);
  return compliance.servers.length === 0 ? null : compliance;
}

function drillRecords(compliance: Compliance | null): readonly EvidenceRecord[] {
  const { applications = [], servers = [] } = compliance ?? {};
  return [
    ...applications.map((one) => ({ kind: 'application', ...one })),
    ...servers.map((one) => ({ kind: 'compliance', ...one })),
  ];
}

/** What was told, and of what is on record that of which nothing was told. */
function joined<T>(told: readonly T[], onRecord: readonly T[], keyOf: (one: T) => string) {
  const known = new Set(told.map(keyOf));
  return [...told, ...onRecord.filter((one) => !known.has(keyOf(one)))];
}

function orderKey({ wave, order, at, by }: OrderEntry): string {
  return JSON.stringify([wave, order, at, by]);
}

function waveEntry(
  course: WaveCourse,
  told: readonly ToldFact[],
  servers: readonly ServerWay[],
): WaveEntry {
  const { wave, startedAt, concludedAt } = course;
  const start = told.find(
    ({ type, detail }) => type === 'Wave Started' && textIn(detail, 'wave') === wave,
  );
  const outcomes: Record<string, number> = {};
  for (const way of servers) {
    if (way.wave !== wave) continue;
    const outcome = way.outcome ?? 'none yet';
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  return {
    kind: 'wave',
    wave,
    servers: course.servers,
    startedAt,
    concludedAt: concludedAt ?? null,
    planHash: start === undefined ? null : textIn(start.detail, 'planHash'),
    outcomes,
  };
}

function stageEntries({ wave, stages }: WaveCourse): readonly StageEntry[] {
  return stages.map((stage) => ({
    kind: 'stage',
    wave,
    phase: stage.phase,
    startedAt: stage.startedAt,
    endedAt: stage.endedAt ?? null,
    servers: stage.servers,
    cohort: stage.cohort ?? null,
    attempts: stage.attempts,
    failed: stage.failed,
    reason: stage.reason ?? null,
  }));
}

/** When the last of some events was observed; null where there is none. */
export function lastOf(told: readonly ToldFact[]): Instant | null {
  return told
    .map(whenOf)
    .reduce<Instant | null>((last, at) => (last === null || at > last ? at : last), null);
}
