// In: a wave's name. Out: the wave as an order finds it, from what is on record. Only reads the store, so it works while
// the poller is down.
import { isSwitched } from '../../core/hook/standing.ts';
import type { OrderedMember, OrderView } from '../../core/operate/order-view.ts';
import { restTier } from '../../core/order/order.ts';
import { launchesNothing } from '../../core/phase.ts';
import { distinctTargets, type Target, targetName, targetOfArn } from '../../core/target.ts';
import { openExecution } from '../execution-name.ts';
import { type OrdersOnRecord, ordersOf, planOfWave } from '../orders-of.ts';
import type { Ports } from '../ports.ts';
import { read, readAll } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { PlannedWave } from '../records/plan-records.ts';
import type { LaunchRequest, WaitRecord } from '../records/wait-records.ts';
import type { WaveRecord, WaveServer } from '../records/wave-records.ts';
import { sidesOf } from '../side-of.ts';

/** A wave as it is on record. */
export interface WaveOnRecord {
  readonly planned: PlannedWave | undefined;
  /** Undefined where the wave has not begun yet. */
  readonly record: WaveRecord | undefined;
  readonly servers: readonly WaveServer[];
  readonly orders: OrdersOnRecord;
}

/** Reads a wave; undefined where there is none of that name. */
export async function waveOnRecord(
  ports: Pick<Ports, 'store'>,
  wave: string,
): Promise<WaveOnRecord | undefined> {
  const name = wave.slice(planOfWave(wave).length + 1);
  const { body: planned } = await read(ports.store, place.plannedWave(planOfWave(wave), name));
  const { body: record } = await read(ports.store, place.wave(wave));
  if (planned === undefined && record === undefined) return undefined;
  const servers = await readAll(ports.store, place.waveServer(wave, ''));
  const orders = await ordersOf(ports, wave);
  return { planned, record, servers: servers.map(({ body }) => body), orders };
}

/** The targets of a planned wave's servers, each once. */
export function targetsOf(planned: PlannedWave | undefined): readonly Target[] {
  const targets = (planned?.servers ?? []).flatMap(({ arn }) => targetOfArn(arn)?.target ?? []);
  return [...new Map(targets.map((target) => [targetName(target), target])).values()];
}

/** Every target of a wave: those of its planned servers, and those that servers of it fail back to. */
export function sidesOfWave({ planned, servers }: WaveOnRecord): readonly Target[] {
  return distinctTargets([...targetsOf(planned), ...sidesOf(servers)]);
}

/** What servers of a wave wait for, as the poller has it. */
export interface Queue {
  readonly waits: readonly WaitRecord[];
  readonly requests: readonly LaunchRequest[];
  /** The requests that a launch was decided for: nobody takes them back. */
  readonly bound: ReadonlySet<string>;
}

/** Reads what waits and is queued in the targets of a wave. */
export async function queueOf(
  ports: Pick<Ports, 'store'>,
  targets: readonly Target[],
): Promise<Queue> {
  const waits: WaitRecord[] = [];
  const requests: LaunchRequest[] = [];
  const bound = new Set<string>();
  for (const target of targets) {
    for (const { body } of await readAll(ports.store, place.wait(target, ''))) waits.push(body);
    for (const { body } of await readAll(ports.store, place.request(target, ''))) {
      requests.push(body);
    }
    for (const { body } of await readAll(ports.store, place.intent(target, ''))) {
      for (const id of body.requests) bound.add(id);
    }
  }
  return { waits, requests, bound };
}

/** A wave as an order finds it. */
export function orderView(
  wave: string,
  { planned, record, servers, orders }: WaveOnRecord,
  queue: Queue,
): OrderView {
  const byId = new Map(servers.map((server) => [server.server, server]));
  const members =
    planned === undefined
      ? servers.map((server) => memberOf(server, queue))
      : planned.servers.map((one) => {
          const server = byId.get(one.id);
          return server === undefined ? notBegun(planned, one) : memberOf(server, queue);
        });
  return {
    wave,
    plan: planOfWave(wave),
    begun: record !== undefined,
    concludedAt: record?.concludedAt ?? null,
    ...(record?.held == null ? {} : { held: record.held }),
    ...(record?.awaitingApproval == null ? {} : { asksFor: record.awaitingApproval.phase }),
    closedGates: record?.closedGates ?? [],
    tiers: [...(planned?.tiers ?? []), restTier],
    members,
    orders,
  };
}

function notBegun(
  { settings }: PlannedWave,
  { id, hostname, tier, settings: index }: PlannedWave['servers'][number],
): OrderedMember {
  const phases = settings[index]?.phases ?? [];
  return {
    server: id,
    hostname,
    tier,
    phases,
    arrival: { enter: phases[0] ?? 'replicate' },
    results: [],
  };
}

function memberOf(server: WaveServer, queue: Queue): OrderedMember {
  const { outcome, orderTaken, retriedFrom } = server;
  const running = runningOf(server, queue);
  return {
    server: server.server,
    hostname: server.hostname,
    tier: server.tier,
    phases: server.settings.phases,
    arrival: server.arrival,
    results: server.results,
    ...(isSwitched(server.hookRuns ?? []) ? { switched: true } : {}),
    ...(retriedFrom === undefined ? {} : { retriedFrom }),
    ...(outcome === null ? {} : { outcome }),
    ...(orderTaken === undefined ? {} : { orderTaken }),
    ...(running === undefined ? {} : { running }),
  };
}

// While it waits for one of these, its phase has launched nothing.
const beforeLaunch = new Set(['launchable', 'drained', 'protected', 'hooks-before-launch']);

function runningOf(server: WaveServer, queue: Queue): OrderedMember['running'] {
  const open = openExecution(server);
  if (open === undefined) return undefined;
  const own = <T extends { readonly wave: string; readonly server: string | null }>(one: T) =>
    one.wave === server.wave && one.server === server.server;
  const wait = queue.waits.find(own);
  const request = queue.requests.find(own);
  const waitsFor = wait?.wait ?? request?.kind;
  const before =
    launchesNothing(open.phase) ||
    (open.phase === 'retire' && waitsFor === 'idle') ||
    (wait !== undefined && beforeLaunch.has(wait.wait)) ||
    (request !== undefined &&
      request.kind !== 'TerminateTargetInstances' &&
      request.kind !== 'TerminateRecoveryInstances' &&
      !queue.bound.has(request.id));
  return {
    phase: open.phase,
    ...(waitsFor === undefined ? {} : { waitsFor }),
    launched: !before,
  };
}
