// In: the arguments of a report. Out: whether it is of a rehearsal or of a deployment, and where it goes.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { type Problem, problemAt, shown } from '../../core/fleet/problem.ts';
import type { Arguments } from '../arguments.ts';

/** What a report is of. */
export type ReportSubject =
  | { readonly of: 'rehearsal'; readonly directory: string; readonly out: string }
  | { readonly of: 'deployment'; readonly name: string; readonly out: string };

const ofDeployment = ['stage', 'region', 'profile', 'endpoint', 'events', 'records-only'] as const;

/** A directory is a rehearsal, unless an option says that a deployment is meant; all else names a plan or a wave of one. */
export function subjectOf(given: Arguments): ReportSubject {
  const name = given.one('subject') ?? '';
  const isFolder = statSync(name, { throwIfNoEntry: false })?.isDirectory() === true;
  const isDeployed = ofDeployment.some((option) => given.has(option));
  return isFolder && !isDeployed
    ? { of: 'rehearsal', directory: name, out: given.one('out') ?? join(name, 'report') }
    : { of: 'deployment', name, out: given.one('out') ?? `report-${name}` };
}

/** What is wrong with what was asked for, before anything is read. */
export function subjectProblems(given: Arguments, subject: ReportSubject): readonly Problem[] {
  if (subject.of === 'rehearsal') return [];
  const problems: Problem[] = [];
  if (!/^[A-Za-z0-9][\w-]*(\.[\w-]+)?$/.test(subject.name)) {
    const remedy = 'name the directory that landfall rehearse --out wrote, a PLAN or a PLAN.WAVE';
    problems.push(problemAt([], `${shown(subject.name)} is no directory, plan or wave`, remedy));
  }
  if (given.has('events') && given.has('records-only')) {
    const remedy = 'leave one of them out';
    problems.push(problemAt([], '--events and --records-only exclude one another', remedy));
  }
  return problems;
}
