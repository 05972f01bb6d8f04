// In: the schedules on record and the time. Out: what is due of each begun, skipped or missed, told once. Called by a
// schedule of its own every few minutes; two calls that race, and one after a crash, begin an occurrence once.
import { nextOccurrence, placed, type Turn, turnOf } from '../../core/drill-schedule/occurrence.ts';
import {
  type Settled,
  scheduleStream,
  tellSettled,
} from '../../core/drill-schedule/tell-schedule.ts';
import { number } from '../../core/event/stream.ts';
import { scheduleOf } from '../../core/plan/schedule-for.ts';
import { type Instant, plusSeconds, spokenSpan, toMs } from '../../core/time.ts';
import { isFull } from '../outbox.ts';
import { change, publishPending, readAll } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { ScheduleRecord } from '../records/plan-records.ts';
import { beginRun } from './begin-run.ts';
import type { ScheduleManner, SchedulePorts } from './schedule-ports.ts';

/** What came of the schedules that were due. */
export interface SchedulesReport {
  readonly schedules: number;
  /** The occurrences that were settled now, as PLAN DATE STATUS. */
  readonly settled: readonly string[];
}

// Longer than the function may run: whoever still holds an occurrence after it has died.
const claimSeconds = 330;
// After a long outage many occurrences are missed at once; the rest follows with the next call.
const mostInCall = 20;
const longestHistory = 100;

/** Settles whatever is due of all schedules. One that fails keeps the others from nothing; its failure is thrown at the end. */
export async function runSchedules(
  ports: SchedulePorts,
  manner: ScheduleManner,
): Promise<SchedulesReport> {
  const settled: string[] = [];
  const failures: unknown[] = [];
  const schedules = await readAll(ports.store, place.schedule(''));
  for (const { body } of schedules) {
    try {
      settled.push(...(await runSchedule(ports, body, manner)));
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length === 1) throw failures[0];
  if (failures.length > 1) throw new AggregateError(failures, 'several schedules failed');
  return { schedules: schedules.length, settled };
}

async function runSchedule(
  ports: SchedulePorts,
  found: ScheduleRecord,
  manner: ScheduleManner,
): Promise<readonly string[]> {
  const where = place.schedule(found.plan);
  const said: string[] = [];
  let record = found;
  for (let i = 0; i < mostInCall; i += 1) {
    const now = ports.clock.now();
    const turn = turnNow(record, now);
    if (turn.do === 'wait') break;
    const { date } = turn.occurrence;
    if (isFull(record.pending)) break;
    const claimed = await claim(ports, record.plan, date, now);
    if (claimed === undefined) break;
    const settled = await settleOrRelease(ports, claimed, turn, manner);
    const after = await note(ports, claimed, turn, settled);
    if (after === undefined) break;
    said.push(`${record.plan} ${date} ${settled.status}`);
    record = after;
  }
  if (record.pending.length > 0) await publishPending(ports, where, record);
  return said;
}

function turnNow(record: ScheduleRecord, now: Instant): Turn {
  const schedule = scheduleOf(record.document);
  if (schedule === undefined) return { do: 'wait', next: null };
  return turnOf(schedule, { ...record, paused: record.paused !== null }, now);
}

/** Takes an occurrence for oneself; undefined where another has it, or it is settled by now. */
async function claim(
  ports: SchedulePorts,
  plan: string,
  date: string,
  now: Instant,
): Promise<ScheduleRecord | undefined> {
  let isMine = false;
  const record = await change(ports.store, place.schedule(plan), (known) => {
    isMine = false;
    if (known === undefined || isSettled(known, date)) return undefined;
    if (known.open !== null && toMs(known.open.until) > toMs(now)) return undefined;
    isMine = true;
    return { ...known, open: { date, until: plusSeconds(now, claimSeconds) } };
  });
  return isMine ? record : undefined;
}

function isSettled({ lastDate }: ScheduleRecord, date: string): boolean {
  return lastDate !== null && lastDate >= date;
}

/** Settles a claimed occurrence; where that fails, nobody has to wait for the claim to lapse. */
async function settleOrRelease(
  ports: SchedulePorts,
  claimed: ScheduleRecord,
  turn: Exclude<Turn, { do: 'wait' }>,
  manner: ScheduleManner,
): Promise<Settled> {
  try {
    return await settle(ports, claimed, turn, manner);
  } catch (error) {
    await change(ports.store, place.schedule(claimed.plan), (known) =>
      known?.open?.until === claimed.open?.until && known !== undefined
        ? { ...known, open: null }
        : undefined,
    );
    throw error;
  }
}

async function settle(
  ports: SchedulePorts,
  record: ScheduleRecord,
  turn: Exclude<Turn, { do: 'wait' }>,
  { targets, waveMachineArn }: ScheduleManner,
): Promise<Settled> {
  switch (turn.do) {
    case 'skip':
      return { status: 'skipped', reason: turn.reason, because: turn.because };
    case 'miss': {
      const grace = scheduleOf(record.document)?.graceSeconds ?? 0;
      const because = `nothing began it within ${spokenSpan(grace)} of ${turn.at}`;
      return { status: 'missed', because };
    }
    case 'begin':
      return beginRun(ports, record, turn, { targets, waveMachineArn });
    default:
      return turn satisfies never;
  }
}

/** Puts on record what came of an occurrence, with its event; undefined where somebody took it over meanwhile. */
async function note(
  ports: SchedulePorts,
  claimed: ScheduleRecord,
  { occurrence }: Exclude<Turn, { do: 'wait' }>,
  settled: Settled,
): Promise<ScheduleRecord | undefined> {
  const { date } = occurrence;
  const now = ports.clock.now();
  let isMine = false;
  const record = await change(ports.store, place.schedule(claimed.plan), (known) => {
    isMine = false;
    if (known === undefined || isSettled(known, date)) return undefined;
    if (known.open?.date !== date || known.open.until !== claimed.open?.until) return undefined;
    isMine = true;
    const one = { ...settled, ...occurrence, settledAt: now };
    const told = tellSettled(one, nextBegin(known, date));
    const events = number(scheduleStream(known), known.sequence, now, [told]);
    return {
      ...known,
      lastDate: date,
      open: null,
      history: [...known.history, one].slice(-longestHistory),
      sequence: known.sequence + events.length,
      pending: [...known.pending, ...events],
    };
  });
  return isMine ? record : undefined;
}

/** When the next run after a date begins; null where none comes. */
function nextBegin(record: ScheduleRecord, lastDate: string): Instant | null {
  const schedule = scheduleOf(record.document);
  if (schedule === undefined) return null;
  const next = nextOccurrence(schedule, { since: record.since, lastDate });
  if (next === undefined) return null;
  const at = placed(schedule, next);
  return at.is === 'set' ? at.at : next.plannedAt;
}
