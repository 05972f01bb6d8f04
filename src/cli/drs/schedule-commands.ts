// The commands on the schedules of drills: list, pause, resume, remove.
import type { CommandDef } from 'citty';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { deploymentOptions } from '../deployment-options.ts';
import type { ExitCode } from '../exit-code.ts';
import type { ScheduleOrder } from './schedule-order.ts';

const listing: CommandDef = {
  meta: {
    name: 'drs schedule list',
    description: 'Say which drills come again by themselves, when next, and what came of the last',
  },
  args: { ...deploymentOptions },
};

/**
 * `landfall drs schedule list`: says how the schedules of drills stand. Reads only.
 * @example landfall drs schedule list
 */
const list: Command = {
  definition: listing,
  repeatable: [],
  run: async (given) => {
    const { onDeployment } = await import('../on-deployment.ts');
    const { showSchedules } = await import('./schedule-order.ts');
    return onDeployment(given, (deployment) => showSchedules(deployment, given.has('json')));
  },
};

function orderOf(order: ScheduleOrder, description: string, needsReason: boolean): Command {
  return {
    definition: {
      meta: { name: `drs schedule ${order}`, description },
      args: {
        plan: { type: 'positional', required: true, description: 'The plan that has the schedule' },
        ...(needsReason
          ? {
              reason: {
                type: 'string' as const,
                required: true,
                valueHint: 'text',
                description: 'Why, for those who read it later',
              },
            }
          : {}),
        ...deploymentOptions,
      },
    },
    repeatable: [],
    run: (given) => run(order, given),
  };
}

async function run(order: ScheduleOrder, given: Arguments): Promise<ExitCode> {
  const { onDeployment } = await import('../on-deployment.ts');
  const { orderSchedule } = await import('./schedule-order.ts');
  return onDeployment(given, (deployment) =>
    orderSchedule(deployment, order, {
      plan: given.one('plan') ?? '',
      reason: given.one('reason') ?? '',
      json: given.has('json'),
    }),
  );
}

/** The commands on the schedules of drills, by name. */
export const scheduleCommands: ReadonlyMap<string, Command> = new Map([
  ['drs schedule list', list],
  [
    'drs schedule pause',
    orderOf('pause', 'Let the runs of a drill fall out until its schedule is resumed', true),
  ],
  ['drs schedule resume', orderOf('resume', 'Have a drill come again by itself', false)],
  [
    'drs schedule remove',
    orderOf('remove', 'Take the schedule of a drill off the record; what runs goes on', false),
  ],
]);
