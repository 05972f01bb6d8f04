// In: inventory files and what a person says of them. Out: a fleet that was read whole, or every bad row.
import { createHash } from 'node:crypto';
import { type Problem, problemAt, shown } from '../../core/fleet/problem.ts';
import { merge } from '../../core/inventory/merge.ts';
import { readInventory } from '../../core/inventory/read-inventory.ts';
import { type Format, formats } from '../../core/inventory/record.ts';
import { type FleetOptions, type MadeFleet, toFleet } from '../../core/inventory/to-fleet.ts';
import { instantMs } from '../../core/time.ts';
import { readTables } from './read-tables.ts';

/** What to import, in the words of the command line. */
export interface ImportRequest {
  readonly files: readonly string[];
  readonly format?: string | undefined;
  readonly target?: string | undefined;
  readonly replication?: string | undefined;
  readonly at?: string | undefined;
  readonly sameKey?: boolean | undefined;
}

/** A fleet with what is worth a look, or why there is none. */
export type Imported =
  | { readonly ok: true; readonly fleet: MadeFleet; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads, merges and completes inventories; nothing is written. */
export async function importInventory(request: ImportRequest): Promise<Imported> {
  const options = readOptions(request);
  const read = await readTables(request.files);
  const problems = [...options.problems, ...(read.ok ? [] : read.problems)];
  if (!read.ok || problems.length > 0) return { ok: false, problems };
  const reading = readInventory(read.tables, options.format);
  if (reading.problems.length > 0) return { ok: false, problems: reading.problems };
  const merged = merge(reading, request.sameKey === true);
  if (merged.problems.length > 0) return { ok: false, problems: merged.problems };
  const fleet = toFleet(merged, reading.files, options.fleet);
  if (fleet.problems.length > 0) return { ok: false, problems: fleet.problems };
  if (merged.servers.length === 0) {
    const problem = problemAt(
      [],
      'the files hold no servers',
      'check that these are the right files',
    );
    return { ok: false, problems: [problem] };
  }
  return { ok: true, fleet, warnings: [...reading.warnings, ...merged.warnings] };
}

const replicationTypes = { agent: 'AGENT_BASED', agentless: 'SNAPSHOT_SHIPPING' } as const;

function readOptions({ format, target, replication, at }: ImportRequest): {
  readonly problems: readonly Problem[];
  readonly format?: Format;
  readonly fleet: FleetOptions;
} {
  const problems: Problem[] = [];
  const wrong = (option: string, value: string, remedy: string) => {
    problems.push(problemAt([], `${option} is ${shown(value)}`, remedy));
  };
  const known = formats.find((one) => one === format);
  if (format !== undefined && known === undefined) {
    wrong('--format', format, `write one of ${formats.join(', ')}`);
  }
  const [, accountId, region] = /^mgn:(\d{12}):([a-z]{2}(?:-[a-z]+)+-\d)$/.exec(target ?? '') ?? [];
  if (target !== undefined && accountId === undefined) {
    wrong('--target', target, 'write it like mgn:111122223333:eu-central-1');
  }
  const type =
    replication === 'agent' || replication === 'agentless'
      ? replicationTypes[replication]
      : undefined;
  if (replication !== undefined && type === undefined) {
    wrong('--replication', replication, 'write agent or agentless');
  }
  const zoned = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;
  const ms = at !== undefined && zoned.test(at) ? instantMs(at) : undefined;
  if (at !== undefined && ms === undefined) {
    wrong('--at', at, 'write it like 2026-01-31T08:00:00Z');
  }
  return {
    problems,
    ...(known === undefined ? {} : { format: known }),
    fleet: {
      ...(accountId === undefined ? {} : { accountId }),
      ...(region === undefined ? {} : { region }),
      ...(type === undefined ? {} : { replicationType: type }),
      ...(ms === undefined ? {} : { at: new Date(ms).toISOString() }),
      digest: (text) => createHash('sha256').update(text).digest('hex'),
    },
  };
}

/** A fleet as a file: a page as AWS prints it, one item a line, with the note of the import beside. */
export function fleetText({ items, note }: MadeFleet): string {
  const lines = items.map((item) => JSON.stringify(item)).join(',\n');
  return `{"items":[\n${lines}\n],\n"inventory":${JSON.stringify(note)}}\n`;
}
