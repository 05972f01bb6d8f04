import { type Approval, type Approved, standingOf } from '../condition/approved.ts';
import { FailureCode } from '../failure.ts';
import type { Outcome } from '../outcome.ts';
import { extendedDeadline } from '../pause.ts';
import type { ApprovalRule } from '../plan/approval-rule.ts';
import type { GatedPhase } from '../plan/gates.ts';
import { type Instant, plusSeconds, toMs } from '../time.ts';
import type { Decision } from './decision.ts';
import { isHeld } from './held-servers.ts';
import { isCutOver } from './launch-left.ts';
import { needOf } from './need-of.ts';
import { judgePolicy } from './policy.ts';
import { judgeSettings, settingsAsked } from './settings.ts';
import { rollBack } from './stand-still.ts';
import type {
  ApprovalRequest,
  ClosedGate,
  Gating,
  GivenApproval,
  Member,
  WaveView,
} from './wave-view.ts';

/** The wait for an answer to a request, as it is parked and as answers are held against it. */
export function awaitedApproval(
  { gates, planHash, startedBy }: Pick<Gating, 'gates' | 'planHash' | 'startedBy'>,
  { phase, since }: ApprovalRequest,
): Approved {
  const { by, approvers, fourEyes } = gates[phase]?.approval ?? {};
  return {
    kind: 'approved',
    phase,
    requestedAt: since,
    planHash,
    by,
    ...(approvers === undefined ? {} : { approvers }),
    ...(fourEyes === undefined ? {} : { fourEyes }),
    ...(fourEyes === undefined || startedBy === undefined ? {} : { startedBy }),
  };
}

/** When a request that nobody answers expires, without the time that the wave is paused; undefined without a gate. */
export function approvalDeadline(
  { gates }: Pick<Gating, 'gates'>,
  { phase, since }: ApprovalRequest,
): Instant | undefined {
  const rule = gates[phase]?.approval;
  return rule === undefined ? undefined : plusSeconds(since, rule.timeoutSeconds);
}

/**
 * Says what the approval before the cohort's next phase asks for; undefined where nothing stands before it. An approval
 * is for one cohort: the next one asks again, as nobody has seen its servers yet. Before finalize it is for the launched
 * instances: who was cut over later was not meant (design.md 15.8).
 */
export function approvalBefore(
  wave: WaveView,
  phase: GatedPhase,
  due: readonly Member[],
  now: Instant,
): Decision | undefined {
  const { gating } = wave;
  const rule = gating?.gates[phase]?.approval;
  if (gating === undefined || rule === undefined) return undefined;
  const { cohort, awaiting, answers = [] } = gating;
  const given = gating.approved.filter((one) => one.phase === phase && one.cohort === cohort);
  if (due.every((member) => given.some((one) => isMeant(one, member)))) return undefined;
  if (awaiting?.phase !== phase || awaiting.cohort !== cohort) {
    return firstAsked(wave, phase, rule, now);
  }
  const { servers } = awaiting;
  const standing = standingOf(awaitedApproval(gating, awaiting), answers);
  if (standing.is === 'denied') {
    const { answer } = standing;
    const why = `${answer.by} denied ${phase}${answer.reason === '' ? '' : `: ${answer.reason}`}`;
    return { kind: 'close-gate', by: answer.by, gate: { phase, how: 'denied', reason: why } };
  }
  if (standing.is === 'approved') {
    return { kind: 'open-gate', phase, servers, ...whoApproved(standing.answers) };
  }
  return hasExpired(gating, awaiting, now)
    ? {
        kind: 'close-gate',
        by: null,
        gate: {
          phase,
          how: 'expired',
          reason: whyExpired(phase, standing.have.length, standing.lacks),
        },
      }
    : { kind: 'await-approval', phase, servers };
}

function whoApproved(
  answers: readonly Approval[],
): Pick<Extract<Decision, { kind: 'open-gate' }>, 'by' | 'reason' | 'approvers'> {
  const approvers = answers.map(({ by, at, reason }) => ({ by, at, reason }));
  return {
    by: approvers.map((one) => one.by).join(', '),
    reason: approvers.at(-1)?.reason ?? '',
    approvers,
  };
}

function whyExpired(phase: GatedPhase, have: number, lacks: string): string {
  return have === 0
    ? `nobody approved ${phase} in time`
    : `${phase} was not approved by enough people in time: ${lacks}`;
}

/** Asks the plan's policy first, then people. */
function firstAsked(
  wave: WaveView,
  phase: GatedPhase,
  { policy }: ApprovalRule,
  now: Instant,
): Decision {
  const waiting = concerned(wave, phase, true);
  const servers = waiting.map(idOf);
  const asked = settingsAsked(waiting);
  const settings = asked === undefined ? {} : { settings: asked };
  if (policy === undefined) return { kind: 'await-approval', phase, servers, ...settings };
  const ofSettings = judgeSettings(waiting);
  const judged = [
    ...judgePolicy(policy, wave, waiting),
    ...(ofSettings === undefined ? [] : [ofSettings]),
  ];
  if (!judged.every(({ holds }) => holds)) {
    return { kind: 'await-approval', phase, servers, judged, ...settings };
  }
  const by = `policy/${policy.name}`;
  const reason = judged.map(({ check, found }) => `${check}: ${found}`).join('; ');
  return {
    kind: 'open-gate',
    phase,
    servers,
    by,
    reason,
    approvers: [{ by, at: now, reason }],
    judged,
  };
}

function isMeant({ phase, at }: GivenApproval, { healthySince }: Member): boolean {
  if (phase !== 'finalize' || at === undefined || healthySince === undefined) return true;
  return toMs(healthySince) <= toMs(at);
}

function idOf({ server }: Member): string {
  return server;
}

function hasExpired(gating: Gating, awaiting: ApprovalRequest, now: Instant): boolean {
  const at = approvalDeadline(gating, awaiting);
  if (at === undefined) return false;
  return toMs(now) >= toMs(extendedDeadline({ from: awaiting.since, at }, gating.pauses, now));
}

/** The open servers whose way still leads through a phase, of the cohort or of the whole wave. */
function concerned(wave: WaveView, phase: GatedPhase, cohortOnly: boolean): readonly Member[] {
  return wave.members.filter((member) => {
    if (cohortOnly && !wave.cohort.includes(member.server)) return false;
    const need = needOf(member, wave.policy);
    if (need === 'ended' || 'settle' in need || need.run === 'rollback') return false;
    return member.phases.slice(member.phases.indexOf(need.run)).includes(phase);
  });
}

/**
 * Ends the servers that a closed gate keeps from a phase: skipped where nothing is launched. What is cut over goes back
 * where a person denied finalize; where nobody answered, or no window opens, it is frozen, as its users may already work
 * on it. So is what has failed back, and is not to leave the instance that it came from.
 */
export function endBehindGates(wave: WaveView): Decision | undefined {
  for (const gate of wave.gating?.closed ?? []) {
    // What is held comes to its turn when a person has resumed it.
    const back = wave.members.filter((member) => wentBack(member, gate) && !isHeld(member));
    const kept = concerned(wave, gate.phase, false).filter((member) => !isHeld(member));
    const isLate = gate.phase === 'finalize' || gate.phase === 'vacate';
    const cutOver = isLate ? kept.filter(isCutOver) : [];
    if (gate.how === 'denied' && gate.phase === 'finalize' && cutOver.length > 0) {
      return rollBack(cutOver);
    }
    const outcomes = [
      ...back.map((member) => end(member, 'rolled-back', gate)),
      ...kept.map((member) => end(member, cutOver.includes(member) ? 'frozen' : 'skipped', gate)),
    ];
    if (outcomes.length > 0) return { kind: 'settle', outcomes };
  }
  return undefined;
}

/** Whether a healthy cutover was rolled back because finalize was denied. */
function wentBack({ outcome, results }: Member, gate: ClosedGate): boolean {
  if (outcome !== undefined || gate.phase !== 'finalize' || gate.how !== 'denied') return false;
  const [before, last] = results.slice(-2);
  return (
    last?.phase === 'rollback' &&
    last.status === 'succeeded' &&
    before?.phase === 'cutover' &&
    before.status === 'succeeded'
  );
}

const codes: Readonly<Record<ClosedGate['how'], FailureCode>> = {
  denied: FailureCode.ApprovalDenied,
  expired: FailureCode.ApprovalExpired,
  'no-window': FailureCode.NoWindow,
};

function end({ server }: Member, outcome: Outcome['outcome'], gate: ClosedGate) {
  const code = codes[gate.how];
  const left =
    gate.phase === 'vacate' ? 'failed back but not vacated' : 'cut over but not finalized';
  const reason = outcome === 'frozen' ? `${left}: ${gate.reason}` : gate.reason;
  return { server, outcome: { outcome, reason, code } };
}
