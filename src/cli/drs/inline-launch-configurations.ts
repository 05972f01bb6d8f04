// In: a plan, and the directory that its file lies in. Out: the plan with what the launch configurations say that it names by
// their files, so that nothing needs these files later; or every reason why one is refused. Called by read-plan.
import { resolve } from 'node:path';
import { type Path, type Problem, problemAt } from '../../core/fleet/problem.ts';
import type { Desired } from '../../core/plan/desired.ts';
import type { Plan, PlanOverride, PlanWave } from '../../core/plan/plan.ts';
import { readLaunchConfiguration } from './read-launch-configuration.ts';

type Read = Awaited<ReturnType<typeof readLaunchConfiguration>>;

/** The plan with all that it names, or why it is refused. */
export type Inlined =
  | {
      readonly ok: true;
      readonly plan: Plan;
      /** Adds file and line to a problem of what such a file says; undefined where a problem is of the plan's own file. */
      readonly locate: (problem: Problem) => readonly Problem[] | undefined;
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads the launch configurations that a plan names, each file once, and puts what they say in their place. */
export async function inlineLaunchConfigurations(plan: Plan, directory: string): Promise<Inlined> {
  const files = new Map<string, Read>();
  const places: { readonly at: Path; readonly read: Extract<Read, { readonly ok: true }> }[] = [];
  const inlined = async <Layer extends { readonly desired?: Desired | undefined }>(
    layer: Layer,
    at: Path,
  ): Promise<Layer> => {
    const { launchConfigurationFile, ...rest } = layer.desired ?? {};
    if (launchConfigurationFile === undefined) return layer;
    const file = resolve(directory, launchConfigurationFile);
    const read = files.get(file) ?? (await readLaunchConfiguration(file));
    files.set(file, read);
    if (!read.ok) return layer;
    places.push({ at: [...at, 'desired', 'configuration'], read });
    return { ...layer, desired: { ...rest, configuration: { ...read.configuration } } };
  };
  const { spec } = plan;
  const defaults =
    spec.defaults === undefined ? {} : { defaults: await inlined(spec.defaults, defaultsAt) };
  const waves: PlanWave[] = [];
  for (const [i, wave] of spec.waves.entries())
    waves.push(await inlined(wave, ['spec', 'waves', i]));
  const overrides: PlanOverride[] = [];
  for (const [i, one] of (spec.servers ?? []).entries()) {
    overrides.push(await inlined(one, ['spec', 'servers', i]));
  }
  const servers = spec.servers === undefined ? {} : { servers: overrides };
  const problems = [...files.values()].flatMap((read) => (read.ok ? [] : read.problems));
  if (problems.length > 0) return { ok: false, problems };
  const locate = (problem: Problem) => {
    const place = places.find(({ at }) => at.every((key, i) => problem.at[i] === key));
    if (place === undefined) return undefined;
    const inside = problem.at.slice(place.at.length);
    return place.read.locate([problemAt(inside, problem.problem, problem.remedy)]);
  };
  return { ok: true, plan: { ...plan, spec: { ...spec, ...defaults, waves, ...servers } }, locate };
}

const defaultsAt: Path = ['spec', 'defaults'];
