// In: a file that says how hooks go in a rehearsal (YAML or JSON). Out: that, or every reason why the file is refused.
// Called before anything is touched.
import * as z from 'zod';
import { type Problem, problemAt, shown } from '../core/fleet/problem.ts';
import { longestSpanSeconds } from '../core/plan/duration-field.ts';
import { hookPoints } from '../core/plan/hook-point.ts';
import { durationSeconds } from '../core/time.ts';
import type { ResolvedPlan } from '../flow/start-wave.ts';
import { nameRemedy } from './near-names.ts';
import { formProblems, parseYaml } from './parse-yaml.ts';
import { readTextFile } from './read-text-file.ts';
import { type HookPlay, hookOutcomes, hookSeconds } from './simulated-hooks.ts';

const someText = z.string().min(1).max(500);

const play = z.strictObject({
  hook: someText.optional(),
  point: z.enum(hookPoints).optional(),
  servers: z.array(someText).min(1).max(1000).optional(),
  share: z
    .string()
    .regex(/^(100|[1-9]\d?)%$/, { error: 'is no percentage from 1% to 100%' })
    .optional(),
  outcome: z.enum(hookOutcomes).default('succeeded'),
  duration: z
    .string()
    .refine(
      (text) => {
        const seconds = /^P\S*\d/.test(text) ? durationSeconds(text) : undefined;
        return seconds !== undefined && seconds >= 0 && seconds <= longestSpanSeconds;
      },
      { error: 'is no ISO 8601 duration up to P90D, like PT2M' },
    )
    .optional(),
  times: z.int().min(1).max(100).optional(),
  reason: someText.optional(),
});

const hooksFile = z.strictObject({
  apiVersion: z.literal('landfall/v1'),
  kind: z.literal('Hooks'),
  hooks: z.array(play).min(1).max(1000),
});

const largestBytes = 384 * 1024;
const remedy = 'see docs/hooks.md, rehearsing hooks';

/** How hooks go in a rehearsal, or why the file is refused. */
export type HooksRead =
  | {
      readonly ok: true;
      readonly plays: readonly HookPlay[];
      /** What the file names that no plan has. */
      readonly strays: (plans: readonly ResolvedPlan[]) => readonly Problem[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads the file. Every problem names its line; never throws. */
export async function readHooks(file: string): Promise<HooksRead> {
  const read = await readTextFile(file, largestBytes);
  return read.ok ? readHooksText(read.text, file) : { ok: false, problems: [read.problem] };
}

/** Reads it from text; the file's name is for the problems. */
export function readHooksText(text: string, file: string): HooksRead {
  const yaml = parseYaml(text, file, remedy);
  if (!yaml.ok) return yaml;
  const { located } = yaml;
  const parsed = hooksFile.safeParse(yaml.content);
  if (!parsed.success) {
    return { ok: false, problems: formProblems(yaml, parsed.error, remedy) };
  }
  const plays = parsed.data.hooks.map(
    ({ share, duration, ...rest }): HookPlay => ({
      ...rest,
      ...(share === undefined ? {} : { share: Number.parseInt(share, 10) / 100 }),
      durationSeconds: duration === undefined ? hookSeconds : (durationSeconds(duration) ?? 0),
    }),
  );
  return { ok: true, plays, strays: (plans) => [...straysOf(plays, plans)].map(located) };
}

/** Names that no plan has: what is said of nobody would pass unseen. */
function* straysOf(plays: readonly HookPlay[], plans: readonly ResolvedPlan[]): Generator<Problem> {
  const servers = plans.flatMap(({ waves }) => waves).flatMap((wave) => wave.servers);
  const hooks = servers.flatMap(({ settings }) => Object.values(settings.hooks ?? {}).flat());
  const names = [...new Set(hooks.map(({ name }) => name))];
  const known = servers.flatMap(({ sourceServerId, hostname }) => [
    sourceServerId,
    ...(hostname === undefined ? [] : [hostname]),
  ]);
  for (const [i, { hook, servers: named = [] }] of plays.entries()) {
    if (hook !== undefined && !names.includes(hook)) {
      yield stray(['hooks', i, 'hook'], hook, names);
    }
    for (const [j, name] of named.entries()) {
      if (!known.includes(name)) yield stray(['hooks', i, 'servers', j], name, known);
    }
  }
}

function stray(at: readonly (string | number)[], name: string, known: readonly string[]): Problem {
  return problemAt(
    at,
    `${shown(name)} is not in the plan`,
    nameRemedy(name, known, 'correct or remove it'),
  );
}
