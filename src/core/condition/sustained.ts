import { spokenSpan, toMs } from '../time.ts';
import type { Memory } from './memory.ts';
import type { Sight } from './sight.ts';
import { met, notYet, type Verdict } from './verdict.ts';

/** How long something must hold, in polls and in time, before it counts. */
export interface Sustain {
  readonly sustainedPolls: number;
  readonly sustainedSeconds: number;
}

/** Says of what holds in this look (`what` names it) whether it has held for long enough without a failed tick between. */
export function evaluateSustained(
  what: string,
  { sustainedPolls, sustainedSeconds }: Sustain,
  sight: Sight,
  { heldSince, ...rest }: Memory,
): Verdict {
  const since =
    heldSince !== undefined && heldSince.tick > sight.lastFailedTick
      ? heldSince
      : { tick: sight.tick, at: sight.now };
  const polls = sight.tick - since.tick + 1;
  const seconds = (toMs(sight.now) - toMs(since.at)) / 1000;
  if (polls >= sustainedPolls && seconds >= sustainedSeconds) {
    return met({ heldPolls: polls, heldSeconds: seconds });
  }
  return notYet(
    `${what} for ${polls} of ${sustainedPolls} polls and ${spokenSpan(seconds)} of ${spokenSpan(sustainedSeconds)}`,
    'near',
    { ...rest, heldSince: since },
  );
}
