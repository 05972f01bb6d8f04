// In: a deployment file as parsed YAML. Out: what it says, or every problem of its form and of its contradictions at
// once. Called by whoever reads deployment files.
import type * as z from 'zod';
import { isObject } from '../src/core/fleet/document.ts';
import { cut, type Path, type Problem, problemAt, shown } from '../src/core/fleet/problem.ts';
import { partitionOfRegion, targetName } from '../src/core/target.ts';
import { builtInDrsLimits } from '../src/core/target-list/drs-limits.ts';
import { type ListedTarget, noDelegate } from '../src/core/target-list.ts';
import { channelProblems } from './channel-problems.ts';
import {
  DeploymentFile,
  type DeploymentSpec,
  deploymentJsonSchema,
  mostTargets,
} from './deployment-form.ts';

/** A deployment, or what is wrong with what was written. */
export type DeploymentParse =
  | { readonly ok: true; readonly spec: DeploymentSpec }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads a deployment for a stack in a Region; any document is answered, none throws. */
export function parseDeployment(document: unknown, stackRegion: string): DeploymentParse {
  if (!isObject(document)) {
    const what = document === undefined || document === null ? 'is empty' : `is ${shown(document)}`;
    const remedy = 'start with examples/deployments/one-account.yaml';
    return { ok: false, problems: [problemAt([], `the deployment file ${what}`, remedy)] };
  }
  const parsed = DeploymentFile.safeParse(document);
  if (!parsed.success) {
    return { ok: false, problems: parsed.error.issues.flatMap((i) => asProblems(i, document)) };
  }
  const { spec } = parsed.data;
  const problems = [
    ...targetProblems(spec, stackRegion),
    ...channelProblems(spec, stackRegion),
    ...Object.keys(spec.tags).flatMap((key) =>
      ownTags.includes(key)
        ? [problemAt(['spec', 'tags', key], 'is a tag that Landfall sets itself', 'remove it')]
        : [],
    ),
  ];
  return problems.length > 0 ? { ok: false, problems } : { ok: true, spec };
}

/** The tags that every resource carries, whatever the file says. */
export const ownTags: readonly string[] = ['application', 'stage'];

/** The targets of a deployment, each account and Region by itself, in the order of the file. */
export function targetsOf(spec: DeploymentSpec): readonly ListedTarget[] {
  return spec.targets.flatMap(({ service, accountId, regions, access, limits }) =>
    regions.map((region) => ({
      target: { partition: partitionOfRegion(region), service, accountId, region },
      access,
      ...(service === 'drs' ? { limits: limits ?? builtInDrsLimits } : {}),
    })),
  );
}

function targetProblems(spec: DeploymentSpec, stackRegion: string): readonly Problem[] {
  const problems: Problem[] = [];
  const partition = partitionOfRegion(stackRegion);
  const seen = new Set<string>();
  let home: string | undefined;
  for (const [i, { service, accountId, regions, access, limits }] of spec.targets.entries()) {
    problems.push(...serviceProblems(['spec', 'targets', i], { service, access, limits }));
    for (const [j, region] of regions.entries()) {
      const at = ['spec', 'targets', i, 'regions', j];
      const found = partitionOfRegion(region);
      const name = targetName({ partition: found, service, accountId, region });
      if (seen.has(name)) problems.push(problemAt(at, `${name} stands here twice`, 'remove one'));
      seen.add(name);
      if (found !== partition) {
        const problem = `${region} is in ${found}, the stack (${stackRegion}) in ${partition}`;
        problems.push(problemAt(at, problem, 'deploy a stage of its own in that partition'));
      }
    }
    if (access !== 'own') continue;
    home ??= accountId;
    if (home !== accountId) {
      const problem = `own is the one account of the stack: ${home} above, ${accountId} here`;
      const remedy = 'write access: role (deploy/member-role.template.yaml), or managed';
      problems.push(problemAt(['spec', 'targets', i, 'access'], problem, remedy));
    }
  }
  if (seen.size > mostTargets) {
    const problem = `${seen.size} targets, more than the ${mostTargets} of one stage`;
    problems.push(problemAt(['spec', 'targets'], problem, 'move some of them to a second stage'));
  }
  return problems;
}

function serviceProblems(
  at: Path,
  {
    service,
    access,
    limits,
  }: Pick<DeploymentSpec['targets'][number], 'service' | 'access' | 'limits'>,
): readonly Problem[] {
  const problems: Problem[] = [];
  if (service === 'drs' && access === 'managed') {
    problems.push(
      problemAt([...at, 'access'], noDelegate, 'write access: role, with the member role'),
    );
  }
  if (service === 'mgn' && limits !== undefined) {
    const remedy = 'remove it; the limits of servers of MGN stand in the plan';
    problems.push(problemAt([...at, 'limits'], 'only targets of drs have limits', remedy));
  }
  return problems;
}

function asProblems(issue: z.core.$ZodIssue, document: unknown): readonly Problem[] {
  const at = issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key));
  const remedy = remedyAt(at);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) =>
        problemAt([...at, key], `unknown field ${shown(key)}`, `remove it${knownAt(at)}`),
      );
    case 'invalid_key':
      return issue.issues.map(({ message }) =>
        problemAt(at, `${shown(at.at(-1))} ${message}`, remedy),
      );
    default:
      return [problemAt(at, problemOf(issue, valueAt(document, at)), remedy)];
  }
}

function problemOf(issue: z.core.$ZodIssue, value: unknown): string {
  if (value === undefined) return 'is missing';
  switch (issue.code) {
    case 'invalid_format':
    case 'custom':
      return `${shown(value)} ${cut(issue.message)}`;
    case 'too_big':
      return Array.isArray(value)
        ? `has ${value.length} entries, more than ${String(issue.maximum)}`
        : `is ${shown(value)}, more than ${String(issue.maximum)}`;
    case 'too_small':
      return Array.isArray(value)
        ? `has ${value.length} entries, fewer than ${String(issue.minimum)}`
        : `is ${shown(value)}, less than ${String(issue.minimum)}`;
    case 'invalid_type':
      return typeof value === 'number' && issue.expected === 'string'
        ? `is the number ${shown(value)}, not text`
        : `is ${shown(value)}, which cannot stand here`;
    default:
      return `is ${shown(value)}, which cannot stand here`;
  }
}

/** What the form says of a place, or of the nearest place around it. */
function remedyAt(at: Path): string {
  const nodes = at.map((_, i) => nodeAt(at.slice(0, i + 1)));
  const said = nodes
    .map((node) => node?.['description'])
    .findLast((text) => typeof text === 'string');
  return said === undefined ? 'see examples/deployments' : String(said);
}

function knownAt(at: Path): string {
  const fields = nodeAt(at)?.['properties'];
  return isObject(fields) ? `; known here: ${Object.keys(fields).join(', ')}` : '';
}

function nodeAt(at: Path): Readonly<Record<string, unknown>> | undefined {
  const form = deploymentJsonSchema();
  const { definitions } = form;
  let node: unknown = form;
  for (const key of at) {
    if (!isObject(node)) return undefined;
    const fields: unknown = node['properties'];
    node =
      isObject(fields) && Object.hasOwn(fields, key)
        ? fields[key]
        : (node['items'] ?? node['additionalProperties']);
    const ref = isObject(node) ? node['$ref'] : undefined;
    if (typeof ref === 'string' && isObject(definitions))
      node = definitions[ref.split('/').at(-1) ?? ''];
  }
  return isObject(node) ? node : undefined;
}

function valueAt(document: unknown, at: Path): unknown {
  return at.reduce<unknown>((value, key) => {
    if (Array.isArray(value) && typeof key === 'number') return value[key];
    return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  }, document);
}
