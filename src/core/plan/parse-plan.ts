// In: a plan as parsed YAML or JSON. Out: the plan, or every problem of its form and of its contradictions
// at once. Called by whoever reads plan files.
import type * as z from 'zod';
import { isObject, textOf } from '../fleet/document.ts';
import { cut, type Path, type Problem, problemAt, shown } from '../fleet/problem.ts';
import { planApiVersion } from './api-version.ts';
import { checkPlan } from './check-plan.ts';
import { Plan, planKinds } from './plan.ts';
import { formAt } from './plan-form.ts';

/** A plan, or what is wrong with what was written. */
export type PlanParse =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads a plan from a parsed document; any value is answered, none throws. */
export function parsePlan(document: unknown): PlanParse {
  const refused = refusedAtOnce(document);
  if (refused !== undefined) return { ok: false, problems: [refused] };
  const parsed = Plan.safeParse(document);
  if (!parsed.success) {
    return { ok: false, problems: parsed.error.issues.flatMap((i) => asProblems(i, [], document)) };
  }
  const problems = checkPlan(parsed.data);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, plan: parsed.data };
}

/** What makes every further complaint pointless: no object, another version, another kind. */
function refusedAtOnce(document: unknown): Problem | undefined {
  if (document === undefined || document === null) {
    return problemAt([], 'the plan is empty', 'start with the plan of docs/plan.md');
  }
  if (!isObject(document)) {
    return problemAt(
      [],
      `the plan is ${shown(document)}, not an object`,
      'start with the plan of docs/plan.md',
    );
  }
  const { apiVersion, kind } = { apiVersion: document['apiVersion'], kind: document['kind'] };
  if (apiVersion !== planApiVersion) {
    return problemAt(
      ['apiVersion'],
      apiVersion === undefined ? 'is missing' : `is ${shown(apiVersion)}`,
      `write apiVersion: ${planApiVersion}`,
    );
  }
  if (planKinds.some((known) => known === kind)) return undefined;
  return problemAt(
    ['kind'],
    kind === undefined ? 'is missing' : `is ${shown(kind)}`,
    `write kind: ${planKinds.join(', or ')}`,
  );
}

function asProblems(issue: z.core.$ZodIssue, prefix: Path, document: unknown): readonly Problem[] {
  const at = [...prefix, ...pathOf(issue.path)];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownField(at, key));
  }
  if (issue.code === 'invalid_union') {
    return [unionProblem(issue, at, document)];
  }
  if (issue.code === 'invalid_key' || issue.code === 'invalid_element') {
    const reasons = issue.issues.map(({ message }) => message).join('; ');
    return [problemAt(at, `${shown(at.at(-1))} cannot stand here: ${reasons}`, remedyAt(at))];
  }
  return [problemAt(at, problemOf(issue, valueAt(document, at)), remedyOf(issue, at))];
}

function unknownField(at: Path, key: string): Problem {
  const fields = formAt(at)?.fields;
  if ((key === 'policy' || key === 'gates') && at[0] === 'spec' && at[1] === 'servers') {
    return problemAt(
      [...at, key],
      `${key === 'policy' ? 'a policy is' : 'gates are'} for a whole wave, not for single servers`,
      'move it to the wave or to spec.defaults',
    );
  }
  const known = fields === undefined ? '' : `; known here: ${fields.join(', ')}`;
  const nearest = fields?.find((field) => field.toLowerCase() === key.toLowerCase());
  return problemAt(
    [...at, key],
    `unknown field ${shown(key)}`,
    nearest === undefined ? `remove it${known}` : `write ${nearest}`,
  );
}

/** The branch of a union that the value was meant for tells more than the union itself. */
function unionProblem(issue: z.core.$ZodIssueInvalidUnion, at: Path, document: unknown): Problem {
  const value = valueAt(document, at);
  const meant = issue.errors.find(
    (branch) => !branch.some(({ code, path }) => code === 'invalid_type' && path.length === 0),
  );
  const [deeper] = meant ?? [];
  if (deeper === undefined) return problemAt(at, `is ${shown(value)}`, remedyAt(at));
  const [problem] = asProblems(deeper, at, document);
  return problem ?? problemAt(at, `is ${shown(value)}`, remedyAt(at));
}

function problemOf(issue: z.core.$ZodIssue, value: unknown): string {
  switch (issue.code) {
    case 'custom':
    case 'invalid_format':
      return `${typeof value === 'string' ? `${shown(value)} ` : ''}${cut(issue.message)}`;
    case 'invalid_type':
      if (value === undefined) return 'is missing';
      return `is ${shown(value)}, not ${typeNames[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      if (value === undefined) return 'is missing';
      return `is ${shown(value)}, not ${issue.values.map(String).join(' or ')}`;
    case 'too_big':
      return `${sizeOf(value)}, more than ${String(issue.maximum)}`;
    case 'too_small':
      return `${sizeOf(value)}, less than ${String(issue.minimum)}`;
    default:
      return cut(issue.message);
  }
}

const typeNames: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  record: 'a map',
  string: 'text (in quotes, if it looks like a number)',
};

function sizeOf(value: unknown): string {
  if (typeof value === 'string') return `has ${value.length} characters`;
  if (Array.isArray(value)) return `has ${value.length} entries`;
  return `is ${shown(value)}`;
}

function remedyOf(issue: z.core.$ZodIssue, at: Path): string {
  if (issue.code === 'custom') {
    const remedy = textOf(issue.params, 'remedy');
    if (remedy !== undefined) return remedy;
  }
  return remedyAt(at);
}

/** What may stand at a place, or at the nearest place around it of which the form says something. */
function remedyAt(at: Path): string {
  for (let length = at.length; length > 0; length -= 1) {
    const description = formAt(at.slice(0, length))?.description;
    if (description !== undefined) return description;
  }
  return 'see docs/plan.md';
}

function pathOf(path: readonly PropertyKey[]): Path {
  return path.map((key) => (typeof key === 'symbol' ? String(key) : key));
}

function valueAt(document: unknown, at: Path): unknown {
  return at.reduce<unknown>((value, key) => {
    if (Array.isArray(value) && typeof key === 'number') return value[key];
    if (isObject(value) && Object.hasOwn(value, key)) return value[key];
    return undefined;
  }, document);
}
