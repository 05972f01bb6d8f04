import { FailureCode } from '../failure.ts';
import { extendedDeadline } from '../pause.ts';
import type { GatedPhase } from '../plan/gates.ts';
import { fromMs, type Instant, later, plusSeconds, toMs } from '../time.ts';
import { windowAt } from '../window/window.ts';
import type { AwaitWindow, Decision } from './decision.ts';
import type { Member, StageWindow, WaveView } from './wave-view.ts';

/** What a stage may begin with, or what keeps it back. */
export type Entry =
  | { readonly is: 'free'; readonly window?: StageWindow; readonly readyAt: Instant }
  | {
      readonly is: 'kept';
      readonly decision: AwaitWindow | Extract<Decision, { kind: 'close-gate' }>;
    };

/** Since when a server soaks before it is finalized, and until when; undefined where it need not. */
export function soakOf(
  wave: WaveView,
  phase: string,
  { healthySince }: Member,
): { readonly from: Instant; readonly until: Instant } | undefined {
  const seconds = phase === 'finalize' ? wave.gating?.gates.finalize?.soakSeconds : undefined;
  if (seconds === undefined || healthySince === undefined) return undefined;
  return { from: healthySince, until: plusSeconds(healthySince, seconds) };
}

/**
 * Says whether servers may enter a phase now, and until when they may launch. Servers that soak enter before their
 * window opens and are watched while they wait for it.
 */
export function entryOf(
  wave: WaveView,
  phase: GatedPhase,
  due: readonly Member[],
  now: Instant,
): Entry {
  const { gating } = wave;
  const gate = gating?.gates[phase];
  const soaked = due.reduce((latest, member) => {
    const soak = soakOf(wave, phase, member);
    if (soak === undefined) return latest;
    const pauses = gating?.pauses ?? [];
    return later(latest, extendedDeadline({ from: soak.from, at: soak.until }, pauses, now));
  }, now);
  if (gate?.schedule === undefined) return { is: 'free', readyAt: soaked };
  const state = windowAt(gate.schedule, soaked, gate.needsSeconds);
  if (state.is === 'open') {
    const opensAt = fromMs(Math.max(toMs(state.since), toMs(now)));
    return { is: 'free', window: { opensAt, closesAt: state.closesAt }, readyAt: soaked };
  }
  const { opensAt, closesAt, because } = state;
  if (opensAt === null) {
    const reason = `no window of ${phase} opens any more: ${because}`;
    return {
      is: 'kept',
      decision: { kind: 'close-gate', by: null, gate: { phase, how: 'no-window', reason } },
    };
  }
  if (toMs(soaked) > toMs(now)) {
    return { is: 'free', window: { opensAt, closesAt }, readyAt: opensAt };
  }
  return {
    is: 'kept',
    decision: {
      kind: 'await-window',
      phase,
      servers: due.map(({ server }) => server),
      opensAt,
      closesAt,
      because,
      missed: due.filter((member) => hasMissed(member, phase)).length,
    },
  };
}

function hasMissed({ results }: Member, phase: GatedPhase): boolean {
  const last = results.at(-1);
  return last?.phase === phase && last.failure?.code === FailureCode.WindowClosed;
}
