// In: a plan, its fleet, and the name of a format. Out: the plan in that format, with what the format cannot hold.
import { stringify } from 'csv-stringify/sync';
import { type Problem, problemAt, shown } from '../../core/fleet/problem.ts';
import { writeMgn } from '../../core/inventory/mgn/write-mgn.ts';
import { noteIn } from '../../core/inventory/note.ts';
import { resolvePlan } from '../../core/plan/resolve-plan.ts';
import { readFleet } from '../read-fleet.ts';
import { readPlan } from '../read-plan.ts';

/** A plan in another format, or why it cannot be written. */
export type Exported =
  | {
      readonly ok: true;
      readonly text: string;
      readonly rows: number;
      readonly losses: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

// The formats that plans can be written in.
const exportFormats = ['mgn-csv'] as const;

/** Writes a plan in another format; nothing is touched. */
export async function exportPlan(
  file: string,
  fleets: readonly string[],
  format: string,
): Promise<Exported> {
  const problems: Problem[] = [];
  if (!exportFormats.some((known) => known === format)) {
    problems.push(
      problemAt([], `--format is ${shown(format)}`, `write ${exportFormats.join(' or ')}`),
    );
  }
  const plan = await readPlan(file);
  const fleet = await readFleet(fleets);
  problems.push(...[plan, fleet].flatMap((read) => (read.ok ? [] : read.problems)));
  if (!plan.ok || !fleet.ok || problems.length > 0) return { ok: false, problems };
  const resolved = resolvePlan(plan.plan, fleet.fleet);
  if (!resolved.ok) return { ok: false, problems: plan.locate(resolved.problems) };
  const written = writeMgn(plan.plan, resolved.waves, fleet.fleet, noteIn(fleet.documents));
  if (!written.ok) return written;
  return {
    ok: true,
    text: csvText(written.rows),
    rows: written.rows.length - 1,
    losses: written.losses,
  };
}

/** Prints rows as MGN's own exports are: commas between cells, CRLF line ends. */
export function csvText(rows: readonly (readonly string[])[]): string {
  return stringify(
    rows.map((row) => [...row]),
    { record_delimiter: 'windows', quoted_match: /[\r\n]/ },
  );
}
