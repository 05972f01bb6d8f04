// In: a plan with a schedule that fits the fleet, and an open deployment. Out: its schedule put on record and its next runs
// said, or only said. Called by start.
import { comingOccurrences } from '../../core/drill-schedule/occurrence.ts';
import { reckonedCosts } from '../../core/drill-schedule/reckon-costs.ts';
import { problemAt } from '../../core/fleet/problem.ts';
import type { Plan } from '../../core/plan/plan.ts';
import type { ResolvedWave } from '../../core/plan/resolve-plan.ts';
import { type DrillSchedule, scheduleOf } from '../../core/plan/schedule-for.ts';
import {
  type Kept,
  keepSchedule,
  largestScheduledPlan,
} from '../../flow/schedule/keep-schedule.ts';
import { ExitCode } from '../exit-code.ts';
import { refuse } from '../on-deployment.ts';
import type { OpenDeployment } from '../open-deployment.ts';
import { planHash } from '../plan-hash.ts';
import { counted } from '../text-table.ts';
import { scheduleText } from './schedule-text.ts';

const saidOf: Readonly<Record<Kept, string>> = {
  new: 'Its schedule is on record: each run is started by Landfall itself.',
  changed: 'Its schedule is on record in place of the earlier one.',
  'as-before': 'Its schedule was on record already; nothing was changed.',
};

/** What to put on record, and how to tell of it. */
export interface ScheduleStart {
  readonly plan: Plan;
  readonly dry: boolean;
  /** What goes after the command to follow it with, e.g. ` --stage test`. */
  readonly furtherWords: string;
  readonly json: boolean;
}

/** Puts the schedule of a plan on record, or with a dry run only says what would come. */
export async function startSchedule(
  { ports, identity }: Pick<OpenDeployment, 'ports' | 'identity'>,
  { plan, dry, json, furtherWords }: ScheduleStart,
  waves: readonly ResolvedWave[],
): Promise<ExitCode> {
  const schedule = scheduleOf(plan);
  const home = waves[0]?.servers[0]?.target;
  if (schedule === undefined || home === undefined) throw new RangeError('no schedule to start');
  const { length } = JSON.stringify(plan);
  if (length > largestScheduledPlan) {
    const problem = `a plan with a schedule may have ${largestScheduledPlan} characters as JSON, this one has ${length}`;
    return refuse([problemAt([], problem, 'pick servers by tags instead of by id')], json);
  }
  const now = ports.clock.now();
  const { name } = plan.metadata;
  const servers = waves.reduce((sum, wave) => sum + wave.servers.length, 0);
  const coming = comingOccurrences(schedule, { since: now, lastDate: null }, 3);
  const hash = planHash(plan);
  const kept = dry
    ? undefined
    : await keepSchedule(ports, { document: plan, hash, home, startedBy: identity.arn });
  if (json) {
    const outcome = kept === undefined ? 'possible' : 'scheduled';
    console.log(JSON.stringify({ outcome, plan: name, planHash: hash, servers, coming, kept }));
    return ExitCode.Done;
  }
  const status = { plan: name, since: now, startedBy: null, paused: null, coming, past: [] };
  console.log(
    [
      `Plan ${name} (${hash.slice(0, 12)}): ${counted(servers, 'server')} as of now${costsText(schedule, servers)}`,
      scheduleText(status),
      ...(kept === undefined
        ? []
        : ['', saidOf[kept], `Look after it with: landfall drs schedule list${furtherWords}`]),
    ].join('\n'),
  );
  return ExitCode.Done;
}

function costsText({ costs }: DrillSchedule, servers: number): string {
  if (costs === undefined) return '';
  const { instanceHours, usd } = reckonedCosts(costs, servers);
  return `, ${instanceHours} instance-hours${usd === undefined ? '' : ` or USD ${usd}`} a run`;
}
