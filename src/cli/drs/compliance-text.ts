// In: how servers stand with their drills. Out: tables for a person, or CSV for a spreadsheet. Pure.
import { stringify } from 'csv-stringify/sync';
import {
  type ApplicationCompliance,
  type Compliance,
  type ComplianceState,
  keptIn,
  type Measured,
  type ServerCompliance,
} from '../../core/compliance/compliance.ts';
import { printable } from '../../core/fleet/problem.ts';
import { spokenSpan } from '../../core/time.ts';
import { clockTime, counted, textTable } from '../text-table.ts';

const words: Readonly<Record<ComplianceState, string>> = {
  kept: 'kept',
  'objective-missed': 'OBJECTIVE MISSED',
  overdue: 'OVERDUE',
  'never-drilled': 'NEVER DRILLED',
  unknown: 'unknown',
};

/** Draws applications, then every server, those first that keep to nothing. */
export function complianceText(compliance: Compliance): string {
  const { at, servers, applications } = compliance;
  if (servers.length === 0) return 'No server of DRS is known.';
  const kept = keptIn(compliance);
  const head = `${counted(servers.length, 'server')} as of ${clockTime(at)}: ${kept} kept, ${servers.length - kept} not.`;
  const tables = [
    textTable([
      ['application', 'servers', 'kept', 'not', 'oldest drill', 'longest RPO', 'longest RTO'],
      ...applications.map(applicationRow).map(printed),
    ]),
    textTable([
      ['server', 'application', 'state', 'last drill', 'drills', 'RPO', 'RTO', 'since then'],
      ...servers.map(serverRow).map(printed),
    ]),
  ];
  return [head, ...tables].join('\n\n');
}

function printed(row: readonly (string | number)[]): readonly (string | number)[] {
  return row.map((cell) => (typeof cell === 'string' ? printable(cell) : cell));
}

function applicationRow(one: ApplicationCompliance): readonly (string | number)[] {
  const kept = one.counts.kept ?? 0;
  return [
    one.application ?? '(none)',
    one.servers,
    kept,
    one.servers - kept,
    one.oldestDrillAt === null ? 'not all drilled' : clockTime(one.oldestDrillAt),
    spanOf(one.worstRpoSeconds),
    spanOf(one.worstRtoSeconds),
  ];
}

function serverRow(one: ServerCompliance): readonly (string | number)[] {
  const { hostname, server, measured, lastFailure } = one;
  return [
    hostname === null ? server : `${hostname} (${server})`,
    one.application ?? '(none)',
    words[one.state],
    one.lastDrillAt === null ? 'never' : clockTime(one.lastDrillAt),
    `${one.succeeded} of ${one.drills}`,
    againstOf(measured, 'rpo'),
    againstOf(measured, 'rto'),
    lastFailure === null ? '' : `${lastFailure.outcome}: ${cut(lastFailure.reason)}`,
  ];
}

function againstOf(measured: Measured | null, name: 'rpo' | 'rto'): string {
  if (measured === null) return 'none';
  const actual = spanOf(measured[`${name}Seconds`]);
  return `${actual} of ${spokenSpan(measured[`${name}ObjectiveSeconds`])}${measured[name] === 'missed' ? ' MISSED' : ''}`;
}

function spanOf(seconds: number | null): string {
  return seconds === null ? 'none' : spokenSpan(seconds);
}

function cut(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

const columns = [
  ...['target', 'server', 'hostname', 'application', 'state', 'lastDrillAt', 'drills', 'succeeded'],
  ...['lastSuccessWave', 'lastSuccessAt', 'rpoSeconds', 'rpoObjectiveSeconds', 'rpo', 'rtoSeconds'],
  ...['rtoObjectiveSeconds', 'rto', 'lastFailureWave', 'lastFailureAt', 'lastFailure'],
] as const;

/** Writes a row a server; a cell that a spreadsheet would compute is kept from it. */
export function complianceCsv({ servers }: Compliance): string {
  const rows = servers.map((one): readonly unknown[] => {
    const { lastSuccess, lastFailure, measured: m } = one;
    return [
      ...[one.target, one.server, one.hostname, one.application, one.state, one.lastDrillAt],
      ...[one.drills, one.succeeded, lastSuccess?.wave, lastSuccess?.endedAt],
      ...[m?.rpoSeconds, m?.rpoObjectiveSeconds, m?.rpo, m?.rtoSeconds, m?.rtoObjectiveSeconds],
      ...[m?.rto, lastFailure?.wave, lastFailure?.endedAt, lastFailure?.reason],
    ];
  });
  const cells = rows.map((row) => row.map((value) => (value == null ? '' : String(value))));
  return stringify([[...columns], ...cells], {
    record_delimiter: 'windows',
    escape_formulas: true,
  });
}
