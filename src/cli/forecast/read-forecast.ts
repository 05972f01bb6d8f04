// In: what a person asked to forecast, as words. Out: all of it read and checked, or every problem at once. Called before
// anything is rehearsed or written.
import { access, constants, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Problem, problemAt, shown } from '../../core/fleet/problem.ts';
import { readPlan } from '../read-plan.ts';
import { type RehearsalRequest, readRehearsal } from '../read-rehearsal.ts';
import type { CourseInput } from './rehearse-course.ts';

/** What to forecast, in the words of the command line. */
export interface ForecastWords {
  readonly rehearsal: RehearsalRequest;
  readonly seeds: string | undefined;
  readonly levers: string | undefined;
  readonly svg: string | undefined;
  readonly writeNeeds: string | undefined;
}

/** A forecast that may begin. */
export interface ForecastRequest {
  readonly input: CourseInput;
  readonly planFile: string;
  readonly seeds: number;
  readonly levers: number;
  readonly svg: string | undefined;
  readonly writeNeeds: string | undefined;
}

/** A forecast that may begin, with what is worth a look; or why it may not. */
export type ForecastRead =
  | {
      readonly ok: true;
      readonly request: ForecastRequest;
      readonly warnings: readonly Problem[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads all that a forecast needs; problems of files and options come together. */
export async function readForecast(words: ForecastWords): Promise<ForecastRead> {
  const { rehearsal, svg, writeNeeds } = words;
  const seeds = readCount('--seeds', words.seeds ?? '19', 4, 200);
  const levers = readCount('--levers', words.levers ?? '3', 0, 10);
  const read = await readRehearsal(rehearsal);
  const problems = [
    ...(read.ok ? [] : read.problems),
    ...[seeds, levers].flatMap((count) => (typeof count === 'number' ? [] : [count])),
    ...(svg === undefined ? [] : await unwritable('--svg', svg)),
    ...(writeNeeds === undefined ? [] : await unwritable('--write-needs', writeNeeds)),
    ...(writeNeeds === undefined ? [] : await needsProblems(rehearsal.plan, writeNeeds)),
    ...(read.ok && writeNeeds !== undefined ? windowlessProblems(read.input) : []),
  ];
  if (!read.ok || typeof seeds !== 'number' || typeof levers !== 'number' || problems.length > 0) {
    return { ok: false, problems };
  }
  const request = { input: read.input, planFile: rehearsal.plan, seeds, levers, svg, writeNeeds };
  return { ok: true, request, warnings: read.warnings };
}

function readCount(option: string, text: string, least: number, most: number): number | Problem {
  const value = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  return problemAt(
    [],
    `${option} is ${shown(text)}, no whole number from ${least} to ${most}`,
    `give one, e.g. ${option} ${Math.max(least, 5)}`,
  );
}

/** Why a file cannot be written, found before an hour of rehearsals. */
async function unwritable(option: string, file: string): Promise<readonly Problem[]> {
  const folder = dirname(resolve(file));
  try {
    await access(folder, constants.W_OK);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const problem = `${option} ${file} cannot be written: ${message}`;
    return [problemAt([], problem, 'name a file in a folder that exists')];
  }
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory() !== true) return [];
  return [problemAt([], `${option} ${file} is a directory`, 'name a file')];
}

/** Rules that a plan names by path are looked for beside it: a copy elsewhere would lose them. */
async function needsProblems(planFile: string, file: string): Promise<readonly Problem[]> {
  if (dirname(resolve(planFile)) === dirname(resolve(file))) return [];
  const plan = await readPlan(planFile);
  if (!plan.ok) return [];
  const { defaults, waves } = plan.plan.spec;
  const own = [...(defaults === undefined ? [] : [defaults]), ...waves].some(
    ({ preflight }) => (preflight?.own?.length ?? 0) > 0,
  );
  if (!own) return [];
  return [
    problemAt(
      [],
      `--write-needs ${file} is in another folder than the plan, which names rules by their path`,
      `write it beside the plan, e.g. --write-needs ${planFile.replace(/(\.\w+)?$/, '.needs$1')}`,
    ),
  ];
}

function windowlessProblems({ plan }: CourseInput): readonly Problem[] {
  const hasWindow = plan.waves.some(({ gates }) =>
    Object.values(gates ?? {}).some((gate) => gate.schedule !== undefined),
  );
  if (hasWindow) return [];
  return [
    problemAt(
      [],
      '--write-needs has nothing to write: no phase of the plan has a window',
      'add a window to a gate (docs/gates.md), or leave the option out',
    ),
  ];
}
