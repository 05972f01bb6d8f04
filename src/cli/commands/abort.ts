import type { CommandDef } from 'citty';
import { problemAt } from '../../core/fleet/problem.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { deploymentOptions } from '../deployment-options.ts';
import { ExitCode } from '../exit-code.ts';

const definition: CommandDef = {
  meta: { name: 'abort', description: 'Abort a wave for good: nothing more begins' },
  args: {
    wave: { type: 'positional', required: true, description: 'The wave, as PLAN.WAVE' },
    yes: { type: 'boolean', description: 'Do not ask; needed where there is no terminal' },
    reason: { type: 'string', valueHint: 'text', description: 'Why, for those who read it later' },
    ...deploymentOptions,
  },
};

/**
 * `landfall abort`: has a wave begin nothing more and conclude; nothing is undone, and it cannot be taken back.
 * @example landfall abort programme-a.wave-1 --reason "the wrong fleet" --yes
 */
export const abort: Command = { definition, repeatable: [], run };

async function run(given: Arguments): Promise<ExitCode> {
  const { onDeployment, refuse } = await import('../on-deployment.ts');
  const { abort: give } = await import('../../flow/operate/abort.ts');
  const { printReply } = await import('../order-reply.ts');
  const { confirmByName } = await import('../confirmation.ts');
  const wave = given.one('wave') ?? '';
  const json = given.has('json');
  const warning = `Aborting ${wave} cannot be taken back. What has not begun ends as skipped, what is under way as frozen.`;
  const agreed = given.has('yes') ? 'yes' : await confirmByName(warning, wave);
  if (agreed === 'nobody') {
    return refuse(
      [
        problemAt(
          [],
          'nobody is here to confirm the abort',
          'say --yes, or pause the wave instead',
        ),
      ],
      json,
    );
  }
  if (agreed === 'interrupted') return ExitCode.Interrupted;
  if (agreed === 'no') {
    return refuse([problemAt([], 'the abort was not confirmed', 'nothing to do')], json);
  }
  return onDeployment(given, async ({ ports, identity }) => {
    const reply = await give(ports, { wave, by: identity.arn, reason: given.one('reason') ?? '' });
    return printReply(reply, identity.arn, json);
  });
}
