// In: an order and whom it is about. Out: it is on record with who, when and why, the poller looks sooner, and the waves'
// streams tell it; or it is refused with what is true now. The one runner of orders; what an order does to a wave
// decides core/operate. It needs nothing of the service itself, so it works while the poller is down.

import { decideOrder, decideWide, noOrders } from '../../core/operate/decide-order.ts';
import type { OrderRequest } from '../../core/operate/order-request.ts';
import { hasten } from '../hasten.ts';
import { planOfWave } from '../orders-of.ts';
import type { Ports } from '../ports.ts';
import { change, type Place, read, readAll } from '../records/documents.ts';
import type { WaveCommand, WideCommand } from '../records/order-records.ts';
import { place } from '../records/place.ts';
import { tellHolds } from '../server-holds.ts';
import { waveKey } from '../wave-record.ts';
import { dependentsOf } from './dependents-of.ts';
import { keptReason, type OrderReply, refused } from './order.ts';
import { entriesOf, logged } from './order-entry.ts';
import { orderView, queueOf, sidesOfWave, targetsOf, waveOnRecord } from './order-view-of.ts';
import { tellOrders } from './tell-orders.ts';

/** The ports that orders need: nothing of the service itself, so they work while the poller is down. */
export type OperatorPorts = Pick<Ports, 'store' | 'clock' | 'bus'>;

/** An order as somebody gives it. */
export type GivenOrder = Omit<OrderRequest, 'at'> & {
  /** Whether only to say what would come of it. */
  readonly dryRun?: boolean;
};

/** Gives an order. Repeating it changes nothing more, and makes up for what a crash left undone. */
export async function runOrder(ports: OperatorPorts, given: GivenOrder): Promise<OrderReply> {
  const reason = keptReason(given.reason);
  const { scope } = given;
  const about = scope.kind === 'stage' ? '*' : scope.kind === 'plan' ? scope.plan : scope.wave;
  if (reason === '') {
    return refused(about, 'no-reason', `${given.order} needs a reason`, 'say why: --reason "…"');
  }
  const request: OrderRequest = { ...given, reason, at: ports.clock.now() };
  const dry = given.dryRun === true;
  switch (scope.kind) {
    case 'stage':
      return runWide(ports, request, place.stageCommand(), await allWaves(ports), about, dry);
    case 'plan': {
      const waves = await wavesOf(ports, scope.plan);
      if (waves.length === 0) {
        return refused(
          about,
          'unknown-plan',
          `there is no plan ${scope.plan}`,
          'landfall status lists the plans',
        );
      }
      return request.order === 'abort'
        ? abortEach(ports, request, waves, about, dry)
        : runWide(ports, request, place.planCommand(scope.plan), waves, about, dry);
    }
    default:
      return runOnWave(ports, request, scope.wave, dry);
  }
}

async function runOnWave(
  ports: OperatorPorts,
  request: OrderRequest,
  wave: string,
  dry: boolean,
): Promise<OrderReply> {
  const found = await waveOnRecord(ports, wave);
  if (found === undefined) {
    return refused(
      wave,
      'unknown-wave',
      `there is no wave ${wave}`,
      'landfall status lists the waves, each as PLAN.WAVE',
    );
  }
  const targets = sidesOfWave(found);
  const queue = await queueOf(ports, targets);
  const decide = (own: typeof found.orders.wave) =>
    decideOrder(
      orderView(wave, { ...found, orders: { ...found.orders, wave: own } }, queue),
      request,
    );
  let verdict = decide(found.orders.wave);
  if (!dry && verdict.is !== 'refused') {
    // Asked again where somebody else came first.
    const command = await change(ports.store, place.command(wave), (known) => {
      verdict = decide(known);
      if (verdict.is !== 'taken') return undefined;
      const next: WaveCommand = { ...(known ?? noOrders), ...verdict.next };
      return logged(next, entriesOf(request, verdict));
    });
    for (const target of targets) await hasten(ports, target);
    await tellOrders(ports, wave);
    for (const server of Object.keys(command?.holds ?? {})) await tellHolds(ports, wave, server);
  }
  if (verdict.is === 'refused') return { status: 'refused', wave, refusal: verdict.refusal };
  const more =
    request.order === 'abort'
      ? (await dependentsOf(ports, wave)).map(
          (key) =>
            ` Wave ${key} depends on it and starts once it has concluded, unless: landfall abort ${key} --reason "…"`,
        )
      : [];
  return {
    status: verdict.is === 'taken' ? 'done' : 'already',
    wave,
    at: request.at,
    said: dry && verdict.is === 'taken' ? `it would be so: ${verdict.said}` : verdict.said,
    next: `${verdict.after}${more.join('')}`,
    ...(verdict.is === 'taken' && verdict.servers !== undefined
      ? { servers: verdict.servers }
      : {}),
    ...(dry ? { dryRun: true } : {}),
  };
}

/** Pauses or resumes a plan or everything, in one write; then every wave of it that runs tells so. */
async function runWide(
  ports: OperatorPorts,
  request: OrderRequest,
  where: Place<WideCommand>,
  waves: readonly string[],
  about: string,
  dry: boolean,
): Promise<OrderReply> {
  const none: WideCommand = { pauses: [] };
  const { body: before } = await read(ports.store, where);
  let verdict = decideWide(before ?? none, request);
  if (!dry && verdict.is !== 'refused') {
    await change(ports.store, where, (known) => {
      verdict = decideWide(known ?? none, request);
      if (verdict.is !== 'taken') return undefined;
      const ended = request.order === 'resume' ? { ended: ['pause' as const] } : {};
      const next: WideCommand = { ...(known ?? none), ...verdict.next };
      return logged(next, entriesOf(request, ended));
    });
    for (const wave of waves) await hear(ports, wave);
  }
  if (verdict.is === 'refused') return { status: 'refused', wave: about, refusal: verdict.refusal };
  return {
    status: verdict.is === 'taken' ? 'done' : 'already',
    wave: about,
    at: request.at,
    said: dry && verdict.is === 'taken' ? `it would be so: ${verdict.said}` : verdict.said,
    next: verdict.after,
    ...(dry ? { dryRun: true } : {}),
  };
}

/** Has a wave that runs tell the orders that it did not tell yet, and the poller look at once. */
async function hear(ports: OperatorPorts, wave: string): Promise<void> {
  const { body: record } = await read(ports.store, place.wave(wave));
  if (record === undefined || record.concludedAt !== null) return;
  const name = wave.slice(planOfWave(wave).length + 1);
  const { body: planned } = await read(ports.store, place.plannedWave(planOfWave(wave), name));
  for (const target of targetsOf(planned)) await hasten(ports, target);
  await tellOrders(ports, wave);
}

/** Aborts every wave of a plan, each by an order of its own; those that have concluded are passed over. */
async function abortEach(
  ports: OperatorPorts,
  request: OrderRequest,
  waves: readonly string[],
  plan: string,
  dry: boolean,
): Promise<OrderReply> {
  const replies: OrderReply[] = [];
  for (const wave of waves) {
    const own = { ...request, scope: { kind: 'wave', wave } as const };
    replies.push(await runOnWave(ports, own, wave, dry));
  }
  const of = (status: OrderReply['status']) =>
    replies.filter((reply) => reply.status === status).map(({ wave }) => wave);
  const [done, already] = [of('done'), of('already')];
  if (done.length + already.length === 0) {
    return refused(
      plan,
      'concluded',
      `every wave of plan ${plan} has concluded`,
      'nothing is left to abort',
    );
  }
  return {
    status: done.length > 0 ? 'done' : 'already',
    wave: plan,
    at: request.at,
    said: `${[...done, ...already].join(', ')} ${done.length + already.length === 1 ? 'is' : 'are'} being aborted`,
    next: 'What waits or is queued is given up with the next tick; what had begun ends as frozen: look at each such server.',
    ...(dry ? { dryRun: true } : {}),
  };
}

async function wavesOf(ports: Pick<Ports, 'store'>, plan: string): Promise<readonly string[]> {
  const planned = await readAll(ports.store, place.plannedWave(plan, ''));
  return planned.map(({ body }) => waveKey(plan, body.name));
}

async function allWaves(ports: Pick<Ports, 'store'>): Promise<readonly string[]> {
  const plans = await readAll(ports.store, place.plan(''));
  const waves: string[] = [];
  for (const { body } of plans) waves.push(...(await wavesOf(ports, body.plan)));
  return waves;
}
