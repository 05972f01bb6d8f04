// In: the definitions of commands. Out: their reference for pages of docs, so that these cannot say other than the
// commands do.
import type { Command } from './command.ts';
import { deploymentOptions } from './deployment-options.ts';

/** Writes the reference of the commands on AWS: once what all take, then each with its own. */
export function commandReference(commands: ReadonlyMap<string, Command>): string {
  const common = Object.entries(deploymentOptions).map(([name, option]) =>
    optionRow(`--${name}`, option),
  );
  const own = sectionsOf(commands, new Set(Object.keys(deploymentOptions)));
  return ['### All of them', '', ...table(common), '', ...own].join('\n').trimEnd();
}

/** Writes the reference of commands that have nothing in common. */
export function plainReference(commands: ReadonlyMap<string, Command>): string {
  return sectionsOf(commands, new Set()).join('\n').trimEnd();
}

function sectionsOf(commands: ReadonlyMap<string, Command>, common: ReadonlySet<string>) {
  return [...commands].map(([name, command]) => commandSection(name, command, common));
}

interface Option {
  readonly type?: string;
  readonly valueHint?: string;
  readonly required?: boolean;
  readonly description?: string;
}

function commandSection(
  name: string,
  { definition, repeatable }: Command,
  common: ReadonlySet<string>,
): string {
  const args: unknown = definition.args;
  const entries = Object.entries<Option>(
    typeof args === 'object' && args !== null ? { ...args } : {},
  );
  const positional = entries.filter(([, { type }]) => type === 'positional');
  const words = positional.map(([word, { required }]) => {
    const one = required === false ? `[${word.toUpperCase()}]` : word.toUpperCase();
    return repeatable.includes(word) ? `${one}…` : one;
  });
  const rows = entries
    .filter(([word]) => !common.has(word))
    .map(([word, option]) =>
      optionRow(option.type === 'positional' ? word.toUpperCase() : `--${word}`, option),
    );
  const title = ['### `landfall', name, ...words].join(' ');
  const body = rows.length === 0 ? ['Takes nothing more.'] : table(rows);
  return [`${title}\``, '', ...body, ''].join('\n');
}

function optionRow(name: string, { type, valueHint, required, description }: Option): string {
  const value = type === 'string' ? ` <${valueHint ?? 'text'}>` : '';
  const must = required === true && type !== 'positional' ? ' (required)' : '';
  return `| \`${name}${value}\` | ${description ?? ''}${must} |`;
}

function table(rows: readonly string[]): readonly string[] {
  return ['| | |', '|---|---|', ...rows];
}
