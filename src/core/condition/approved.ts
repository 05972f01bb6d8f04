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
  /** How many different people must approve; one where it is absent. */
  readonly approvers?: number;
  /** Whether somebody else than who started the plan must be among them. */
  readonly fourEyes?: true;
  /** Who started the plan; absent where that is not known. */
  readonly startedBy?: string;
}

/** Where a request stands by the answers to it. */
export type Standing =
  | { readonly is: 'open'; readonly have: readonly Approval[]; readonly lacks: string }
  | { readonly is: 'denied'; readonly answer: Approval }
  | { readonly is: 'approved'; readonly answers: readonly Approval[] };

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

/**
 * Says where a request stands. One denial denies; an approval of everybody counts once, and people are told apart by
 * the whole of their names.
 */
export function standingOf(
  request: Omit<Approved, 'kind'>,
  answers: readonly Approval[],
): Standing {
  const counting = answers.filter(
    (answer) => answer.phase === request.phase && voidBecause(request, answer) === undefined,
  );
  const denial = counting.find(({ decision }) => decision === 'denied');
  if (denial !== undefined) return { is: 'denied', answer: denial };
  const have = counting.filter(
    (answer, i) => counting.findIndex(({ by }) => by === answer.by) === i,
  );
  const lacks = whatLacks(request, have);
  return lacks === undefined ? { is: 'approved', answers: have } : { is: 'open', have, lacks };
}

function whatLacks(
  { approvers = 1, fourEyes, startedBy }: Omit<Approved, 'kind'>,
  have: readonly Approval[],
): string | undefined {
  const left = approvers - have.length;
  if (left > 0) return `${have.length} of ${approvers} have approved`;
  if (fourEyes !== true) return undefined;
  // Where nobody knows who started the plan, two different people are two pairs of eyes.
  const isSeen =
    startedBy === undefined ? have.length >= 2 : have.some(({ by }) => by !== startedBy);
  return isSeen ? undefined : 'somebody else than who started the plan must approve, too';
}

/** Evaluates the wait: a denial ends it, and so do approvals of as many as are needed; review reads which it is. */
export function evaluateApproved(condition: Approved, answers: readonly Approval[]): Verdict {
  const asked = `${condition.phase} waits for the approval of ${whoMay(condition.by)}`;
  const standing = standingOf(condition, answers);
  if (standing.is === 'denied') return met({ decision: 'denied' });
  if (standing.is === 'approved') return met({ decision: 'approved' });
  if (standing.have.length > 0) return notYet(`${asked}; ${standing.lacks}`, 'far');
  const last = answers.findLast(({ phase }) => phase === condition.phase);
  const because = last === undefined ? undefined : voidBecause(condition, last);
  return notYet(because === undefined ? asked : `${asked}; ${because}`, 'far');
}

/** Says who may approve, to go after "the approval of". */
export function whoMay(by: readonly string[] | undefined): string {
  return by === undefined ? 'a person' : by.join(' or ');
}
