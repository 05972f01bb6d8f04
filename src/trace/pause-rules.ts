import { atEvent, breachBy } from './breach.ts';
import { isJsonObject } from './forms.ts';
import { type Rule, Tally } from './rule.ts';
import { type Told, type Trace, textOf } from './trace.ts';
import { EventType } from './vocabulary.ts';
import { idOf, yieldsOf } from './yields-of.ts';

/** A stretch during which a person had servers of a wave paused. */
interface Stretch {
  readonly paused: Told;
  readonly from: number;
  readonly until: number;
  /** Undefined where every server of the wave was. */
  readonly ids: ReadonlySet<string> | undefined;
}

const pausedUntouched: Rule = {
  promise: 3,
  name: 'paused-untouched',
  holds:
    'Landfall changes nothing about a server while a person has it, its tier, its wave, its plan or everything paused; the pause of a drill holds nothing that a recovery has taken over.',
  meaning: 'A call was made that a person had told it not to make.',
  check: (trace) => {
    const tally = new Tally();
    for (const events of trace.waves.values()) {
      const stretches = stretchesOf(events);
      if (stretches.length === 0) continue;
      const yields = yieldsOf(events);
      for (const key of new Set(events.flatMap(({ server }) => server ?? []))) {
        const id = idOf(key);
        const own = stretches.filter(({ ids }) => ids?.has(id) ?? true);
        // Whom a recovery has taken over, the pause of its drill holds no more.
        const letGo = yields.get(id)?.ms ?? Number.POSITIVE_INFINITY;
        for (const stretch of own) {
          const until = Math.min(stretch.until, letGo);
          tally.see(touchedIn(trace, key, { ...stretch, until }));
        }
      }
    }
    return tally.finding();
  },
};

function touchedIn(trace: Trace, key: string, { paused, from, until }: Stretch) {
  // What a process had begun at the very instant of the order is its way to the next safe point.
  const touch = trace.servers
    .get(key)
    ?.acts.find((call) => call.ours && call.ms > from && call.ms < until);
  return touch === undefined
    ? undefined
    : breachBy(touch, key, `${touch.record.operation} while it was paused`, [atEvent(paused)]);
}

function stretchesOf(events: readonly Told[]): readonly Stretch[] {
  const own = events
    .filter(
      ({ server, type }) =>
        server === undefined && (type === EventType.Paused || type === EventType.Resumed),
    )
    .toSorted((a, b) => a.detail.sequence - b.detail.sequence || a.index - b.index);
  return own.flatMap((paused, i) => {
    if (paused.type !== EventType.Paused) return [];
    const resumed = own
      .slice(i + 1)
      .find((event) => event.type === EventType.Resumed && endsPause(event, paused));
    const ids = idsIn(paused);
    return [{ paused, from: paused.ms, until: resumed?.ms ?? Number.POSITIVE_INFINITY, ids }];
  });
}

/** Whether a resume is of the scope that was paused; of some of the servers it ends the whole, which proves less. */
function endsPause(resumed: Told, paused: Told): boolean {
  if (textOf(resumed.detail, 'ended') === 'hold' || scopeOf(resumed) !== scopeOf(paused))
    return false;
  if (scopeOf(paused) === 'tier') {
    return textOf(resumed.detail, 'tier') === textOf(paused.detail, 'tier');
  }
  const ids = idsIn(resumed);
  const own = idsIn(paused);
  return ids === undefined || own === undefined || [...ids].some((id) => own.has(id));
}

function scopeOf({ detail }: Told): string {
  return textOf(detail, 'scope') ?? 'wave';
}

function idsIn({ detail }: Told): ReadonlySet<string> | undefined {
  const ids: unknown = isJsonObject(detail) ? detail['serverIds'] : undefined;
  return Array.isArray(ids) ? new Set(ids.map(String)) : undefined;
}

/** Promise 3 of pauses: what a person paused is left alone. */
export const pauseRules: readonly Rule[] = [pausedUntouched];
