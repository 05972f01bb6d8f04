import { earlier } from '../time.ts';
import type { Decision } from './decision.ts';
import type { Member } from './wave-view.ts';

/** Says whether nothing may be done for a server until a person has resumed it. */
export function isHeld(member: Member): boolean {
  return member.held !== undefined && member.outcome === undefined;
}

/** Waits until a person has resumed one of those that are held; undefined where none of them is. */
export function awaitServers(members: readonly Member[]): Decision | undefined {
  const held = members.filter(isHeld);
  const [first, ...others] = held.flatMap((member) => member.held?.expiresAt ?? []);
  if (first === undefined) return undefined;
  const until = others.reduce((a, b) => earlier(a, b), first);
  return { kind: 'await-servers', servers: held.map(({ server }) => server), until };
}
