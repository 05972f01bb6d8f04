import { describe, expect, it } from 'vitest';
import { observeDrsServer } from '../../src/core/observation/drs-server.ts';
import { plusSeconds } from '../../src/core/time.ts';
import { type SnapshotCandidate, snapshotTurns } from '../../src/flow/poll/drs/snapshot-turns.ts';
import { aDrsServer, drsId } from '../simulator/drs/rig.ts';
import { drsTarget } from './_recorder.ts';

const now = '2024-03-04T16:20:07.000Z';
const candidate = (
  n: number,
  known: SnapshotCandidate['known'] = 'recent',
  is: Parameters<typeof aDrsServer>[1] = {},
): SnapshotCandidate => {
  const seen = { target: drsTarget, readAt: now, answeredAt: now };
  const observation = observeDrsServer(aDrsServer(n, is), seen);
  if (observation === undefined) throw new Error('it has an id');
  return { observation, known };
};
const many = Array.from({ length: 200 }, (_, n) => candidate(n + 1));
const at = { now, periodSeconds: 3600, budget: 50 };

describe('the turns in which recovery snapshots are asked for', () => {
  it('come once a period for each server, whatever the looks between', () => {
    const asked: string[] = [];
    let until = now;
    for (let minutes = 15; minutes <= 60; minutes += 15) {
      const turns = snapshotTurns(many, {
        ...at,
        until,
        now: plusSeconds(now, minutes * 60),
        budget: 200,
      });
      expect(turns.more).toBe(false);
      // They are spread: no quarter has less than an eighth of them, nor more than a half.
      expect(turns.ask.length).toBeGreaterThan(25);
      expect(turns.ask.length).toBeLessThan(100);
      asked.push(...turns.ask);
      until = turns.until;
    }
    expect(asked.toSorted()).toEqual(many.map((_, n) => drsId(n + 1)).toSorted());
  });

  it('are taken up where the budget ended, so that nobody is left out', () => {
    const hour = plusSeconds(now, 3600);
    const asked: string[] = [];
    let until: string = now;
    for (let tick = 0; tick < 4; tick += 1) {
      const turns = snapshotTurns(many, { ...at, until, now: hour });
      expect([turns.ask.length, turns.more]).toEqual([50, tick < 3]);
      asked.push(...turns.ask);
      until = turns.until;
    }
    expect(new Set(asked).size).toBe(200);
    expect(snapshotTurns(many, { ...at, until, now: hour })).toEqual({
      ask: [],
      until: hour,
      more: false,
    });
  });

  it('come at once for what was never asked for, and for what is amiss and may be mended', () => {
    const stopped = { state: 'STOPPED' };
    const stalled = { state: 'STALLED', lag: 'PT9H' };
    const ask = (...candidates: readonly SnapshotCandidate[]) =>
      snapshotTurns(candidates, { ...at, until: now }).ask;
    expect(ask(candidate(1, null), candidate(2, null))).toEqual([drsId(1), drsId(2)]);
    expect(ask(candidate(1, 'none'), candidate(2, 'old'))).toEqual([drsId(1), drsId(2)]);
    expect(ask(candidate(1, 'recent', stopped))).toEqual([drsId(1)]);
    // One that stalls has no new one before it is mended; a stopped one has lost its last.
    expect(ask(candidate(1, 'old', stalled), candidate(2, 'none', stalled))).toEqual([]);
    expect(ask(candidate(1, 'none', stopped), candidate(2, 'recent'))).toEqual([]);
  });

  it('wait where what is out of turn takes the budget', () => {
    const fresh = many.map(({ observation }) => ({ observation, known: undefined }));
    const turns = snapshotTurns(fresh, { ...at, until: undefined });
    expect([turns.ask.length, turns.more, turns.until]).toEqual([50, true, now]);
  });
});
