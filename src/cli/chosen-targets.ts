import { type Problem, problemAt, shown } from '../core/fleet/problem.ts';
import { type Target, targetName } from '../core/target.ts';
import { nameRemedy } from './near-names.ts';

/** The targets to work on, or every name that is none of the deployment's. */
export type ChosenTargets =
  | { readonly ok: true; readonly targets: readonly Target[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Picks targets of a deployment by name, in the deployment's order; all of them where no name is given. */
export function chosenTargets(all: readonly Target[], names: readonly string[]): ChosenTargets {
  const known = all.map(targetName);
  const strange = names.filter((name) => !known.includes(name));
  if (strange.length > 0) {
    return {
      ok: false,
      problems: strange.map((name) =>
        problemAt(
          [],
          `--target ${shown(name)} is no target of this deployment`,
          nameRemedy(name, known, `it has ${known.join(', ') || 'none'}`),
        ),
      ),
    };
  }
  if (all.length === 0) {
    const remedy = 'name them in the deployment file and deploy again (docs/deploy.md)';
    return { ok: false, problems: [problemAt([], 'the deployment has no targets', remedy)] };
  }
  const targets = all.filter((target) => names.length === 0 || names.includes(targetName(target)));
  return { ok: true, targets };
}
