// In: the file of a programme (YAML or JSON). Out: its plans with when each starts, or every reason why it is refused.
// Called before anything is touched.

import { dirname, resolve } from 'node:path';
import * as z from 'zod';
import { type Problem, problemAt, shown } from '../core/fleet/problem.ts';
import { longestSpanSeconds } from '../core/plan/duration-field.ts';
import type { Plan } from '../core/plan/plan.ts';
import { kindsOfPlans } from '../core/plan/plan-kind.ts';
import { durationSeconds, type Instant, instantMs, toMs } from '../core/time.ts';
import { regionForm } from '../simulator/partition-of.ts';
import { formProblems, parseYaml } from './parse-yaml.ts';
import { planHash } from './plan-hash.ts';
import { type PlanRead, readPlan } from './read-plan.ts';
import { readTextFile } from './read-text-file.ts';
import type { DrsAgents } from './simulated-installer.ts';
import type { ProgrammeEntry } from './simulated-programme.ts';

const zoned = /(Z|[+-]\d{2}:\d{2})$/;
const longestYears = 5;

const entry = z
  .strictObject({
    plan: z.string().min(1).max(500),
    at: z
      .string()
      .refine((text) => zoned.test(text) && instantMs(text) !== undefined, {
        error: 'is no instant with a time zone, like 2026-01-31T08:00:00Z',
      })
      .optional(),
    in: z
      .string()
      .refine((text) => spanSeconds(text) !== undefined, {
        error: `is no ISO 8601 duration of up to ${longestYears} years, like P30D`,
      })
      .optional(),
    after: z.string().max(60).optional(),
  })
  .superRefine((one, context) => {
    if (one.at === undefined || (one.in === undefined && one.after === undefined)) return;
    context.addIssue({ code: 'custom', message: 'has `at`, and `in` or `after` beside it' });
  });

const agents = z.strictObject({
  region: z.string().regex(regionForm, { error: 'is no Region, like us-west-2' }),
  in: z.string().refine((text) => spanSeconds(text) !== undefined, {
    error: `is no ISO 8601 duration of up to ${longestYears} years, like PT4H`,
  }),
});

const programmeFile = z.strictObject({
  apiVersion: z.literal('landfall/v1'),
  kind: z.literal('Programme'),
  metadata: z.strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
      .max(40),
    description: z.string().max(600).optional(),
  }),
  spec: z.strictObject({
    drsAgents: agents.optional(),
    plans: z.array(entry).min(1).max(100),
  }),
});

/** A plan of a programme as it was read. */
export interface EntryRead {
  readonly read: Extract<PlanRead, { readonly ok: true }>;
  readonly entryAt: (start: Instant) => ProgrammeEntry;
}

/** A programme, a single plan, or why a file is neither. */
export type SubjectRead =
  | {
      readonly ok: true;
      readonly name: string;
      readonly entries: readonly EntryRead[];
      readonly isProgramme: boolean;
      /** Who installs the agent of DRS on what was migrated; undefined where nobody does. */
      readonly drsAgents?: DrsAgents;
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** The largest programme file, in bytes. */
const largestBytes = 64 * 1024;

/** Seconds of a duration of days, hours and the like, up to some years; undefined where it is none. */
export function spanSeconds(text: string): number | undefined {
  const seconds = /^P\S*\d/.test(text) ? durationSeconds(text) : undefined;
  const longest = longestYears * 366 * 86_400;
  return seconds !== undefined && seconds >= 0 && seconds <= Math.max(longest, longestSpanSeconds)
    ? seconds
    : undefined;
}

/** Reads what is to be rehearsed: a plan, or a programme of plans, whose files stand beside it. Never throws. */
export async function readSubject(file: string): Promise<SubjectRead> {
  const text = await readTextFile(file, largestBytes);
  const isProgramme = text.ok && /^\s*("?kind"?)\s*:\s*"?Programme\b/m.test(text.text);
  if (!text.ok || !isProgramme) {
    const read = await readPlan(file);
    if (!read.ok) return read;
    const { plan } = read;
    const entryAt = (start: Instant): ProgrammeEntry => ({
      document: plan,
      hash: planHash(plan),
      due: { atMs: toMs(start) },
    });
    return { ok: true, name: plan.metadata.name, entries: [{ read, entryAt }], isProgramme: false };
  }
  return readProgrammeText(text.text, file);
}

async function readProgrammeText(text: string, file: string): Promise<SubjectRead> {
  const yaml = parseYaml(text, file, 'see docs/rehearse.md, programmes');
  if (!yaml.ok) return yaml;
  const parsed = programmeFile.safeParse(yaml.content);
  if (!parsed.success) {
    const problems = formProblems(yaml, parsed.error, 'see docs/rehearse.md, programmes');
    return { ok: false, problems };
  }
  const { metadata, spec } = parsed.data;
  const problems: Problem[] = [];
  const entries: EntryRead[] = [];
  const scheduled = new Set<string>();
  for (const [i, one] of spec.plans.entries()) {
    const read = await readPlan(resolve(dirname(file), one.plan));
    if (!read.ok) {
      problems.push(...read.problems);
      continue;
    }
    const { plan } = read;
    const wrong = (field: string, problem: string, remedy: string) =>
      problems.push(yaml.located(problemAt(['spec', 'plans', i, field], problem, remedy)));
    const names = entries.map((earlier) => earlier.read.plan.metadata.name);
    if (names.includes(plan.metadata.name)) {
      wrong('plan', `two plans are called ${plan.metadata.name}`, 'give each a name of its own');
    }
    if (one.after !== undefined && !names.includes(one.after)) {
      wrong('after', `no plan ${shown(one.after)} stands before it`, 'name one that does');
    }
    if (one.after !== undefined && scheduled.has(one.after)) {
      wrong('after', `${one.after} has a schedule and never concludes`, 'write at or in');
    }
    if (plan.spec.schedule !== undefined) scheduled.add(plan.metadata.name);
    entries.push({ read, entryAt: (start) => entryOf(one, plan, start) });
  }
  const { drsAgents } = spec;
  if (drsAgents !== undefined && !entries.some(({ read }) => finalizes(read.plan))) {
    const problem = 'no plan of the programme finalizes servers in MGN, after which agents are due';
    const remedy = 'add the Migration, with its phase finalize, or remove drsAgents';
    problems.push(yaml.located(problemAt(['spec', 'drsAgents'], problem, remedy)));
  }
  if (problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    name: metadata.name,
    entries,
    isProgramme: true,
    ...(drsAgents === undefined
      ? {}
      : {
          drsAgents: { region: drsAgents.region, afterSeconds: spanSeconds(drsAgents.in) ?? 0 },
        }),
  };
}

function finalizes({ kind, spec }: Plan): boolean {
  const { usual, phases } = kindsOfPlans[kind];
  if (!phases.includes('finalize')) return false;
  const layers = [...spec.waves, ...(spec.servers ?? [])];
  return layers.some((layer) =>
    (layer.phases ?? spec.defaults?.phases ?? usual).includes('finalize'),
  );
}

function entryOf(
  one: z.output<typeof entry>,
  plan: EntryRead['read']['plan'],
  start: Instant,
): ProgrammeEntry {
  const { at, after } = one;
  const plusMs = (spanSeconds(one.in ?? 'PT0S') ?? 0) * 1000;
  const due =
    after === undefined
      ? { atMs: at === undefined ? toMs(start) + plusMs : toMs(at) }
      : { after, plusMs };
  return { document: plan, hash: planHash(plan), due };
}
