import type { CommandDef } from 'citty';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { deploymentOptions } from '../deployment-options.ts';
import type { ExitCode } from '../exit-code.ts';
import { chosenOptions, reasonOption } from '../settings/settings-options.ts';

const definition: CommandDef = {
  meta: {
    name: 'settings restore',
    description: 'Put back what settings apply changed for a plan',
  },
  args: {
    plan: {
      type: 'positional',
      required: true,
      description: 'The name of the plan, its metadata.name; the file is not needed',
    },
    ...chosenOptions,
    ...reasonOption,
    force: {
      type: 'boolean',
      description: 'Put back also what somebody else has changed since',
    },
    'dry-run': { type: 'boolean', description: 'Write nothing: say what would be put back' },
    ...deploymentOptions,
  },
};

/**
 * `landfall settings restore`: sets each setting that Landfall changed to what it was before, unless somebody else has
 * changed it since. Safe to repeat.
 * @example landfall settings restore erp --server s-0123456789abcdef0 --reason "the wave was called off"
 */
export const settingsRestore: Command = { definition, repeatable: ['wave', 'server'], run };

async function run(given: Arguments): Promise<ExitCode> {
  const { onDeployment } = await import('../on-deployment.ts');
  const { refusedReason, settingsPortsOf } = await import('../settings/on-settings.ts');
  const { putBack } = await import('../settings/put-back.ts');
  const refused = await refusedReason(given, 'settings restore');
  return (
    refused ??
    onDeployment(given, (deployment) =>
      putBack(deployment, settingsPortsOf(deployment, 'change'), given),
    )
  );
}
