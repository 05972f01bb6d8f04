import type { CommandDef } from 'citty';
import { printable, printProblems, shown } from '../../core/fleet/problem.ts';
import type { Logs } from '../../trace/forms.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { deploymentOptions, furtherWords } from '../deployment-options.ts';
import { ExitCode } from '../exit-code.ts';

const { json: _, ...whichDeployment } = deploymentOptions;

const definition: CommandDef = {
  meta: {
    name: 'explain',
    description:
      'Tell the whole way of one server, and why: of a rehearsal, a report, a deployment',
  },
  args: {
    server: { type: 'positional', required: true, description: 'The server, by id or host name' },
    dir: {
      type: 'positional',
      required: false,
      description:
        'What landfall rehearse --out or landfall report wrote; without it, a deployment now',
    },
    ...whichDeployment,
  },
};

/**
 * `landfall explain`: the way of one server in words: from logs or the records of a report alone, or as a deployment has it
 * on record now.
 * @example landfall explain AMSMAM6 out
 */
export const explain: Command = { definition, repeatable: [], run };

async function run(given: Arguments): Promise<ExitCode> {
  const path = given.one('dir');
  const name = given.one('server') ?? '';
  if (path === undefined) return live(given, name);
  const stray = Object.keys(whichDeployment).filter((option) => given.has(option));
  if (stray.length > 0) {
    return refuse(`--${stray.join(', --')} goes without a DIR only: leave one of them out`);
  }
  const { openReport, recordsAt } = await import('../report/open-report.ts');
  const records = recordsAt(path);
  if (records === undefined) {
    const { openRehearsal } = await import('../open-rehearsal.ts');
    const opened = openRehearsal(path);
    return opened.ok
      ? ofLogs(name, opened.logs, 'rehearsal')
      : refuse(printProblems(opened.problems));
  }
  const opened = openReport(records);
  if (!opened.ok) return refuse(printProblems(opened.problems));
  if (opened.logs.events.length > 0) return ofLogs(name, opened.logs, 'report');
  const wanted = name.toLowerCase();
  const ways = opened.ways.filter(
    ({ server, hostname }) => server.toLowerCase() === wanted || hostname?.toLowerCase() === wanted,
  );
  if (ways.length === 0) return refuse(`${shown(name)} is no server of this report`);
  const { explainWay } = await import('../explain-way.ts');
  console.log(ways.map((way) => explainWay(way)).join('\n\n'));
  return ExitCode.Done;
}

async function live(given: Arguments, name: string): Promise<ExitCode> {
  const { onDeployment } = await import('../on-deployment.ts');
  const { explainLive } = await import('../explain-live.ts');
  let isOpen = false;
  const code = await onDeployment(given, async ({ ports }) => {
    isOpen = true;
    const told = await explainLive(ports, name, furtherWords(given));
    if (!told.ok) return refuse(told.problem);
    console.log(told.text);
    return ExitCode.Done;
  });
  if (!isOpen)
    console.error('A rehearsal or a report is meant? Name its directory after the server.');
  return code;
}

async function ofLogs(name: string, logs: Logs, of: 'rehearsal' | 'report'): Promise<ExitCode> {
  const { indexTrace } = await import('../../trace/trace.ts');
  const { defaultBounds } = await import('../../trace/check-trace.ts');
  const { findServer } = await import('../find-server.ts');
  const { explainServer } = await import('../explain-server.ts');
  const trace = indexTrace(logs, defaultBounds);
  const server = findServer(name, trace);
  switch (server.found) {
    case 'one':
      console.log(explainServer(server.key, trace));
      return ExitCode.Done;
    case 'several':
      return refuse(
        `${shown(name)} is the name of ${server.keys.length} servers; name one of them:\n` +
          server.keys.map((key) => `  ${printable(key)}`).join('\n'),
      );
    case 'none':
      return refuse(
        [
          `${shown(name)} is no server of this ${of}`,
          ...(server.near.length === 0 ? [] : ['near names:']),
          ...server.near.map((near) => `  ${printable(near)}`),
        ].join('\n'),
      );
    default:
      return server satisfies never;
  }
}

function refuse(problem: string): ExitCode {
  console.error(`landfall: ${problem}`);
  return ExitCode.Refused;
}
