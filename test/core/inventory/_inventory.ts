import { createHash } from 'node:crypto';
import { csvText } from '../../../src/cli/inventory/export-plan.ts';
import { fleetText } from '../../../src/cli/inventory/import-inventory.ts';
import { planText } from '../../../src/cli/inventory/plan-text.ts';
import { readCsv } from '../../../src/cli/inventory/read-tables.ts';
import { readPlanText } from '../../../src/cli/read-plan.ts';
import type { Fleet } from '../../../src/core/fleet/fleet.ts';
import { type Problem, printProblems } from '../../../src/core/fleet/problem.ts';
import { readFleetDocuments } from '../../../src/core/fleet/read-fleet-documents.ts';
import { draftPlan } from '../../../src/core/inventory/draft-plan.ts';
import { merge } from '../../../src/core/inventory/merge.ts';
import { writeMgn } from '../../../src/core/inventory/mgn/write-mgn.ts';
import { type InventoryNote, noteIn } from '../../../src/core/inventory/note.ts';
import { readInventory } from '../../../src/core/inventory/read-inventory.ts';
import type { Format } from '../../../src/core/inventory/record.ts';
import type { Table } from '../../../src/core/inventory/table.ts';
import {
  type FleetOptions,
  type MadeFleet,
  toFleet,
} from '../../../src/core/inventory/to-fleet.ts';
import type { Plan } from '../../../src/core/plan/plan.ts';
import { resolvePlan } from '../../../src/core/plan/resolve-plan.ts';

export const digest = (text: string) => createHash('sha256').update(text).digest('hex');

/** The table of a CSV text; throws where the text is none. */
export function aTable(text: string, file = 'f.csv'): Table {
  const read = readCsv(text, file);
  if (!read.ok) throw new Error(said(read.problems).join('\n'));
  const [table] = read.tables;
  if (table === undefined) throw new Error('no table');
  return table;
}

/** Problems as lines of text. */
export function said(problems: readonly Problem[]): readonly string[] {
  return problems.length === 0 ? [] : printProblems(problems).split('\n');
}

export interface Import {
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
  readonly made: MadeFleet;
  readonly fleet: Fleet;
  readonly note: InventoryNote;
}

/** Imports CSV texts, each under a file name. */
export function imported(
  files: Readonly<Record<string, string>>,
  options: Partial<FleetOptions> & { sameKey?: boolean; format?: Format } = {},
): Import {
  const { sameKey, format, ...rest } = options;
  const tables = Object.entries(files).map(([file, text]) => aTable(text, file));
  const reading = readInventory(tables, format);
  const merged = merge(reading, sameKey);
  const made = toFleet(merged, reading.files, { digest, ...rest });
  const documents: unknown = JSON.parse(fleetText(made));
  return {
    problems: said([...reading.problems, ...merged.problems, ...made.problems]),
    warnings: said([...reading.warnings, ...merged.warnings]),
    made,
    fleet: readFleetDocuments([documents]),
    note: noteIn([documents]),
  };
}

/** Drafts a plan and reads it back from its text; throws where it is refused. */
export function drafted(fleet: Fleet): Plan {
  const read = readPlanText(planText(draftPlan(fleet), '/'), 'draft');
  if (!read.ok) throw new Error(said(read.problems).join('\n'));
  return read.plan;
}

/** Writes a plan as MGN's CSV; throws where plan and fleet do not fit. */
export function exported(plan: Plan, fleet: Fleet, note: InventoryNote) {
  const resolved = resolvePlan(plan, fleet);
  if (!resolved.ok) throw new Error(said(resolved.problems).join('\n'));
  const written = writeMgn(plan, resolved.waves, fleet, note);
  return written.ok
    ? { problems: [], text: csvText(written.rows), rows: written.rows, losses: written.losses }
    : { problems: said(written.problems), text: '', rows: [], losses: [] };
}
