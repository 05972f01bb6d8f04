import type { Digest, Line } from './digest.ts';
import type { Severity } from './severity.ts';

/** A message as plain lines of text, before a channel gives it its form. */
export interface Message {
  readonly severity: Severity;
  readonly title: string;
  readonly paragraphs: readonly Paragraph[];
  /** What closes it: what was left out, where it comes from. */
  readonly foot: string;
}

/** One thing that happened: a head, and what explains it. */
export interface Paragraph {
  readonly severity: Severity;
  readonly head: string;
  readonly rest: readonly string[];
}

/** Puts a digest into words for the people of a stage. */
export function messageOf(digest: Digest, stage: string): Message {
  const paragraphs = digest.lines.map(paragraphOf);
  return {
    severity: digest.severity,
    title: `${titleMarks[digest.severity]}${titleOf(digest)}`,
    paragraphs,
    foot: footOf(digest, stage),
  };
}

const titleMarks: Readonly<Record<Severity, string>> = {
  page: 'ACT NOW: ',
  warning: 'Warning: ',
  info: '',
};

function titleOf({ lines, leftOut, events }: Digest): string {
  const [first] = lines;
  const head = first === undefined ? 'changes' : headOf(first);
  const others = lines.length - 1 + leftOut.lines;
  return others === 0 ? head : `${head}, and ${counted(others, 'other change')} (${events} events)`;
}

function paragraphOf(line: Line): Paragraph {
  return { severity: line.severity, head: headOf(line), rest: restOf(line) };
}

function headOf(line: Line): string {
  return `${whomOf(line)}: ${line.what}`;
}

function whomOf({ names, unnamed, ofServers, place }: Line): string {
  const all = names.length + unnamed;
  if (all > 1) return counted(all, 'server');
  return ofServers ? (names[0] ?? place) : place;
}

function restOf({
  more,
  remedy,
  place,
  ofServers,
  names,
  unnamed,
  events,
}: Line): readonly string[] {
  const many = names.length > 1;
  const times = events > names.length + unnamed ? `, ${events} times in all` : '';
  return [
    ...(many ? [`${names.join(', ')}${unnamed > 0 ? ` and ${unnamed} more` : ''}`] : []),
    ...(more === undefined ? [] : [more]),
    ...(ofServers ? [`In ${place}${times}`] : times === '' ? [] : [times.slice(2)]),
    ...(remedy === undefined ? [] : [remedy]),
  ];
}

function footOf({ leftOut }: Digest, stage: string): string {
  const left =
    leftOut.lines === 0
      ? ''
      : `${counted(leftOut.lines, 'more change')} (${counted(leftOut.events, 'event')}) had no room here. `;
  return `${left}Landfall ${stage}; more with: landfall status`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
