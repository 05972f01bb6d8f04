// In: an open deployment, and what a person wants of a schedule. Out: it is done and said, or why not.

import { problemAt, shown } from '../../core/fleet/problem.ts';
import {
  pauseSchedule,
  removeSchedule,
  resumeSchedule,
  type ScheduleOrdered,
  schedulesOf,
} from '../../flow/schedule/keep-schedule.ts';
import { ExitCode } from '../exit-code.ts';
import { nameRemedy } from '../near-names.ts';
import { refuse } from '../on-deployment.ts';
import type { OpenDeployment } from '../open-deployment.ts';
import { schedulesText } from './schedule-text.ts';

/** What may be wanted of a schedule. */
export type ScheduleOrder = 'pause' | 'resume' | 'remove';

type Deployment = Pick<OpenDeployment, 'ports' | 'identity'>;

/** Shows how all schedules stand. */
export async function showSchedules(
  { ports }: Pick<OpenDeployment, 'ports'>,
  json: boolean,
): Promise<ExitCode> {
  const schedules = await schedulesOf(ports);
  console.log(json ? JSON.stringify({ schedules }) : schedulesText(schedules));
  return ExitCode.Done;
}

const saidDone: Readonly<Record<ScheduleOrder, string>> = {
  pause: 'is paused: its runs fall out until it is resumed. A run that has begun goes on.',
  resume: 'comes again by itself. What fell out is not caught up with.',
  remove: 'has no schedule any more. A run that has begun goes on.',
};
const saidSo: Readonly<Record<ScheduleOrder, string>> = {
  pause: 'was paused already.',
  resume: 'was not paused.',
  remove: 'has no schedule.',
};

/** Gives an order to a schedule; one that is not on record is refused. */
export async function orderSchedule(
  { ports, identity }: Deployment,
  order: ScheduleOrder,
  {
    plan,
    reason,
    json,
  }: { readonly plan: string; readonly reason: string; readonly json: boolean },
): Promise<ExitCode> {
  const by = identity.arn;
  const came: ScheduleOrdered =
    order === 'pause'
      ? await pauseSchedule(ports, plan, { by, reason })
      : order === 'resume'
        ? await resumeSchedule(ports, plan)
        : await removeSchedule(ports, plan);
  if (came === 'unknown') {
    const names = (await schedulesOf(ports)).map((one) => one.plan);
    const remedy = nameRemedy(plan, names, 'landfall drs schedule list shows all');
    return refuse([problemAt([], `no plan ${shown(plan)} has a schedule here`, remedy)], json);
  }
  const said = `${plan} ${(came === 'done' ? saidDone : saidSo)[order]}`;
  console.log(json ? JSON.stringify({ outcome: came, order, plan }) : said);
  return ExitCode.Done;
}
