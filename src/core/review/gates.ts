import { type Approval, type Approved, voidBecause } from '../condition/approved.ts';
import { FailureCode } from '../failure.ts';
import type { Outcome } from '../outcome.ts';
import { extendedDeadline } from '../pause.ts';
import type { Stretch } from '../phase.ts';
import { type GatedPhase, gatedPhases } from '../plan/gates.ts';
import { type Instant, plusSeconds, toMs } from '../time.ts';
import type { Decision } from './decision.ts';
import { isCutOver } from './launch-left.ts';
import { needOf } from './need-of.ts';
import { rollBack } from './stand-still.ts';
import type { ApprovalRequest, ClosedGate, Gating, Member, WaveView } from './wave-view.ts';

/** The wait for an answer to a request, as it is parked and as answers are held against it. */
export function awaitedApproval(
  { gates, planHash }: Pick<Gating, 'gates' | 'planHash'>,
  { phase, since }: ApprovalRequest,
): Approved {
  return {
    kind: 'approved',
    phase,
    requestedAt: since,
    planHash,
    by: gates[phase]?.approval.by,
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
 * Says what a gate before the cohort's next phase asks for; undefined where nothing stands before it. An approval is
 * for one cohort: the next one asks again, as nobody has seen its servers yet.
 */
export function gateBefore(wave: WaveView, next: Stretch, now: Instant): Decision | undefined {
  const { gating } = wave;
  const phase = gatedPhases.find((gated) => gated === next);
  if (gating === undefined || phase === undefined || gating.gates[phase] === undefined) {
    return undefined;
  }
  const { cohort, awaiting, answer } = gating;
  if (gating.approved.some((one) => one.phase === phase && one.cohort === cohort)) return undefined;
  if (awaiting?.phase !== phase || awaiting.cohort !== cohort) {
    return { kind: 'await-approval', phase, servers: concerned(wave, phase, true).map(idOf) };
  }
  if (answer !== undefined && counts(gating, awaiting, answer)) {
    const { by, reason } = answer;
    if (answer.decision === 'approved') return { kind: 'open-gate', phase, by, reason };
    const why = `${by} denied ${phase}${reason === '' ? '' : `: ${reason}`}`;
    return { kind: 'close-gate', by, gate: { phase, how: 'denied', reason: why } };
  }
  return hasExpired(gating, awaiting, now)
    ? {
        kind: 'close-gate',
        by: null,
        gate: { phase, how: 'expired', reason: `nobody approved ${phase} in time` },
      }
    : { kind: 'await-approval', phase, servers: awaiting.servers };
}

function idOf({ server }: Member): string {
  return server;
}

function counts(gating: Gating, awaiting: ApprovalRequest, answer: Approval): boolean {
  return (
    answer.phase === awaiting.phase &&
    voidBecause(awaitedApproval(gating, awaiting), answer) === undefined
  );
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
 * where a person denied finalize; where nobody answered it is frozen, as its users may already work on it.
 */
export function endBehindGates(wave: WaveView): Decision | undefined {
  for (const gate of wave.gating?.closed ?? []) {
    const back = wave.members.filter((member) => wentBack(member, gate));
    const kept = concerned(wave, gate.phase, false);
    const cutOver = gate.phase === 'finalize' ? kept.filter(isCutOver) : [];
    if (gate.how === 'denied' && cutOver.length > 0) {
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

function end({ server }: Member, outcome: Outcome['outcome'], gate: ClosedGate) {
  const code = gate.how === 'denied' ? FailureCode.ApprovalDenied : FailureCode.ApprovalExpired;
  const reason = outcome === 'frozen' ? `cut over but not finalized: ${gate.reason}` : gate.reason;
  return { server, outcome: { outcome, reason, code } };
}
