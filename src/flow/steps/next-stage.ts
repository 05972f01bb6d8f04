// In: a wave. Out: what its machine does next: run a stage over servers, wait, or conclude. The decision is
// core/review's; this records what it decided and asks again until the machine has something to do.
import { quotasOf } from '../../core/admission.ts';
import { DetailType, type Told, tellOutcome } from '../../core/event.ts';
import type { Outcome } from '../../core/outcome.ts';
import type { Stretch } from '../../core/phase.ts';
import type { Decision } from '../../core/review/decision.ts';
import { review } from '../../core/review/review.ts';
import type { Member, WaveView } from '../../core/review/wave-view.ts';
import { executionArn, openExecution } from '../execution-name.ts';
import type { Ports } from '../ports.ts';
import {
  change,
  place,
  read,
  type TargetRecord,
  type WaveCommand,
  type WaveRecord,
  type WaveServer,
} from '../records.ts';
import { recordWave, type WaveSubject, waveOf, waveServersOf } from '../wave-record.ts';
import { recordWaveServer } from '../wave-server.ts';

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

/** Reviews a wave and prepares its next stage; a repetition after a crash prepares the same one. */
export async function nextStage(
  ports: Ports,
  { subject }: { readonly subject: WaveSubject },
): Promise<Stage> {
  for (;;) {
    const wave = await waveOf(ports, subject.wave);
    const servers = await lessWhatNeverRan(ports, wave, await waveServersOf(ports, wave));
    const { body: command } = await read(ports.store, place.command(wave.wave));
    const free = await freeSlotsOf(ports, wave);
    const decision = review(viewOf(wave, servers, command), free, ports.clock.now());
    const stage = await carryOut(ports, wave, decision);
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

function viewOf(
  wave: WaveRecord,
  servers: readonly WaveServer[],
  command: WaveCommand | undefined,
): WaveView {
  return {
    policy: wave.policy,
    members: servers.map(memberOf),
    cohort: wave.cohort,
    acknowledgedFailures: wave.acknowledgedFailures,
    ...(wave.held === null ? {} : { held: wave.held }),
    ...(wave.awaitingSlotsSince === null ? {} : { awaitingSlotsSince: wave.awaitingSlotsSince }),
    ...(command === undefined || command.resumedAt === null
      ? {}
      : { resumedAt: command.resumedAt }),
    ...(command?.aborted === true ? { aborted: true } : {}),
  };
}

function memberOf(server: WaveServer): Member {
  return {
    server: server.server,
    tier: server.tier,
    phases: server.settings.phases,
    arrival: server.arrival,
    needsSlot: server.needsSlot,
    results: server.results,
    ...(server.started === null
      ? {}
      : { started: { phase: server.started.phase, attempt: server.started.attempt } }),
    ...(server.outcome === null ? {} : { outcome: server.outcome }),
  };
}

/** The active slots that a new cohort of the wave may take: free ones that no other cohort has reserved. */
async function freeSlotsOf(ports: Ports, wave: WaveRecord): Promise<number> {
  const { body } = await read(ports.store, place.target(wave.home));
  if (body === undefined || body.activeServers === null) return 0;
  return freeSlots(body, wave.wave);
}

/** Counts the free active slots of a target, less what other waves have reserved. */
export function freeSlots(target: TargetRecord, wave: string | undefined): number {
  const reserved = Object.entries(target.slotReservations)
    .filter(([by]) => by !== wave)
    .reduce((sum, [, slots]) => sum + slots, 0);
  return quotasOf(target.quotaValues).activeServers - (target.activeServers ?? 0) - reserved;
}

async function carryOut(
  ports: Ports,
  wave: WaveRecord,
  decision: Decision,
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
        record.awaitingSlotsSince === null
          ? { next: { ...record, awaitingSlotsSince: ports.clock.now() }, told: [] }
          : undefined,
      );
      return { action: 'wait', servers: [] };
    case 'run':
      return runStage(ports, wave, decision);
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
        told: [{ detailType: DetailType.WaveResumed, members: {} }],
      }));
      return undefined;
    case 'done':
      return { action: 'conclude', servers: [] };
    default:
      return decision satisfies never;
  }
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
  let reserved = false;
  await change(ports.store, place.target(wave.home), (target) => {
    // A cohort that takes no slot begins also where more than the quota are active.
    reserved = decision.slots === 0;
    if (target === undefined) return undefined;
    reserved ||= freeSlots(target, wave.wave) >= decision.slots;
    if (!reserved) return undefined;
    return {
      ...target,
      slotReservations: { ...target.slotReservations, [wave.wave]: decision.slots },
    };
  });
  // Another wave took the slots since they were counted: review counts again.
  if (!reserved) return undefined;
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
  for (const { server, attempt } of decision.servers) {
    await recordWaveServer(ports, { wave: wave.wave, server }, (record) =>
      record.started?.phase === decision.phase && record.started.attempt === attempt
        ? undefined
        : { next: { ...record, started: { phase: decision.phase, attempt, at: now } }, told: [] },
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
      : { next: { ...record, lastStage }, told: [stageStarted] },
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
