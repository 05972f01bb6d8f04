// In: a wave, the phase that it asks to enter, and somebody's answer. Out: the answer on record, where the poller finds
// it. Called by operators.

import {
  type Approval,
  type Approved,
  isAmong,
  standingOf,
  whoMay,
} from '../../core/condition/approved.ts';
import type { GatedPhase } from '../../core/plan/gates.ts';
import { awaitedApproval } from '../../core/review/gates.ts';
import { later } from '../../core/time.ts';
import { answersOn } from '../answers-on.ts';
import { hasten } from '../hasten.ts';
import { planOfWave } from '../orders-of.ts';
import { change, read } from '../records/documents.ts';
import type { ApprovalRecord } from '../records/order-records.ts';
import { place } from '../records/place.ts';
import type { WaveRecord } from '../records/wave-records.ts';
import { keptReason, type Order, type OrderReply, refused } from './order.ts';
import { targetsOf } from './order-view-of.ts';
import type { OperatorPorts } from './run-order.ts';

/** An answer to a wave that asks to enter a phase. */
export interface ApprovalOrder extends Order {
  readonly phase: GatedPhase;
  readonly decision: 'approved' | 'denied';
}

/**
 * Approves or denies what a wave asks for. What is decided stands: repeating an answer changes nothing, another one is
 * refused. Until as many have approved as the plan asks for, one denial denies. Nothing can be approved before it is
 * asked for.
 */
export async function approve(
  ports: Pick<OperatorPorts, 'store' | 'clock'>,
  order: ApprovalOrder,
): Promise<OrderReply> {
  const { wave, phase, by, reason, decision } = order;
  const found = await findWave(ports, wave);
  if ('status' in found) return found;
  const { record, planned } = found;
  const asked = record?.awaitingApproval ?? undefined;
  if (record === undefined || asked === undefined || asked.phase !== phase) {
    return (await takenBefore(ports, record, phase, decision)) ?? notAsked(wave, phase, record);
  }
  const { gates = {}, planHash, startedBy } = record;
  const starter = startedBy === undefined ? {} : { startedBy };
  const request = awaitedApproval({ gates, planHash, ...starter }, asked);
  if (!isAmong(by, request.by)) {
    return refused(
      wave,
      'not-allowed',
      `${by} may not approve ${phase} of wave ${wave}`,
      `the plan asks for ${whoMay(request.by)}`,
    );
  }
  const at = later(ports.clock.now(), asked.since);
  const given: Approval = { phase, decision, by, at, reason: keptReason(reason), planHash };
  let answers: readonly Approval[] = [];
  let before: Approval | undefined;
  await change(ports.store, place.approval(wave, phase), (known): ApprovalRecord | undefined => {
    answers = answersOn(known);
    before = decidedBefore(request, answers, given);
    if (before !== undefined) return undefined;
    answers = [...answers, given];
    return { ...given, earlier: known === undefined ? [] : history(known) };
  });
  for (const target of targetsOf(planned)) await hasten(ports, target);
  if (before !== undefined) return answeredBefore(order, before);
  const standing = standingOf(request, answers);
  const servers = `${asked.servers.length} ${asked.servers.length === 1 ? 'server' : 'servers'}`;
  const lacks = standing.is === 'open' ? standing.lacks : undefined;
  return {
    status: 'done',
    wave,
    at,
    said:
      lacks === undefined
        ? `${phase} of wave ${wave} is ${decision} for ${servers}`
        : `your approval of ${phase} of wave ${wave} is on record; ${lacks}`,
    next: lacks === undefined ? nextWords[decision] : 'The wave waits for the others.',
  };
}

const nextWords = {
  approved: 'The wave goes on with the next tick, unless it is paused.',
  denied:
    'What was not begun of the phase ends with the next tick: skipped, and what is cut over is rolled back.',
};

/** The answer that stands already: what was decided, or what the same person said; undefined where this one counts. */
function decidedBefore(
  request: Approved,
  answers: readonly Approval[],
  given: Approval,
): Approval | undefined {
  const standing = standingOf(request, answers);
  if (standing.is === 'denied') return standing.answer;
  if (standing.is === 'approved') return standing.answers.at(-1);
  return given.decision === 'denied' ? undefined : standing.have.find(({ by }) => by === given.by);
}

function answeredBefore({ wave, phase, decision }: ApprovalOrder, before: Approval): OrderReply {
  if (before.decision !== decision) {
    return refused(
      wave,
      'answered-otherwise',
      `${before.by} has ${before.decision} ${phase} of wave ${wave} at ${before.at}`,
      decision === 'denied'
        ? `stop the wave instead: landfall pause ${wave}, or landfall abort ${wave}`
        : 'a denial stands; a new wave of a plan moves what it left behind',
    );
  }
  return {
    status: 'already',
    wave,
    at: before.at,
    said: `${before.by} has ${decision} ${phase} of wave ${wave} already`,
    next: nextWords[decision],
  };
}

/** Finds a wave that may still be answered; a refusal where there is none. */
async function findWave(ports: Pick<OperatorPorts, 'store'>, wave: string) {
  const plan = planOfWave(wave);
  const where = place.plannedWave(plan, wave.slice(plan.length + 1));
  const { body: planned } = await read(ports.store, where);
  const { body: record } = await read(ports.store, place.wave(wave));
  if (planned === undefined && record === undefined) {
    return refused(
      wave,
      'unknown-wave',
      `there is no wave ${wave}`,
      'landfall status lists the waves, each as PLAN.WAVE',
    );
  }
  if (record !== undefined && record.concludedAt !== null) {
    return refused(
      wave,
      'concluded',
      `wave ${wave} concluded at ${record.concludedAt}`,
      'nothing is left to approve; a new wave of a plan moves what it left behind',
    );
  }
  const { body: command } = await read(ports.store, place.command(wave));
  return command?.aborted === true
    ? refused(wave, 'aborting', `wave ${wave} is being aborted`, 'nothing is left to approve')
    : { planned, record };
}

const historyLimit = 50;

function history({ earlier, ...latest }: ApprovalRecord): readonly Approval[] {
  return [...earlier, latest].slice(-historyLimit);
}

/** The same answer, given before and taken by the wave; undefined where there is none. */
async function takenBefore(
  ports: Pick<OperatorPorts, 'store'>,
  record: WaveRecord | undefined,
  phase: GatedPhase,
  decision: ApprovalOrder['decision'],
): Promise<OrderReply | undefined> {
  if (record === undefined) return undefined;
  const { body: answer } = await read(ports.store, place.approval(record.wave, phase));
  const taken =
    decision === 'approved'
      ? record.approved?.some((a) => a.phase === phase && a.cohort === record.cohortsBegun)
      : record.closedGates?.some((gate) => gate.phase === phase && gate.how === 'denied');
  if (answer === undefined || answer.decision !== decision || taken !== true) return undefined;
  return {
    status: 'already',
    wave: record.wave,
    at: answer.at,
    said: `${answer.by} has ${decision} ${phase} of wave ${record.wave} already`,
    next: 'The wave has taken the answer.',
  };
}

function notAsked(wave: string, phase: GatedPhase, record: WaveRecord | undefined): OrderReply {
  const other = record?.awaitingApproval?.phase;
  if (other !== undefined) {
    return refused(
      wave,
      'not-asked',
      `wave ${wave} asks to enter ${other}, not ${phase}`,
      `landfall approve ${wave} ${other} --reason "…"`,
    );
  }
  return refused(
    wave,
    'not-asked',
    `wave ${wave} does not ask to enter ${phase}`,
    record?.gates?.[phase]?.approval === undefined
      ? `the plan has no approval before ${phase}`
      : 'approve it when the wave asks: an answer that comes before the question does not count',
  );
}
