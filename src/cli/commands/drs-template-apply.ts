import type { CommandDef } from 'citty';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { deploymentOptions } from '../deployment-options.ts';
import { fileArgument, repeatableOptions, serverOptions } from '../drs/drs-template-options.ts';
import type { ExitCode } from '../exit-code.ts';
import { reasonOption } from '../settings/settings-options.ts';

const definition: CommandDef = {
  meta: {
    name: 'drs template apply',
    description:
      'Make launch configuration templates of DRS what a file wants, and existing servers where they are named',
  },
  args: {
    ...fileArgument,
    ...serverOptions,
    initialize: {
      type: 'boolean',
      description: 'Initialise DRS where it is not yet',
    },
    yes: { type: 'boolean', description: 'Do not ask; needed where there is no terminal' },
    ...reasonOption,
    ...deploymentOptions,
  },
};

/**
 * `landfall drs template apply`: makes or updates the template of each account and Region, and sets what differs of existing
 * servers where they are named. What it was before is on record first. Safe to repeat.
 * @example landfall drs template apply launch.yaml --tag Tier=db --reason "approved in CHG-1042"
 */
export const drsTemplateApply: Command = { definition, repeatable: repeatableOptions, run };

async function run(given: Arguments): Promise<ExitCode> {
  const { refusedReason } = await import('../settings/on-settings.ts');
  const { onLaunchConfiguration } = await import('../drs/on-launch-configuration.ts');
  const { applyTemplateFile } = await import('../drs/apply-template-file.ts');
  const how = { initialize: given.has('initialize'), yes: given.has('yes') };
  return (
    (await refusedReason(given, 'drs template apply')) ??
    (await onLaunchConfiguration(given, 'change', (request) => applyTemplateFile(request, how)))
  );
}
