// In: the definitions of commands. Out: their reference for docs/operate.md, so that the page cannot say other than the
// commands do.
import type { Command } from './command.ts';
import { deploymentOptions } from './deployment-options.ts';

/** Writes the reference of the commands on AWS: once what all take, then each with its own. */
export function commandReference(commands: ReadonlyMap<string, Command>): string {
  const common = Object.entries(deploymentOptions).map(([name, option]) =>
    optionRow(`--${name}`, option),
  );
  const own = [...commands].map(([name, { definition }]) => commandSection(name, definition.args));
  return ['### All of them', '', ...table(common), '', ...own].join('\n').trimEnd();
}

interface Option {
  readonly type?: string;
  readonly valueHint?: string;
  readonly required?: boolean;
  readonly description?: string;
}

function commandSection(name: string, args: unknown): string {
  const entries = Object.entries<Option>(
    typeof args === 'object' && args !== null ? { ...args } : {},
  );
  const positional = entries.filter(([, { type }]) => type === 'positional');
  const words = positional.map(([word, { required }]) =>
    required === false ? `[${word.toUpperCase()}]` : word.toUpperCase(),
  );
  const rows = entries
    .filter(([word]) => !(word in deploymentOptions))
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
