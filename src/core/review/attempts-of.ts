import type { Stretch } from '../phase.ts';
import type { Member } from './wave-view.ts';

/** Says how often a stretch was tried for a server. */
export function attemptsOf(member: Pick<Member, 'results'>, phase: Stretch): number {
  return member.results.filter((result) => result.phase === phase).length;
}
