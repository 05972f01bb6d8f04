import type { CommandDef } from 'citty';
import { problemAt, shown } from '../../core/fleet/problem.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { deploymentOptions, furtherWords } from '../deployment-options.ts';
import type { ExitCode } from '../exit-code.ts';

const definition: CommandDef = {
  meta: { name: 'watch', description: 'Follow waves until all of them have concluded' },
  args: {
    subject: {
      type: 'positional',
      required: false,
      description: 'A plan, or one wave as PLAN.WAVE; all plans by default',
    },
    every: {
      type: 'string',
      valueHint: 'seconds',
      description: 'How often to look, 1 to 3600; every 5 seconds by default',
    },
    ...deploymentOptions,
  },
};

/**
 * `landfall watch`: follows waves, with bars on a terminal and lines elsewhere, and says when one needs a person. Ends
 * with 0 when all servers succeeded or had nothing to do, with 1 when not, with 130 on Ctrl-C; the waves go on.
 * @example landfall watch programme-a
 */
export const watch: Command = { definition, repeatable: [], run };

async function run(given: Arguments): Promise<ExitCode> {
  const { onDeployment, refuse } = await import('../on-deployment.ts');
  const { runWatch } = await import('../run-watch.ts');
  const json = given.has('json');
  const every = given.one('every') ?? '5';
  const everySeconds = /^\d{1,4}$/.test(every) ? Number(every) : 0;
  if (everySeconds < 1 || everySeconds > 3600) {
    const problem = `--every is ${shown(every)}, no whole number from 1 to 3600`;
    return refuse([problemAt([], problem, 'give one, e.g. --every 10')], json);
  }
  return onDeployment(given, ({ ports }) =>
    runWatch(ports, {
      subject: given.one('subject'),
      everySeconds,
      furtherWords: furtherWords(given),
      json,
    }),
  );
}
