import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  admit,
  backOffSeconds,
  type Candidate,
  callsPerTick,
  type Load,
  launchKinds,
  publishedQuotas,
  type Quotas,
  quotasOf,
} from '../../src/core/admission.ts';
import { plusSeconds } from '../../src/core/time.ts';
import { aCandidate, aLoad, frozen, now, serverId } from './_factories.ts';

const go = (
  candidates: readonly Candidate[],
  load: Partial<Load> = {},
  quotas: Partial<Quotas> = {},
) => admit(frozen(candidates), aLoad(load), { ...publishedQuotas, ...quotas }, now);
const batch = (n: readonly number[], is: Partial<Candidate> = {}) => {
  const candidates = n.map((i) => aCandidate(i, is));
  return {
    kind: is.kind ?? 'StartTest',
    wave: is.wave ?? 'w',
    requests: candidates.map((c) => c.id),
    servers: candidates.map((c) => c.server),
  };
};
const idOf = (n: number) => aCandidate(n).id;
const later = plusSeconds(now, 60);
const feed = (n: number): Candidate =>
  aCandidate(n, { id: `feed-${n}`, kind: 'StartReplication', phase: 'replicate' });

describe('quotasOf', () => {
  it('puts what Service Quotas says over the published values', () => {
    expect(quotasOf({})).toEqual(publishedQuotas);
    expect(
      quotasOf({ 'L-9A599620': 300, 'L-FE2EBE17': 30, 'L-4FF77426': 400, 'L-F1FD732F': 100, x: 1 }),
    ).toEqual({ activeServers: 300, jobs: 30, serversInJobs: 400, serversPerJob: 100 });
  });
});

describe('admit', () => {
  it('puts the servers of a wave, kind and tier into one batch', () => {
    expect(go([aCandidate(1), aCandidate(2)])).toEqual({
      batches: [batch([1, 2])],
      reserve: [],
      waiting: {},
    });
  });

  it('says nothing of an empty queue', () => {
    expect(go([])).toEqual({ batches: [], reserve: [], waiting: {} });
  });

  it('parts waves, kinds and tiers', () => {
    const { batches } = go([
      aCandidate(1),
      aCandidate(2, { tier: 1 }),
      aCandidate(3, { wave: 'v' }),
      aCandidate(4, { kind: 'TerminateTargetInstances' }),
    ]);
    expect(batches.map((b) => b.servers)).toEqual(
      expect.arrayContaining([[serverId(1)], [serverId(2)], [serverId(3)], [serverId(4)]]),
    );
    expect(batches).toHaveLength(4);
  });

  it('starts what is most urgent first: undoing, cutovers, what frees, tests, feeding', () => {
    const { batches } = go([
      feed(1),
      aCandidate(2, { phase: 'other', wave: 'u' }),
      aCandidate(3),
      aCandidate(4, { kind: 'TerminateTargetInstances' }),
      aCandidate(5, { kind: 'StartCutover', phase: 'cutover' }),
      aCandidate(6, { kind: 'TerminateTargetInstances', phase: 'rollback', wave: 'v' }),
    ]);
    expect(batches.map((b) => b.servers[0])).toEqual([6, 5, 4, 3, 1, 2].map(serverId));
  });

  it('starts launches before reservations, lower tiers and older requests first', () => {
    const { batches, reserve, waiting } = go(
      [
        aCandidate(1, { stage: 'reserve' }),
        aCandidate(2, { requestedAt: later }),
        aCandidate(3),
        aCandidate(4, { tier: 1 }),
      ],
      { serversInJobs: 197 },
    );
    expect(batches.map((b) => b.servers)).toEqual([[serverId(3), serverId(2)], [serverId(4)]]);
    expect(reserve).toEqual([]);
    expect(waiting).toEqual({ [idOf(1)]: 'all 200 places in jobs are taken or reserved' });
  });

  it('starts no more jobs than the quota allows, counting everybody’s', () => {
    const { batches, waiting } = go([aCandidate(1), aCandidate(2, { tier: 1 })], { openJobs: 19 });
    expect(batches).toEqual([batch([1])]);
    expect(waiting).toEqual({ [idOf(2)]: 'all 20 jobs are running' });
  });

  it('puts no more servers into a job than it may hold', () => {
    const { batches } = go(
      [1, 2, 3].map((n) => aCandidate(n)),
      {},
      { serversPerJob: 2 },
    );
    expect(batches).toEqual([batch([1, 2]), batch([3])]);
  });

  it('starts no second job for a server, neither running nor in this tick', () => {
    const twice = aCandidate(1, { id: 'again', requestedAt: later });
    const { batches, waiting } = go([aCandidate(1), twice, aCandidate(2)], {
      busyServers: new Set([serverId(2)]),
    });
    expect(batches).toEqual([batch([1])]);
    expect(waiting).toEqual({
      again: 'another job runs on the server',
      [idOf(2)]: 'another job runs on the server',
    });
  });

  it('sends a server that was refused before alone, so that it blocks nobody', () => {
    const { batches } = go([aCandidate(1), aCandidate(2, { refusals: 1 }), aCandidate(3)]);
    expect(batches).toEqual([batch([1, 3]), batch([2])]);
  });

  it('waits out a back-off, and what a guard found', () => {
    expect(
      go([
        aCandidate(1, { notBefore: later }),
        aCandidate(2, { blockedBy: 'the wave is paused' }),
        aCandidate(3, { notBefore: now }),
      ]),
    ).toEqual({
      batches: [batch([3])],
      reserve: [],
      waiting: {
        [idOf(1)]: `refused before; asked again after ${later}`,
        [idOf(2)]: 'the wave is paused',
      },
    });
  });

  describe('of replication', () => {
    it('starts one call a server, as many as slots are free', () => {
      expect(go([feed(1), feed(2)], { activeServers: 149 })).toEqual({
        batches: [
          { kind: 'StartReplication', wave: 'w', requests: ['feed-1'], servers: [serverId(1)] },
        ],
        reserve: [],
        waiting: { 'feed-2': 'all 150 active server slots are taken' },
      });
    });

    it('starts no more in a tick than the call budget carries', () => {
      const { batches, waiting } = go(
        Array.from({ length: callsPerTick + 1 }, (_, i) => feed(i + 1)),
      );
      expect(batches).toHaveLength(callsPerTick);
      expect(Object.values(waiting)).toEqual(['the call budget of this tick is spent']);
    });

    it('starts a server once, also when two requests name it', () => {
      const { batches, waiting } = go([feed(1), { ...feed(1), id: 'feed-1b' }]);
      expect(batches).toHaveLength(1);
      expect(waiting).toEqual({ 'feed-1b': 'another job runs on the server' });
    });
  });

  describe('with reservations', () => {
    const held = (n: number, is: Partial<Candidate> = {}) =>
      aCandidate(n, { reservedUntil: later, ...is });

    it('grants room that is free, and leaves a granted one alone', () => {
      expect(go([aCandidate(1, { stage: 'reserve' }), held(2, { stage: 'reserve' })])).toEqual({
        batches: [],
        reserve: [idOf(1)],
        waiting: {},
      });
    });

    it('keeps reserved room from others, and gives it to whom it belongs', () => {
      const { batches, waiting } = go([aCandidate(1), held(2)], { serversInJobs: 199 });
      expect(batches).toEqual([batch([2])]);
      expect(waiting).toEqual({ [idOf(1)]: 'all 200 places in jobs are taken or reserved' });
    });

    it('lets a reservation expire', () => {
      const { batches, waiting } = go([held(1, { reservedUntil: now })], { serversInJobs: 200 });
      expect(batches).toEqual([]);
      expect(waiting).toEqual({ [idOf(1)]: 'all 200 places in jobs are taken or reserved' });
    });

    it('does not launch on room that somebody else has taken in the meantime', () => {
      const { batches, waiting } = go([held(1)], { serversInJobs: 200 });
      expect(batches).toEqual([]);
      expect(waiting).toEqual({ [idOf(1)]: 'all 200 places in jobs are taken or reserved' });
    });
  });

  it('exceeds no quota, names no server twice and loses no request', () => {
    const candidate = fc.record({
      id: fc.constant(''),
      kind: fc.constantFrom(...launchKinds),
      stage: fc.constantFrom('reserve' as const, 'launch' as const),
      wave: fc.constantFrom('v', 'w'),
      tier: fc.integer({ min: 0, max: 2 }),
      server: fc.integer({ min: 1, max: 12 }).map(serverId),
      phase: fc.constantFrom('replicate', 'test', 'cutover', 'rollback'),
      requestedAt: fc.constantFrom(now, later),
      refusals: fc.integer({ min: 0, max: 2 }),
      extra: fc.record(
        {
          notBefore: fc.constantFrom(now, later),
          reservedUntil: fc.constantFrom(now, later),
          blockedBy: fc.constant('a guard'),
        },
        { requiredKeys: [] },
      ),
    });
    fc.assert(
      fc.property(
        fc.array(candidate, { maxLength: 30 }),
        fc.record({
          openJobs: fc.integer({ min: 0, max: 5 }),
          serversInJobs: fc.integer({ min: 0, max: 10 }),
          busyServers: fc
            .array(fc.integer({ min: 1, max: 12 }).map(serverId))
            .map((ids) => new Set(ids)),
          activeServers: fc.integer({ min: 0, max: 10 }),
        }),
        fc.record({
          activeServers: fc.integer({ min: 0, max: 10 }),
          jobs: fc.integer({ min: 0, max: 5 }),
          serversInJobs: fc.integer({ min: 0, max: 10 }),
          serversPerJob: fc.integer({ min: 1, max: 4 }),
        }),
        (drawn, load, quotas) => {
          const candidates = drawn.map(({ extra, ...c }, i) => ({ ...c, ...extra, id: `r-${i}` }));
          const admission = admit(frozen(candidates), load, quotas, now);
          const jobs = admission.batches.filter((b) => b.kind !== 'StartReplication');
          const feeds = admission.batches.filter((b) => b.kind === 'StartReplication');
          const started = admission.batches.flatMap((b) => b.servers);
          const inJobs = jobs.flatMap((b) => b.servers).length;
          if (jobs.length > 0) {
            expect(load.openJobs + jobs.length).toBeLessThanOrEqual(quotas.jobs);
            expect(load.serversInJobs + inJobs).toBeLessThanOrEqual(quotas.serversInJobs);
          }
          if (feeds.length > 0) {
            expect(load.activeServers + feeds.length).toBeLessThanOrEqual(quotas.activeServers);
          }
          if (admission.reserve.length > 0) {
            expect(load.serversInJobs + inJobs + admission.reserve.length).toBeLessThanOrEqual(
              quotas.serversInJobs,
            );
          }
          for (const b of jobs) expect(b.servers.length).toBeLessThanOrEqual(quotas.serversPerJob);
          expect(new Set(started).size).toBe(started.length);
          for (const server of started) expect(load.busyServers.has(server)).toBe(false);
          const named = [
            ...admission.batches.flatMap((b) => b.requests),
            ...admission.reserve,
            ...Object.keys(admission.waiting),
          ];
          expect(new Set(named).size).toBe(named.length);
          const silent = candidates.filter((c) => !named.includes(c.id));
          for (const c of silent) {
            expect(c).toMatchObject({ stage: 'reserve', reservedUntil: later });
          }
          expect(admit(candidates, load, quotas, now)).toEqual(admission);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('backOffSeconds', () => {
  it('doubles from one minute to half an hour', () => {
    expect([0, 1, 2, 3, 5, 6, 50].map(backOffSeconds)).toEqual([60, 60, 120, 240, 960, 1800, 1800]);
  });
});
