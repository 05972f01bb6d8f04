import type { CommandDef } from 'citty';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { deploymentOptions } from '../deployment-options.ts';
import type { ExitCode } from '../exit-code.ts';

const definition: CommandDef = {
  meta: {
    name: 'fleet export',
    description: 'Write the fleet of a deployment as rehearse --fleet reads it',
  },
  args: {
    out: {
      type: 'string',
      required: true,
      valueHint: 'file',
      description: 'Where to write the servers of all targets',
    },
    'vcenter-clients': {
      type: 'string',
      valueHint: 'file',
      description: 'Where to write the vCenter clients, for agentless servers',
    },
    applications: {
      type: 'string',
      valueHint: 'file',
      description: 'Where to write the applications of MGN, for plans that select by them',
    },
    'mgn-waves': {
      type: 'string',
      valueHint: 'file',
      description: 'Where to write the waves of MGN, for plans that select by them',
    },
    target: {
      type: 'string',
      valueHint: 'name',
      description:
        'Only this target, e.g. mgn:111122223333:eu-central-1; may be given more than once',
    },
    ...deploymentOptions,
  },
};

/**
 * `landfall fleet export`: writes what MGN says of every server of a deployment into a file, as
 * `aws mgn describe-source-servers` prints it. Reads only.
 * @example landfall fleet export --out fleet.json --vcenter-clients clients.json
 */
export const fleetExport: Command = { definition, repeatable: ['target'], run };

async function run(given: Arguments): Promise<ExitCode> {
  const { onDeployment } = await import('../on-deployment.ts');
  const { exportFleet } = await import('../export-fleet.ts');
  return onDeployment(given, (deployment) =>
    exportFleet(deployment, {
      names: given.all('target'),
      out: given.one('out') ?? '',
      parts: {
        vcenterClients: given.one('vcenter-clients'),
        applications: given.one('applications'),
        waves: given.one('mgn-waves'),
      },
      json: given.has('json'),
    }),
  );
}
