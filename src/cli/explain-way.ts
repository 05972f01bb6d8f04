// In: the way of a server as records tell it. Out: it in words, for when no events are at hand. Pure.
import type { ServerWay } from '../core/evidence/server-way.ts';
import { printable } from '../core/fleet/problem.ts';
import { spokenSpan } from '../core/time.ts';
import { clockTime } from './text-table.ts';
import { waitWords } from './wait-words.ts';

/** What is known of a server beside its way. */
export interface SeenNow {
  /** What was last observed of it, in words. */
  readonly seen?: string;
  /** What a person does about it next; where an outcome says it, that stands. */
  readonly more?: readonly string[];
}

/** Tells the way of a server in one wave; ends without a line break. */
export function explainWay(way: ServerWay, { seen, more = [] }: SeenNow = {}): string {
  const { server, hostname, accountId, region, wave } = way;
  const lines = [
    `${hostname === null ? server : `${hostname} (${server})`}, account ${accountId ?? '?'}, ${region ?? '?'}`,
    `Wave ${wave}: ${endWords(way)}`,
    ...(seen === undefined ? [] : [`Last seen: ${seen}`]),
    ...shownBy(way),
    ...(way.nextAction === null || way.nextAction === 'nothing' ? [] : [`Next: ${way.nextAction}`]),
    ...more,
    '',
    ...way.phases.map(
      ({ phase, attempt, status, endedAt, code, message }) =>
        `${clockTime(endedAt)}  PHASE ${phase}${attempt > 1 ? ` (attempt ${attempt})` : ''} ${status}${why(code, message)}`,
    ),
    ...way.launches.map(
      ({ at, kind, status, instanceId }) =>
        `${clockTime(at)}  the ${kind} instance ${instanceId ?? '?'} is ${status}`,
    ),
    ...way.hooks.map(
      ({ at, point, hook, try: tried, status, reason }) =>
        `${clockTime(at)}  hook ${hook} at ${point}${tried > 1 ? `, try ${tried}` : ''}: ${status}${why(null, reason)}`,
    ),
    ...way.waits.flatMap(({ since, wait, seconds, ended, reasons }) => [
      `${clockTime(since)}  ${ended === 'waiting' ? 'waits' : 'waited'} ${spokenSpan(seconds)} ${waitWords(wait)}`,
      ...reasons.map((one) => `    from ${clockTime(one.since)}: ${one.reason}`),
    ]),
  ];
  const isBare = lines.at(-1) === '';
  return [...(isBare ? lines.slice(0, -1) : lines)].map(printable).join('\n');
}

function endWords({ outcome, code, reason }: ServerWay): string {
  return outcome === null ? 'no outcome yet' : `${outcome}${why(code, reason)}`;
}

function why(code: string | null, reason: string | null): string {
  const said = [code, reason].filter((part) => part !== null && part !== '').join(': ');
  return said === '' ? '' : `; ${said}`;
}

function shownBy({ jobId, instanceId, lifecycle }: ServerWay): readonly string[] {
  const shown = [
    ...(jobId === null ? [] : [`job ${jobId}`]),
    ...(instanceId === null ? [] : [`instance ${instanceId}`]),
    ...(lifecycle === null ? [] : [`last seen ${lifecycle}`]),
  ];
  return shown.length === 0 ? [] : [`Shown by: ${shown.join(', ')}`];
}
