import type { CommandDef } from 'citty';
import { problemAt, shown } from '../../core/fleet/problem.ts';
import {
  type DriftMode,
  driftModes,
} from '../../core/plan/launch-configuration/launch-configuration-form.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { deploymentOptions } from '../deployment-options.ts';
import { fileArgument, repeatableOptions, serverOptions } from '../drs/drs-template-options.ts';
import type { ExitCode } from '../exit-code.ts';

const definition: CommandDef = {
  meta: {
    name: 'drs template drift',
    description:
      'Say what has drifted from a file, and fix it or put it back where its mode says so',
  },
  args: {
    ...fileArgument,
    mode: {
      type: 'string',
      valueHint: 'mode',
      description: `${driftModes.join(', ')}; by default what the file says under spec.drift, else report`,
    },
    ...serverOptions,
    reason: {
      type: 'string',
      valueHint: 'text',
      description: 'Why, for those who read it later; needed for every mode but report',
    },
    ...deploymentOptions,
  },
};

/**
 * `landfall drs template drift`: shows what differs as `plan` does; then, by its mode, leaves it, sets it, sets it unless a
 * freeze lies over the moment, or puts back what was before. Servers are touched only where they are named.
 * @example landfall drs template drift launch.yaml --mode fix-outside-freeze --all-servers --reason "nightly"
 */
export const drsTemplateDrift: Command = { definition, repeatable: repeatableOptions, run };

async function run(given: Arguments): Promise<ExitCode> {
  const { refuse } = await import('../on-deployment.ts');
  const { refusedReason } = await import('../settings/on-settings.ts');
  const { onLaunchConfiguration } = await import('../drs/on-launch-configuration.ts');
  const { readLaunchConfiguration } = await import('../drs/read-launch-configuration.ts');
  const { actOnDrift } = await import('../drs/act-on-drift.ts');
  const named = given.one('mode');
  const mode = driftModes.find((one) => one === named);
  if (named !== undefined && mode === undefined) {
    const said = `--mode ${shown(named)} is no mode`;
    return refuse([problemAt([], said, `name one of ${driftModes.join(', ')}`)], given.has('json'));
  }
  const read = await readLaunchConfiguration(given.one('file') ?? '');
  if (!read.ok) return refuse(read.problems, given.has('json'));
  const does: DriftMode = mode ?? read.configuration.spec.drift?.mode ?? 'report';
  const refused = does === 'report' ? undefined : await refusedReason(given, 'drs template drift');
  const access = does === 'report' ? 'look' : 'change';
  return refused ?? onLaunchConfiguration(given, access, (request) => actOnDrift(request, does));
}
