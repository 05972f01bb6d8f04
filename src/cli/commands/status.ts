import type { CommandDef } from 'citty';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { deploymentOptions, furtherWords } from '../deployment-options.ts';
import { ExitCode } from '../exit-code.ts';

const definition: CommandDef = {
  meta: { name: 'status', description: 'Say how waves stand, what they wait for, and what helps' },
  args: {
    subject: {
      type: 'positional',
      required: false,
      description: 'A plan, or one wave as PLAN.WAVE; all plans by default',
    },
    ...deploymentOptions,
  },
};

/**
 * `landfall status`: says how waves stand, what each server waits for, and who can do what; and which drills come again by
 * themselves. Reads only.
 * @example landfall status programme-a.wave-1
 */
export const status: Command = { definition, repeatable: [], run };

async function run(given: Arguments): Promise<ExitCode> {
  const { onDeployment, refuse } = await import('../on-deployment.ts');
  const { chosenWaves, planOf } = await import('../chosen-waves.ts');
  const { statusBoard } = await import('../status-board.ts');
  const { statusOf } = await import('../../flow/operate/status-of.ts');
  const { schedulesOf } = await import('../../flow/schedule/keep-schedule.ts');
  const { schedulesText } = await import('../drs/schedule-text.ts');
  const json = given.has('json');
  return onDeployment(given, async ({ ports }) => {
    const subject = given.one('subject');
    const plan = planOf(subject);
    const found = await statusOf(ports, plan === undefined ? {} : { plan });
    const schedules = (await schedulesOf(ports)).filter(
      (one) => subject === undefined || one.plan === subject,
    );
    const chosen = chosenWaves(found, subject);
    // A drill that is only scheduled so far has no wave of its own name.
    if (!chosen.ok && schedules.length === 0) return refuse([chosen.problem], json);
    const { waves, isOneWave } = chosen.ok ? chosen : { waves: [], isOneWave: false };
    if (json) {
      console.log(JSON.stringify({ at: found.at, waves, targets: found.targets, schedules }));
      return ExitCode.Done;
    }
    const drawing = { isOneWave, furtherWords: furtherWords(given) };
    const boards = [
      ...(waves.length > 0 || schedules.length === 0 ? [statusBoard(found, waves, drawing)] : []),
      ...(schedules.length > 0 ? [schedulesText(schedules)] : []),
    ];
    console.log(boards.join('\n\n'));
    return ExitCode.Done;
  });
}
