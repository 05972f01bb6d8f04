// In: fleet files, or inventories that have yet to become one. Out: a plan that was parsed and resolved on that fleet.
import type { Fleet } from '../../core/fleet/fleet.ts';
import { type Problem, problemAt, shown } from '../../core/fleet/problem.ts';
import { readFleetDocuments } from '../../core/fleet/read-fleet-documents.ts';
import { type DraftedPlan, draftPlan } from '../../core/inventory/draft-plan.ts';
import { resolvePlan } from '../../core/plan/resolve-plan.ts';
import { readFleet } from '../read-fleet.ts';
import { readPlanText } from '../read-plan.ts';
import { type ImportRequest, importInventory } from './import-inventory.ts';
import { planText } from './plan-text.ts';

/** A drafted plan as text, or why there is none. */
export type Drafted =
  | {
      readonly ok: true;
      readonly draft: DraftedPlan;
      readonly text: string;
      readonly warnings: readonly Problem[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Drafts a plan; files whose names end in .json or .jsonl are fleets, all others are imported first. */
export async function draftFromFiles(
  request: ImportRequest,
  { name, folder }: { readonly name?: string | undefined; readonly folder: string },
): Promise<Drafted> {
  const isFleet = (file: string) => /\.jsonl?$/i.test(file);
  const fleets = request.files.filter(isFleet);
  if (fleets.length > 0 && fleets.length < request.files.length) {
    const problem = problemAt(
      [],
      'fleet files and inventories cannot be drafted from together',
      'import the inventories first: landfall fleet import',
    );
    return { ok: false, problems: [problem] };
  }
  if (name !== undefined && !/^(?=.{1,24}$)[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) {
    const remedy = 'use lower-case letters, digits and single hyphens, at most 24';
    return { ok: false, problems: [problemAt([], `--name is ${shown(name)}`, remedy)] };
  }
  const read = fleets.length > 0 ? await readFleet(fleets) : await imported(request);
  if (!read.ok) return read;
  const draft = draftPlan(read.fleet, name);
  const text = planText(draft, folder);
  const plan = readPlanText(text, 'the draft');
  if (!plan.ok) return { ok: false, problems: plan.problems };
  const resolved = resolvePlan(plan.plan, read.fleet);
  if (!resolved.ok) return { ok: false, problems: plan.locate(resolved.problems) };
  return { ok: true, draft, text, warnings: 'warnings' in read ? read.warnings : [] };
}

type Read =
  | { readonly ok: true; readonly fleet: Fleet; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

async function imported(request: ImportRequest): Promise<Read> {
  const read = await importInventory(request);
  if (!read.ok) return read;
  const fleet = readFleetDocuments(read.fleet.items);
  return fleet.problems.length > 0
    ? { ok: false, problems: fleet.problems }
    : { ok: true, fleet, warnings: read.warnings };
}
