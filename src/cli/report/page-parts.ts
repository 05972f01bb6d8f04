// In: evidence. Out: the parts of the page on what happened when, gates, decisions and deviations. Pure.

import type { Detail } from '../../core/event/told.ts';
import type { Evidence } from '../../core/evidence/evidence.ts';
import type { GateEntry } from '../../core/evidence/gate-history.ts';
import type { Instant } from '../../core/time.ts';
import { clockTime, counted } from '../text-table.ts';
import { folded, type Inset, type Markup, markup, table } from './markup.ts';

const mostOpen = 60;
const mostOpenAtGate = 12;

/** What happened to waves as a whole, in the order of time: starts, stages, gates, decisions, ends. */
export function timelinePart({ waves, stages, gates, orders }: Evidence): Markup {
  const rows: (readonly [Instant, string, string, string])[] = [];
  for (const { wave, startedAt, concludedAt, servers } of waves) {
    rows.push([startedAt, wave, 'starts', counted(servers, 'server')]);
    if (concludedAt !== null) rows.push([concludedAt, wave, 'concluded', '']);
  }
  for (const { wave, phase, startedAt, servers, cohort, reason } of stages) {
    // What is waited for at a gate is told by the gate.
    if (/^(approval|window) of /.test(phase)) continue;
    const about = [
      ...(servers > 0 ? [counted(servers, 'server')] : []),
      ...(cohort === null ? [] : [`cohort ${cohort}`]),
      ...(reason === null ? [] : [reason]),
    ];
    rows.push([startedAt, wave, phase === 'held' ? 'held' : `${phase} begins`, about.join(', ')]);
  }
  for (const entry of gates) {
    if (entry.server !== null) continue;
    const what = `${entry.gate} of ${entry.phase ?? 'finalize'}: ${entry.what}`;
    rows.push([entry.at, entry.wave, what, entry.reason ?? '']);
  }
  for (const { at, wave, order, by, reason } of orders) {
    if (order === 'approve' || order === 'deny') continue;
    rows.push([at, wave, `${order} by ${by}`, reason ?? '']);
  }
  const sorted = rows
    .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([at, ...cells]) => [clockTime(at), ...cells]);
  return long(['at', 'wave', 'what', ''], sorted, 'Nothing was told.', 'entry', 'entries');
}

/** A table, folded away where it is long. */
export function long(
  headings: readonly string[],
  rows: readonly (readonly Inset[])[],
  empty: string,
  one: string,
  several: string,
  most = mostOpen,
): Markup {
  const content = table(headings, rows, empty);
  if (rows.length <= most) return content;
  return folded(`${rows.length} ${rows.length === 1 ? one : several}`, content);
}

const gateNames: readonly (readonly [GateEntry['gate'], string])[] = [
  ['approval', 'Approvals'],
  ['window', 'Windows'],
  ['preflight', 'Preflight'],
  ['soak', 'Soak'],
  ['sign-off', 'Sign-off'],
];

/** Each gate with what it judged by. */
export function gatesPart({ gates }: Evidence): Markup {
  const parts = gateNames.flatMap(([gate, name]) => {
    const own = gates.filter((entry) => entry.gate === gate);
    if (own.length === 0) return [];
    const rows = own.map((entry) => [
      clockTime(entry.at),
      entry.wave,
      entry.server ?? entry.phase,
      entry.cohort,
      entry.what,
      entry.by,
      entry.reason,
      inputsList(entry.inputs),
    ]);
    const about = gate === 'sign-off' || gate === 'soak' ? 'about' : 'phase';
    const headings = ['at', 'wave', about, 'cohort', 'what', 'by', 'why', 'judged by'];
    return [
      markup`<h3>${name}</h3>\n${long(headings, rows, '', 'entry', 'entries', mostOpenAtGate)}`,
    ];
  });
  const soft = 'The conditions that servers had to meet stand with each server, under its waits.';
  if (parts.length === 0)
    return markup`<p class="none">No gate was told of.</p><p class="soft">${soft}</p>`;
  return markup`${parts}<p class="soft">${soft}</p>\n`;
}

function inputsList(inputs: Detail): Markup {
  const { findings, ...plain } = inputs;
  const lines = Object.entries(plain).map(
    ([name, value]) => markup`<div>${name}: ${words(value)}</div>`,
  );
  const found = Array.isArray(findings)
    ? findings.map((finding) => markup`<div>${findingWords(finding)}</div>`)
    : [];
  return markup`${lines}${found}`;
}

function findingWords(finding: unknown): string {
  if (typeof finding !== 'object' || finding === null) return words(finding);
  const { rule, message, remedy }: Detail = { ...finding };
  return `${words(rule)}: ${words(message)} → ${words(remedy)}`;
}

// The records have it whole.
const digest = /^[0-9a-f]{40,}$/;

function words(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (typeof value === 'string') {
    if (/^\d{4}-\d\d-\d\dT/.test(value)) return clockTime(value);
    return digest.test(value) ? `${value.slice(0, 12)}…` : value;
  }
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) {
    return value.length > 6
      ? `${value.slice(0, 6).join(', ')} and ${value.length - 6} more`
      : value.join(', ');
  }
  return JSON.stringify(value) ?? 'none';
}

/** Who decided what, when and why; and what was answered to a rehearsed operator. */
export function decisionsPart({ orders, answers }: Evidence): Markup {
  const rows = orders.map(
    ({ at, wave, order, phase, scope, tier, servers, serverIds, by, reason }) => [
      clockTime(at),
      wave,
      [order, phase].filter((word) => word !== null).join(' '),
      tier ??
        (scope === 'servers' ? serverIds.join(', ') || counted(servers ?? 0, 'server') : scope),
      by,
      reason,
    ],
  );
  const given = table(
    ['at', 'wave', 'what', 'about', 'who', 'why'],
    rows,
    'Nobody decided anything.',
  );
  if (answers.length === 0) return given;
  const said = answers.map(({ at, order, subject, by, status, said: answer }) => [
    at === null ? 'never' : clockTime(at),
    order,
    subject,
    by,
    status,
    answer,
  ]);
  const headings = ['at', 'order', 'about', 'who', 'answer', ''];
  return markup`${given}<h3>What the rehearsed operator was answered</h3>\n${table(headings, said, '')}`;
}

/** What went otherwise than planned: how often each, then each one. */
export function deviationsPart({ deviations }: Evidence): Markup {
  const counts = new Map<string, number>();
  for (const { what } of deviations) counts.set(what, (counts.get(what) ?? 0) + 1);
  const sums = [...counts].map(([what, count]) => {
    const expected = deviations.find((one) => one.what === what)?.expected ?? '';
    return [what, count, expected];
  });
  const rows = deviations.map(({ at, wave, server, hostname, what, expected, found }) => [
    at === null ? '' : clockTime(at),
    wave,
    server === null ? '' : nameOf(hostname, server),
    what,
    found,
    expected,
  ]);
  const headings = ['at', 'wave', 'server', 'what', 'found', 'expected'];
  const none = 'Everything went as planned.';
  return markup`${table(['what', 'times', 'expected'], sums, none)}${
    rows.length === 0
      ? ''
      : folded(`All ${rows.length}`, table(headings, rows, none), rows.length <= mostOpen)
  }`;
}

/** A server by its host name and id. */
export function nameOf(hostname: string | null, server: string): string {
  return hostname === null ? server : `${hostname} (${server})`;
}
