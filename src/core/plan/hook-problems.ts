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

/**
 * Finds the hooks of a plan that a stage cannot run: functions that its deployment file does not list, or any hook where
 * it lets plans have none. `undefined` stands for the latter.
 */
export function* hookProblems(
  plan: Plan,
  allowed: readonly string[] | undefined,
): Generator<Problem> {
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
      for (const [i, { function: name }] of (hooks[point] ?? []).entries()) {
        if (name === undefined || allowed.includes(name)) continue;
        yield problemAt(
          [...at, point, i, 'function'],
          `${shown(name)} is not among the functions that the stage may call`,
          `add it to spec.hooks.functions of the deployment file, and deploy${allowed.length === 0 ? '' : `; listed are ${allowed.join(', ')}`}`,
        );
      }
    }
  }
}
