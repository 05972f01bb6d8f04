import type { CommandDef } from 'citty';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import type { ExitCode } from '../exit-code.ts';
import { planOnFleet } from '../plan-arguments.ts';

const definition: CommandDef = {
  meta: {
    name: 'plan',
    description:
      'Check a plan and forecast it from rehearsals: its schedule, what its end hangs on, and what would change it',
  },
  args: {
    ...planOnFleet,
    seeds: {
      type: 'string',
      valueHint: 'number',
      description:
        'How many rehearsals, from 4 to 200; 19 by default, the fewest that see P5 and P95',
    },
    seed: {
      type: 'string',
      valueHint: 'number',
      description: 'The first of their seeds, the others follow; 1 by default',
    },
    levers: {
      type: 'string',
      valueHint: 'number',
      description:
        'How many changes that may bring the end forward to rehearse, three times each; 3 by default, 0 for none',
    },
    svg: {
      type: 'string',
      valueHint: 'file',
      description: 'Where to draw the schedule, as one SVG picture',
    },
    'write-needs': {
      type: 'string',
      valueHint: 'file',
      description: 'Where to write the plan with the P95 of each phase as needs of its window',
    },
    faults: {
      type: 'string',
      valueHint: 'file',
      description: 'What is to go wrong (docs/faults.md)',
    },
    parameters: {
      type: 'string',
      valueHint: 'file',
      description: 'Parameters of the simulated AWS, such as quotas (docs/rehearse.md)',
    },
    deployment: {
      type: 'string',
      valueHint: 'file',
      description: 'The deployment file whose remedies and pace of the poll to rehearse with',
    },
    start: {
      type: 'string',
      valueHint: 'instant',
      description: 'When the plan begins; by default at the newest time stamp of the fleet',
    },
    'approve-after': {
      type: 'string',
      valueHint: 'duration',
      description: 'How long people take to approve, e.g. PT8H; PT0S by default',
    },
    json: { type: 'boolean', description: 'Print the forecast as one JSON object' },
  },
};

/**
 * `landfall plan`: checks a plan without touching anything, and tells the schedule to expect from seeded rehearsals.
 * @example landfall plan plan.yaml --fleet fleet.json --svg plan.svg
 */
export const plan: Command = { definition, repeatable: ['fleet', 'vcenter-clients'], run };

async function run(given: Arguments): Promise<ExitCode> {
  const { readForecast } = await import('../forecast/read-forecast.ts');
  const { refuseInput, tellWarnings } = await import('../inventory/deliver.ts');
  const json = given.has('json');
  const read = await readForecast({
    rehearsal: {
      plan: given.one('plan') ?? '',
      fleets: [...given.all('fleet'), ...given.all('vcenter-clients')],
      faults: given.one('faults'),
      parameters: given.one('parameters'),
      deployment: given.one('deployment'),
      seed: given.one('seed'),
      start: given.one('start'),
      approveAfter: given.one('approve-after'),
    },
    seeds: given.one('seeds'),
    levers: given.one('levers'),
    svg: given.one('svg'),
    writeNeeds: given.one('write-needs'),
  });
  if (!read.ok) return refuseInput(read.problems, json);
  tellWarnings(read.warnings);
  const { deliverForecast } = await import('../forecast/deliver-forecast.ts');
  return deliverForecast(read.request, json);
}
