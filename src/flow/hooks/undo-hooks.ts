// In: a server whose phase has failed. Out: its open hooks given up, and what a hook froze thawed before the phase ends,
// where nothing was launched; what is launched is taken back by its rollback first. Called by conclude.
import { type Failure, FailureCode, failure, HooksDue } from '../../core/failure.ts';
import { tellHook } from '../../core/hook/tell-hook.ts';
import type { Stretch } from '../../core/phase.ts';
import type { Ports } from '../ports.ts';
import { read } from '../records/documents.ts';
import { place } from '../records/place.ts';
import type { WaveServer } from '../records/wave-records.ts';
import { requestId } from '../request-launch.ts';
import { sideOf } from '../side-of.ts';
import { recordWaveServer, type Subject, waveServerOf } from '../wave-server.ts';
import { hookStepOf } from './hooks-due.ts';

/** Ends the tries that nobody waits for any more: an order, a window or a deadline came before their end. */
export async function abandonHooks(
  ports: Pick<Ports, 'store' | 'bus' | 'clock'>,
  subject: Pick<Subject, 'wave' | 'server'>,
): Promise<void> {
  const now = ports.clock.now();
  const { hookRuns = [] } = await waveServerOf(ports, subject);
  if (!hookRuns.some(({ status }) => status === 'started')) return;
  await recordWaveServer(ports, subject, (server) => {
    const runs = server.hookRuns ?? [];
    const open = runs.filter(({ status }) => status === 'started');
    if (open.length === 0) return undefined;
    const reason = 'nobody waits for its end any more: its phase has ended before';
    const given = new Map(
      open.map((run) => [
        run.key,
        { ...run, status: 'failed' as const, endedAt: now, claimedUntil: null, reason },
      ]),
    );
    return {
      next: { ...server, hookRuns: runs.map((run) => given.get(run.key) ?? run) },
      told: [...given.values()].map((run) => tellHook(run, server.settings.hooks ?? {})),
    };
  });
}

/**
 * Throws HooksDue where a source is to be thawed before its failed phase ends; answers the failure where it could not be
 * thawed, and nothing where there is nothing to thaw, or something may be launched.
 */
export async function undoOrFail(
  ports: Pick<Ports, 'store' | 'clock'>,
  subject: Subject,
  phase: Stretch,
  { isGivenUp }: { readonly isGivenUp: boolean },
): Promise<Failure | undefined> {
  const server = await waveServerOf(ports, subject);
  const step = hookStepOf(ports, server, { site: 'undo', phase, attempt: subject.attempt });
  if (step.do === 'done' || (await mayBeLaunched(ports, subject, server))) return undefined;
  if (step.do === 'fail') return step.failure;
  if (isGivenUp) {
    return failure(FailureCode.UndoFailed, 'the hooks that thaw the source could not be run');
  }
  throw new HooksDue(`the source of ${subject.server} is to be thawed`);
}

/** Whether the instance that was cut over or failed back to may be there: launched, being launched, or nobody knows. */
async function mayBeLaunched(
  { store }: Pick<Ports, 'store'>,
  subject: Subject,
  server: WaveServer,
): Promise<boolean> {
  const { body: seen } = await read(store, place.server(server.target, server.server));
  if (seen?.facts.lifecycle === 'CUTTING_OVER') return true;
  const isBack = server.failback !== undefined;
  const phase = isBack ? 'failback' : 'cutover';
  const byClient = isBack && server.failback?.reversed === undefined;
  const kind = byClient ? 'StartFailbackLaunch' : isBack ? 'StartRecovery' : 'StartCutover';
  const id = requestId({ subject, phase }, kind);
  const { target } = sideOf(server, { phase, waitsFor: kind });
  // What is withdrawn is gone: a request that is still there is bound to a launch.
  if ((await read(store, place.request(target, id))).body !== undefined) return true;
  const { body: end } = await read(store, place.launchEnd(target, id));
  return end !== undefined && (end.result !== null || end.failure?.code === unresolved);
}

const unresolved = FailureCode.LaunchUnresolved;
