import type { CommandDef } from 'citty';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { deploymentOptions } from '../deployment-options.ts';
import { fileArgument, repeatableOptions, serverOptions } from '../drs/drs-template-options.ts';
import type { ExitCode } from '../exit-code.ts';

const definition: CommandDef = {
  meta: {
    name: 'drs template plan',
    description:
      'Say how launch configuration templates of DRS, and servers, are set otherwise than a file wants; ends with 1 where one is',
  },
  args: { ...fileArgument, ...serverOptions, ...deploymentOptions },
};

/**
 * `landfall drs template plan`: shows field by field what differs on four levels: the account's template, servers, their EC2
 * launch templates, launch actions. Only reads.
 * @example landfall drs template plan launch.yaml --tag Tier=db
 */
export const drsTemplatePlan: Command = { definition, repeatable: repeatableOptions, run };

async function run(given: Arguments): Promise<ExitCode> {
  const { onLaunchConfiguration } = await import('../drs/on-launch-configuration.ts');
  const { showTemplatePlan } = await import('../drs/show-template-plan.ts');
  return onLaunchConfiguration(given, 'look', showTemplatePlan);
}
