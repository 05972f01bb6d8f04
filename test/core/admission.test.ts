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
const full = 'all 200 places in jobs are taken, reserved or kept for rollbacks';
const noJob = 'all 20 jobs are running, or kept for rollbacks';
/** Of the published quotas: what a rollback may use, and nothing else. */
const kept = { jobs: 1, places: 10 };
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

  it('starts a real recovery before all else of DRS, and drills last', () => {
    const { batches } = go(
      [
        aCandidate(1, { kind: 'StartDrill', phase: 'drill', wave: 'd' }),
        aCandidate(2, { kind: 'TerminateRecoveryInstances', phase: 'drill', wave: 'd' }),
        aCandidate(3, { kind: 'TerminateRecoveryInstances', phase: 'rollback', wave: 'e' }),
        aCandidate(4, { kind: 'StartRecovery', phase: 'recover', wave: 'r' }),
      ],
      {},
      { jobs: 3 },
    );
    expect(batches.map(({ kind }) => kind)).toEqual([
      'StartRecovery',
      'TerminateRecoveryInstances',
      'TerminateRecoveryInstances',
    ]);
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
      { serversInJobs: 197 - kept.places },
    );
    expect(batches.map((b) => b.servers)).toEqual([[serverId(3), serverId(2)], [serverId(4)]]);
    expect(reserve).toEqual([]);
    expect(waiting).toEqual({ [idOf(1)]: full });
  });

  it('starts no more jobs than the quota allows, counting everybody’s', () => {
    const { batches, waiting } = go([aCandidate(1), aCandidate(2, { tier: 1 })], {
      openJobs: 19 - kept.jobs,
    });
    expect(batches).toEqual([batch([1])]);
    expect(waiting).toEqual({ [idOf(2)]: noJob });
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

  describe('between waves', () => {
    const of = (wave: string, from: number, count: number, is: Partial<Candidate> = {}) =>
      Array.from({ length: count }, (_, i) => aCandidate(from + i, { wave, ...is }));
    const places = (batches: readonly { wave: string; servers: readonly string[] }[]) =>
      Object.fromEntries(batches.map((b) => [b.wave, b.servers.length]));

    it('shares the places in jobs, whoever asked first', () => {
      const { batches } = go([
        ...of('first', 1, 200),
        ...of('second', 201, 200, { requestedAt: later }),
      ]);
      expect(places(batches)).toEqual({ first: 95, second: 95 });
    });

    it('gives what one does not need to the other', () => {
      const { batches } = go([...of('first', 1, 200), ...of('second', 201, 20)]);
      expect(places(batches)).toEqual({ first: 170, second: 20 });
    });

    it('counts what each has already', () => {
      const { batches } = go([...of('first', 1, 100), ...of('second', 201, 100)], {
        serversInJobs: 100,
        inJobsOfWaves: new Map([['first', 80]]),
      });
      expect(places(batches)).toEqual({ first: 5, second: 85 });
    });

    it('counts reservations, and keeps the tiers of a wave in order', () => {
      const { reserve } = go(
        [
          aCandidate(1, { wave: 'a', reservedUntil: later, stage: 'reserve' }),
          aCandidate(2, { wave: 'a', stage: 'reserve', tier: 1, id: 'a-high' }),
          aCandidate(3, { wave: 'a', stage: 'reserve', id: 'a-low', requestedAt: later }),
          aCandidate(4, { wave: 'b', stage: 'reserve', id: 'b', requestedAt: later }),
        ],
        { serversInJobs: 187 },
      );
      expect(reserve).toEqual(['b', 'a-low']);
    });

    it('takes no more from a wave than from another until that has all it asks for', () => {
      fc.assert(
        fc.property(
          fc.array(fc.integer({ min: 0, max: 120 }), { minLength: 2, maxLength: 5 }),
          fc.integer({ min: 0, max: 200 }),
          (asked, serversInJobs) => {
            const queue = asked.flatMap((count, w) => of(`w${w}`, 1 + w * 200, count));
            const given = places(go(queue, { serversInJobs }).batches);
            const got = asked.map((_, w) => given[`w${w}`] ?? 0);
            for (const [w, count] of asked.entries()) {
              if ((got[w] ?? 0) === count) continue;
              expect(Math.max(...got)).toBeLessThanOrEqual((got[w] ?? 0) + 1);
            }
          },
        ),
        { numRuns: 100 },
      );
    });
  });

  describe('for rollbacks', () => {
    const undo = (n: number) =>
      aCandidate(n, { kind: 'TerminateTargetInstances', phase: 'rollback' });

    it('keeps a job that nothing else gets', () => {
      const { batches, waiting } = go([aCandidate(1), undo(2)], { openJobs: 19 });
      expect(batches).toEqual([batch([2], { kind: 'TerminateTargetInstances' })]);
      expect(waiting).toEqual({ [idOf(1)]: noJob });
    });

    it('keeps places in jobs that nothing else gets, reserved or not', () => {
      const reserved = aCandidate(3, { reservedUntil: later });
      const { batches, waiting } = go(
        [aCandidate(1), undo(2), reserved, aCandidate(4, { stage: 'reserve' })],
        { serversInJobs: 190 },
      );
      expect(batches).toEqual([batch([2], { kind: 'TerminateTargetInstances' })]);
      expect(waiting).toEqual({ [idOf(1)]: full, [idOf(3)]: full, [idOf(4)]: full });
    });

    it('keeps nothing of quotas too small to share', () => {
      const { batches } = go([aCandidate(1)], {}, { jobs: 1, serversInJobs: 1 });
      expect(batches).toEqual([batch([1])]);
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

    it('lets a vCenter client make no more first copies at a time than the plan allows', () => {
      const by = (client: string, n: number): Candidate => ({ ...feed(n), client });
      const { batches, waiting } = admit(
        [by('vcc-1', 1), by('vcc-1', 2), by('vcc-1', 3), by('vcc-2', 4), feed(5)],
        aLoad({ firstSyncs: new Map([['vcc-1', 3]]) }),
        publishedQuotas,
        now,
        { firstSyncsPerClient: 4 },
      );
      expect(batches.flatMap((b) => b.servers)).toEqual([1, 4, 5].map(serverId));
      const because = 'vCenter client vcc-1 makes the first copy of 4 servers; the plan allows 4';
      expect(waiting).toEqual({ 'feed-2': because, 'feed-3': because });
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
      const { batches, waiting } = go([aCandidate(1), held(2)], {
        serversInJobs: 199 - kept.places,
      });
      expect(batches).toEqual([batch([2])]);
      expect(waiting).toEqual({ [idOf(1)]: full });
    });

    it('lets a reservation expire', () => {
      const { batches, waiting } = go([held(1, { reservedUntil: now })], { serversInJobs: 200 });
      expect(batches).toEqual([]);
      expect(waiting).toEqual({ [idOf(1)]: full });
    });

    it('does not launch on room that somebody else has taken in the meantime', () => {
      const { batches, waiting } = go([held(1)], { serversInJobs: 200 });
      expect(batches).toEqual([]);
      expect(waiting).toEqual({ [idOf(1)]: full });
    });
  });

  it('extends servers by calls of their own, which take neither jobs nor slots', () => {
    const kind = 'CreateExtendedSourceServer' as const;
    const asked = Array.from({ length: callsPerTick + 1 }, (_, n) =>
      aCandidate(n + 1, { id: `e-${n + 1}`, phase: 'extend', kind }),
    );
    const quotas = { activeServers: 0, jobs: 0, serversInJobs: 0, serversPerJob: 1 };
    const { batches, waiting } = admit(asked, aLoad(), quotas, now);
    expect(batches).toHaveLength(callsPerTick);
    expect(batches[0]).toMatchObject({ kind, requests: ['e-1'], servers: [serverId(1)] });
    expect(Object.values(waiting)).toEqual(['the call budget of this tick is spent']);
    const busy = aLoad({ busyServers: new Set([serverId(1)]) });
    expect(admit(asked.slice(0, 1), busy, quotas, now).waiting).toEqual({
      'e-1': 'another job runs on the server',
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
          inJobsOfWaves: fc.constantFrom(new Map(), new Map([['v', 3]])),
          firstSyncs: fc.constant(new Map()),
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
          const alone = ['StartReplication', 'CreateExtendedSourceServer'];
          const jobs = admission.batches.filter((b) => !alone.includes(b.kind));
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
