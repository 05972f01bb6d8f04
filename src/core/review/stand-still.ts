import { attemptsOf } from './attempts-of.ts';
import type { Decision } from './decision.ts';
import type { Member } from './wave-view.ts';

/** Waits for a resume, as whatever could begin next is paused. */
export function standStill(members: readonly Member[]): Decision {
  const names = members.slice(0, 5).map(({ server }) => server);
  const more = members.length > 5 ? ` and ${members.length - 5} more` : '';
  return {
    kind: 'await-resume',
    reason: members.length === 0 ? 'the wave is paused' : `paused: ${names.join(', ')}${more}`,
  };
}

/** Takes servers back, the last tier first: what was moved last leans on what was moved before it. */
export function rollBack(members: readonly Member[]): Decision {
  const awake = members.filter((member) => member.paused !== true);
  if (awake.length === 0) return standStill(members);
  const tier = Math.max(...awake.map((member) => member.tier));
  return {
    kind: 'run',
    phase: 'rollback',
    servers: awake
      .filter((member) => member.tier === tier)
      .map((member) => ({ server: member.server, attempt: attemptsOf(member, 'rollback') + 1 })),
  };
}
