// In: evidence. Out: the part of the page on servers: one table of how they ended, and the way of each. Pure.
import type { Evidence } from '../../core/evidence/evidence.ts';
import type { StepWay } from '../../core/evidence/server-step.ts';
import type { ServerWay, WaitWay } from '../../core/evidence/server-way.ts';
import { instantMs, plusSeconds, spokenSpan } from '../../core/time.ts';
import { longestReason } from '../chronicle.ts';
import { clockTime } from '../text-table.ts';
import { waitWords } from '../wait-words.ts';
import { folded, type Inset, type Markup, markup, table } from './markup.ts';
import { nameOf } from './page-parts.ts';

const classes: Readonly<Record<string, string>> = {
  succeeded: 'good',
  skipped: 'soft',
  'rolled-back': 'warn',
};

/** All servers at a glance, then the way of each, folded. */
export function serversPart({ servers }: Evidence): Markup {
  const rows = servers.map((way, i) => {
    const { server, hostname, wave, outcome, code, endedAt } = way;
    return [
      markup`<a href="#server-${i + 1}">${hostname ?? server}</a>`,
      server,
      wave,
      outcomeWords(outcome),
      code,
      endedAt === null ? '' : clockTime(endedAt),
      longestWait(way),
    ];
  });
  const headings = ['server', 'id', 'wave', 'outcome', 'code', 'ended', 'longest wait'];
  const ways = servers.map((way, i) => wayPart(way, i + 1));
  return markup`${table(headings, rows, 'No server is told of.')}<h3>The way of each</h3>\n${ways}`;
}

function outcomeWords(outcome: string | null): Markup {
  return markup`<span class="${classes[outcome ?? ''] ?? 'bad'}">${outcome ?? 'none yet'}</span>`;
}

function longestWait({ waits }: ServerWay): string {
  const longest = waits.toSorted((a, b) => b.seconds - a.seconds)[0];
  return longest === undefined ? '' : `${spokenSpan(longest.seconds)} ${waitWords(longest.wait)}`;
}

function wayPart(way: ServerWay, number: number): Markup {
  const { server, hostname, wave, outcome, code, reason, nextAction } = way;
  const ends: readonly (readonly [string, Inset])[] = [
    ['Wave', wave],
    ['Account, Region', [way.accountId, way.region].filter((part) => part !== null).join(', ')],
    ['Ended', way.endedAt === null ? 'not yet' : clockTime(way.endedAt)],
    ['Reason', [code, reason].filter((part) => part !== null).join(': ')],
    ['Shown by', shownBy(way)],
    ['Next', nextAction === 'nothing' ? null : nextAction],
  ];
  const lines = ends.map(([name, value]) =>
    value === null || value === '' ? '' : markup`<dt>${name}</dt><dd>${value}</dd>`,
  );
  const content = markup`<dl>${lines}</dl>\n${phasesTable(way)}${waitsTable(way)}${launchesTable(way)}${recoveriesTable(way)}${stepsTable(way)}${hooksTable(way)}`;
  const title = markup`<span id="server-${number}">${nameOf(hostname, server)}</span>: ${outcomeWords(outcome)}`;
  return folded(title, content);
}

function shownBy({ jobId, instanceId, lifecycle, replicationState, eventIds }: ServerWay): string {
  return [
    ...(jobId === null ? [] : [`job ${jobId}`]),
    ...(instanceId === null ? [] : [`instance ${instanceId}`]),
    ...(lifecycle === null ? [] : [`last seen ${lifecycle}`]),
    ...(replicationState === null ? [] : [`replication ${replicationState}`]),
    ...(eventIds.length === 0 ? [] : [`events ${eventIds.join(', ')}`]),
  ].join('; ');
}

function phasesTable({ phases }: ServerWay): Inset {
  if (phases.length === 0) return '';
  const rows = phases.map(({ phase, attempt, status, endedAt, durationSeconds, code, message }) => [
    phase,
    attempt,
    status,
    clockTime(endedAt),
    durationSeconds === null ? '' : spokenSpan(durationSeconds),
    [code, message].filter((part) => part !== null).join(': '),
  ]);
  return table(['phase', 'attempt', 'how', 'ended', 'took', 'why'], rows, '');
}

function waitsTable({ waits }: ServerWay): Inset {
  if (waits.length === 0) return '';
  const rows = waits.map((wait) => [
    waitWords(wait.wait).replace(/^for /, ''),
    wait.phase,
    clockTime(wait.since),
    spokenSpan(wait.seconds),
    wait.ended,
    whyLong(wait),
  ]);
  return table(['waited for', 'phase', 'since', 'for', 'how', 'held up longest by'], rows, '');
}

function whyLong({ reasons, since, seconds }: WaitWay): string {
  const [first, ...others] = reasons;
  if (first === undefined) return '';
  if (others.length === 0) return first.reason;
  const isTimed = [since, ...reasons.map((one) => one.since)].every(
    (at) => instantMs(at) !== undefined,
  );
  const why = isTimed ? longestReason(reasons, plusSeconds(since, seconds)) : first.reason;
  return `${why ?? ''} (and ${others.length} more in the records)`;
}

function launchesTable({ launches }: ServerWay): Inset {
  if (launches.length === 0) return '';
  const rows = launches.map(({ at, kind, status, jobId, instanceId, reason }) => [
    clockTime(at),
    kind,
    status,
    jobId,
    instanceId,
    reason,
  ]);
  return table(['at', 'launch', 'came to', 'job', 'instance', 'why'], rows, '');
}

function recoveriesTable({ recoveries }: ServerWay): Inset {
  if (recoveries.length === 0) return '';
  const span = (seconds: number | null) => (seconds === null ? '?' : spokenSpan(seconds));
  const rows = recoveries.map((one) => [
    clockTime(one.at),
    one.recovery,
    one.pointInTimeAt === null ? null : clockTime(one.pointInTimeAt),
    `${span(one.rpoSeconds)} of ${span(one.rpoObjectiveSeconds)}: ${one.rpo ?? ''}`,
    `${span(one.rtoSeconds)} of ${span(one.rtoObjectiveSeconds)}: ${one.rto ?? ''}`,
  ]);
  return table(['at', 'what', 'data of', 'RPO', 'RTO'], rows, '');
}

function stepsTable({ steps }: ServerWay): Inset {
  if (steps.length === 0) return '';
  const rows = steps.map((one) => [
    clockTime(one.at),
    `${one.of}: ${one.step}`,
    stepWords(one),
    one.left.map((what) => markup`<div class="warn">${what}</div>`),
    one.notLookedAt.map((what) => markup`<div>${what}</div>`),
  ]);
  return table(['at', 'step', 'about', 'left', 'not looked at'], rows, '');
}

function stepWords({ instanceId, counterpartArn, graceUntil }: StepWay): string {
  return [
    ...(instanceId === null ? [] : [`instance ${instanceId}`]),
    ...(counterpartArn === null ? [] : [counterpartArn]),
    ...(graceUntil === null ? [] : [`grace until ${clockTime(graceUntil)}`]),
  ].join(', ');
}

function hooksTable({ hooks }: ServerWay): Inset {
  if (hooks.length === 0) return '';
  const rows = hooks.map((hook) => [
    clockTime(hook.at),
    hook.point,
    hook.hook,
    hook.try,
    hook.status,
    hook.durationSeconds === null ? '' : spokenSpan(hook.durationSeconds),
    hook.reason,
    hook.evidence,
  ]);
  return table(['at', 'point', 'hook', 'try', 'came to', 'took', 'why', 'showed'], rows, '');
}
