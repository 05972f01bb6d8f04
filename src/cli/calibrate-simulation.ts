// In: the file that --calibrate names. Out: parameters for --parameters on stdout, or every problem of the file.
import { printProblems, problemAt } from '../core/fleet/problem.ts';
import { calibrate, calibrationText } from '../simulator/calibrate.ts';
import { ExitCode } from './exit-code.ts';
import { readTextFile } from './read-text-file.ts';

/** The largest record, in bytes: three days of polls of a hundred servers, five minutes apart, at 2.5 KB a server. */
export const largestRecordBytes = 256 * 1_048_576;

/**
 * Proposes parameters from recorded polls and job logs: YAML on stdout, what could not be told in it as comments.
 * Answers 2 with all problems of a bad file, 1 where the file is good and tells nothing.
 */
export async function calibrateSimulation(file: string): Promise<ExitCode> {
  const read = await readTextFile(file, largestRecordBytes);
  const calibrated = read.ok ? calibrate(read.text) : undefined;
  if (!read.ok || calibrated?.ok !== true) {
    const problems = read.ok
      ? (calibrated?.ok === false ? calibrated.problems : []).map(
          ({ line, at, problem, remedy }) => ({
            ...problemAt(at, problem, remedy),
            file,
            line,
          }),
        )
      : [read.problem];
    console.error(`Refused; nothing was touched.\n${printProblems(problems)}`);
    return ExitCode.Refused;
  }
  const { calibration } = calibrated;
  process.stdout.write(calibrationText(calibration));
  const { proposals, untold } = calibration;
  console.error(`${proposals.length} parameters proposed, ${untold.length} could not be told.`);
  return proposals.length === 0 ? ExitCode.NotAll : ExitCode.Done;
}
