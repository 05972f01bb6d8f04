import type { CommandDef } from 'citty';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { deploymentOptions } from '../deployment-options.ts';
import type { ExitCode } from '../exit-code.ts';
import { reasonOption } from '../settings/settings-options.ts';

const definition: CommandDef = {
  meta: {
    name: 'drs template restore',
    description: 'Put back what drs template apply changed for a file',
  },
  args: {
    name: {
      type: 'positional',
      required: true,
      description: 'The name of the file, its metadata.name; the file is not needed',
    },
    target: {
      type: 'string',
      valueHint: 'name',
      description: 'Only this target; may be given more than once',
    },
    server: {
      type: 'string',
      valueHint: 'id',
      description: 'Only this server, and no template; may be given more than once',
    },
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
 * `landfall drs template restore`: sets each setting of templates and servers that Landfall changed to what it was before,
 * unless somebody else has changed it since. Safe to repeat.
 * @example landfall drs template restore baseline --reason "drills failed"
 */
export const drsTemplateRestore: Command = { definition, repeatable: ['target', 'server'], run };

async function run(given: Arguments): Promise<ExitCode> {
  const { onDeployment } = await import('../on-deployment.ts');
  const { refusedReason } = await import('../settings/on-settings.ts');
  const { putBackTemplates } = await import('../drs/put-back-templates.ts');
  return (
    (await refusedReason(given, 'drs template restore')) ??
    onDeployment(given, (deployment) => putBackTemplates(deployment, given))
  );
}
