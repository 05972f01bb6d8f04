import type { CommandDef } from 'citty';
import { printProblems, problemAt } from '../../core/fleet/problem.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { ExitCode } from '../exit-code.ts';

const definition: CommandDef = {
  meta: {
    name: 'simulate',
    description: 'Answer as MGN and DRS do, for any AWS client: your fleet, in virtual time',
  },
  args: {
    port: { type: 'string', valueHint: 'number', description: 'Where to listen; 4599 by default' },
    host: {
      type: 'string',
      valueHint: 'address',
      description:
        'The address to listen at; 127.0.0.1 by default, so that only this machine calls',
    },
    fleet: {
      type: 'string',
      valueHint: 'file',
      description:
        'What describe-source-servers prints, of mgn or drs; may be given more than once',
    },
    'vcenter-clients': {
      type: 'string',
      valueHint: 'file',
      description: 'What aws mgn describe-vcenter-clients prints, for agentless servers',
    },
    faults: {
      type: 'string',
      valueHint: 'file',
      description: 'What is to go wrong (docs/faults.md)',
    },
    parameters: {
      type: 'string',
      valueHint: 'file',
      description: 'Parameters of the simulated AWS, such as quotas (docs/simulator.md)',
    },
    seed: {
      type: 'string',
      valueHint: 'number',
      description: 'Another seed, another course of events; 1 by default',
    },
    clock: {
      type: 'string',
      valueHint: 'real|xN|manual',
      description: 'How virtual time goes: as the real one, N times as fast, or only when told to',
    },
    start: {
      type: 'string',
      valueHint: 'instant',
      description:
        'When it begins; by default now with a real clock, else when the fleet was described',
    },
    state: {
      type: 'string',
      valueHint: 'file',
      description: 'Where to keep the simulated world, so that it survives a restart',
    },
    calibrate: {
      type: 'string',
      valueHint: 'file',
      description:
        'Simulate nothing: propose parameters from recorded polls and jobs (docs/simulator.md)',
    },
  },
};

/**
 * `landfall simulate`: puts the simulated AWS on a port, for clients of any kind.
 * @example landfall simulate --fleet fleet.json --clock x60 --state world.db
 */
export const simulate: Command = {
  definition,
  repeatable: ['fleet', 'vcenter-clients'],
  run,
};

async function run(given: Arguments): Promise<ExitCode> {
  const record = given.one('calibrate');
  if (record !== undefined) return calibrated(record, given);
  const { readSimulation } = await import('../read-simulation.ts');
  const read = await readSimulation({
    fleets: [...given.all('fleet'), ...given.all('vcenter-clients')],
    faults: given.one('faults'),
    parameters: given.one('parameters'),
    seed: given.one('seed'),
    start: given.one('start'),
    clock: given.one('clock'),
    port: given.one('port'),
    host: given.one('host'),
    state: given.one('state'),
  });
  if (!read.ok) {
    console.error(`Refused; nothing was touched.\n${printProblems(read.problems)}`);
    return ExitCode.Refused;
  }
  const { warnings } = read.simulation;
  if (warnings.length > 0) console.error(`Worth a look:\n${printProblems(warnings, 20)}\n`);
  const { runSimulation } = await import('../run-simulation.ts');
  return runSimulation(read.simulation);
}

async function calibrated(record: string, given: Arguments): Promise<ExitCode> {
  const others = Object.keys(definition.args ?? {}).filter(
    (name) => name !== 'calibrate' && given.has(name),
  );
  if (others.length > 0) {
    const problems = others.map((name) =>
      problemAt([], `--${name} means nothing with --calibrate`, 'leave one of the two out'),
    );
    console.error(`Refused; nothing was touched.\n${printProblems(problems)}`);
    return ExitCode.Refused;
  }
  const { calibrateSimulation } = await import('../calibrate-simulation.ts');
  return calibrateSimulation(record);
}
