import { approvalRules } from './approval-rules.ts';
import { drillRules } from './drill-rules.ts';
import { eventRules } from './event-rules.ts';
import { extendRules } from './extend-rules.ts';
import { failbackRules } from './failback-rules.ts';
import { finalizeRules } from './finalize-rules.ts';
import { formRules } from './form-rules.ts';
import type { LogName, Logs } from './forms.ts';
import { grouped } from './grouped.ts';
import { holdRules } from './hold-rules.ts';
import { hookRules } from './hook-rules.ts';
import { launchRules } from './launch-rules.ts';
import { loadRules } from './load-rules.ts';
import { outcomeRules } from './outcome-rules.ts';
import { pauseRules } from './pause-rules.ts';
import { recoveryRules } from './recovery-rules.ts';
import type { Breach, PromiseNumber, Rule } from './rule.ts';
import { scheduleRules } from './schedule-rules.ts';
import { type Bounds, indexTrace, type Summary } from './trace.ts';
import { windowRules } from './window-rules.ts';
import { yieldRules } from './yield-rules.ts';

/** Every rule, in the order of the promises; docs/check.md explains them. */
export const rules: readonly Rule[] = [
  ...eventRules,
  ...launchRules,
  ...drillRules,
  ...recoveryRules,
  ...yieldRules,
  ...extendRules,
  ...failbackRules,
  ...scheduleRules,
  ...finalizeRules,
  ...pauseRules,
  ...windowRules,
  ...approvalRules,
  ...holdRules,
  ...hookRules,
  ...outcomeRules,
  ...loadRules,
  ...formRules,
];

/** The limits in force unless the caller gives others. */
export const defaultBounds: Bounds = {
  // The most ids that DescribeSourceServers takes (reference/mgn.md 2.3).
  serversPerPage: 200,
  // A poll a minute, and as many again hastened by native events, and again retried.
  pollsPerHour: 180,
  // Quota L-FE2EBE17.
  openJobs: 20,
  transitionsPerExecution: 60,
  transitionsPerChild: 20,
  // A waiting wave decides anew, and waits again.
  transitionsPerOrder: 5,
  // The limit of a standard workflow.
  drillInstanceHours: 25,
  historyEvents: 25_000,
};

/** A breach with the rule and the promise that it breaks. */
export interface Violation extends Breach {
  readonly promise: PromiseNumber;
  readonly rule: string;
}

/** How many cases a rule looked at; 0 means that the rule proves nothing about this trace. */
export interface Checked {
  readonly promise: PromiseNumber;
  readonly rule: string;
  readonly cases: number;
  readonly note?: string;
}

/** What the logs prove and disprove. */
export interface Verdict {
  readonly violations: readonly Violation[];
  readonly checked: readonly Checked[];
}

/** What a check may be told besides the logs. */
export interface CheckOptions {
  /** Held against the logs where given. */
  readonly summary?: Summary;
  readonly bounds?: Partial<Bounds>;
}

/**
 * Holds a rehearsal's logs to the promises of design.md 14. Never throws on logs of the right form;
 * an empty `violations` proves only what `checked` counts. Evidence counts the files' lines from 0.
 */
export function checkTrace(logs: Logs, options: CheckOptions = {}): Verdict {
  const trace = indexTrace(logs, { ...defaultBounds, ...options.bounds }, options.summary);
  const lineOf = lineNumbers(logs);
  const violations: Violation[] = [];
  const checked: Checked[] = [];
  for (const { promise, name, check } of rules) {
    const { cases, breaches, note } = check(trace);
    checked.push({ promise, rule: name, cases, ...(note === undefined ? {} : { note }) });
    for (const breach of breaches) {
      const evidence =
        name === 'lines-readable'
          ? breach.evidence
          : breach.evidence.map(({ log, index }) => ({ log, index: lineOf(log, index) }));
      violations.push({ promise, rule: name, ...breach, evidence });
    }
  }
  return { violations, checked };
}

/** Finds a record's line in its file, where lines before it could not be read. */
function lineNumbers(logs: Logs): (log: LogName, index: number) => number {
  const unreadable = grouped(logs.unreadable ?? [], (line) => line.log);
  return (log, index) => {
    let line = index;
    for (const left of unreadable.get(log) ?? []) if (left.index <= line) line += 1;
    return line;
  };
}
