// In: a wave. Out: what its machine does next: run a stage over servers, wait, or conclude. The decision is
// core/review's; this records what it decided and asks again until the machine has something to do.
import type { Approval } from '../../core/condition/approved.ts';
import { DetailType } from '../../core/event/detail-type.ts';
import { cutText, type Told } from '../../core/event/stream.ts';
import { tellOutcome } from '../../core/event/tell.ts';
import { holdDeadline, openHold } from '../../core/hold.ts';
import type { Outcome } from '../../core/outcome.ts';
import type { Stretch } from '../../core/phase.ts';
import type { Decision } from '../../core/review/decision.ts';
import { review } from '../../core/review/review.ts';
import type { Member, WaveView } from '../../core/review/wave-view.ts';
import { distinctTargets, targetName } from '../../core/target.ts';
import type { Instant } from '../../core/time.ts';
import { answersOn } from '../answers-on.ts';
import { settleArrivals } from '../enrol.ts';
import { executionArn, openExecution } from '../execution-name.ts';
import { freeSlotsOf, reserveSlots } from '../free-slots.ts';
import { tellOrders } from '../operate/give-order.ts';
import type { Ports } from '../ports.ts';
import { blockPhase, checkingOf, clearPhase, dropBlocked, warnWave } from '../preflight.ts';
import { place, read, type WaveCommand, type WaveRecord, type WaveServer } from '../records.ts';
import { closeGate, openGate, requestApproval } from '../wave-gates.ts';
import { recordWave, type WaveSubject, waveOf, waveServersOf } from '../wave-record.ts';
import { recordWaveServer } from '../wave-server.ts';
import { awaitWindow, forgetWindow, tellEntry, withoutAwaited } from '../wave-windows.ts';

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
  readonly action: 'run' | 'wait' | 'conclude';
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
  { subject }: { readonly subject: WaveSubject },
): Promise<Stage> {
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
    const { body: command } = await read(ports.store, place.command(wave.wave));
    if (command?.log !== undefined) await tellOrders(ports, wave.wave);
    const answers = await answersTo(ports, wave);
    const now = ports.clock.now();
    const checking = await checkingOf(ports, wave, servers, command);
    const view = { ...viewOf(wave, servers, command, answers, now), checking };
    const decision = review(view, free, now);
    if (wave.blocked != null && !keepsBlocked.has(decision.kind)) {
      await dropBlocked(ports, wave.wave);
    }
    if (decision.kind !== 'await-servers') await awaitNoServers(ports, wave);
    await forgetWindow(ports, wave, decision);
    const stage = await carryOut(ports, wave, decision, command);
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
        executionArn(wave.machines[open.phase], open.name),
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

function viewOf(
  wave: WaveRecord,
  servers: readonly WaveServer[],
  command: WaveCommand | undefined,
  answers: readonly Approval[],
  now: Instant,
): WaveView {
  return {
    policy: wave.policy,
    members: servers.map((server) => memberOf(server, command, now)),
    cohort: wave.cohort,
    acknowledgedFailures: wave.acknowledgedFailures,
    ...(wave.held === null ? {} : { held: wave.held }),
    ...(wave.awaitingSlotsSince === null ? {} : { awaitingSlotsSince: wave.awaitingSlotsSince }),
    ...(command === undefined || command.resumedAt === null
      ? {}
      : { resumedAt: command.resumedAt }),
    ...(command?.aborted === true ? { aborted: true } : {}),
    ...gatingOf(wave, command, answers),
  };
}

function gatingOf(
  wave: WaveRecord,
  command: WaveCommand | undefined,
  answers: readonly Approval[],
): Pick<WaveView, 'gating'> {
  const { gates, awaitingApproval, startedBy } = wave;
  if (gates === undefined) return {};
  return {
    gating: {
      gates,
      planHash: wave.planHash,
      cohort: wave.cohortsBegun,
      approved: wave.approved ?? [],
      closed: wave.closedGates ?? [],
      pauses: command?.pauses ?? [],
      ...(awaitingApproval == null ? {} : { awaiting: awaitingApproval }),
      answers,
      ...(startedBy === undefined ? {} : { startedBy }),
    },
  };
}

function memberOf(server: WaveServer, command: WaveCommand | undefined, now: Instant): Member {
  const hold = openHold(command?.holds?.[server.server]);
  return {
    server: server.server,
    target: targetName(server.target),
    tier: server.tier,
    phases: server.settings.phases,
    arrival: server.arrival,
    needsSlot: server.needsSlot,
    results: server.results,
    ...(server.started === null
      ? {}
      : { started: { phase: server.started.phase, attempt: server.started.attempt } }),
    ...(server.outcome === null ? {} : { outcome: server.outcome }),
    ...(hold === undefined
      ? {}
      : {
          held: {
            reason: hold.reason,
            expiresAt: holdDeadline(hold, command?.pauses ?? [], now),
          },
        }),
    ...(server.health?.launch === 'cutover' ? { healthySince: server.health.at } : {}),
  };
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

async function carryOut(
  ports: Ports,
  wave: WaveRecord,
  decision: Decision,
  command: WaveCommand | undefined,
): Promise<Stage | undefined> {
  switch (decision.kind) {
    case 'settle':
      for (const { server, outcome } of decision.outcomes) {
        await settle(ports, wave.wave, server, outcome);
      }
      return undefined;
    case 'cohort':
      return beginCohort(ports, wave, decision);
    case 'await-slots':
      await recordWave(ports, wave.wave, (record) =>
        awaitsTheSame(record, decision)
          ? undefined
          : {
              next: {
                ...record,
                awaitingSlotsSince: record.awaitingSlotsSince ?? ports.clock.now(),
                awaitedTargets: { full: decision.full, unreached: decision.unreached },
              },
              told: [],
            },
      );
      return { action: 'wait', servers: [] };
    case 'await-servers':
      await recordWave(ports, wave.wave, (record) => {
        const { servers, until } = decision;
        const since = record.awaitingServers?.since ?? ports.clock.now();
        return { next: { ...record, awaitingServers: { since, servers, until } }, told: [] };
      });
      return { action: 'wait', servers: [] };
    case 'run':
      return runStage(ports, wave, decision);
    case 'await-approval':
      if (decision.meanwhile !== undefined) await awaitWindow(ports, wave.wave, decision.meanwhile);
      await requestApproval(ports, wave.wave, decision);
      return { action: 'wait', servers: [] };
    case 'await-window':
      await awaitWindow(ports, wave.wave, decision);
      return { action: 'wait', servers: [] };
    case 'open-gate':
      await openGate(ports, wave.wave, decision);
      return undefined;
    case 'close-gate':
      await closeGate(ports, wave.wave, decision);
      return undefined;
    case 'await-preflight':
      if (decision.meanwhile !== undefined) await awaitWindow(ports, wave.wave, decision.meanwhile);
      await blockPhase(ports, wave.wave, decision);
      return { action: 'wait', servers: [] };
    case 'clear-preflight':
      await clearPhase(ports, wave.wave);
      return undefined;
    case 'warn':
      await warnWave(ports, wave.wave, decision.phase, decision.findings);
      return undefined;
    case 'hold':
      await recordWave(ports, wave.wave, (record) =>
        record.held === null
          ? {
              next: { ...record, held: { since: ports.clock.now(), reason: decision.reason } },
              told: [{ detailType: DetailType.WaveHeld, members: { reason: decision.reason } }],
            }
          : undefined,
      );
      return { action: 'wait', servers: [] };
    case 'resume':
      await recordWave(ports, wave.wave, (record) => ({
        next: { ...record, held: null, acknowledgedFailures: decision.acknowledgedFailures },
        told: [tellAnsweredHold(command)],
      }));
      return undefined;
    case 'done':
      return { action: 'conclude', servers: [] };
    default:
      return decision satisfies never;
  }
}

function tellAnsweredHold(command: WaveCommand | undefined): Told {
  const order = command?.log?.findLast(({ ended }) => ended === 'hold');
  return {
    detailType: DetailType.WaveResumed,
    members:
      order === undefined
        ? {}
        : { ended: 'hold', by: cutText(order.by), at: order.at, reason: cutText(order.reason) },
  };
}

function awaitsTheSame(
  { awaitingSlotsSince, awaitedTargets }: WaveRecord,
  { full, unreached }: Extract<Decision, { kind: 'await-slots' }>,
): boolean {
  return (
    awaitingSlotsSince !== null &&
    awaitedTargets?.full.join() === full.join() &&
    awaitedTargets.unreached.join() === unreached.join()
  );
}

/** Ends a server's way in its wave, and tells it once. */
export async function settle(
  ports: Ports,
  wave: string,
  server: string,
  outcome: Outcome,
): Promise<void> {
  await recordWaveServer(ports, { wave, server }, (record) =>
    record.outcome === null
      ? { next: { ...record, outcome }, told: [tellOutcome(outcome)] }
      : undefined,
  );
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
  for (const { server, attempt, soak } of decision.servers) {
    const marks = {
      ...(window === undefined ? {} : { window }),
      ...(soak === undefined ? {} : { soak }),
    };
    await recordWaveServer(ports, { wave: wave.wave, server }, (record) =>
      record.started?.phase === decision.phase && record.started.attempt === attempt
        ? undefined
        : {
            next: { ...record, started: { phase: decision.phase, attempt, at: now, ...marks } },
            told: [],
          },
    );
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
      machine: wave.machines[decision.phase],
    })),
  };
}
