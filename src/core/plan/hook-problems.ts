import { type Path, type Problem, problemAt, shown } from '../fleet/problem.ts';
import { hookPoints } from './hook-point.ts';
import type { WrittenHooks } from './hooks.ts';
import type { Plan } from './plan.ts';

interface Layer {
  readonly at: Path;
  readonly hooks: WrittenHooks;
}

function layersOf({ spec }: Plan): readonly Layer[] {
  const named = [
    { at: ['spec', 'defaults'], hooks: spec.defaults?.hooks },
    ...spec.waves.map(({ hooks }, i) => ({ at: ['spec', 'waves', i], hooks })),
    ...(spec.servers ?? []).map(({ hooks }, i) => ({ at: ['spec', 'servers', i], hooks })),
  ];
  return named.flatMap(({ at, hooks }) =>
    hooks === undefined ? [] : [{ at: [...at, 'hooks'], hooks }],
  );
}

/** What hooks of plans may call on a stage. */
export interface HooksAllowed {
  readonly functions: readonly string[];
  readonly documents: readonly string[];
}

/**
 * Finds the hooks of a plan that a stage cannot run: functions and documents that its deployment file does not list, or
 * any hook where it lets plans have none. `undefined` stands for the latter.
 */
export function* hookProblems(plan: Plan, allowed: HooksAllowed | undefined): Generator<Problem> {
  for (const { at, hooks } of layersOf(plan)) {
    if (allowed === undefined) {
      if (Object.values(hooks).every((list) => list === undefined || list.length === 0)) continue;
      yield problemAt(
        at,
        'the stage lets plans have no hooks',
        'add spec.hooks to the deployment file, and deploy',
      );
      continue;
    }
    for (const point of hookPoints) {
      for (const [i, hook] of (hooks[point] ?? []).entries()) {
        for (const kind of ['function', 'document'] as const) {
          const name = hook[kind];
          const listed = allowed[`${kind}s`];
          if (name === undefined || listed.includes(name)) continue;
          yield problemAt(
            [...at, point, i, kind],
            `${shown(name)} is not among the ${kind}s that the stage may ${kind === 'function' ? 'call' : 'run'}`,
            `add it to spec.hooks.${kind}s of the deployment file, and deploy${listed.length === 0 ? '' : `; listed are ${listed.join(', ')}`}`,
          );
        }
      }
    }
  }
}
