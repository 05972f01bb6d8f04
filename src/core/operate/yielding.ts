// How a wave that has a server stands to a recovery that wants it: it yields, has nothing more to do there, or holds. Pure.
import type { Stretch } from '../phase.ts';
import type { Phase } from '../plan/settings.ts';
import type { Member } from '../review/wave-view.ts';

/** A server of a wave, as far as it may yield. */
export interface Yielder extends Pick<Member, 'phases' | 'arrival' | 'results'> {
  readonly outcome?: Member['outcome'] | undefined;
  /** The phase that runs for it; absent between phases. */
  readonly running?: Stretch | undefined;
}

/** Whether a server yields to a recovery, is done with, or is held by what a recovery takes nothing from. */
export type Yielding = 'yields' | 'ended' | 'holds';

/**
 * Says whether a wave lets go of a server that is to be recovered: a drill does, before, while and after it launches. What
 * replicates, is extended, fails back, is retired or is recovered does not.
 */
export function yieldingOf(member: Yielder): Yielding {
  const { phases, arrival, outcome } = member;
  if (!phases.includes('drill')) return 'holds';
  if (outcome !== undefined || 'outcome' in arrival) return 'ended';
  const at = phaseAtHand(member, arrival.enter);
  if (at === undefined) return 'ended';
  return at === 'drill' ? 'yields' : 'holds';
}

/** The phase that runs, is tried again or taken back, or comes next; undefined where none is left. */
function phaseAtHand({ phases, results, running }: Yielder, enter: Phase): Phase | undefined {
  if (running !== undefined && running !== 'rollback') return running;
  const last = results.findLast(({ phase }) => phase !== 'rollback');
  if (last === undefined || last.phase === 'rollback') return enter;
  return last.status === 'succeeded' ? phases[phases.indexOf(last.phase) + 1] : last.phase;
}
