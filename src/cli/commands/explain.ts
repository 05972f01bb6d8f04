import type { CommandDef } from 'citty';
import { printable, printProblems, shown } from '../../core/fleet/problem.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { ExitCode } from '../exit-code.ts';

const definition: CommandDef = {
  meta: {
    name: 'explain',
    description: 'Tell the whole way of one server through a rehearsal, and why',
  },
  args: {
    server: { type: 'positional', required: true, description: 'The server, by id or host name' },
    dir: { type: 'positional', required: true, description: 'What landfall rehearse --out wrote' },
  },
};

/**
 * `landfall explain`: the way of one server in words, from the logs alone.
 * @example landfall explain AMSMAM6 out
 */
export const explain: Command = { definition, repeatable: [], run };

async function run(given: Arguments): Promise<ExitCode> {
  const { openRehearsal } = await import('../open-rehearsal.ts');
  const opened = openRehearsal(given.one('dir') ?? '');
  if (!opened.ok) return refuse(printProblems(opened.problems));
  const { indexTrace } = await import('../../trace/trace.ts');
  const { defaultBounds } = await import('../../trace/check-trace.ts');
  const { findServer } = await import('../find-server.ts');
  const { explainServer } = await import('../explain-server.ts');
  const trace = indexTrace(opened.logs, defaultBounds);
  const name = given.one('server') ?? '';
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
          `${shown(name)} is no server of this rehearsal`,
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
