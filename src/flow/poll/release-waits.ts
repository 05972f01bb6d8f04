// In: parked waits and what this tick saw. Out: every wait whose condition now holds is released, every impossible or
// overdue one failed, and the others remember how far they are. Called by poll; the decision is core/condition's.
import { evaluate } from '../../core/condition/condition.ts';
import type { Memory } from '../../core/condition/memory.ts';
import type { Sight } from '../../core/condition/sight.ts';
import { impossible, met, type Verdict } from '../../core/condition/verdict.ts';
import { DetailType } from '../../core/event/detail-type.ts';
import { cutText, type Told } from '../../core/event/stream.ts';
import { tellWaitEnded } from '../../core/event/tell.ts';
import { type Failure, FailureCode, failure } from '../../core/failure.ts';
import { isOpen } from '../../core/job.ts';
import { interruption } from '../../core/order/interruption.ts';
import { openOrder, ordersGiven } from '../../core/order/order.ts';
import { targetName } from '../../core/target.ts';
import { toMs } from '../../core/time.ts';
import { freeSlots, isReached } from '../free-slots.ts';
import { checkAgain, clearPhase } from '../preflight.ts';
import { read } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { TargetRecord } from '../records/target-records.ts';
import type { WaitRecord } from '../records/wait-records.ts';
import { recordWaveServer } from '../wave-server.ts';
import {
  holdOf,
  isAborted,
  isOverdue,
  isWindowOver,
  type Kept,
  pausedBecause,
  stopsOf,
  type Tick,
  windowClosed,
} from './tick.ts';

// What follows these waits is a call of its own for each server: so many are let go in one tick as the target's rate
// budget carries until the next. The others hold, and go with the ticks after it (design.md 15.11).
const pacedReleases = 50;
const callFollows = new Set<WaitRecord['condition']['kind']>([
  'signable',
  'finalized',
  'idle',
  'unpaused',
]);

// What these wait for does not show on the server itself.
const unseenToo = new Set<WaitRecord['condition']['kind']>([
  'idle',
  'unpaused',
  'hooks',
  'elapsed',
  'failback-ready',
]);

function isPaced(wait: WaitRecord): boolean {
  return callFollows.has(wait.condition.kind) || (wait.wait === 'healthy' && wait.phase === 'test');
}

/** Ends a run of held looks: what nobody looks at while its wave is paused does not count as held. */
async function breakRun(tick: Tick, wait: Kept<WaitRecord>): Promise<void> {
  const { heldSince, ...memory } = wait.body.memory;
  if (heldSince === undefined) return;
  const where = place.wait(tick.target.target, wait.sort);
  await tick.ports.store.put(where.partition, where.sort, { ...wait.body, memory }, wait.version);
}

/** Keeps a held server's wait as it is; where nobody resumed the server in time, its phase fails. */
async function holdBack(
  tick: Tick,
  wait: Kept<WaitRecord>,
  { reason, expired }: { readonly reason: string; readonly expired: boolean },
): Promise<void> {
  if (!expired) return breakRun(tick, wait);
  const late = `nobody resumed the held server in time: ${reason}`;
  return settle(tick, wait, impossible(FailureCode.HoldExpired, late));
}

/** Ends a wait of an aborted wave: its servers' phases fail, the wave itself goes on to conclude. */
function giveUp(tick: Tick, wait: Kept<WaitRecord>): Promise<void> {
  return settle(
    tick,
    wait,
    wait.body.server === null
      ? met({ aborted: true })
      : impossible(FailureCode.WaveAborted, 'the wave was aborted while the server waited'),
  );
}

/** How an operator's order ends a wait, whatever it waits for; undefined where none does. */
function orderedEnd(tick: Tick, { body }: Kept<WaitRecord>): Verdict | undefined {
  const orders = tick.orders.get(body.wave) ?? {};
  if (body.server === null) {
    // The wave decides anew what is next: it has not heard of the order yet.
    const isNews = body.afterOrder !== undefined && ordersGiven(orders) > body.afterOrder;
    return isNews ? met({ ordered: true }) : undefined;
  }
  const order = openOrder(orders, body.server, body.orderTaken);
  const ended: Failure | undefined = interruption(order, {
    phase: body.phase,
    waitsFor: body.wait,
  });
  return ended === undefined ? undefined : { is: 'impossible', failure: ended };
}

/**
 * Evaluates every wait that this tick can say something about. A tick that could not read its target says nothing of
 * servers, but deadlines hold, and what a wave itself waits for is on record.
 */
export async function releaseWaits(tick: Tick): Promise<void> {
  const busy = busyServers(tick);
  const now = toMs(tick.now);
  let paced = 0;
  for (const wait of tick.waits) {
    // What is undone is undone whatever was ordered; whoever runs hooks ends it.
    if (wait.body.condition.kind === 'hooks' && wait.body.condition.undo) continue;
    if (isAborted(tick, wait.body.wave)) {
      await giveUp(tick, wait);
      continue;
    }
    const ordered = orderedEnd(tick, wait);
    if (ordered !== undefined) {
      await settle(tick, wait, ordered);
      continue;
    }
    if (pausedBecause(tick, wait.body) !== undefined) {
      await breakRun(tick, wait);
      continue;
    }
    const hold = holdOf(tick, wait.body);
    if (hold !== undefined) {
      await holdBack(tick, wait, hold);
      continue;
    }
    if (isWindowOver(tick, wait.body)) {
      const { code, message } = windowClosed(wait.body, wait.body.reason);
      await settle(tick, wait, impossible(code, message));
      continue;
    }
    if (wait.body.wakeAt !== undefined && now >= toMs(wait.body.wakeAt)) {
      await settle(tick, wait, met({ woken: true }));
      continue;
    }
    // Old facts do not release new waits: only a read that began after the parking counts (design.md 15.8).
    if (now <= toMs(wait.body.notBefore)) continue;
    const sight = {
      ...sightOf(tick, wait.body, busy),
      freeSlots: await slotsFor(tick, wait.body),
      blockedBy: await blockedBy(tick, wait.body),
    };
    const unseen = wait.body.server !== null && sight.observation === undefined;
    const verdict: Verdict =
      unseen && !unseenToo.has(wait.body.condition.kind)
        ? {
            is: 'not-yet',
            reason: wait.body.reason,
            pace: wait.body.pace,
            memory: wait.body.memory,
          }
        : evaluate(wait.body.condition, sight, wait.body.memory);
    if (isPaced(wait.body) && verdict.is === 'met') {
      paced += 1;
      if (paced > pacedReleases) continue;
    }
    await settle(tick, wait, verdict);
  }
}

/**
 * The most active slots that are free in one of the targets that a wave waits for; a target that has come into reach
 * counts for one, as what begins there may need none. Undefined while the wave's home was never looked at.
 */
async function slotsFor(tick: Tick, wait: WaitRecord): Promise<number | undefined> {
  const { condition } = wait;
  if (condition.kind !== 'slots-free') return undefined;
  const home = targetName(tick.target.target);
  const full = condition.full ?? [home];
  const unreached = condition.unreached ?? [];
  const found: number[] = [];
  for (const name of [...full, ...unreached]) {
    const record = name === home ? homeAsSeen(tick) : await otherTarget(tick, name);
    if (!isReached(record)) continue;
    const free = freeSlots(record, wait.wave);
    found.push(unreached.includes(name) ? Math.max(1, free) : free);
  }
  if (found.length > 0) return Math.max(...found);
  return full.length + unreached.length > 1 || unreached.length > 0 ? 0 : undefined;
}

/** What keeps a wave from the phase that it waits to begin; what waits for a person is checked after each look. */
async function blockedBy({ ports, seen }: Tick, wait: WaitRecord): Promise<string | undefined> {
  const { condition, wave } = wait;
  if (condition.kind === 'preflight') return checkAgain(ports, wave, condition.phase);
  const looked = seen.configuration !== undefined && seen.configuration.round === null;
  if (condition.kind !== 'approved' || !looked) return undefined;
  const { body } = await read(ports.store, place.wave(wave));
  const servers = body?.awaitingApproval?.servers ?? [];
  const blocking = await checkAgain(ports, wave, condition.phase, servers);
  if (blocking === undefined) await clearPhase(ports, wave);
  return undefined;
}

function homeAsSeen({ seen, target }: Tick): TargetRecord {
  return { ...target, activeServers: seen.activeServers, unreachable: null };
}

async function otherTarget({ ports }: Tick, name: string): Promise<TargetRecord | undefined> {
  return (await read(ports.store, place.targetNamed(name))).body;
}

function sightOf(
  tick: Tick,
  wait: WaitRecord,
  busy: ReadonlySet<string>,
): Omit<Sight, 'freeSlots' | 'blockedBy'> {
  const { seen } = tick;
  const server = wait.sourceServer ?? wait.server ?? '';
  const observation = seen.servers.get(server) ?? (seen.absent.has(server) ? 'absent' : undefined);
  const launchedId =
    observation === undefined || observation === 'absent'
      ? undefined
      : observation.launched.instanceId;
  const isLaunched = wait.condition.kind === 'healthy' || wait.condition.kind === 'recovered';
  const jobId = isLaunched ? wait.condition.jobId : undefined;
  const recoveryInstance =
    wait.condition.kind === 'failback-ready'
      ? seen.recoveryInstances.get(wait.condition.instanceId)
      : wait.condition.kind === 'recovered' && jobId !== undefined
        ? instanceOf(tick, server, jobId)
        : undefined;
  const instanceId = recoveryInstance?.recoveryInstanceId ?? launchedId;
  return {
    now: tick.now,
    tick: tick.number,
    lastFailedTick: tick.target.lastFailedTick,
    observation,
    job: jobId === undefined ? undefined : seen.jobs.get(jobId),
    instance: instanceId === undefined ? undefined : seen.instances.get(instanceId),
    busy: busy.has(server) || !seen.allJobs,
    recoveryPoint: seen.recoveryFacts.get(server)?.recoveryPoint,
    recoveryInstance,
    recoveryInstanceGone: isGone(tick, wait),
    resumedAt: tick.orders.get(wait.wave)?.wave?.resumedAt ?? undefined,
    heldServers:
      wait.condition.kind === 'server-resumed' ? heldServers(tick, wait.wave) : undefined,
    approvals: tick.approvals.get(wait.key),
    pauses: stopsOf(tick, wait),
  };
}

/** The recovery instance that a job launched for a server; a later one is somebody else's. */
function instanceOf({ seen }: Tick, server: string, jobId: string) {
  return [...seen.recoveryInstances.values()].find(
    (one) => one.sourceServerId === server && one.jobId === jobId,
  );
}

/** Whether the recovery instance of a wait was listed once and is no more. */
function isGone({ seen }: Tick, { condition, server, sourceServer }: WaitRecord): boolean {
  const id = sourceServer ?? server;
  if (condition.kind !== 'recovered' || condition.jobId === undefined) return false;
  return [...seen.instanceRecords.values()].some(
    ({ identity, goneAt }) =>
      goneAt !== null && identity.sourceServerId === id && identity.jobId === condition.jobId,
  );
}

function heldServers(tick: Tick, wave: string): ReadonlySet<string> {
  const servers = Object.keys(tick.holds.get(wave) ?? {});
  return new Set(servers.filter((server) => holdOf(tick, { wave, server }) !== undefined));
}

/** Servers that an open job or an unresolved launch holds. */
export function busyServers(tick: Pick<Tick, 'seen' | 'intents'>): ReadonlySet<string> {
  const busy = new Set<string>();
  for (const job of tick.seen.jobs.values()) {
    if (isOpen(job)) for (const server of job.servers) busy.add(server.sourceServerId);
  }
  for (const { body } of tick.intents) {
    const job = body.jobId === null ? undefined : tick.seen.jobs.get(body.jobId);
    if (job === undefined || isOpen(job)) for (const server of body.servers) busy.add(server);
  }
  return busy;
}

async function settle(tick: Tick, wait: Kept<WaitRecord>, verdict: Verdict): Promise<void> {
  switch (verdict.is) {
    case 'met':
      await keepEvidence(tick, wait.body, 'met', verdict.output);
      await tick.ports.workflows.sendTaskSuccess(wait.body.token, verdict.output);
      tick.counts.released += 1;
      return forget(tick, wait);
    case 'impossible':
      await keepEvidence(tick, wait.body, 'failed', {}, verdict.failure);
      await tick.ports.workflows.sendTaskFailure(
        wait.body.token,
        verdict.failure.code,
        verdict.failure.message,
      );
      tick.counts.failed += 1;
      return forget(tick, wait);
    case 'not-yet':
      return overdue(wait.body, tick) ? expire(tick, wait, verdict) : remember(tick, wait, verdict);
    default:
      return verdict satisfies never;
  }
}

function overdue(wait: WaitRecord, tick: Tick): boolean {
  const { deadlineAt } = wait;
  return deadlineAt !== null && isOverdue(tick, { ...wait, deadlineAt });
}

async function expire(
  tick: Tick,
  wait: Kept<WaitRecord>,
  verdict: Extract<Verdict, { is: 'not-yet' }>,
): Promise<void> {
  const { token, onDeadline, deadlineAt, wait: name } = wait.body;
  await keepEvidence(tick, wait.body, 'expired', {});
  if (onDeadline === 'release') {
    await tick.ports.workflows.sendTaskSuccess(token, { expired: true });
  } else {
    const late = failure(
      verdict.late ?? FailureCode.DeadlineExceeded,
      `not ${name} by ${deadlineAt ?? 'its deadline'}: ${verdict.reason}`,
    );
    await tick.ports.workflows.sendTaskFailure(token, late.code, late.message);
  }
  tick.counts.failed += 1;
  await forget(tick, wait);
}

/** Deletes a wait only if its token is still the one that was answered. */
async function forget(tick: Tick, wait: Kept<WaitRecord>): Promise<void> {
  const where = place.wait(tick.target.target, wait.sort);
  await tick.ports.store.delete(where.partition, where.sort, wait.version);
}

/** Writes a wait back only when what it must remember has changed. A reason alone is not worth a write a tick. */
async function remember(
  tick: Tick,
  wait: Kept<WaitRecord>,
  verdict: Extract<Verdict, { is: 'not-yet' }>,
): Promise<void> {
  const same =
    verdict.pace === wait.body.pace &&
    sameMemory(verdict.memory, wait.body.memory) &&
    isSameKind(verdict.reason, wait.body.reason);
  if (same) return;
  const where = place.wait(tick.target.target, wait.sort);
  await tick.ports.store.put(
    where.partition,
    where.sort,
    {
      ...wait.body,
      pace: verdict.pace,
      reason: verdict.reason,
      memory: verdict.memory,
      trail: extended(wait.body, verdict.reason, tick),
    },
    wait.version,
  );
}

// A wait that swings between two reasons for weeks still fits its record.
const trailLimit = 12;

function extended(wait: WaitRecord, reason: string, tick: Tick): WaitRecord['trail'] {
  const last = wait.trail.at(-1);
  if (last !== undefined && isSameKind(last.reason, reason)) return wait.trail;
  const trail = [...wait.trail, { since: tick.now, reason }];
  const [first] = trail;
  return trail.length <= trailLimit || first === undefined
    ? trail
    : [first, ...trail.slice(1 - trailLimit)];
}

function sameMemory(a: Memory, b: Memory): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

function isSameKind(a: string, b: string): boolean {
  return a === b || kindOfReason(a) === kindOfReason(b);
}

/** A reason without its figures: what kind of waiting it is. */
function kindOfReason(reason: string): string {
  return reason.replaceAll(/\d+/g, '#').replaceAll(/(# (d|h|min|s) ?)+/g, '# ');
}

/**
 * Tells that a wait ended before its token is answered, and puts a healthy instance on the wave's record before
 * anything is built on it. Told once, however often a tick is repeated.
 */
async function keepEvidence(
  tick: Tick,
  wait: WaitRecord,
  ended: 'met' | 'failed' | 'expired',
  output: Readonly<Record<string, unknown>>,
  why?: Failure,
): Promise<void> {
  if (wait.server === null) return;
  const id = `${wait.key} ${wait.enteredAt} ${wait.retryCount}`;
  await recordWaveServer(tick.ports, { wave: wait.wave, server: wait.server }, (member) => {
    if (member.toldWaits.includes(id)) return undefined;
    const told: Told[] = [
      tellWaitEnded({
        name: wait.wait,
        phase: wait.phase,
        since: wait.notBefore,
        until: tick.now,
        ended,
        trail: wait.trail,
      }),
    ];
    told.push(...tellSoak(wait, ended, why));
    const toldWaits = [...member.toldWaits.slice(-4), id];
    const { condition } = wait;
    if (ended !== 'met' || (condition.kind !== 'healthy' && condition.kind !== 'recovered')) {
      return { next: { ...member, toldWaits }, told };
    }
    const { launch } = condition;
    const instanceId = String(output['instanceId']);
    const jobId = typeof output['jobId'] === 'string' ? output['jobId'] : null;
    const pointInTimeAt = output['pointInTimeAt'];
    told.push(
      condition.kind === 'healthy'
        ? { detailType: DetailType.ServerHealthy, members: { kind: launch, instanceId, jobId } }
        : {
            detailType: DetailType.ServerRecovered,
            members: { kind: launch, instanceId, jobId, pointInTimeAt: pointInTimeAt ?? null },
          },
    );
    const health = {
      ...{ launch, instanceId, jobId, at: tick.now },
      ...(typeof pointInTimeAt === 'string' ? { pointInTimeAt } : {}),
    };
    return { next: { ...member, toldWaits, health }, told };
  });
}

/** Tells how a soak ended: over, or with an instance that is no longer well. */
function tellSoak(
  { condition }: WaitRecord,
  ended: 'met' | 'failed' | 'expired',
  why: Failure | undefined,
): readonly Told[] {
  if (condition.kind !== 'signable' || condition.soakUntil === undefined) return [];
  const isSick = why?.code === FailureCode.InstanceUnhealthy;
  if (ended !== 'met' && !isSick) return [];
  return [
    {
      detailType: DetailType.ServerSoakEnded,
      members: {
        instanceId: condition.instanceId ?? null,
        since: condition.soakFrom ?? null,
        ended: isSick ? 'unhealthy' : 'soaked',
        ...(isSick ? { reason: cutText(why.message) } : {}),
      },
    },
  ];
}
