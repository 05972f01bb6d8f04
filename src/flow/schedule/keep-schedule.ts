// In: what a person wants of the schedule of a drill. Out: it is on record, paused, resumed or removed; and how schedules
// stand. Called by the commands and by rehearsals; safe to repeat.
import {
  comingOccurrences,
  type Occurrence,
  type Placed,
} from '../../core/drill-schedule/occurrence.ts';
import type { SettledOccurrence } from '../../core/drill-schedule/tell-schedule.ts';
import type { Plan } from '../../core/plan/plan.ts';
import { scheduleOf } from '../../core/plan/schedule-for.ts';
import type { Target } from '../../core/target.ts';
import type { Instant } from '../../core/time.ts';
import type { Ports } from '../ports.ts';
import { change, read, readAll, remove } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { ScheduleRecord } from '../records/plan-records.ts';

type Keeping = Pick<Ports, 'store' | 'clock'>;

/** A plan with a schedule, as it is put on record. */
export interface PlanToKeep {
  readonly document: Plan;
  readonly hash: string;
  /** The target of its first server. */
  readonly home: Target;
  /** Who starts it. */
  readonly startedBy?: string;
}

/** The largest plan that a schedule may have, in characters of JSON: a document of the table has 400 KB at most. */
export const largestScheduledPlan = 250_000;

/** What putting a schedule on record came to. */
export type Kept = 'new' | 'changed' | 'as-before';

/** Puts a plan's schedule on record. A changed plan takes the place of the earlier one; what was settled stays settled. */
export async function keepSchedule(
  ports: Keeping,
  { document, hash, home, startedBy }: PlanToKeep,
): Promise<Kept> {
  const plan = document.metadata.name;
  const now = ports.clock.now();
  let kept: Kept = 'as-before';
  await change(ports.store, place.schedule(plan), (known): ScheduleRecord | undefined => {
    kept = known === undefined ? 'new' : known.planHash === hash ? 'as-before' : 'changed';
    if (kept === 'as-before') return undefined;
    const nothing = { lastDate: null, open: null, paused: null, history: [], sequence: 0 };
    return {
      ...nothing,
      pending: [],
      ...known,
      plan,
      planHash: hash,
      document,
      home,
      ...(startedBy === undefined ? {} : { startedBy }),
      since: now,
    };
  });
  return kept;
}

/** What an order to a schedule came to. */
export type ScheduleOrdered = 'done' | 'already-so' | 'unknown';

/** Lets the runs of a schedule fall out from now on; what runs goes on. */
export async function pauseSchedule(
  ports: Keeping,
  plan: string,
  { by, reason }: { readonly by: string; readonly reason: string },
): Promise<ScheduleOrdered> {
  const since = ports.clock.now();
  return ordered(ports, plan, (known) =>
    known.paused === null ? { ...known, paused: { since, by, reason } } : undefined,
  );
}

/** Has the runs of a schedule begin again; what fell out is not caught up with. */
export async function resumeSchedule(ports: Keeping, plan: string): Promise<ScheduleOrdered> {
  return ordered(ports, plan, (known) =>
    known.paused === null ? undefined : { ...known, paused: null },
  );
}

async function ordered(
  ports: Keeping,
  plan: string,
  decide: (known: ScheduleRecord) => ScheduleRecord | undefined,
): Promise<ScheduleOrdered> {
  let came: ScheduleOrdered = 'unknown';
  await change(ports.store, place.schedule(plan), (known) => {
    if (known === undefined) {
      came = 'unknown';
      return undefined;
    }
    const next = decide(known);
    came = next === undefined ? 'already-so' : 'done';
    return next;
  });
  return came;
}

/** Takes a schedule off the record; what runs goes on, nothing begins any more. */
export async function removeSchedule(ports: Keeping, plan: string): Promise<ScheduleOrdered> {
  for (;;) {
    const where = place.schedule(plan);
    const { version, body } = await read(ports.store, where);
    if (body === undefined) return 'unknown';
    // Who is about to settle an occurrence writes in between: then it is read again.
    if (await remove(ports.store, where, version)) return 'done';
  }
}

/** How one schedule stands. */
export interface ScheduleStatus {
  readonly plan: string;
  readonly since: Instant;
  readonly startedBy: string | null;
  readonly paused: ScheduleRecord['paused'];
  /** The next three runs. */
  readonly coming: readonly (Occurrence & { readonly placed: Placed })[];
  /** The last ten, the latest last. */
  readonly past: readonly SettledOccurrence[];
}

/** How all schedules stand, by the names of their plans. */
export async function schedulesOf(ports: Pick<Ports, 'store'>): Promise<readonly ScheduleStatus[]> {
  const found = await readAll(ports.store, place.schedule(''));
  return found.map(({ body }) => {
    const schedule = scheduleOf(body.document);
    return {
      plan: body.plan,
      since: body.since,
      startedBy: body.startedBy ?? null,
      paused: body.paused,
      coming: schedule === undefined ? [] : comingOccurrences(schedule, body, 3),
      past: body.history.slice(-10),
    };
  });
}
