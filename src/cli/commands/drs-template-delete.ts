import type { CommandDef } from 'citty';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { deploymentOptions } from '../deployment-options.ts';
import type { ExitCode } from '../exit-code.ts';
import { reasonOption } from '../settings/settings-options.ts';

const definition: CommandDef = {
  meta: {
    name: 'drs template delete',
    description: 'Delete the launch configuration template of a target of DRS: a teardown',
  },
  args: {
    target: {
      type: 'string',
      required: true,
      valueHint: 'name',
      description: 'Whose template, e.g. drs:111122223333:eu-central-1',
    },
    yes: { type: 'boolean', description: 'Do not ask; needed where there is no terminal' },
    ...reasonOption,
    ...deploymentOptions,
  },
};

/**
 * `landfall drs template delete`: deletes the template of one target once a person has agreed; what it said is on record first,
 * so that `restore` can make it anew. Servers that are there stay as they are.
 * @example landfall drs template delete --target drs:111122223333:eu-central-1 --reason "the account is given up"
 */
export const drsTemplateDelete: Command = { definition, repeatable: [], run };

async function run(given: Arguments): Promise<ExitCode> {
  const { onDeployment } = await import('../on-deployment.ts');
  const { refusedReason } = await import('../settings/on-settings.ts');
  const { tearDownTemplate } = await import('../drs/tear-down-template.ts');
  return (
    (await refusedReason(given, 'drs template delete')) ??
    onDeployment(given, (deployment) => tearDownTemplate(deployment, given))
  );
}
