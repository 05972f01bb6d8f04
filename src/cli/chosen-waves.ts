import { type Problem, problemAt, shown } from '../core/fleet/problem.ts';
import type { Status, WaveStatus } from '../flow/operate/status.ts';
import { nameRemedy } from './near-names.ts';

/** The waves that a person asks after, or why there are none. */
export type ChosenWaves =
  | { readonly ok: true; readonly waves: readonly WaveStatus[]; readonly isOneWave: boolean }
  | { readonly ok: false; readonly problem: Problem };

/** The plan that PLAN or PLAN.WAVE names; undefined for all. */
export function planOf(subject: string | undefined): string | undefined {
  return subject?.split('.')[0];
}

/** Picks the waves of PLAN, or the one that PLAN.WAVE names; all of them where nothing is named. */
export function chosenWaves({ plans }: Status, subject: string | undefined): ChosenWaves {
  const waves = plans.flatMap((plan) => plan.waves);
  if (subject === undefined) return { ok: true, waves, isOneWave: false };
  const isOneWave = subject.includes('.');
  const own = waves.filter(({ wave, plan }) => (isOneWave ? wave : plan) === subject);
  if (own.length > 0) return { ok: true, waves: own, isOneWave };
  const remedy = nameRemedy(
    subject,
    waves.map(({ wave }) => wave),
    'landfall status lists all that was started here; mind --stage and --region',
  );
  const kind = isOneWave ? 'wave' : 'plan';
  const problem = problemAt([], `no ${kind} ${shown(subject)} was started here`, remedy);
  return { ok: false, problem };
}
