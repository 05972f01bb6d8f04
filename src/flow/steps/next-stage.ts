// In: a wave. Out: what its machine does next: run a stage over servers, wait, or conclude. The decision is
// core/review's; this records what it decided and asks again until the machine has something to do.
import type { Approval } from '../../core/condition/approved.ts';
import { DetailType } from '../../core/event/detail-type.ts';
import type { Told } from '../../core/event/stream.ts';
import { effectivePauses } from '../../core/order/effective-pauses.ts';
import { ordersGiven } from '../../core/order/order.ts';
import type { Stretch } from '../../core/phase.ts';
import type { Decision } from '../../core/review/decision.ts';
import { review } from '../../core/review/review.ts';
import type { WaveView } from '../../core/review/wave-view.ts';
import { distinctTargets } from '../../core/target.ts';
import { answersOn } from '../answers-on.ts';
import { settleArrivals } from '../enrol.ts';
import { executionArn, machineOf, openExecution } from '../execution-name.ts';
import { freeSlotsOf, reserveSlots } from '../free-slots.ts';
import { takeOver } from '../operate/take-over.ts';
import { tellOrders } from '../operate/tell-orders.ts';
import { type OrdersOnRecord, ordersOf } from '../orders-of.ts';
import type { Ports } from '../ports.ts';
import { checkingOf, clearPhase, dropBlocked, warnWave } from '../preflight.ts';
import { read } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { WaveRecord, WaveServer } from '../records/wave-records.ts';
import { closeGate, openGate, withdrawRequest } from '../wave-gates.ts';
import { recordWave, type WaveSubject, waveOf, waveServersOf } from '../wave-record.ts';
import { recordWaveServer } from '../wave-server.ts';
import { forgetWindow, tellEntry, withoutAwaited } from '../wave-windows.ts';
import { leaveUnset } from './leave-unset.ts';
import { closeOrders, noteWait, tellEndOfHold } from './note-wait.ts';
import { lapse, reopen, settle } from './settle.ts';
import { viewOf } from './view-of.ts';

/** One item of a stage: the input of one child execution, well under 256 bytes. */
export interface StageItem {
  readonly server: string;
  readonly wave: string;
  readonly phase: Stretch;
  readonly attempt: number;
  readonly machine: string;
}

/** What the wave machine does next. */
export interface Stage {
  readonly action: 'run' | 'wait' | 'conclude' | 'compare-settings' | 'apply-settings';
  readonly servers: readonly StageItem[];
}

// After any other decision the wave waits for something else, or for nothing.
const keepsBlocked: ReadonlySet<Decision['kind']> = new Set([
  'await-preflight',
  'clear-preflight',
  'warn',
]);

/** Reviews a wave and prepares its next stage; a repetition after a crash prepares the same one. */
export async function nextStage(
  ports: Ports,
  {
    subject,
    unset = [],
  }: { readonly subject: WaveSubject; readonly unset?: readonly string[] | undefined },
): Promise<Stage> {
  await leaveUnset(ports, subject.wave, unset);
  for (;;) {
    const wave = await waveOf(ports, subject.wave);
    const enrolled = await waveServersOf(ports, wave);
    const targets = distinctTargets(enrolled.map(({ target }) => target));
    const free = await freeSlotsOf(ports, targets, wave.wave);
    const servers = await lessWhatNeverRan(
      ports,
      wave,
      await settleArrivals(ports, enrolled, free),
    );
    const orders = await ordersOf(ports, wave.wave);
    await tellOrders(ports, wave.wave);
    const answers = await answersTo(ports, wave);
    const now = ports.clock.now();
    const checking = await checkingOf(ports, wave, servers, effectivePauses(orders));
    const view = { ...viewOf(wave, servers, orders, { answers, now }), checking };
    const decision = review(view, free, now);
    if (wave.blocked != null && !keepsBlocked.has(decision.kind)) {
      await dropBlocked(ports, wave.wave);
    }
    if (decision.kind !== 'await-servers') await awaitNoServers(ports, wave);
    await forgetWindow(ports, wave, decision);
    const stage = await carryOut(ports, { wave, servers, view, decision, orders });
    if (stage !== undefined) return stage;
  }
}

/**
 * Takes back what was written down as started and never was: a crash came between the record and the machine's Map.
 * An execution that ran and left no result stays on record; its server's state is unknown.
 */
async function lessWhatNeverRan(
  ports: Ports,
  wave: WaveRecord,
  servers: readonly WaveServer[],
): Promise<readonly WaveServer[]> {
  const found: WaveServer[] = [];
  for (const server of servers) {
    const open = openExecution(server);
    const ran =
      open === undefined ||
      (await ports.workflows.describeExecution(
        executionArn(machineOf(wave, open.phase, server.settings.phases), open.name),
      )) !== 'not-found';
    found.push(ran ? server : { ...server, started: null });
  }
  return found;
}

/** What people answered to the approval that the wave waits for, in order. */
async function answersTo(ports: Ports, wave: WaveRecord): Promise<readonly Approval[]> {
  const asked = wave.awaitingApproval;
  if (asked === undefined || asked === null) return [];
  return answersOn((await read(ports.store, place.approval(wave.wave, asked.phase))).body);
}

/** Takes back that the wave waits for held servers, once it has something else to do. */
async function awaitNoServers(ports: Ports, wave: WaveRecord): Promise<void> {
  if (wave.awaitingServers == null) return;
  await recordWave(ports, wave.wave, (record) =>
    record.awaitingServers == null
      ? undefined
      : { next: { ...record, awaitingServers: null }, told: [] },
  );
}

/** A decision, and what it was made on. */
interface Reviewed {
  readonly wave: WaveRecord;
  readonly servers: readonly WaveServer[];
  readonly view: WaveView;
  readonly decision: Decision;
  readonly orders: OrdersOnRecord;
}

async function carryOut(
  ports: Ports,
  { wave, servers, view, decision, orders }: Reviewed,
): Promise<Stage | undefined> {
  switch (decision.kind) {
    case 'settle':
      for (const { server, outcome } of decision.outcomes) {
        const order = view.members.find((member) => member.server === server)?.order;
        await settle(ports, wave.wave, server, outcome, { order });
      }
      return undefined;
    case 'reopen':
      for (const one of decision.servers) await reopen(ports, wave.wave, one);
      return undefined;
    case 'lapse':
      for (const one of decision.orders) await lapse(ports, wave.wave, one);
      return undefined;
    case 'cohort':
      await withdrawRequest(ports, wave);
      return beginCohort(ports, wave, decision);
    case 'run':
      // Nothing more is waited for: the drills that have one of its servers make room.
      if (decision.phase === 'recover') await takeOver(ports, wave, servers);
      return runStage(ports, wave, decision);
    case 'compare-settings':
    case 'apply-settings':
      return settingsStage(wave, decision);
    case 'open-gate':
      await openGate(ports, wave.wave, decision);
      return undefined;
    case 'close-gate':
      await closeGate(ports, wave.wave, decision);
      return undefined;
    case 'clear-preflight':
      await clearPhase(ports, wave.wave);
      return undefined;
    case 'warn':
      await warnWave(ports, wave.wave, decision.phase, decision.findings);
      return undefined;
    case 'resume':
      await recordWave(ports, wave.wave, (record) => ({
        next: { ...record, held: null, acknowledgedFailures: decision.acknowledgedFailures },
        told: [tellEndOfHold(decision, orders)],
      }));
      return undefined;
    case 'done':
      if (view.aborted !== true) await withdrawRequest(ports, wave);
      return (await closeOrders(ports, wave.wave, orders))
        ? { action: 'conclude', servers: [] }
        : undefined;
    case 'await-slots':
    case 'await-servers':
    case 'await-approval':
    case 'await-window':
    case 'await-preflight':
    case 'await-resume':
    case 'hold':
      await noteWait(ports, wave, decision, ordersGiven(orders));
      return { action: 'wait', servers: [] };
    default:
      return decision satisfies never;
  }
}

/** Hands servers to the function that looks at their settings or sets them, before the phase that is named. */
function settingsStage(
  record: WaveRecord,
  { kind, phase, servers }: Extract<Decision, { kind: 'compare-settings' | 'apply-settings' }>,
): Stage {
  const { wave } = record;
  const machine = machineOf(record, phase, [phase]);
  return {
    action: kind,
    servers: servers.map((server) => ({
      ...{ server, wave, phase, machine },
      // Nothing of the phase has begun.
      attempt: 1,
    })),
  };
}

/** Reserves the cohort's slots, then writes the cohort down. */
async function beginCohort(
  ports: Ports,
  wave: WaveRecord,
  decision: Extract<Decision, { kind: 'cohort' }>,
): Promise<Stage | undefined> {
  const servers = await waveServersOf(ports, wave);
  const targets = distinctTargets(servers.map(({ target }) => target));
  // Another wave took the slots since they were counted: review counts again.
  if (!(await reserveSlots(ports, targets, wave.wave, decision.slots))) return undefined;
  await recordWave(ports, wave.wave, (record) => ({
    next: {
      ...record,
      cohort: decision.servers,
      cohortsBegun: record.cohortsBegun + 1,
      awaitingSlotsSince: null,
    },
    told: [],
  }));
  return undefined;
}

async function runStage(
  ports: Ports,
  wave: WaveRecord,
  decision: Extract<Decision, { kind: 'run' }>,
): Promise<Stage> {
  const now = ports.clock.now();
  const { window } = decision;
  const machines = new Map<string, string>();
  for (const { server, attempt, soak } of decision.servers) {
    const marks = {
      ...(window === undefined ? {} : { window }),
      ...(soak === undefined ? {} : { soak }),
    };
    const { settings } = await recordWaveServer(ports, { wave: wave.wave, server }, (record) =>
      record.started?.phase === decision.phase && record.started.attempt === attempt
        ? undefined
        : {
            next: { ...record, started: { phase: decision.phase, attempt, at: now, ...marks } },
            told: [],
          },
    );
    machines.set(server, machineOf(wave, decision.phase, settings.phases));
  }
  const stageStarted: Told = {
    detailType: DetailType.WaveStageStarted,
    members: {
      phase: decision.phase,
      servers: decision.servers.length,
      cohort: wave.cohortsBegun,
      attempts: Math.max(...decision.servers.map((s) => s.attempt)),
    },
  };
  const [first] = decision.servers;
  const lastStage = `${decision.phase}/${first?.server ?? ''}/${first?.attempt ?? 0}`;
  await recordWave(ports, wave.wave, (record) =>
    record.lastStage === lastStage
      ? undefined
      : {
          next: { ...record, lastStage, ...withoutAwaited(record, decision.phase) },
          told: [...tellEntry(record, decision, now), stageStarted],
        },
  );
  return {
    action: 'run',
    servers: decision.servers.map(({ server, attempt }) => ({
      server,
      wave: wave.wave,
      phase: decision.phase,
      attempt,
      machine: machines.get(server) ?? '',
    })),
  };
}
