import { cut, printable } from '../../core/fleet/problem.ts';
import { clockTime } from '../text-table.ts';

// What every event has, or what the line says elsewhere.
const elsewhere = new Set([
  ...['schemaVersion', 'eventId', 'stream', 'sequence', 'observedAt', 'accountId', 'region'],
  ...['sourceServerId', 'arn', 'hostname', 'tags', 'wave', 'plan', 'target', 'jobId', 'execution'],
  ...['previous', 'current'],
]);

/** Says an event in one line: when, what, about whom, and what was and is. Anything may stand in the event. */
export function eventLine(event: unknown): string {
  const envelope = recordOf(event);
  const detail = recordOf(envelope['detail']);
  const at = textOf(detail['observedAt']) ?? textOf(envelope['time']) ?? '';
  const parts = [
    clockTime(at),
    textOf(envelope['detail-type']) ?? 'an event without a detail-type',
    subjectOf(detail),
    changeOf(detail),
    ...Object.entries(detail)
      .filter(([name]) => !elsewhere.has(name))
      .map(([name, value]) => `${name}=${said(value)}`),
  ];
  return printable(parts.filter((part) => part !== '').join('  '));
}

/** A JSON object, or an empty one in place of anything else. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}

function subjectOf(detail: Readonly<Record<string, unknown>>): string {
  const id = textOf(detail['sourceServerId']);
  const host = textOf(detail['hostname']);
  if (id !== undefined) return host === undefined ? id : `${cut(host)} (${id})`;
  const named = ['jobId', 'wave', 'target'].map((name) => textOf(detail[name]));
  return cut(named.find((name) => name !== undefined) ?? '');
}

function changeOf(detail: Readonly<Record<string, unknown>>): string {
  if (!('current' in detail)) return '';
  const current = said(detail['current']);
  return 'previous' in detail ? `${said(detail['previous'])} → ${current}` : current;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function said(value: unknown): string {
  return cut(typeof value === 'string' ? value : JSON.stringify(value));
}
