import type { Decision } from './decision.ts';
import { isHeld } from './held-servers.ts';
import { isCutOver, isFinalized, isLaunchLeft, isRetired } from './launch-left.ts';
import { needOf } from './need-of.ts';
import { rollBack } from './stand-still.ts';
import type { Member, WaveView } from './wave-view.ts';

type OfKind<Kind extends Decision['kind']> = Extract<Decision, { kind: Kind }>;

/**
 * Takes what persons ordered of single servers: has ended ones go on, and lets go of what can no longer be done since
 * it was ordered. What a skip or a rollback asks of a server that is under way, `needOf` says.
 */
export function takeOrders({ members }: WaveView): Decision | undefined {
  const lapsed: OfKind<'lapse'>['orders'][number][] = [];
  const reopened: OfKind<'reopen'>['servers'][number][] = [];
  for (const member of members) {
    const { server, order } = member;
    if (order === undefined) continue;
    const because = lapsedBecause(member);
    if (because !== undefined) lapsed.push({ server, order, because });
    else if (member.outcome !== undefined) reopened.push({ server, order });
  }
  if (lapsed.length > 0) return { kind: 'lapse', orders: lapsed };
  return reopened.length === 0 ? undefined : { kind: 'reopen', servers: reopened };
}

function lapsedBecause(member: Member): string | undefined {
  const { order, outcome } = member;
  if (isRetired(member) && outcome === undefined && order?.order !== 'retry') {
    return 'it was retired in the meantime';
  }
  switch (order?.order) {
    case 'yield':
      return outcome === undefined ? undefined : `it had ended as ${outcome.outcome}`;
    case 'retry':
      return outcome === undefined ? 'it is under way again' : undefined;
    case 'skip':
      if (outcome !== undefined) return `it had ended as ${outcome.outcome}`;
      return isCutOver(member) ? 'it was cut over in the meantime' : undefined;
    case 'rollback':
      if (isFinalized(member)) return 'it was finalized in the meantime';
      if (member.recovery?.switched === true) return 'its traffic was switched in the meantime';
      return outcome !== undefined && !isLaunchLeft(member)
        ? `it had ended as ${outcome.outcome}, with nothing launched`
        : undefined;
    default:
      return undefined;
  }
}

/** Rolls back what persons ordered to roll back, also while the wave is held, whichever cohort it was in. */
export function orderedRollbacks({ members, policy }: WaveView): Decision | undefined {
  const due = members.filter((member) => {
    if (member.order?.order !== 'rollback' || isHeld(member)) return false;
    const need = needOf(member, policy);
    return need !== 'ended' && 'run' in need && need.run === 'rollback';
  });
  return due.length === 0 ? undefined : rollBack(due);
}
