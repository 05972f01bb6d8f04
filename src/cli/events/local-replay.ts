// In: a file of events and a span. Out: the events of that span as JSON lines, or posted one after another in order.
import { type Problem, problemAt, shown } from '../../core/fleet/problem.ts';
import { type EventPattern, patternMatches } from '../../runtime/event-pattern.ts';
import { ExitCode } from '../exit-code.ts';
import { counted } from '../text-table.ts';
import { type EventSpan, isWithin } from './event-span.ts';
import { postEvent } from './post-events.ts';
import { openEvents } from './read-events.ts';

/** What of a file is replayed, and whereto. */
export interface LocalReplay {
  readonly path: string;
  readonly span: EventSpan | undefined;
  readonly pattern: EventPattern | undefined;
  /** Where each event is posted; printed where absent. */
  readonly post: string | undefined;
}

/** Replays a file; answers 0 when all is done, 1 when a line was none or the address stopped taking them. */
export async function replayFile({ path, span, pattern, post }: LocalReplay): Promise<ExitCode> {
  if (post !== undefined && !isAddress(post)) {
    const problem = `--post ${shown(post)} is no address`;
    return refused(problemAt([], problem, 'write it like http://127.0.0.1:8080/events'));
  }
  const opened = openEvents(path);
  if (!opened.ok) return refused(opened.problem);
  let told = 0;
  let unreadable = 0;
  for await (const read of opened.events) {
    if ('problem' in read) {
      unreadable += 1;
      console.error(`${opened.file}:${read.line}: ${read.problem}`);
      continue;
    }
    const { event } = read;
    if (span !== undefined && !isWithin(span, event)) continue;
    if (pattern !== undefined && !patternMatches(pattern, event)) continue;
    if (post === undefined) console.log(JSON.stringify(event));
    else {
      const posted = await postEvent(post, event);
      if (!posted.ok) {
        console.error(
          `${post} did not take the event of line ${read.line}: ${posted.problem}. ${counted(told, 'event')} posted before it.`,
        );
        return ExitCode.NotAll;
      }
    }
    told += 1;
  }
  if (post !== undefined) console.error(`${counted(told, 'event')} posted to ${post}.`);
  return unreadable === 0 ? ExitCode.Done : ExitCode.NotAll;
}

async function refused(problem: Problem): Promise<ExitCode> {
  const { refuse } = await import('../on-deployment.ts');
  return refuse([problem], false);
}

function isAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
