import type { GatedPhase } from '../plan/gates.ts';
import { type Instant, toMs } from '../time.ts';
import { met, notYet, type Verdict } from './verdict.ts';

/** A person's answer to a wave that asked for an approval. */
export interface Approval {
  readonly phase: GatedPhase;
  readonly decision: 'approved' | 'denied';
  readonly by: string;
  readonly at: Instant;
  readonly reason: string;
  /** The version of the plan that was answered to. */
  readonly planHash: string;
}

/** The wait of a wave for a person to let a cohort into a phase. */
export interface Approved {
  readonly kind: 'approved';
  readonly phase: GatedPhase;
  readonly requestedAt: Instant;
  readonly planHash: string;
  /** Who may answer; undefined where everybody may. */
  readonly by: readonly string[] | undefined;
}

// arn:PARTITION:iam::ACCOUNT:user/PATH/NAME, or arn:PARTITION:sts::ACCOUNT:assumed-role/ROLE/SESSION
const userArn = /^arn:[\w-]+:iam::\d{12}:user\/(?:.*\/)?([^/]+)$/;
const roleArn = /^arn:[\w-]+:sts::\d{12}:assumed-role\/([^/]+)\/[^/]+$/;

/**
 * Says whether somebody is among the named: by the whole ARN or name, by the name of the IAM user, or by the name of the
 * role that was assumed. A session's own name alone does not count, as whoever assumes a role may choose it.
 */
export function isAmong(by: string, names: readonly string[] | undefined): boolean {
  if (names === undefined || names.includes(by)) return true;
  const name = userArn.exec(by)?.[1] ?? roleArn.exec(by)?.[1];
  return name !== undefined && names.includes(name);
}

/** Says why an answer does not count for a request; undefined where it does (design.md 15.8). */
export function voidBecause(request: Omit<Approved, 'kind'>, answer: Approval): string | undefined {
  if (toMs(answer.at) < toMs(request.requestedAt)) {
    return `the answer of ${answer.at} came before it was asked for`;
  }
  if (answer.planHash !== request.planHash) {
    return 'the answer is to another version of the plan';
  }
  if (!isAmong(answer.by, request.by)) return `${answer.by} may not approve ${request.phase}`;
  return undefined;
}

/** Evaluates the wait: any answer that counts ends it, a denial as well; review reads which it is. */
export function evaluateApproved(condition: Approved, answer: Approval | undefined): Verdict {
  const asked = `${condition.phase} waits for the approval of ${whoMay(condition.by)}`;
  if (answer === undefined || answer.phase !== condition.phase) return notYet(asked, 'far');
  const because = voidBecause(condition, answer);
  return because === undefined
    ? met({ decision: answer.decision })
    : notYet(`${asked}; ${because}`, 'far');
}

/** Says who may approve, to go after "the approval of". */
export function whoMay(by: readonly string[] | undefined): string {
  return by === undefined ? 'a person' : by.join(' or ');
}
