import type { CommandDef } from 'citty';
import { type Problem, problemAt } from '../../core/fleet/problem.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { deploymentOptions } from '../deployment-options.ts';
import type { ExitCode } from '../exit-code.ts';

const definition: CommandDef = {
  meta: { name: 'events replay', description: 'Deliver the events of a span of time once more' },
  args: {
    dir: {
      type: 'positional',
      required: false,
      description:
        'Print those of a rehearsal or of a file of events, instead of the archive on AWS',
    },
    from: { type: 'string', valueHint: 'instant', description: 'From when on' },
    to: { type: 'string', valueHint: 'instant', description: 'Until when' },
    rule: {
      type: 'string',
      valueHint: 'name',
      description: 'On AWS: the rule of the bus that receives them; may be given more than once',
    },
    pattern: {
      type: 'string',
      valueHint: 'pattern',
      description:
        'With DIR: only events that an event pattern takes, a JSON file or the JSON itself',
    },
    post: {
      type: 'string',
      valueHint: 'url',
      description:
        'With DIR: post each event to an address, one after another, instead of printing it',
    },
    ...deploymentOptions,
  },
};

/**
 * `landfall events replay`: has EventBridge replay the archive of the bus to a subscriber's rule, and follows it to its
 * end; or prints the events of a rehearsal as JSON lines.
 * @example landfall events replay --from 2026-01-31T08:00:00Z --to 2026-01-31T12:00:00Z --rule my-subscriber
 */
export const eventsReplay: Command = { definition, repeatable: ['rule'], run };

async function run(given: Arguments): Promise<ExitCode> {
  const dir = given.one('dir');
  return dir === undefined ? onAws(given) : ofFile(given, dir);
}

async function onAws(given: Arguments): Promise<ExitCode> {
  const { onDeployment, refuse } = await import('../on-deployment.ts');
  const { readSpan } = await import('../events/event-span.ts');
  const { runReplay } = await import('../events/run-replay.ts');
  const span = readSpan(given.one('from'), given.one('to'));
  const stray = strayProblems(given, ['pattern', 'post'], 'goes with a DIR only');
  if (!span.ok || stray.length > 0) {
    return refuse([...stray, ...(span.ok ? [] : span.problems)], given.has('json'));
  }
  return onDeployment(given, (deployment) => runReplay(given, deployment, span.span));
}

async function ofFile(given: Arguments, path: string): Promise<ExitCode> {
  const { readSpan } = await import('../events/event-span.ts');
  const { readPattern } = await import('../events/read-pattern.ts');
  const { replayFile } = await import('../events/local-replay.ts');
  const isWhole = !given.has('from') && !given.has('to');
  const span = isWhole ? undefined : readSpan(given.one('from'), given.one('to'));
  const words = given.one('pattern');
  const pattern = words === undefined ? undefined : await readPattern(words);
  const stray = strayProblems(given, ['rule'], 'goes without a DIR only');
  if (stray.length > 0 || span?.ok === false || pattern?.ok === false) {
    const { refuse } = await import('../on-deployment.ts');
    const wrong = [span, pattern].flatMap((read) => (read?.ok === false ? read.problems : []));
    return refuse([...stray, ...wrong], given.has('json'));
  }
  const post = given.one('post');
  return replayFile({ path, span: span?.span, pattern: pattern?.pattern, post });
}

function strayProblems(
  given: Arguments,
  strange: readonly string[],
  where: string,
): readonly Problem[] {
  return strange
    .filter((name) => given.has(name))
    .map((name) => problemAt([], `--${name} ${where}`, 'leave it out'));
}
