import type { CommandDef } from 'citty';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { deploymentOptions } from '../deployment-options.ts';
import type { ExitCode } from '../exit-code.ts';

const definition: CommandDef = {
  meta: {
    name: 'resume',
    description: 'Resume a wave: end its pause, or let a held wave, or one held server, go on',
  },
  args: {
    wave: { type: 'positional', required: true, description: 'The wave, as PLAN.WAVE' },
    server: {
      type: 'string',
      valueHint: 'id',
      description: 'Resume this one held server, by its id or hostname, and not the wave',
    },
    reason: { type: 'string', valueHint: 'text', description: 'Why, for those who read it later' },
    ...deploymentOptions,
  },
};

/**
 * `landfall resume`: ends a pause of a wave, and answers its hold; with `--server`, ends the hold of one server.
 * @example landfall resume programme-a.wave-1 --reason "the failed server is set aside"
 */
export const resume: Command = { definition, repeatable: [], run };

async function run(given: Arguments): Promise<ExitCode> {
  const { onDeployment } = await import('../on-deployment.ts');
  const { resume: give } = await import('../../flow/operate/resume.ts');
  const { resumeServer } = await import('../../flow/operate/resume-server.ts');
  const { printReply } = await import('../order-reply.ts');
  return onDeployment(given, async ({ ports, identity }) => {
    const wave = given.one('wave') ?? '';
    const reason = given.one('reason') ?? '';
    const server = given.one('server');
    const order = { wave, by: identity.arn, reason };
    const reply =
      server === undefined
        ? await give(ports, order)
        : await resumeServer(ports, { ...order, server });
    return printReply(reply, identity.arn, given.has('json'));
  });
}
