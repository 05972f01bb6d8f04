// In: a plan's name, or none for all plans. Out: how its waves stand, what every server waits for, and who can do what.
// Only reads the store, so it answers while the poller is down. Called by operators.
import { quotasOfService } from '../../core/admission/quotas-of-service.ts';
import type { Approval } from '../../core/condition/approved.ts';
import { distinctTargets, type Target, targetName } from '../../core/target.ts';
import { answersOn } from '../answers-on.ts';
import { ordersOf } from '../orders-of.ts';
import type { Ports } from '../ports.ts';
import { read, readAll } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { PlannedWave, PlanRecord } from '../records/plan-records.ts';
import type { WaveRecord } from '../records/wave-records.ts';
import { sidesOf } from '../side-of.ts';
import { waveKey } from '../wave-record.ts';
import { targetsOf } from './order-view-of.ts';
import { type PlanStatus, type Status, type TargetStatus, waveStatus } from './status.ts';

/** Says how every plan stands that was started, or the one that is named; an unknown one is not among the answer. */
export async function statusOf(
  ports: Pick<Ports, 'store' | 'clock'>,
  { plan }: { readonly plan?: string } = {},
): Promise<Status> {
  const at = ports.clock.now();
  const known = await readAll(ports.store, place.plan(plan ?? ''));
  const plans: PlanStatus[] = [];
  const targets = new Map<string, Target>();
  const papersOf = papersReader(ports);
  for (const { body } of known) {
    if (plan !== undefined && body.plan !== plan) continue;
    const planned = await plannedWavesOf(ports, body);
    for (const target of planned.flatMap(targetsOf)) targets.set(targetName(target), target);
    const waves = [];
    for (const wave of planned) waves.push(waveStatus(await papersOf(wave), at));
    plans.push({ plan: body.plan, planHash: body.planHash, waves });
  }
  const statuses: TargetStatus[] = [];
  for (const [, target] of [...targets].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const status = await targetStatus(ports, target);
    if (status !== undefined) statuses.push(status);
  }
  return { at, plans, targets: statuses };
}

/** The waves of a plan, in the plan's order. */
async function plannedWavesOf(
  ports: Pick<Ports, 'store'>,
  { plan, waves }: PlanRecord,
): Promise<readonly PlannedWave[]> {
  const found = await readAll(ports.store, place.plannedWave(plan, ''));
  const byName = new Map(found.map(({ body }) => [body.name, body]));
  return waves.flatMap((name) => byName.get(name) ?? []);
}

/** Reads what is on record of waves; waits and requests of a target are read once for all of them. */
function papersReader(ports: Pick<Ports, 'store'>) {
  const queues = new Map<string, ReturnType<typeof queueOf>>();
  const queueIn = (target: Target) => {
    const name = targetName(target);
    const queue = queues.get(name) ?? queueOf(ports, target);
    queues.set(name, queue);
    return queue;
  };
  return async (planned: PlannedWave) => {
    const wave = waveKey(planned.plan, planned.name);
    const { body: record } = await read(ports.store, place.wave(wave));
    const orders = await ordersOf(ports, wave);
    const members = await readAll(ports.store, place.waveServer(wave, ''));
    const byId = new Map(members.map(({ body }) => [body.server, body]));
    const order = record?.order ?? planned.servers.map(({ id }) => id);
    const waitsFor: string[] = [];
    for (const name of planned.dependsOn) {
      const { body } = await read(ports.store, place.wave(waveKey(planned.plan, name)));
      if (body === undefined || body.concludedAt === null) waitsFor.push(name);
    }
    const queue = { waits: [], requests: [] };
    const sides = sidesOf(members.map(({ body }) => body));
    const targets = distinctTargets([...targetsOf(planned), ...sides]);
    const all = record?.concludedAt == null ? await Promise.all(targets.map(queueIn)) : [queue];
    return {
      planned,
      record,
      orders,
      members: order.flatMap((id) => byId.get(id) ?? []),
      waits: all.flatMap(({ waits }) => waits).filter((wait) => wait.wave === wave),
      requests: all.flatMap(({ requests }) => requests).filter((one) => one.wave === wave),
      waitsFor,
      answers: await answersTo(ports, record),
    };
  };
}

async function answersTo(
  ports: Pick<Ports, 'store'>,
  record: WaveRecord | undefined,
): Promise<readonly Approval[]> {
  const asked = record?.awaitingApproval;
  if (record === undefined || asked === undefined || asked === null) return [];
  return answersOn((await read(ports.store, place.approval(record.wave, asked.phase))).body);
}

async function queueOf(ports: Pick<Ports, 'store'>, target: Target) {
  const waits = await readAll(ports.store, place.wait(target, ''));
  const requests = await readAll(ports.store, place.request(target, ''));
  return {
    waits: waits.map(({ body }) => body),
    requests: requests.map(({ body }) => body),
  };
}

async function targetStatus(
  ports: Pick<Ports, 'store'>,
  target: Target,
): Promise<TargetStatus | undefined> {
  const { body } = await read(ports.store, place.target(target));
  if (body === undefined) return undefined;
  return {
    target: targetName(target),
    tick: body.tick,
    lastTickFailed: body.tick > 0 && body.lastFailedTick === body.tick,
    nextTickAt: body.nextTickAt,
    lastSweepAt: body.lastSweepAt,
    activeServers: body.activeServers,
    activeServersQuota: quotasOfService(target.service, body.quotaValues).activeServers,
    unreachable: body.unreachable ?? null,
    waves: Object.keys(body.paces).sort(),
  };
}
