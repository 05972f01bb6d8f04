import type { CommandDef } from 'citty';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { deploymentOptions } from '../deployment-options.ts';
import type { ExitCode } from '../exit-code.ts';

const definition: CommandDef = {
  meta: {
    name: 'pause',
    description: 'Pause a wave: what runs reaches its next safe point, nothing new begins',
  },
  args: {
    wave: { type: 'positional', required: true, description: 'The wave, as PLAN.WAVE' },
    reason: { type: 'string', valueHint: 'text', description: 'Why, for those who read it later' },
    ...deploymentOptions,
  },
};

/**
 * `landfall pause`: nothing new of a wave is released or launched until it is resumed.
 * @example landfall pause programme-a.wave-1 --reason "the network team asks"
 */
export const pause: Command = { definition, repeatable: [], run };

async function run(given: Arguments): Promise<ExitCode> {
  const { onDeployment } = await import('../on-deployment.ts');
  const { pause: give } = await import('../../flow/operate/pause.ts');
  const { printReply } = await import('../order-reply.ts');
  return onDeployment(given, async ({ ports, identity }) => {
    const wave = given.one('wave') ?? '';
    const reason = given.one('reason') ?? '';
    const reply = await give(ports, { wave, by: identity.arn, reason });
    return printReply(reply, identity.arn, given.has('json'));
  });
}
