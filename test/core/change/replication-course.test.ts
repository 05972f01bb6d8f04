import { describe, expect, it } from 'vitest';
import {
  agentStaleOf,
  type FreePeriodUsed,
  freePeriodOf,
  type InitialSync,
  initialSyncOf,
  lastCycleOf,
} from '../../../src/core/change/replication-course.ts';
import { plusSeconds } from '../../../src/core/time.ts';
import { anObservation, now } from '../_factories.ts';

const agentless = 'SNAPSHOT_SHIPPING';

/** How the initial sync goes on through replication and life cycle states. */
function syncs(...steps: readonly (readonly [state: string | undefined, lifecycle?: string])[]) {
  const found: InitialSync[] = [];
  for (const [state, lifecycle = 'NOT_READY'] of steps) {
    const seen = anObservation({ lifecycle, replication: { state } });
    found.push(initialSyncOf(seen, found.at(-1)));
  }
  return found;
}

describe('the initial sync', () => {
  it('runs from its initiation to the first CONTINUOUS, through whatever comes between', () => {
    expect(
      syncs(
        [undefined, 'DISCOVERED'],
        ['INITIATING'],
        ['INITIAL_SYNC'],
        ['STALLED'],
        ['INITIAL_SYNC'],
        ['BACKLOG'],
        ['CREATING_SNAPSHOT'],
        ['CONTINUOUS'],
        ['RESCAN'],
      ),
    ).toEqual([
      null,
      'running',
      'running',
      'running',
      'running',
      'running',
      'running',
      'done',
      'done',
    ]);
  });

  it('is done, too, where the life cycle says that it is ready', () => {
    expect(syncs(['BACKLOG', 'READY_FOR_TEST'], ['DISCONNECTED', 'CUTOVER'])).toEqual([
      'done',
      'done',
    ]);
  });

  it('runs again when a replication begins anew', () => {
    expect(syncs(['CONTINUOUS'], ['STOPPED'], ['INITIAL_SYNC', 'READY_FOR_TEST'])).toEqual([
      'done',
      'done',
      'running',
    ]);
  });

  it('of an agentless server is its first shipping cycle, and no later one', () => {
    expect(
      syncs(
        ['PENDING_SNAPSHOT_SHIPPING'],
        ['SHIPPING_SNAPSHOT'],
        ['SHIPPING_SNAPSHOT', 'READY_FOR_TEST'],
        ['SHIPPING_SNAPSHOT', 'TESTING'],
      ),
    ).toEqual(['running', 'running', 'done', 'done']);
  });

  it('is nothing where nothing tells', () => {
    expect(syncs(['STOPPED', 'DISCOVERED'], ['DREAMING'])).toEqual([null, null]);
  });
});

describe('the last shipping cycle', () => {
  const cycle = (lastSnapshotAt: string | undefined, replicationType = agentless) =>
    anObservation({ replicationType, replication: { lastSnapshotAt } });

  it('is that of the last snapshot of an agentless server', () => {
    expect(lastCycleOf(cycle(now), null)).toBe(now);
  });

  it('is none for a server with an agent, whose snapshots are no cycles', () => {
    expect(lastCycleOf(cycle(now, 'AGENT_BASED'), null)).toBeNull();
  });

  it('stands where the service tells none for a while', () => {
    expect(lastCycleOf(cycle(undefined), now)).toBe(now);
    expect(lastCycleOf(cycle(undefined), undefined)).toBeNull();
  });
});

describe('a stale agent', () => {
  const silentFor = (seconds: number, is: Parameters<typeof anObservation>[0] = {}) =>
    anObservation({ lastSeenAt: plusSeconds(now, -seconds), ...is });

  it('has not been heard of for more than 15 minutes, by the clock of the answer', () => {
    expect(agentStaleOf(silentFor(900), false)).toBe(false);
    expect(agentStaleOf(silentFor(901), false)).toBe(true);
    const answeredLate = silentFor(100, { answeredAt: plusSeconds(now, 801) });
    expect(agentStaleOf(answeredLate, false)).toBe(true);
  });

  it('is back only with a stamp of the last 12', () => {
    expect(agentStaleOf(silentFor(721), true)).toBe(true);
    expect(agentStaleOf(silentFor(720), true)).toBe(false);
  });

  it('is stale while it stalls', () => {
    expect(agentStaleOf(silentFor(5000, { replication: { state: 'STALLED' } }), false)).toBe(true);
  });

  it.each([
    ['an agentless server', { replicationType: agentless }],
    ['a stopped one', { replication: { state: 'STOPPED' } }],
    ['a disconnected one', { replication: { state: 'DISCONNECTED' } }],
    ['one that does not replicate', { replication: { state: undefined } }],
    ['a finalized one', { lifecycle: 'CUTOVER' }],
    ['one without its agent', { lifecycle: 'PENDING_INSTALLATION' }],
    ['an archived one', { isArchived: true }],
  ])('is not expected of %s', (_name, is) => {
    expect(agentStaleOf(silentFor(90_000, is), true)).toBe(false);
  });

  it('is what it was where the service does not say', () => {
    const untold = anObservation({ lastSeenAt: undefined });
    expect([true, false, undefined].map((before) => agentStaleOf(untold, before))).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('the free period', () => {
  const usedFor = (hours: number, is: Parameters<typeof anObservation>[0] = {}) =>
    anObservation({ firstByteAt: plusSeconds(now, -hours * 3600), ...is });

  it.each<[number, FreePeriodUsed]>([
    [0, 0],
    [1619.9, 0],
    [1620, 75],
    [1943.9, 75],
    [1944, 90],
    [2159.9, 90],
    [2160, 100],
    [9000, 100],
  ])('after %d hours has passed the mark of %d percent', (hours, mark) => {
    expect(freePeriodOf(usedFor(hours), 0)).toBe(mark);
  });

  it('counts what the service counts where no first byte is told', () => {
    const seen = anObservation({ firstByteAt: undefined, elapsedSeconds: 2000 * 3600 });
    expect(freePeriodOf(seen, 0)).toBe(90);
    const untold = anObservation({ firstByteAt: undefined, elapsedSeconds: undefined });
    expect(freePeriodOf(untold, 75)).toBe(75);
  });

  it('stands still while nothing replicates, and begins anew with a new first byte', () => {
    expect(freePeriodOf(usedFor(2200, { lifecycle: 'CUTOVER' }), 90)).toBe(90);
    expect(freePeriodOf(usedFor(2200, { replication: { state: 'STOPPED' } }), undefined)).toBe(0);
    expect(freePeriodOf(usedFor(1), 90)).toBe(0);
  });
});
