import type { CommandDef } from 'citty';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { ExitCode } from '../exit-code.ts';

const definition: CommandDef = {
  meta: {
    name: 'events pattern test',
    description: 'Say which events a pattern takes, and why not',
  },
  args: {
    pattern: {
      type: 'positional',
      required: true,
      description: 'The event pattern: a JSON file, or the JSON itself',
    },
    file: {
      type: 'positional',
      required: true,
      description:
        'Events as JSON lines or JSON, what landfall rehearse --out wrote, or - for stdin',
    },
    json: { type: 'boolean', description: 'Print a JSON line for each event' },
  },
};

/**
 * `landfall events pattern test`: matches as EventBridge does. Ends with 0 when an event matches, with 1 when none does.
 * @example landfall events pattern test rule.json out
 */
export const eventsPatternTest: Command = { definition, repeatable: [], run };

async function run(given: Arguments): Promise<ExitCode> {
  const { readPattern } = await import('../events/read-pattern.ts');
  const { openEvents } = await import('../events/read-events.ts');
  const { mismatchWords, patternTestLine, patternTestSum, testPattern } = await import(
    '../events/pattern-test.ts'
  );
  const json = given.has('json');
  const read = await readPattern(given.one('pattern') ?? '');
  const opened = openEvents(given.one('file') ?? '');
  if (!read.ok || !opened.ok) {
    const { refuse } = await import('../on-deployment.ts');
    const problems = [...(read.ok ? [] : read.problems), ...(opened.ok ? [] : [opened.problem])];
    return refuse(problems, json);
  }
  for (const warning of read.warnings) console.error(`landfall: ${warning}`);
  let [all, matched, unreadable] = [0, 0, 0];
  for await (const one of opened.events) {
    if ('problem' in one) {
      unreadable += 1;
      console.error(`${opened.file}:${one.line}: ${one.problem}`);
      continue;
    }
    const tested = testPattern(read.pattern, one.event, one.line);
    all += 1;
    if (tested.matches) matched += 1;
    if (json) {
      const { line, matches, mismatch } = tested;
      const why = mismatch === undefined ? {} : { ...mismatch, words: mismatchWords(mismatch) };
      console.log(
        JSON.stringify({ line, matches, ...(mismatch === undefined ? {} : { mismatch: why }) }),
      );
    } else console.log(patternTestLine(tested));
  }
  console.error(patternTestSum(matched, all, unreadable));
  return matched > 0 ? ExitCode.Done : ExitCode.NotAll;
}
