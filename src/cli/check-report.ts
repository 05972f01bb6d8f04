// In: what the checker found. Out: the report that a person reads, and the one that a machine reads. Pure.
import { printable } from '../core/fleet/problem.ts';
import { rules, type Verdict, type Violation } from '../trace/check-trace.ts';
import type { Evidence } from '../trace/rule.ts';
import { counted, spoken, textTable } from './text-table.ts';

/** How many lines the logs have. */
export interface LogSizes {
  readonly api: number;
  readonly events: number;
  readonly executions: number;
}

/** The report as text; ends without a line break. */
export function checkText(verdict: Verdict, sizes: LogSizes, isInterrupted = false): string {
  const { checked, violations } = verdict;
  const broken = (rule: string) => violations.filter((one) => one.rule === rule).length;
  const rows = checked.map(({ promise, rule, cases, note }) => {
    const failed = broken(rule);
    const state = failed > 0 ? 'BROKEN' : cases === 0 ? 'unproven' : 'kept';
    const more = failed > 0 ? counted(failed, 'violation') : (note ?? '');
    return [state, `${promise}`, rule, cases, printable(more)];
  });
  const unproven = checked.filter(({ cases }) => cases === 0).length;
  return [
    `${counted(sizes.api, 'API call')}, ${counted(sizes.events, 'event')}, ${counted(sizes.executions, 'execution')}`,
    ...(isInterrupted
      ? [
          'The rehearsal was interrupted: that waves and servers have no end is no breach of a promise.',
        ]
      : []),
    textTable([['', 'promise', 'rule', 'cases', ''], ...rows]),
    ...(violations.length === 0 ? [] : [violationsText(violations)]),
    violations.length === 0
      ? `Every promise is kept, as far as ${counted(checked.length - unproven, 'rule')} can tell; ` +
        `${spoken(unproven)} had no case and prove nothing (docs/check.md).`
      : `${counted(violations.length, 'violation')}; docs/check.md says what each rule means.`,
  ].join('\n\n');
}

const mostViolations = 50;
const mostEvidence = 6;

function violationsText(violations: readonly Violation[]): string {
  const shown = violations.slice(0, mostViolations).map((violation) => {
    const { promise, rule, server, at, message, evidence } = violation;
    const where = [
      ...(server === undefined ? [] : [`server ${server}`]),
      ...(at === undefined ? [] : [`at ${at}`]),
    ];
    const meaning = rules.find(({ name }) => name === rule)?.meaning;
    return [
      [`Promise ${promise}, ${rule}`, ...where].join(', '),
      `  ${message}`,
      ...(meaning === undefined ? [] : [`  ${meaning}`]),
      ...(evidence.length === 0 ? [] : [`  ${evidenceText(evidence)}`]),
    ]
      .map(printable)
      .join('\n');
  });
  const left = violations.length - shown.length;
  return [...shown, ...(left > 0 ? [`… and ${spoken(left)} more; --json lists all`] : [])].join(
    '\n\n',
  );
}

/** Lines as editors count them, from 1. */
function evidenceText(evidence: readonly Evidence[]): string {
  const lines = evidence
    .slice(0, mostEvidence)
    .map(({ log, index }) => `${log}.jsonl:${index + 1}`);
  return [...lines, ...(evidence.length > mostEvidence ? ['…'] : [])].join('  ');
}

/** The report as JSON: every rule with its cases, every violation with its lines, counted from 1. */
export function checkRecord({ checked, violations }: Verdict) {
  return {
    kept: violations.length === 0,
    checked,
    violations: violations.map(({ evidence, ...violation }) => ({
      ...violation,
      evidence: evidence.map(({ log, index }) => ({ file: `${log}.jsonl`, line: index + 1 })),
    })),
  };
}
