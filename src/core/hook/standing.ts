import type { LeftByHooks } from '../outcome/next-action.ts';
import type { HookPoint } from '../plan/hook-point.ts';
import { undoes } from '../plan/hooks.ts';
import type { ServerHooks } from '../plan/hooks-for.ts';
import type { HookRun } from './hook-run.ts';

/** A freeze or a switch that stands: begun, and not taken back since. */
export interface Standing {
  /** The attempt of the cutover that it belongs to. */
  readonly attempt: number;
}

/**
 * Says whether what an undo takes back was begun and still stands. Begun counts, not succeeded: what failed or was never
 * heard of may have happened. It is taken back once every hook of the undo has succeeded since.
 */
export function standingBefore(
  undo: keyof typeof undoes,
  hooks: ServerHooks,
  runs: readonly HookRun[],
): Standing | undefined {
  const last = runs.findLastIndex(({ point }) => point === undoes[undo]);
  const begun = runs[last];
  if (begun === undefined) return undefined;
  const since = runs.slice(last + 1);
  const wanted = hooks[undo] ?? [];
  // Nothing has to be done to thaw where the plan says so; a switch without a way back stands.
  const isTakenBack =
    (undo === 'thaw' || wanted.length > 0) &&
    wanted.every(({ name }) => since.some((run) => hasSucceeded(run, undo, name)));
  return isTakenBack ? undefined : { attempt: begun.attempt };
}

function hasSucceeded(run: HookRun, point: HookPoint, name: string): boolean {
  return run.point === point && run.name === name && run.status === 'succeeded';
}

/**
 * Says whether the traffic of a recovered server was sent to its instance: begun counts, not succeeded. From then on it
 * is not taken away, nor launched anew: what it has written since is nowhere else (reference/drs.md 7.3).
 */
export function isSwitched(runs: readonly Pick<HookRun, 'point' | 'phase'>[]): boolean {
  return runs.some(({ point, phase }) => point === 'switch' && phase === 'recover');
}

/** What hooks have done for a server and nobody has taken back, as far as it is known. */
export function leftByHooks(
  hooks: ServerHooks | undefined,
  runs: readonly HookRun[],
): readonly LeftByHooks[] {
  if (hooks === undefined) return [];
  return [
    ...(standingBefore('thaw', hooks, runs) === undefined ? [] : ['source-frozen' as const]),
    ...(standingBefore('switchBack', hooks, runs) === undefined
      ? []
      : ['traffic-switched' as const]),
  ];
}
