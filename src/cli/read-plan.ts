import { dirname, resolve } from 'node:path';
import { type Document, LineCounter, parseAllDocuments } from 'yaml';
import { cut, type Problem, problemAt } from '../core/fleet/problem.ts';
import { parsePlan } from '../core/plan/parse-plan.ts';
import type { Plan, PlanWave } from '../core/plan/plan.ts';
import type { SettingsLayer } from '../core/plan/settings.ts';
import { inlineLaunchConfigurations } from './drs/inline-launch-configurations.ts';
import { lineOf } from './line-of.ts';
import { readOwnRules } from './read-own-rules.ts';
import { largestPlanBytes, readTextFile } from './read-text-file.ts';
import { unreadableYaml } from './unreadable-yaml.ts';

/** A plan with a way back to its file's lines, or every reason why it is refused. */
export type PlanRead =
  | {
      readonly ok: true;
      readonly plan: Plan;
      /** Adds the file and the line to problems of the plan, such as those of `resolvePlan`. */
      readonly locate: (problems: readonly Problem[]) => readonly Problem[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads a plan file (YAML, of which JSON is a part). Every problem names its line; never throws. */
export async function readPlan(file: string): Promise<PlanRead> {
  const read = await readTextFile(file, largestPlanBytes);
  if (!read.ok) return { ok: false, problems: [read.problem] };
  const plan = readPlanText(read.text, file);
  if (!plan.ok) return plan;
  const directory = dirname(file);
  const ruled = await withOwnRules(plan, directory);
  const whole = await inlineLaunchConfigurations(ruled.ok ? ruled.plan : plan.plan, directory);
  if (!ruled.ok || !whole.ok) {
    return { ok: false, problems: [ruled, whole].flatMap((one) => (one.ok ? [] : one.problems)) };
  }
  const locate = (problems: readonly Problem[]) =>
    problems.flatMap((problem) => whole.locate(problem) ?? ruled.locate([problem]));
  return { ok: true, plan: whole.plan, locate };
}

/** The plan with the rules of the files that it names, so that its hash speaks for them, too. */
async function withOwnRules(
  read: Extract<PlanRead, { readonly ok: true }>,
  directory: string,
): Promise<PlanRead> {
  const problems: Problem[] = [];
  const whole = async <Layer extends Pick<SettingsLayer, 'preflight'>>(layer: Layer) => {
    const { rulesFile, ...rest } = layer.preflight ?? {};
    if (rulesFile === undefined) return layer;
    const found = await readOwnRules(resolve(directory, rulesFile));
    if (!found.ok) problems.push(...found.problems);
    const own = [...(rest.own ?? []), ...(found.ok ? found.rules : [])];
    return { ...layer, preflight: { ...rest, own } };
  };
  const { spec } = read.plan;
  const defaults = spec.defaults === undefined ? undefined : await whole(spec.defaults);
  const waves: PlanWave[] = [];
  for (const wave of spec.waves) waves.push(await whole(wave));
  if (problems.length > 0) return { ok: false, problems };
  const withDefaults = defaults === undefined ? {} : { defaults };
  return { ...read, plan: { ...read.plan, spec: { ...spec, ...withDefaults, waves } } };
}

/** Reads a plan from text; the file's name is for the problems. */
export function readPlanText(text: string, file: string): PlanRead {
  const refused = (problem: string, remedy: string, line?: number): PlanRead => ({
    ok: false,
    problems: [
      { ...problemAt([], problem, remedy), file, ...(line === undefined ? {} : { line }) },
    ],
  });
  const lines = new LineCounter();
  let content: unknown;
  let document: Document.Parsed | undefined;
  try {
    const documents = parseAllDocuments(text, {
      lineCounter: lines,
      prettyErrors: false,
      // What it would warn of on its own, past the terminal's escapes, is refused below as an unknown field.
      logLevel: 'error',
    });
    // An empty stream is a list too, of no documents.
    document = documents[0];
    const second = documents[1];
    if (document === undefined) return refused('the plan is empty', 'start with docs/plan.md');
    const faults = [...document.errors, ...document.warnings];
    if (faults.length > 0) {
      return {
        ok: false,
        problems: faults.map(({ message, pos }) => ({
          ...problemAt([], cut(message), 'mend the YAML here'),
          file,
          line: lines.linePos(pos[0]).line,
        })),
      };
    }
    if (second !== undefined) {
      const line = lines.linePos(second.range[0]).line;
      return refused('a second document begins', 'keep one plan in one file', line);
    }
    content = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    // The YAML library throws on nesting beyond the stack and on aliases that multiply.
    return error instanceof RangeError
      ? refused('the YAML is nested too deeply', 'a plan needs less than ten levels')
      : {
          ok: false,
          problems: [unreadableYaml(error, file, 'write the values out instead of using aliases')],
        };
  }
  const parsed = document;
  const locate = (problems: readonly Problem[]) =>
    problems.map((problem) => {
      const line = lineOf(parsed, problem.at, lines);
      return { ...problem, file, ...(line === undefined ? {} : { line }) };
    });
  const plan = parsePlan(content);
  return plan.ok ? { ...plan, locate } : { ok: false, problems: locate(plan.problems) };
}
