import { type Problem, problemAt, shown } from '../../core/fleet/problem.ts';
import { type Instant, instantMs } from '../../core/time.ts';

/** A span of time, both ends included. */
export interface EventSpan {
  readonly from: Instant;
  readonly to: Instant;
}

/** A span, or what is wrong with its ends. */
export type SpanRead =
  | { readonly ok: true; readonly span: EventSpan }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const zoned = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/** Reads a span from the words of the command line. */
export function readSpan(from: string | undefined, to: string | undefined): SpanRead {
  const problems = [...endProblems('--from', from), ...endProblems('--to', to)];
  if (problems.length > 0 || from === undefined || to === undefined) return { ok: false, problems };
  if ((instantMs(from) ?? 0) < (instantMs(to) ?? 0)) return { ok: true, span: { from, to } };
  const problem = `--from ${from} is not before --to ${to}`;
  return { ok: false, problems: [problemAt([], problem, 'give the earlier instant to --from')] };
}

/** Says whether an event was observed within a span. */
export function isWithin(
  { from, to }: EventSpan,
  event: Readonly<Record<string, unknown>>,
): boolean {
  const { detail, time } = event;
  const observed =
    typeof detail === 'object' && detail !== null && 'observedAt' in detail
      ? detail.observedAt
      : time;
  const ms = typeof observed === 'string' ? instantMs(observed) : undefined;
  return ms !== undefined && ms >= (instantMs(from) ?? 0) && ms <= (instantMs(to) ?? 0);
}

function endProblems(option: string, text: string | undefined): readonly Problem[] {
  if (text === undefined) {
    return [problemAt([], `${option} is missing`, 'write it like 2026-01-31T08:00:00Z')];
  }
  if (zoned.test(text) && instantMs(text) !== undefined) return [];
  const problem = `${option} is ${shown(text)}, no instant with a time zone`;
  return [problemAt([], problem, 'write it like 2026-01-31T08:00:00Z')];
}
