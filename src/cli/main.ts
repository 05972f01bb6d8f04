// The entry of `landfall`: finds the command, checks its arguments, runs it, and ends with its exit code. Commands load
// what they need when they run, so that help answers at once.
import { stripVTControlCharacters } from 'node:util';
import { type ArgsDef, type CommandDef, renderUsage } from 'citty';
import manifest from '../../package.json' with { type: 'json' };
import { printable, shown } from '../core/fleet/problem.ts';
import { readArguments } from './arguments.ts';
import { awsCommands } from './aws-commands.ts';
import type { Command } from './command.ts';
import { check } from './commands/check.ts';
import { explain } from './commands/explain.ts';
import { rehearse } from './commands/rehearse.ts';
import { simulate } from './commands/simulate.ts';
import { drsCommands } from './drs/drs-commands.ts';
import { eventsCommands } from './events/events-commands.ts';
import { ExitCode } from './exit-code.ts';
import { planCommands } from './forecast/plan-commands.ts';
import { inventoryCommands } from './inventory/inventory-commands.ts';
import { didYouMean, nearNames } from './near-names.ts';
import { reportCommands } from './report/report-commands.ts';
import { settingsCommands } from './settings/settings-commands.ts';

const commands: ReadonlyMap<string, Command> = new Map([
  ['rehearse', rehearse],
  ['explain', explain],
  ['check', check],
  ...reportCommands,
  ['simulate', simulate],
  ...planCommands,
  ...inventoryCommands,
  ...awsCommands,
  ...settingsCommands,
  ...drsCommands,
  ...eventsCommands,
]);

const landfall: CommandDef = {
  meta: { name: 'landfall', version: manifest.version, description: manifest.description },
  subCommands: Object.fromEntries(
    [...commands].map(([name, { definition }]) => [name, definition]),
  ),
};

const help = new Set(['--help', '-h', 'help']);

async function main(line: readonly string[]): Promise<ExitCode> {
  const [name, words] = nameIn(line);
  if (name === undefined) return misused(['no command is given']);
  if (help.has(name)) return print(await usage(undefined));
  if (name === '--version') return print(manifest.version);
  const command = commands.get(name);
  if (command === undefined) {
    const kind = name.startsWith('-') ? 'option' : 'command';
    return misused([`${shown(name)} is no ${kind}${didYouMean(nearNames(name, commands.keys()))}`]);
  }
  if (words.includes('--help') || words.includes('-h')) return print(await usage(command));
  const read = readArguments(words, argumentsOf(command), command.repeatable);
  return read.ok ? command.run(read.given) : misused(read.problems, command);
}

/** Parts a command line into the command's name, which may be of three words, and what it is given. */
function nameIn(line: readonly string[]): readonly [string | undefined, readonly string[]] {
  const length = [3, 2].find((words) => commands.has(line.slice(0, words).join(' '))) ?? 1;
  return [length === 1 ? line[0] : line.slice(0, length).join(' '), line.slice(length)];
}

function print(text: string): ExitCode {
  console.log(text);
  return ExitCode.Done;
}

async function misused(problems: readonly string[], command?: Command): Promise<ExitCode> {
  const said = problems.map((problem) => `landfall: ${printable(problem)}`);
  console.error(`${said.join('\n')}\n\n${await usage(command)}`);
  return ExitCode.Refused;
}

async function usage(command: Command | undefined): Promise<string> {
  const text = await (command === undefined
    ? renderUsage(landfall)
    : renderUsage(command.definition, landfall));
  const isPlain = !(process.stdout.isTTY && process.stderr.isTTY);
  // citty pads its last column.
  return (isPlain ? stripVTControlCharacters(text) : text).replaceAll(/ +$/gm, '').trimEnd();
}

function argumentsOf({ definition }: Command): ArgsDef {
  const { args } = definition;
  return typeof args === 'object' && !(args instanceof Promise) ? args : {};
}

// A reader that has seen enough, as in `landfall explain … | head`, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(
    `landfall: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
  process.exitCode = ExitCode.NotAll;
}
