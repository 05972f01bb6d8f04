import { breachBy, breachIn } from './breach.ts';
import { grouped } from './grouped.ts';
import { type Rule, Tally } from './rule.ts';
import { type Call, textOf } from './trace.ts';
import { EventType } from './vocabulary.ts';

const scheduledRunsOnce: Rule = {
  promise: 2,
  name: 'scheduled-runs-once',
  holds:
    'A schedule of drills settles each of its dates once and in order; what it tells as started has started, and no run starts that it does not tell.',
  meaning: 'A drill ran twice for one date, ran without being told, or was told and never ran.',
  check: ({ streams, waves }) => {
    const tally = new Tally();
    const runs = grouped([...waves.keys()], (key) => key.split('/')[1]);
    for (const [stream, told] of streams) {
      if (!stream.startsWith('schedule/')) continue;
      const begun = new Set<string>();
      for (const [i, event] of told.entries()) {
        const date = textOf(event.detail, 'date') ?? '';
        const before = told[i - 1];
        const inOrder = before === undefined || (textOf(before.detail, 'date') ?? '') < date;
        const run = event.type === EventType.ScheduleStarted ? textOf(event.detail, 'run') : '';
        if (run !== undefined && run !== '') begun.add(run);
        const missing = event.type === EventType.ScheduleStarted && !runs.has(run ?? '');
        tally.see(
          inOrder && !missing
            ? undefined
            : breachIn(event, missing ? `run ${run} never started` : `${date} was settled again`),
        );
      }
      const plan = stream.slice('schedule/'.length);
      for (const [run, keys] of runs) {
        if (!isRunOf(plan, run) || begun.has(run)) continue;
        const [first] = keys.flatMap((key) => waves.get(key) ?? []);
        if (first !== undefined) {
          tally.see(breachIn(first, `run ${run} of ${plan} started and was not told`));
        }
      }
    }
    return tally.finding();
  },
};

function isRunOf(plan: string, run: string): boolean {
  return run.startsWith(`${plan}-`) && /^\d{8}$/.test(run.slice(plan.length + 1));
}

const startsJobs: ReadonlySet<string> = new Set([
  ...['StartTest', 'StartCutover', 'TerminateTargetInstances'],
  ...['StartRecovery', 'TerminateRecoveryInstances'],
]);
const DAY_MS = 86_400_000;

const quotasKept: Rule = {
  promise: 2,
  name: 'quotas-kept',
  holds:
    'No call of Landfall’s that starts a job is refused for a quota, unless somebody else has started one there in the day before.',
  meaning:
    'Landfall asked for more than the account allows: jobs were not counted, or counted wrong.',
  check: ({ calls }) => {
    const tally = new Tally();
    const others = new Map<string, Call>();
    for (const call of calls) {
      const { operation, accountId, region, service, error } = call.record;
      if (!startsJobs.has(operation)) continue;
      const target = `${service} ${accountId} ${region}`;
      if (!call.ours) {
        if (call.accepted) others.set(target, call);
        continue;
      }
      const other = others.get(target);
      const isShared = other !== undefined && call.ms - other.ms <= DAY_MS;
      const isOver = error === 'ServiceQuotaExceededException' && !isShared;
      tally.see(
        isOver
          ? breachBy(call, call.servers[0] ?? '', `${operation} was refused for a quota`)
          : undefined,
      );
    }
    return tally.finding();
  },
};

/** What schedules of drills must keep, and every quota of jobs. */
export const scheduleRules: readonly Rule[] = [scheduledRunsOnce, quotasKept];
