// In: how schedules of drills stand. Out: what a person reads of them. Pure.
import type { Occurrence, Placed } from '../../core/drill-schedule/occurrence.ts';
import type { SettledOccurrence } from '../../core/drill-schedule/tell-schedule.ts';
import { printable } from '../../core/fleet/problem.ts';
import type { ScheduleStatus } from '../../flow/schedule/keep-schedule.ts';
import { clockTime, counted, textTable } from '../text-table.ts';

/** Says how schedules stand: what comes next of each, and what came of the last runs. */
export function schedulesText(schedules: readonly ScheduleStatus[]): string {
  if (schedules.length === 0) {
    return 'No drill has a schedule here. Start one with: landfall start PLAN, with spec.schedule in the plan';
  }
  return schedules.map(scheduleText).join('\n\n');
}

/** Says how one schedule stands. */
export function scheduleText({ plan, paused, coming, past }: ScheduleStatus): string {
  return [
    printable(`${plan}: ${paused === null ? 'comes again by itself' : pausedText(paused)}`),
    ...(coming.length === 0
      ? ['  No further run comes.']
      : ['  Next (UTC)', textTable(coming.map(comingRow), 4)]),
    ...(past.length === 0 ? [] : ['  Last', textTable(past.toReversed().map(pastRow), 4)]),
  ].join('\n');
}

function pausedText({ since, by, reason }: NonNullable<ScheduleStatus['paused']>): string {
  return `PAUSED since ${clockTime(since)} by ${by}: ${reason}`;
}

function comingRow({ date, plannedAt, placed }: Occurrence & { readonly placed: Placed }) {
  if (placed.is === 'frozen') return [date, clockTime(plannedAt), `falls out: ${placed.because}`];
  const moved = placed.movedBecause === undefined ? '' : `moved: ${placed.movedBecause}`;
  return [date, clockTime(placed.at), moved];
}

function pastRow(one: SettledOccurrence): readonly string[] {
  return [one.date, one.status, printable(saidOf(one))];
}

function saidOf(one: SettledOccurrence): string {
  if (one.status !== 'started') return one.because;
  const left = one.leftOut.map(({ servers, because }) => `${servers} left out, ${because}`);
  return [`${counted(one.servers, 'server')} as ${one.run}`, ...left].join('; ');
}
