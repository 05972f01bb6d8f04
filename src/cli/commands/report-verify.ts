import type { CommandDef } from 'citty';
import { type Problem, problemAt, shown } from '../../core/fleet/problem.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { ExitCode } from '../exit-code.ts';

const definition: CommandDef = {
  meta: {
    name: 'report verify',
    description: 'Prove that a report is what it was, or name the first record that is not',
  },
  args: {
    report: {
      type: 'positional',
      required: true,
      description: 'The directory that landfall report wrote, or one file of it',
    },
    root: {
      type: 'string',
      valueHint: 'digest',
      description: 'The root digest, as it was printed when the report was made',
    },
    'public-key': {
      type: 'string',
      valueHint: 'file',
      description: 'The Ed25519 public key of whoever signed it, in PEM',
    },
    json: { type: 'boolean', description: 'Print the verdict as one JSON object' },
  },
};

/**
 * `landfall report verify`: ends with 0 when everything is what it was, with 1 when something is not, with 2 when neither a
 * root digest nor a key says what it was.
 * @example landfall report verify out/report --root DIGEST
 */
export const reportVerify: Command = { definition, repeatable: [], run };

async function run(given: Arguments): Promise<ExitCode> {
  const { verdictText, verifyFiles } = await import('../report/verify-files.ts');
  const root = given.one('root');
  const problems: Problem[] = [];
  if (root !== undefined && !/^[0-9a-f]{64}$/.test(root)) {
    const problem = `--root ${shown(root)} is no SHA-256 in lower-case hex`;
    problems.push(problemAt([], problem, 'give the 64 digits that landfall report printed'));
  }
  const publicKey = await keyOf(given.one('public-key'), problems);
  const verified = verifyFiles(given.one('report') ?? '', { root, publicKey });
  if (!verified.ok) problems.push(verified.problem);
  if (problems.length > 0 || !verified.ok) return refused(problems, given);
  const { verdict } = verified;
  if (given.has('json')) console.log(JSON.stringify(verdict));
  else console.log(verdictText(verdict));
  return exitCodes[verdict.verdict];
}

const exitCodes = {
  untouched: ExitCode.Done,
  touched: ExitCode.NotAll,
  unproven: ExitCode.Refused,
} as const;

async function keyOf(file: string | undefined, problems: Problem[]): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const { readPublicKey } = await import('../report/signing.ts');
  const read = await readPublicKey(file);
  if (read.ok) return read.key;
  problems.push(read.problem);
  return undefined;
}

async function refused(problems: readonly Problem[], given: Arguments): Promise<ExitCode> {
  const { refuse } = await import('../on-deployment.ts');
  return refuse(problems, given.has('json'));
}
