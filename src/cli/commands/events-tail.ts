import type { CommandDef } from 'citty';
import type { Problem } from '../../core/fleet/problem.ts';
import type { EventPattern } from '../../runtime/event-pattern.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { deploymentOptions } from '../deployment-options.ts';
import { ExitCode } from '../exit-code.ts';

const definition: CommandDef = {
  meta: { name: 'events tail', description: 'Show events as they come, or those of a rehearsal' },
  args: {
    from: {
      type: 'string',
      valueHint: 'dir',
      description: 'Read what landfall rehearse --out wrote, or a file of events, instead of AWS',
    },
    pattern: {
      type: 'string',
      valueHint: 'pattern',
      description: 'Only events that an event pattern takes: a JSON file, or the JSON itself',
    },
    for: { type: 'string', valueHint: 'seconds', description: 'End after so many seconds' },
    limit: { type: 'string', valueHint: 'number', description: 'End after so many events' },
    ...deploymentOptions,
    json: { type: 'boolean', description: 'Print each event whole, as a JSON line' },
  },
};

/**
 * `landfall events tail`: shows the events of a bus as they come. It listens by a queue and a rule of its own, which it
 * removes at the end, on Ctrl-C as well.
 * @example landfall events tail --pattern '{"detail":{"wave":["programme-a.wave-1"]}}'
 */
export const eventsTail: Command = { definition, repeatable: [], run };

async function run(given: Arguments): Promise<ExitCode> {
  const { landfallPattern, readEnd } = await import('../events/read-end.ts');
  const { readPattern } = await import('../events/read-pattern.ts');
  const { eventLine } = await import('../events/event-line.ts');
  const json = given.has('json');
  const words = given.one('pattern');
  const pattern = words === undefined ? undefined : await readPattern(words);
  const end = readEnd(given);
  if (!end.ok || pattern?.ok === false) {
    return refused([
      ...(pattern?.ok === false ? pattern.problems : []),
      ...(end.ok ? [] : end.problems),
    ]);
  }
  for (const warning of pattern?.warnings ?? []) console.error(`landfall: ${warning}`);
  const show = (event: Readonly<Record<string, unknown>>) =>
    console.log(json ? JSON.stringify(event) : eventLine(event));
  const from = given.one('from');
  if (from !== undefined) return showFile(from, pattern?.pattern, end.limit, show);
  const { onDeployment } = await import('../on-deployment.ts');
  const { exitCodeOf, listen } = await import('../events/listen.ts');
  const { firstDeliveries } = await import('../events/first-deliveries.ts');
  const isFirst = firstDeliveries();
  return onDeployment(given, async (deployment) => {
    const listening = { ...end, json: false, pattern: pattern?.text ?? landfallPattern };
    return exitCodeOf(
      await listen(given, deployment, listening, (event) => {
        if (isFirst(event)) show(event);
      }),
    );
  });
}

// A reader of JSON lines expects events, not an object that says why there are none.
async function refused(problems: readonly Problem[]): Promise<ExitCode> {
  const { refuse } = await import('../on-deployment.ts');
  return refuse(problems, false);
}

async function showFile(
  path: string,
  pattern: EventPattern | undefined,
  limit: number | undefined,
  show: (event: Readonly<Record<string, unknown>>) => void,
): Promise<ExitCode> {
  const { openEvents } = await import('../events/read-events.ts');
  const { patternMatches } = await import('../../runtime/event-pattern.ts');
  const opened = openEvents(path);
  if (!opened.ok) return refused([opened.problem]);
  let shown = 0;
  let unreadable = 0;
  for await (const read of opened.events) {
    if ('problem' in read) {
      unreadable += 1;
      console.error(`${opened.file}:${read.line}: ${read.problem}`);
      continue;
    }
    if (pattern !== undefined && !patternMatches(pattern, read.event)) continue;
    show(read.event);
    shown += 1;
    if (shown === limit) break;
  }
  return unreadable === 0 ? ExitCode.Done : ExitCode.NotAll;
}
