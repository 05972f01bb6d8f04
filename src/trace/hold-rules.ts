import { atEvent, breachBy } from './breach.ts';
import { type Rule, Tally } from './rule.ts';
import type { Told } from './trace.ts';
import { EventType } from './vocabulary.ts';

const heldLeftAlone: Rule = {
  promise: 3,
  name: 'held-server-left-alone',
  holds:
    'From the moment that a server of a wave is held until it is resumed or has its outcome, Landfall makes no call that changes it.',
  meaning: 'A server was acted on although somebody else had, and nobody had resumed it.',
  check: (trace) => {
    const tally = new Tally();
    for (const { key, told, acts } of trace.servers.values()) {
      const ordered = told.toSorted(byStream);
      for (const [i, held] of ordered.entries()) {
        if (held.type !== EventType.ServerHeld) continue;
        const end = ordered.slice(i + 1).find((event) => endsHold(event, held));
        const act = acts.find(
          ({ ours, reads, ms }) =>
            ours && !reads && ms > held.ms && (end === undefined || ms < end.ms),
        );
        tally.see(
          act === undefined
            ? undefined
            : breachBy(act, key, `${act.record.operation} on a server that is held`, [
                atEvent(held),
              ]),
        );
      }
    }
    return tally.finding();
  },
};

function endsHold(event: Told, held: Told): boolean {
  const ends = event.type === EventType.ServerResumed || event.type === EventType.Outcome;
  return ends && event.detail.stream === held.detail.stream;
}

// Redelivery may turn the order of the file around; a stream has an order.
function byStream(a: Told, b: Told): number {
  return a.ms - b.ms || a.detail.sequence - b.detail.sequence;
}

/** Promise 3 of holds: what is held is left alone. */
export const holdRules: readonly Rule[] = [heldLeftAlone];
