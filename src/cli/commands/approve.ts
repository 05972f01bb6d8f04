import type { CommandDef } from 'citty';
import { problemAt, shown } from '../../core/fleet/problem.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { deploymentOptions } from '../deployment-options.ts';
import type { ExitCode } from '../exit-code.ts';

const definition: CommandDef = {
  meta: { name: 'approve', description: 'Approve, or deny, that a wave enters a phase' },
  args: {
    wave: { type: 'positional', required: true, description: 'The wave, as PLAN.WAVE' },
    phase: {
      type: 'positional',
      required: true,
      description: 'The phase that the wave asks for: test, cutover or finalize',
    },
    deny: { type: 'boolean', description: 'Deny it: what was not begun of the phase ends' },
    reason: {
      type: 'string',
      required: true,
      valueHint: 'text',
      description: 'Why, for those who read it later',
    },
    ...deploymentOptions,
  },
};

/**
 * `landfall approve`: answers a wave that asks whether it may enter a phase. The first answer stands.
 * @example landfall approve programme-a.wave-1 cutover --reason "change CHG-4711"
 */
export const approve: Command = { definition, repeatable: [], run };

async function run(given: Arguments): Promise<ExitCode> {
  const { onDeployment, refuse } = await import('../on-deployment.ts');
  const { approve: answer } = await import('../../flow/operate/approve.ts');
  const { gatedPhases } = await import('../../core/plan/gates.ts');
  const { printReply } = await import('../order-reply.ts');
  const named = given.one('phase') ?? '';
  const phase = gatedPhases.find((known) => known === named);
  if (phase === undefined) {
    const said = `${shown(named)} is no phase that is approved`;
    return refuse([problemAt([], said, `one of ${gatedPhases.join(', ')}`)], given.has('json'));
  }
  return onDeployment(given, async ({ ports, identity }) => {
    const reply = await answer(ports, {
      wave: given.one('wave') ?? '',
      phase,
      by: identity.arn,
      reason: given.one('reason') ?? '',
      decision: given.has('deny') ? 'denied' : 'approved',
    });
    return printReply(reply, identity.arn, given.has('json'));
  });
}
