import type { CommandDef } from 'citty';
import type { Arguments } from './arguments.ts';
import type { ExitCode } from './exit-code.ts';

/** A command of `landfall`: what it is called and takes, and what it does. */
export interface Command {
  /** The name, the description and the arguments, in citty's form; usage texts are made from it. */
  readonly definition: CommandDef;
  /** Options that may be given more than once. */
  readonly repeatable: readonly string[];
  /** Runs with arguments that were checked against the definition; answers the exit code. */
  readonly run: (given: Arguments) => Promise<ExitCode>;
}
