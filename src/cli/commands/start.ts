import type { CommandDef } from 'citty';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { deploymentOptions, furtherWords } from '../deployment-options.ts';
import type { ExitCode } from '../exit-code.ts';
import { planOnLiveFleet } from '../plan-arguments.ts';

const definition: CommandDef = {
  meta: { name: 'start', description: 'Start a plan on AWS, or only look what it would do' },
  args: {
    ...planOnLiveFleet,
    target: {
      type: 'string',
      valueHint: 'name',
      description:
        'Read only this target, where a plan needs no other; may be given more than once',
    },
    'dry-run': {
      type: 'boolean',
      description: 'Write nothing: say what would happen first, and what stands in the way',
    },
    ...deploymentOptions,
  },
};

/**
 * `landfall start`: resolves a plan on the fleet and starts every wave that waits for no other. Refused whole, with
 * every reason at once. Starting the same plan again starts nothing twice.
 * @example landfall start plan.yaml --dry-run
 */
export const start: Command = { definition, repeatable: ['fleet', 'target'], run };

async function run(given: Arguments): Promise<ExitCode> {
  const { onDeployment, refuse } = await import('../on-deployment.ts');
  const { readPlan } = await import('../read-plan.ts');
  const { startOnDeployment } = await import('../start-on-deployment.ts');
  const plan = await readPlan(given.one('plan') ?? '');
  if (!plan.ok) return refuse(plan.problems, given.has('json'));
  return onDeployment(given, (deployment) =>
    startOnDeployment(deployment, {
      plan,
      fleets: given.all('fleet'),
      names: given.all('target'),
      dry: given.has('dry-run'),
      furtherWords: furtherWords(given),
      json: given.has('json'),
    }),
  );
}
