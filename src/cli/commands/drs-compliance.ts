import type { CommandDef } from 'citty';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { deploymentOptions } from '../deployment-options.ts';
import type { ExitCode } from '../exit-code.ts';

const definition: CommandDef = {
  meta: {
    name: 'drs compliance',
    description:
      'Say which server was drilled when, who is overdue, and RPO and RTO against their objectives',
  },
  args: {
    logs: {
      type: 'positional',
      required: false,
      description: 'What landfall rehearse --out wrote; the deployment by default',
    },
    csv: {
      type: 'string',
      valueHint: 'file',
      description: 'Where to write it as CSV, too: a row a server',
    },
    ...deploymentOptions,
  },
};

/**
 * `landfall drs compliance`: says of every server when it was drilled last, by which wave, and whether that is what was
 * agreed. Ends with 1 where one does not keep to it. Reads only.
 * @example landfall drs compliance --csv drills.csv
 */
export const drsCompliance: Command = { definition, repeatable: [], run };

async function run(given: Arguments): Promise<ExitCode> {
  const { onDeployment, refuse } = await import('../on-deployment.ts');
  const { liveCompliance, rehearsedCompliance, showCompliance } = await import(
    '../drs/show-compliance.ts'
  );
  const logs = given.one('logs');
  const csv = given.one('csv');
  const shown = { json: given.has('json'), ...(csv === undefined ? {} : { csv }) };
  if (logs === undefined) {
    return onDeployment(given, async (deployment) =>
      showCompliance(await liveCompliance(deployment), shown),
    );
  }
  const read = rehearsedCompliance(logs);
  return read.ok ? showCompliance(read.compliance, shown) : refuse(read.problems, shown.json);
}
