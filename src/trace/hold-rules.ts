import { atEvent, breachBy } from './breach.ts';
import { type Rule, Tally } from './rule.ts';
import type { Told, Trace } from './trace.ts';
import { EventType } from './vocabulary.ts';
import { idOf, yieldsOf } from './yields-of.ts';

const heldLeftAlone: Rule = {
  promise: 3,
  name: 'held-server-left-alone',
  holds:
    'From the moment that a server of a wave is held until it is resumed, has its outcome or is taken over by a recovery, Landfall makes no call that changes it.',
  meaning: 'A server was acted on although somebody else had, and nobody had resumed it.',
  check: (trace) => {
    const tally = new Tally();
    for (const { key, told, acts } of trace.servers.values()) {
      const ordered = told.toSorted(byStream);
      for (const [i, held] of ordered.entries()) {
        if (held.type !== EventType.ServerHeld) continue;
        const end = ordered.slice(i + 1).find((event) => endsHold(event, held));
        const until = Math.min(end?.ms ?? Number.POSITIVE_INFINITY, letGoMs(trace, held, key));
        const act = acts.find(
          ({ ours, reads, ms }) => ours && !reads && ms > held.ms && ms < until,
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

/** When a recovery took a held server over from its drill; infinity where none has. */
function letGoMs({ waves }: Trace, held: Told, key: string): number {
  const event = yieldsOf(waves.get(held.wave ?? '') ?? []).get(idOf(key));
  return event?.ms ?? Number.POSITIVE_INFINITY;
}

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
