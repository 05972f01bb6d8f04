// In: the words of a command line, and what a command takes. Out: the values, or every word that is wrong. citty
// passes over flags that it does not know; a misspelt --faults must not rehearse without faults.
import { parseArgs } from 'node:util';
import type { ArgsDef } from 'citty';
import { shown } from '../core/fleet/problem.ts';
import { didYouMean, nearNames } from './near-names.ts';

/** The arguments of a command that were given, by name; positional ones too. */
export class Arguments {
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(values: ReadonlyMap<string, readonly string[]>) {
    this.#values = values;
  }

  /** All values of an argument, in their order; empty where it was not given. */
  all(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  /** The value of an argument; undefined where it was not given. */
  one(name: string): string | undefined {
    return this.all(name).at(-1);
  }

  /** Says whether an argument was given. */
  has(name: string): boolean {
    return this.#values.has(name);
  }
}

/** The arguments, or what is wrong with them, one sentence each. */
export type ArgumentsRead =
  | { readonly ok: true; readonly given: Arguments }
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * Reads the words after a command's name; unknown, missing and repeated ones are all named. A repeatable last positional
 * argument takes all words that are left.
 */
export function readArguments(
  words: readonly string[],
  definition: ArgsDef,
  repeatable: readonly string[] = [],
): ArgumentsRead {
  const names = Object.keys(definition);
  const flags = names.filter((name) => definition[name]?.type !== 'positional');
  const positionals = names.filter((name) => definition[name]?.type === 'positional');
  const { tokens } = parseArgs({
    args: [...words],
    options: Object.fromEntries(
      flags.map((name) => [
        name,
        { type: definition[name]?.type === 'boolean' ? 'boolean' : 'string' } as const,
      ]),
    ),
    strict: false,
    tokens: true,
  });
  const problems: string[] = [];
  const values = new Map<string, readonly string[]>();
  const add = (name: string, value: string) =>
    values.set(name, [...(values.get(name) ?? []), value]);
  let position = 0;
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      const last = positionals.at(-1);
      const more = last !== undefined && repeatable.includes(last) ? last : undefined;
      const name = positionals[position] ?? more;
      position += 1;
      if (name === undefined) problems.push(`${shown(token.value)} is one argument too many`);
      else if (token.value === '') problems.push(`${name.toUpperCase()} is empty`);
      else add(name, token.value);
      continue;
    }
    const problem = flagProblem(token, definition, flags);
    if (problem !== undefined) problems.push(problem);
    else if (values.has(token.name) && !repeatable.includes(token.name)) {
      problems.push(`${token.rawName} is given more than once`);
    } else add(token.name, token.value ?? '');
  }
  for (const name of names) {
    const required = definition[name]?.required === true;
    // A flag without its value is already called wrong.
    if (!required || values.has(name) || problems.some((one) => one.startsWith(`--${name} `)))
      continue;
    problems.push(`${positionals.includes(name) ? name.toUpperCase() : `--${name}`} is missing`);
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, given: new Arguments(values) };
}

interface FlagToken {
  readonly name: string;
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

function flagProblem(
  { name, rawName, value, inlineValue }: FlagToken,
  definition: ArgsDef,
  flags: readonly string[],
): string | undefined {
  if (!flags.includes(name) || !rawName.startsWith('--')) {
    const near = nearNames(name, flags).map((flag) => `--${flag}`);
    return `${shown(rawName)} is no option of this command${didYouMean(near)}`;
  }
  if (definition[name]?.type === 'boolean') {
    return inlineValue === true ? `${rawName} takes no value` : undefined;
  }
  const isMissing = value === undefined || value === '';
  const isNextFlag = inlineValue !== true && value?.startsWith('--') === true;
  return isMissing || isNextFlag ? `${rawName} needs a value` : undefined;
}
