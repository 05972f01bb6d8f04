// In: the wait of a machine on hooks of one server. Out: these hooks taken as far as they go now. Called by runHooks.
import { FailureCode } from '../../core/failure.ts';
import { openHold } from '../../core/hold.ts';
import type { HookRun, HookSite } from '../../core/hook/hook-run.ts';
import { hookSiteNames, withRun } from '../../core/hook/hook-run.ts';
import { afterCall, type HookStep } from '../../core/hook/next-hook-step.ts';
import { tellHook } from '../../core/hook/tell-hook.ts';
import { pauseReason } from '../../core/order/effective-pauses.ts';
import { openOrder } from '../../core/order/order.ts';
import { stretchNames } from '../../core/phase.ts';
import type { Target } from '../../core/target.ts';
import { putOnHold } from '../hold-server.ts';
import { ordersOf } from '../orders-of.ts';
import type { Ports } from '../ports.ts';
import { type Held, read, remove } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { WaitRecord } from '../records/wait-records.ts';
import type { WaveServer } from '../records/wave-records.ts';
import { recordWaveServer, waveServerOf } from '../wave-server.ts';
import { callHook } from './call-hook.ts';
import { type HookPlace, hookStepOf } from './hooks-due.ts';

/** What running hooks needs of the outside. */
export type HookPorts = Pick<
  Ports,
  'clock' | 'store' | 'bus' | 'workflows' | 'serviceOf' | 'hooks'
>;

// Each hook takes a few steps; whatever takes more is looked at again later.
const mostSteps = 60;

/** Goes on with the hooks that a wait is for, until they wait, fail or have ended. */
export async function advanceHooks(
  ports: HookPorts,
  target: Target,
  key: string,
): Promise<'waiting' | 'ended'> {
  const wait = await read(ports.store, place.wait(target, key));
  const at = wait.body === undefined ? undefined : placeOf(wait.body);
  if (wait.body === undefined || at === undefined) {
    // Whatever gave the wait up has ended its hooks, too.
    const { version } = await read(ports.store, place.openHooks(target, key));
    await remove(ports.store, place.openHooks(target, key), version);
    return 'ended';
  }
  const subject = { wave: wait.body.wave, server: wait.body.server ?? '' };
  for (let steps = 0; steps < mostSteps; steps += 1) {
    const server = await waveServerOf(ports, subject);
    const step = hookStepOf(ports, server, at);
    const kept = await isKept(ports, server, at.site);
    // What has begun is followed to its end, and what has failed ends; nothing begins or goes on for who is paused or held.
    if (step.do === 'wait' || (kept && step.do !== 'fail' && !hasBegun(step))) return 'waiting';
    if (step.do === 'done' || step.do === 'fail') {
      await release(ports, target, { ...wait, body: wait.body }, step);
      return 'ended';
    }
    await take(ports, subject, at, step);
  }
  return 'waiting';
}

function placeOf({ condition, phase }: WaitRecord): HookPlace | undefined {
  if (condition.kind !== 'hooks') return undefined;
  const site = hookSiteNames.find((name) => name === condition.site);
  const stretch = stretchNames.find((one) => one === phase);
  if (site === undefined || stretch === undefined) return undefined;
  return { site, phase: stretch, attempt: condition.attempt };
}

function hasBegun(step: HookStep): boolean {
  return step.do === 'end' || (step.do === 'call' && !step.isNew);
}

/** Whether nothing may begin for a server: it is paused or held, or yields to a recovery. What is undone is undone all the same. */
async function isKept(
  ports: Pick<Ports, 'store'>,
  server: WaveServer,
  site: HookSite,
): Promise<boolean> {
  if (site === 'undo') return false;
  const orders = await ordersOf(ports, server.wave);
  return (
    orders.wave?.aborted === true ||
    openOrder(orders, server.server, server.orderTaken)?.order === 'yield' ||
    pauseReason(orders, server) !== undefined ||
    openHold(orders.wave?.holds?.[server.server]) !== undefined
  );
}

type Subject = Pick<WaveServer, 'wave' | 'server'>;

/** Writes a step down, makes its call where it has one and nobody else came first, and writes down what came of it. */
async function take(
  ports: HookPorts,
  subject: Subject,
  at: HookPlace,
  step: Extract<HookStep, { do: 'call' | 'end' }>,
): Promise<void> {
  let mine = false;
  const server = await recordWaveServer(ports, subject, (now) => {
    const again = hookStepOf(ports, now, at);
    mine = again.do === step.do && again.run.key === step.run.key;
    if (!mine) return undefined;
    const isNews = step.do === 'end' || step.isNew;
    return withNews(now, step.run, isNews);
  });
  if (!mine || step.do === 'end') return;
  const { hook, run, ask } = step;
  const answer = await callHook(ports, { server, hook, run, ask });
  await recordWaveServer(ports, subject, (now) => {
    const known = now.hookRuns?.find(({ key }) => key === run.key);
    // Somebody who held the call for dead has gone on without it.
    if (known === undefined || known.status !== 'started' || known.looks !== run.looks) {
      return undefined;
    }
    const next = afterCall(known, hook, ask, answer, ports.clock.now());
    return withNews(now, next, next.status !== 'started');
  });
}

function withNews(server: WaveServer, run: HookRun, isNews: boolean) {
  return {
    next: { ...server, hookRuns: withRun(server.hookRuns ?? [], run) },
    told: isNews ? [tellHook(run, server.settings.hooks ?? {})] : [],
  };
}

/** Answers the token, then takes wait and note away: a crash in between is mended by doing it again. */
async function release(
  ports: HookPorts,
  target: Target,
  wait: Held<WaitRecord> & { readonly body: WaitRecord },
  step: Extract<HookStep, { do: 'done' | 'fail' }>,
): Promise<void> {
  const { token, key, wave, server } = wait.body;
  if (step.do === 'done') await ports.workflows.sendTaskSuccess(token, {});
  else if (step.hold) {
    // Said again after a crash, it holds nobody anew whom a person has resumed since.
    const at = step.at ?? ports.clock.now();
    await putOnHold(ports, { wave, server: server ?? '' }, { at, reason: step.failure.message });
    await ports.workflows.sendTaskFailure(token, FailureCode.ServerHeld, step.failure.message);
  } else {
    await ports.workflows.sendTaskFailure(token, step.failure.code, step.failure.message);
  }
  // A later token of the same place has a wait of its own, which stays.
  if (await remove(ports.store, place.wait(target, key), wait.version)) {
    const { version } = await read(ports.store, place.openHooks(target, key));
    await remove(ports.store, place.openHooks(target, key), version);
  }
}
