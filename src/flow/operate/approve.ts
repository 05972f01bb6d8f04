// In: a wave, the phase that it asks to enter, and somebody's answer. Out: the answer on record, where the poller finds
// it. Called by operators.

import type { Approval } from '../../core/condition/approved.ts';
import { isAmong, whoMay } from '../../core/condition/approved.ts';
import type { GatedPhase } from '../../core/plan/gates.ts';
import { later, toMs } from '../../core/time.ts';
import { hasten } from '../hasten.ts';
import { planOfWave } from '../orders-of.ts';
import { type ApprovalRecord, change, place, read, type WaveRecord } from '../records.ts';
import { keptReason, type Order, type OrderReply, refused } from './order.ts';
import { targetsOf } from './order-view-of.ts';
import type { OperatorPorts } from './run-order.ts';

/** An answer to a wave that asks to enter a phase. */
export interface ApprovalOrder extends Order {
  readonly phase: GatedPhase;
  readonly decision: 'approved' | 'denied';
}

/**
 * Approves or denies what a wave asks for. The first answer stands: repeating it changes nothing, another one is
 * refused. Nothing can be approved before it is asked for.
 */
export async function approve(
  ports: Pick<OperatorPorts, 'store' | 'clock'>,
  { wave, phase, by, reason, decision }: ApprovalOrder,
): Promise<OrderReply> {
  const found = await findWave(ports, wave);
  if ('status' in found) return found;
  const { record, planned } = found;
  const asked = record?.awaitingApproval ?? undefined;
  if (record === undefined || asked === undefined || asked.phase !== phase) {
    return (await takenBefore(ports, record, phase, decision)) ?? notAsked(wave, phase, record);
  }
  const rule = record.gates?.[phase]?.approval;
  if (!isAmong(by, rule?.by)) {
    return refused(
      wave,
      'not-allowed',
      `${by} may not approve ${phase} of wave ${wave}`,
      `the plan asks for ${whoMay(rule?.by)}`,
    );
  }
  const at = later(ports.clock.now(), asked.since);
  const given: Approval = {
    phase,
    decision,
    by,
    at,
    reason: keptReason(reason),
    planHash: record.planHash,
  };
  let before: ApprovalRecord | undefined;
  await change(ports.store, place.approval(wave, phase), (known): ApprovalRecord | undefined => {
    // An answer to an earlier request, or to another version of the plan, is history.
    const stands =
      known !== undefined &&
      toMs(known.at) >= toMs(asked.since) &&
      known.planHash === record.planHash;
    before = stands ? known : undefined;
    if (stands) return undefined;
    return { ...given, earlier: known === undefined ? [] : history(known) };
  });
  for (const target of targetsOf(planned)) await hasten(ports, target);
  const servers = `${asked.servers.length} ${asked.servers.length === 1 ? 'server' : 'servers'}`;
  if (before !== undefined && before.decision !== decision) {
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
    status: before === undefined ? 'done' : 'already',
    wave,
    at: before?.at ?? at,
    said:
      before === undefined
        ? `${phase} of wave ${wave} is ${decision} for ${servers}`
        : `${before.by} has ${decision} ${phase} of wave ${wave} already`,
    next:
      decision === 'approved'
        ? 'The wave goes on with the next tick, unless it is paused.'
        : 'What was not begun of the phase ends with the next tick: skipped, and what is cut over is rolled back.',
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
    record?.gates?.[phase] === undefined
      ? `the plan has no approval before ${phase}`
      : 'approve it when the wave asks: an answer that comes before the question does not count',
  );
}
