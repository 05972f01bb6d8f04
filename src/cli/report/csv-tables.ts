// In: evidence. Out: its tables as CSV, one a file; what is no plain value stands as JSON. Pure.
import { stringify } from 'csv-stringify/sync';
import { canonicalJson } from '../../core/canonical-json.ts';
import type { Evidence } from '../../core/evidence/evidence.ts';
import { complianceCsv } from '../drs/compliance-text.ts';

type Row = Readonly<Record<string, unknown>>;

const columns = {
  'waves.csv': 'wave servers startedAt concludedAt planHash outcomes',
  'stages.csv': 'wave phase startedAt endedAt servers cohort attempts failed reason',
  'servers.csv':
    'wave server hostname accountId region outcome code reason endedAt jobId instanceId lifecycle replicationState eventIds nextAction',
  'phases.csv': 'wave server hostname phase attempt status endedAt durationSeconds code message',
  'waits.csv': 'wave server hostname phase wait since seconds ended reasons',
  'launches.csv': 'wave server hostname at kind status jobId instanceId reason',
  'recoveries.csv':
    'wave server hostname at recovery instanceId calledAt pointInTimeAt rpoSeconds rpoObjectiveSeconds rpo rtoSeconds rtoObjectiveSeconds rto',
  'steps.csv':
    'wave server hostname at of step instanceId counterpartArn graceUntil left notLookedAt',
  'hooks.csv': 'wave server hostname at point hook try status durationSeconds reason evidence key',
  'gates.csv': 'at wave gate what phase cohort server by reason inputs',
  'decisions.csv': 'at wave order phase scope tier servers serverIds by reason',
  'deviations.csv': 'at wave server hostname what expected found',
  'estimates.csv': 'wave p5 p50 p80 p95 actual lateSeconds inside',
  'lag.csv': 'wave at untold unknown current minutes hour behind',
} as const;
type TableName = keyof typeof columns;

/**
 * Writes each table with its header; a cell that a spreadsheet would compute is kept from it. Those of what DRS alone has are
 * there only where it was told.
 */
export function csvTables(evidence: Evidence): ReadonlyMap<string, string> {
  const { waves, stages, servers, gates, orders, deviations, estimates, lag } = evidence;
  const ofServers = (parts: (way: (typeof servers)[number]) => readonly object[]) =>
    servers.flatMap((way) => {
      const { wave, server, hostname } = way;
      return parts(way).map((row) => ({ ...row, wave, server, hostname }));
    });
  const rows: Readonly<Record<TableName, readonly object[]>> = {
    'waves.csv': waves,
    'stages.csv': stages,
    'servers.csv': servers,
    'phases.csv': ofServers(({ phases }) => phases),
    'waits.csv': ofServers(({ waits }) => waits),
    'launches.csv': ofServers(({ launches }) => launches),
    'recoveries.csv': ofServers(({ recoveries }) => recoveries),
    'steps.csv': ofServers(({ steps }) => steps),
    'hooks.csv': ofServers(({ hooks }) => hooks),
    'gates.csv': gates,
    'decisions.csv': orders,
    'deviations.csv': deviations,
    'estimates.csv': estimates,
    'lag.csv': lag.flatMap(({ wave, bands, points }) =>
      points.map(({ at, servers: counts }) => ({
        wave,
        at,
        ...Object.fromEntries(bands.map((band, i) => [band, counts[i] ?? 0])),
      })),
    ),
  };
  const written = (name: TableName) => csvOf(columns[name].split(' '), rows[name]);
  const { compliance } = evidence;
  return new Map([
    ...Object.keys(rows)
      .filter(isTable)
      .filter((name) => name !== 'steps.csv' || rows[name].length > 0)
      .map((name) => [name, written(name)] as const),
    ...(compliance === null ? [] : [['compliance.csv', complianceCsv(compliance)] as const]),
  ]);
}

function isTable(name: string): name is TableName {
  return Object.hasOwn(columns, name);
}

function csvOf(names: readonly string[], rows: readonly object[]): string {
  const cells = rows.map((row) => {
    const members: Row = { ...row };
    return names.map((name) => cell(members[name]));
  });
  return stringify([[...names], ...cells], { record_delimiter: 'windows', escape_formulas: true });
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? canonicalJson(value) : String(value);
}
