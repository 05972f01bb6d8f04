// In: the table of a deployment. Out: everything that is on record of some waves, read once. Reads only.
import type { OpenWait } from '../../core/evidence/from-records.ts';
import { type GatedPhase, gatedPhases } from '../../core/plan/gates.ts';
import { answersOn } from '../../flow/answers-on.ts';
import { type OrdersOnRecord, ordersOf } from '../../flow/orders-of.ts';
import type { Ports } from '../../flow/ports.ts';
import { read, readAll } from '../../flow/records/documents.ts';
import type { ApprovalRecord } from '../../flow/records/order-records.ts';
import { place } from '../../flow/records/place.ts';
import type { PlannedWave } from '../../flow/records/plan-records.ts';
import type { LaunchRequest, WaitRecord } from '../../flow/records/wait-records.ts';
import type { WaveRecord, WaveServer } from '../../flow/records/wave-records.ts';
import { sidesOf } from '../../flow/side-of.ts';
import { waveKey } from '../../flow/wave-record.ts';

/** All that is on record of one wave. */
export interface WaveOnRecord {
  readonly wave: string;
  readonly planned: PlannedWave;
  /** Undefined where it has not begun. */
  readonly record: WaveRecord | undefined;
  readonly members: readonly WaveServer[];
  readonly approvals: readonly ApprovalRecord[];
  readonly orders: OrdersOnRecord;
  /** What its servers wait for now. */
  readonly waits: readonly OpenWait[];
}

/** The waves of a plan that was started, or of all of them, in the order of the plans. */
export async function plannedWaves(
  ports: Pick<Ports, 'store'>,
  plan: string | undefined,
): Promise<readonly PlannedWave[]> {
  const plans = await readAll(ports.store, place.plan(plan ?? ''));
  const waves: PlannedWave[] = [];
  for (const { body } of plans) {
    if (plan !== undefined && body.plan !== plan) continue;
    const found = await readAll(ports.store, place.plannedWave(body.plan, ''));
    const byName = new Map(found.map((one) => [one.body.name, one.body]));
    waves.push(...body.waves.flatMap((name) => byName.get(name) ?? []));
  }
  return waves;
}

/** Reads all that is on record of a wave. */
export async function waveOnRecord(
  ports: Pick<Ports, 'store'>,
  planned: PlannedWave,
): Promise<WaveOnRecord> {
  const wave = waveKey(planned.plan, planned.name);
  const { body: record } = await read(ports.store, place.wave(wave));
  const members = await readAll(ports.store, place.waveServer(wave, ''));
  const approvals = await Promise.all(
    gatedPhases.map((phase: GatedPhase) => read(ports.store, place.approval(wave, phase))),
  );
  return {
    wave,
    planned,
    record,
    members: members.map(({ body }) => body),
    approvals: approvals.flatMap(({ body }) => body ?? []),
    orders: await ordersOf(ports, wave),
    waits:
      record === undefined || record.concludedAt !== null
        ? []
        : await waitsOf(
            ports,
            wave,
            members.map(({ body }) => body),
          ),
  };
}

/** Everybody's answers to the approvals of a wave. */
export function answersIn({ approvals }: WaveOnRecord) {
  return approvals.flatMap(answersOn);
}

async function waitsOf(
  ports: Pick<Ports, 'store'>,
  wave: string,
  members: readonly WaveServer[],
): Promise<readonly OpenWait[]> {
  const waits: OpenWait[] = [];
  for (const target of sidesOf(members)) {
    const parked = await readAll(ports.store, place.wait(target, ''));
    const queued = await readAll(ports.store, place.request(target, ''));
    waits.push(
      ...parked.flatMap(({ body }) => (body.wave === wave ? [parkedWait(body)] : [])),
      ...queued.flatMap(({ body }) => (body.wave === wave ? [queuedWait(body)] : [])),
    );
  }
  return waits;
}

function parkedWait({ server, phase, wait, enteredAt, trail, reason }: WaitRecord): OpenWait {
  const reasons = trail.length > 0 ? trail : [{ since: enteredAt, reason }];
  return { server, phase, wait, since: enteredAt, reasons };
}

function queuedWait({ server, phase, kind, requestedAt, reason }: LaunchRequest): OpenWait {
  const reasons = [{ since: requestedAt, reason }];
  return { server, phase, wait: kind, since: requestedAt, reasons };
}
