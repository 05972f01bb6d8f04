import { describe, expect, it } from 'vitest';
import {
  areTemplatesDue,
  drsNotLookedAt,
  drsServersPerTick,
  drsTemplateSeconds,
  drsTurn,
  paceAfterTurn,
} from '../../src/flow/poll/drs/configuration-round.ts';

const settingsSeconds = 43_200;
const now = '2024-03-04T16:20:00.000Z';
const later = (seconds: number) => new Date(Date.parse(now) + seconds * 1000).toISOString();
const at = (time: string) => ({ now: time, settingsSeconds });
const ids = Array.from(
  { length: 2 * drsServersPerTick },
  (_, n) => `s-${String(n).padStart(3, '0')}`,
);
const all = (last: string | undefined) => ({ after: last ?? '', all: true });

describe('a round through the servers of a target of DRS', () => {
  it('goes through all of them by so many a tick, and rests for hours', () => {
    let pace = drsNotLookedAt;
    const seen: string[] = [];
    for (let turns = 0; turns < 2; turns += 1) {
      const turn = drsTurn(pace, ids, '#1', at(now));
      if (turn === undefined) throw new Error('a turn is due');
      expect(turn.ids).toHaveLength(drsServersPerTick);
      seen.push(...turn.ids);
      pace = paceAfterTurn(pace, turn, all(turn.ids.at(-1)));
    }
    expect(seen).toEqual(ids);
    expect(pace).toMatchObject({ round: null, lookedAt: now, templates: '#1' });
    expect(drsTurn(pace, ids, '#1', at(later(settingsSeconds - 1)))).toBeUndefined();
    expect(drsTurn(pace, ids, '#1', at(later(settingsSeconds)))?.round.since).toBe(
      later(settingsSeconds),
    );
  });

  it('begins anew when the templates are others, but not before it is over', () => {
    const turn = drsTurn(drsNotLookedAt, ids, '#1', at(now));
    if (turn === undefined) throw new Error('a turn is due');
    const under = paceAfterTurn(drsNotLookedAt, turn, all(turn.ids.at(-1)));
    const last = drsTurn(under, ids, '#2', at(now));
    expect(last?.round).toMatchObject({ templates: '#1', after: ids[drsServersPerTick - 1] });
    if (last === undefined) throw new Error('a turn is due');
    const over = paceAfterTurn(under, last, all(last.ids.at(-1)));
    expect(drsTurn(over, ids, '#2', at(later(60)))?.round).toMatchObject({
      templates: '#2',
      after: '',
    });
    expect(drsTurn(over, ids, '#1', at(later(60)))).toBeUndefined();
  });

  it('goes on after the server that it came to, also where that was removed meanwhile', () => {
    const turn = drsTurn(drsNotLookedAt, ids, '#1', at(now));
    if (turn === undefined) throw new Error('a turn is due');
    const stopped = paceAfterTurn(drsNotLookedAt, turn, { after: 's-003', all: false });
    const rest = ids.filter((id) => id !== 's-003');
    expect(drsTurn(stopped, rest, '#1', at(now))?.ids[0]).toBe('s-004');
    // The last turn of a round that was stopped does not end it.
    const few = drsTurn(drsNotLookedAt, ['s-1'], '#1', at(now));
    if (few === undefined) throw new Error('a turn is due');
    expect(paceAfterTurn(drsNotLookedAt, few, { after: '', all: false }).round).not.toBeNull();
  });
});

it('has the templates due at first, and every hour', () => {
  expect(areTemplatesDue(drsNotLookedAt, now)).toBe(true);
  const looked = { ...drsNotLookedAt, templatesAt: now };
  expect(areTemplatesDue(looked, later(drsTemplateSeconds - 1))).toBe(false);
  expect(areTemplatesDue(looked, later(drsTemplateSeconds))).toBe(true);
});
