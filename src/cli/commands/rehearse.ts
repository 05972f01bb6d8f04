import type { CommandDef } from 'citty';
import { printable, printProblems, problemAt } from '../../core/fleet/problem.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { ExitCode } from '../exit-code.ts';
import { planOnFleet } from '../plan-arguments.ts';
import type { RehearsalLogs } from '../rehearsal-logs.ts';

const definition: CommandDef = {
  meta: {
    name: 'rehearse',
    description:
      'Rehearse a plan on your fleet: the deployed handlers and state machines, in virtual time',
  },
  args: {
    ...planOnFleet,
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
      description:
        'The deployment file whose remedies and pace of the poll to rehearse with (docs/deploy.md)',
    },
    seed: {
      type: 'string',
      valueHint: 'number',
      description: 'Another seed, another course of events; 1 by default',
    },
    start: {
      type: 'string',
      valueHint: 'instant',
      description: 'When the rehearsal begins; by default at the newest time stamp of the fleet',
    },
    until: {
      type: 'string',
      valueHint: 'instant',
      description:
        'Until when a plan with a schedule comes again, e.g. P365D after the start; one run at once without it',
    },
    'approve-after': {
      type: 'string',
      valueHint: 'duration',
      description:
        'How long a simulated approver takes to approve, e.g. PT1H; PT0S by default, never for nobody',
    },
    orders: {
      type: 'string',
      valueHint: 'file',
      description: 'What an operator orders, and when (docs/rehearse.md, orders)',
    },
    hooks: {
      type: 'string',
      valueHint: 'file',
      description: 'How the hooks of the plan go (docs/hooks.md); each succeeds by default',
    },
    out: {
      type: 'string',
      valueHint: 'dir',
      description: 'Where to keep the logs and the summary',
    },
    json: { type: 'boolean', description: 'Print the summary as one JSON object' },
  },
};

/**
 * `landfall rehearse`: drives every server of a plan through its whole way, and says what came of it.
 * @example landfall rehearse plan.yaml --fleet fleet.json --faults faults.yaml --seed 7 --out out
 */
export const rehearse: Command = {
  definition,
  repeatable: ['fleet', 'vcenter-clients'],
  run,
};

async function run(given: Arguments): Promise<ExitCode> {
  const { readRehearsal } = await import('../read-rehearsal.ts');
  const read = await readRehearsal({
    plan: given.one('plan') ?? '',
    fleets: [...given.all('fleet'), ...given.all('vcenter-clients')],
    faults: given.one('faults'),
    parameters: given.one('parameters'),
    deployment: given.one('deployment'),
    seed: given.one('seed'),
    start: given.one('start'),
    until: given.one('until'),
    approveAfter: given.one('approve-after'),
    orders: given.one('orders'),
    hooks: given.one('hooks'),
  });
  if (!read.ok) return refuse(printProblems(read.problems), given);
  const out = given.one('out');
  const logs = await logsIn(out);
  if ('refused' in logs) return refuse(logs.refused, given);
  if (read.warnings.length > 0)
    console.error(`Worth a look:\n${printProblems(read.warnings, 20)}\n`);

  const { runRehearsal } = await import('../run-rehearsal.ts');
  return runRehearsal({
    input: { ...read.input, logs: logs.logs },
    json: given.has('json'),
    ...(out === undefined ? {} : { out }),
  });
}

function refuse(problems: string, given: Arguments): ExitCode {
  console.error(`Refused; nothing was touched.\n${problems}`);
  if (given.has('json'))
    console.log(JSON.stringify({ outcome: 'refused', problems: problems.split('\n') }));
  return ExitCode.Refused;
}

async function logsIn(
  out: string | undefined,
): Promise<{ readonly logs: RehearsalLogs } | { readonly refused: string }> {
  const { noLogs, openLogs } = await import('../rehearsal-logs.ts');
  if (out === undefined) return { logs: noLogs };
  try {
    return { logs: openLogs(out) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const problem = problemAt(
      [],
      `--out ${out} cannot be written: ${message}`,
      'name another directory',
    );
    return { refused: printable(printProblems([problem])) };
  }
}
