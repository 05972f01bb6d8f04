import type { CommandDef } from 'citty';
import { printProblems } from '../../core/fleet/problem.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { ExitCode } from '../exit-code.ts';

const definition: CommandDef = {
  meta: { name: 'check', description: 'Judge a rehearsal by its logs: was every promise kept?' },
  args: {
    dir: { type: 'positional', required: true, description: 'What landfall rehearse --out wrote' },
    json: { type: 'boolean', description: 'Print the report as one JSON object' },
  },
};

/**
 * `landfall check`: holds the logs of a rehearsal to the promises of docs/check.md.
 * @example landfall check out
 */
export const check: Command = { definition, repeatable: [], run };

async function run(given: Arguments): Promise<ExitCode> {
  const { openRehearsal } = await import('../open-rehearsal.ts');
  const opened = openRehearsal(given.one('dir') ?? '');
  if (!opened.ok) {
    console.error(`landfall: ${printProblems(opened.problems)}`);
    return ExitCode.Refused;
  }
  const { logs, summary, isInterrupted } = opened;
  const { checkTrace } = await import('../../trace/check-trace.ts');
  const { checkRecord, checkText } = await import('../check-report.ts');
  const verdict = checkTrace(logs, summary === undefined ? {} : { summary });
  if (given.has('json')) console.log(JSON.stringify(checkRecord(verdict)));
  else {
    const sizes = {
      api: logs.api.length,
      events: logs.events.length,
      executions: logs.executions.length,
    };
    console.log(checkText(verdict, sizes, isInterrupted));
  }
  return verdict.violations.length === 0 ? ExitCode.Done : ExitCode.NotAll;
}
