// In: the directory that a rehearsal wrote. Out: the evidence in it, with the facts behind it; or what is wrong with it.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { EvidenceRecord } from '../../core/evidence/chain.ts';
import type { Forecast } from '../../core/evidence/estimates.ts';
import { type Evidence, gatherEvidence, lastOf } from '../../core/evidence/evidence.ts';
import type { Problem } from '../../core/fleet/problem.ts';
import { checkTrace } from '../../trace/check-trace.ts';
import { type Logs, logNames } from '../../trace/forms.ts';
import { isRead } from '../../trace/vocabulary.ts';
import { openRehearsal } from '../open-rehearsal.ts';
import { coursesOf, factsOf, firstToldOf, reportMaker } from './told-events.ts';

/** Evidence with the facts behind it, or why there is none. */
export type Gathered =
  | {
      readonly ok: true;
      readonly evidence: Evidence;
      readonly facts: readonly EvidenceRecord[];
    }
  | {
      readonly ok: false;
      readonly problems: readonly Problem[];
      /** A person gave up. */
      readonly isInterrupted?: boolean;
    };

/** Gathers the evidence of a rehearsal from its logs alone. */
export function gatherRehearsal(directory: string, forecast: Forecast | undefined): Gathered {
  const opened = openRehearsal(directory);
  if (!opened.ok) return opened;
  const { logs, summary, isInterrupted } = opened;
  const { told, unreadable } = firstToldOf(logs.events);
  const verdict = checkTrace(logs, summary === undefined ? {} : { summary });
  const broken = new Set(verdict.violations.map(({ rule }) => rule));
  const evidence = gatherEvidence({
    head: {
      of: 'rehearsal',
      madeBy: reportMaker,
      subject: plansIn(told.map(({ detail }) => detail)),
      until: lastOf(told),
      lacks: lacksOf(logs, unreadable, isInterrupted),
    },
    sources: sourcesIn(directory, logs),
    told,
    courses: coursesOf(told),
    forecast,
    promises: verdict.checked.map(({ promise, rule, cases }) => ({
      promise: `${promise}`,
      rule,
      state: broken.has(rule) ? 'broken' : cases === 0 ? 'unproven' : 'kept',
      cases,
    })),
    answers: answersIn(directory),
  });
  return { ok: true, evidence, facts: factsOf(told, changingCalls(logs), logs.executions) };
}

function changingCalls({ api }: Logs) {
  return api.filter(({ operation }) => !isRead(operation));
}

function plansIn(details: readonly Readonly<Record<string, unknown>>[]): string {
  const plans = details.flatMap(({ plan }) => (typeof plan === 'string' ? [plan] : []));
  return [...new Set(plans)].join(', ') || 'no plan';
}

function lacksOf(
  { unreadable = [] }: Logs,
  withoutTime: number,
  isInterrupted: boolean,
): readonly string[] {
  return [
    ...(isInterrupted ? ['The rehearsal was interrupted; what came after is not told.'] : []),
    ...(unreadable.length > 0
      ? [`${unreadable.length} lines of the logs could not be read and are left out.`]
      : []),
    ...(withoutTime > 0 ? [`${withoutTime} events tell no time and are left out.`] : []),
  ];
}

/** The bytes that a report was made of; a report of other logs names other digests. */
function sourcesIn(directory: string, logs: Logs) {
  const files = logNames.map((log) => ({ name: `${log}.jsonl`, entries: logs[log].length }));
  return [...files, { name: 'summary.json', entries: 1 }].flatMap((source) => {
    const file = join(directory, source.name);
    if (!existsSync(file)) return [];
    const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
    return [{ ...source, sha256 }];
  });
}

const Answers = z.looseObject({
  orders: z
    .array(
      z.looseObject({
        at: z.string().nullable(),
        order: z.string(),
        subject: z.string(),
        by: z.string(),
        status: z.string(),
        said: z.string(),
      }),
    )
    .default([]),
});

/** What was answered to the orders of a rehearsed operator. */
function answersIn(directory: string) {
  const file = join(directory, 'summary.json');
  if (!existsSync(file)) return [];
  const read = Answers.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  return read.success
    ? read.data.orders.map(({ at, order, subject, by, status, said }) => ({
        at,
        order,
        subject,
        by,
        status,
        said,
      }))
    : [];
}
