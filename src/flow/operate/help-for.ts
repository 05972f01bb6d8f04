// In: how a wave stands. Out: who can do what about it, and the exact command. Pure.
import { whoMay } from '../../core/condition/approved.ts';
import type { WaveState } from './wave-state.ts';

/** One thing that somebody can do now. */
export interface Help {
  readonly who: string;
  /** What it does, in a few words. */
  readonly does: string;
  readonly command: string;
}

/** Who may give orders. */
export const operators = 'whoever operates the wave';

/** Says who can do what about a wave. */
export function helpFor(
  wave: string,
  state: WaveState,
  pausedScope: 'stage' | 'plan' | 'wave' | null,
): readonly Help[] {
  const paused = pausedScope !== null;
  const order = (does: string, verb: string): Help => ({
    who: operators,
    does,
    command: `landfall ${verb} ${wave} --reason "…"`,
  });
  const subject =
    pausedScope === 'stage' ? '--all' : pausedScope === 'plan' ? (wave.split('.')[0] ?? '') : wave;
  const pausing = paused
    ? { ...order('ends the pause', 'resume'), command: `landfall resume ${subject} --reason "…"` }
    : order('releases and launches nothing new', 'pause');
  const abort = order('ends the wave; what is under way is frozen', 'abort');
  switch (state.is) {
    case 'concluded':
    case 'aborting':
      return [];
    case 'held':
      return [
        ...(paused && pausedScope !== 'wave' ? [pausing] : []),
        order(
          state.ordered
            ? 'lets it go on'
            : pausedScope === 'wave'
              ? 'ends the pause, and goes on without the servers that failed'
              : 'goes on without the servers that failed',
          'resume',
        ),
        ...(state.ordered
          ? []
          : [order('tries the servers again that failed, where they failed', 'retry')]),
        order('takes every server back that is launched', 'rollback'),
        abort,
      ];
    case 'awaiting-approval': {
      const who = state.by === null ? operators : whoMay(state.by);
      const answer = (does: string, more: string): Help => ({
        who,
        does,
        command: `landfall approve ${wave} ${state.phase} --reason "…"${more}`,
      });
      return [
        answer(`lets the wave into ${state.phase}`, ''),
        answer(`ends what was not begun of ${state.phase}`, ' --deny'),
        pausing,
        abort,
      ];
    }
    case 'stands-still':
    case 'planned':
    case 'starting':
    case 'running':
    case 'blocked':
    case 'awaiting-slots':
    case 'awaiting-window':
      return [pausing, abort];
    default:
      return state satisfies never;
  }
}

// A board says what to do, not all of it a hundred times.
const heldLimit = 5;

/** Says who can do what about the held servers of a wave. */
export function helpForHeld(
  wave: string,
  held: readonly { readonly server: string }[],
): readonly Help[] {
  return held.slice(0, heldLimit).map(({ server }) => ({
    who: operators,
    does: `goes on with ${server}, on which somebody else has acted`,
    command: `landfall resume ${wave} --server ${server} --reason "…"`,
  }));
}
