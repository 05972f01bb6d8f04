// In: a command's arguments and what it does to a deployment. Out: its exit code. Tells what went wrong with AWS in
// one line with its remedy, never with a stack trace.

import { PermanentFailure, TransientFailure } from '../core/failure.ts';
import { type Problem, printProblems, problemAt } from '../core/fleet/problem.ts';
import { refusalBehind } from './_wiring-aws.ts';
import type { Arguments } from './arguments.ts';
import { awsProblem } from './aws-problem.ts';
import { deploymentRequest } from './deployment-options.ts';
import { ExitCode } from './exit-code.ts';
import { type OpenDeployment, openDeployment } from './open-deployment.ts';

/** Opens the deployment that the arguments name, acts on it, and closes it whatever came of it. */
export async function onDeployment(
  given: Arguments,
  act: (deployment: OpenDeployment) => Promise<ExitCode>,
): Promise<ExitCode> {
  const opened = await openDeployment(deploymentRequest(given));
  if (!opened.ok) return refuse(opened.problems, given.has('json'));
  const { deployment } = opened;
  try {
    return await act(deployment);
  } catch (error) {
    const problem = failureProblem(error);
    if (problem === undefined) throw error;
    return refuse([problem], given.has('json'), 'Not done.');
  } finally {
    deployment.close();
  }
}

/** Says what a port threw, with what to do about it; undefined for a defect of our own. */
export function failureProblem(error: unknown): Problem | undefined {
  if (!(error instanceof TransientFailure || error instanceof PermanentFailure)) return undefined;
  const refusal = refusalBehind(error);
  if (refusal !== undefined) {
    return awsProblem(error.message.split(' was refused: ')[0] ?? 'the call', refusal);
  }
  return problemAt([], error.message, 'repeat the command: nothing is done twice');
}

/** Prints why a command was refused, on stderr, and with --json as one object on stdout; answers the exit code. */
export function refuse(
  problems: readonly Problem[],
  json: boolean,
  opening = 'Refused; nothing was touched.',
): ExitCode {
  const said = printProblems(problems);
  console.error(`${opening}\n${said}`);
  if (json) console.log(JSON.stringify({ outcome: 'refused', problems: said.split('\n') }));
  return ExitCode.Refused;
}
