import { type Problem, printProblems } from '../../core/fleet/problem.ts';
import { ExitCode } from '../exit-code.ts';
import { writeWhole } from '../write-whole.ts';

/** Prints why a command was refused, on stderr, and with --json as one object on stdout; answers the exit code. */
export function refuseInput(problems: readonly Problem[], json: boolean): ExitCode {
  const said = printProblems(problems);
  console.error(`Refused; nothing was touched.\n${said}`);
  if (json) console.log(JSON.stringify({ outcome: 'refused', problems: said.split('\n') }));
  return ExitCode.Refused;
}

/** Prints what is worth a look, on stderr. */
export function tellWarnings(warnings: readonly Problem[]): void {
  if (warnings.length > 0) console.error(`Worth a look:\n${printProblems(warnings, 20)}\n`);
}

/**
 * Writes a result whole into a file, then its report on stdout. Without a file the result itself goes to stdout, and the
 * report to stderr.
 */
export async function deliver(
  result: { readonly text: string; readonly report: string; readonly json: object },
  { out, json }: { readonly out: string | undefined; readonly json: boolean },
): Promise<ExitCode> {
  if (out !== undefined) {
    const problem = await writeWhole(out, result.text, '--out');
    if (problem !== undefined) return refuseInput([problem], json);
  }
  if (json) console.log(JSON.stringify(result.json));
  else if (out !== undefined) console.log(result.report);
  else {
    process.stdout.write(result.text);
    console.error(result.report);
  }
  return ExitCode.Done;
}
