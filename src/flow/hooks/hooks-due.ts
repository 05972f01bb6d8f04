// In: a server of a wave, and where its machine stands. Out: HooksDue where hooks of the plan come first, so that the
// machine has them run. Called by the steps that machines take at such a place.
import { HooksDue } from '../../core/failure.ts';
import type { HookSite } from '../../core/hook/hook-run.ts';
import { type HookStep, type HookView, nextHookStep } from '../../core/hook/next-hook-step.ts';
import { type Stretch, stretchNames } from '../../core/phase.ts';
import type { Instant } from '../../core/time.ts';
import type { Ports } from '../ports.ts';
import type { WaveServer } from '../records/wave-records.ts';

/** Where a machine stands with a server. */
export interface HookPlace {
  readonly site: HookSite;
  readonly phase: Stretch;
  readonly attempt: number;
}

/** A server's hooks at a place, as they are decided on; undefined where its plan has none. */
function hookViewOf(
  server: WaveServer,
  { site, phase, attempt }: HookPlace,
  now: Instant,
): HookView | undefined {
  const { settings, hookRuns = [], launch, wave } = server;
  if (settings.hooks === undefined) return undefined;
  return {
    wave,
    server: server.server,
    site,
    phase,
    attempt,
    hooks: settings.hooks,
    runs: hookRuns,
    launch:
      launch?.kind === 'cutover'
        ? { jobId: launch.jobId, snapshotEndedAt: launch.snapshotEndedAt }
        : null,
    now,
  };
}

/** What is next for a server's hooks at a place. */
export function hookStepOf(
  ports: Pick<Ports, 'clock'>,
  server: WaveServer,
  at: HookPlace,
): HookStep {
  const view = hookViewOf(server, at, ports.clock.now());
  return view === undefined ? { do: 'done' } : nextHookStep(view);
}

/** Throws HooksDue where hooks come before what a step is about to do; a machine that names no site has none. */
export function refuseWhileHooksDue(
  ports: Pick<Ports, 'clock'>,
  server: WaveServer,
  {
    site,
    phase,
    attempt,
  }: {
    readonly site: HookSite | undefined;
    readonly phase: string;
    readonly attempt: number | undefined;
  },
): void {
  if (site === undefined || attempt === undefined) return;
  const stretch = stretchNames.find((one) => one === phase);
  if (stretch === undefined) return;
  if (hookStepOf(ports, server, { site, phase: stretch, attempt }).do === 'done') return;
  throw new HooksDue(`hooks are due for ${server.server}: ${site}`);
}
