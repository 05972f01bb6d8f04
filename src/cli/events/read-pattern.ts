import { type Problem, problemAt } from '../../core/fleet/problem.ts';
import { type EventPattern, isEventPattern, patternProblems } from '../../runtime/event-pattern.ts';
import { findJsonFault } from '../json-fault.ts';
import { readTextFile } from '../read-text-file.ts';

/** A pattern as it was read, with what is worth a look; or why EventBridge would refuse it. */
export type PatternRead =
  | {
      readonly ok: true;
      readonly pattern: EventPattern;
      readonly text: string;
      readonly warnings: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** How many characters of pattern a rule may have; an account may ask for more. */
export const patternQuota = 2048;
const largestBytes = 1024 * 1024;
const remedy = 'see docs/subscribe.md, patterns';

/** Reads an event pattern: the JSON itself where the words begin with `{`, else the file that they name. */
export async function readPattern(words: string): Promise<PatternRead> {
  if (words.trimStart().startsWith('{')) return parsePattern(words, undefined);
  const read = await readTextFile(words, largestBytes);
  return read.ok ? parsePattern(read.text, words) : { ok: false, problems: [read.problem] };
}

function parsePattern(text: string, file: string | undefined): PatternRead {
  const placed = (problem: string, line?: number): Problem => ({
    ...problemAt([], problem, remedy),
    ...(file === undefined ? {} : { file }),
    ...(file === undefined || line === undefined ? {} : { line }),
  });
  const fault = findJsonFault(text);
  if (fault !== undefined) {
    const line = text.slice(0, fault.offset).split('\n').length;
    return { ok: false, problems: [placed(`the pattern ${fault.problem}`, line)] };
  }
  const pattern: unknown = JSON.parse(text);
  if (!isEventPattern(pattern)) {
    return { ok: false, problems: patternProblems(pattern).map((one) => placed(one)) };
  }
  const short = JSON.stringify(pattern);
  const warnings =
    short.length > patternQuota
      ? [`the pattern has ${short.length} characters; a rule may have ${patternQuota} by default`]
      : [];
  return { ok: true, pattern, text: short, warnings };
}
