import { describe, expect, test } from 'vitest';
import { admit, type Candidate, type Restraint } from '../../../src/core/admission.ts';
import { causeOf, spentIn } from '../../../src/core/forecast/cause.ts';

const at = (minute: number) => `2026-03-04T10:${String(minute).padStart(2, '0')}:00.000Z`;

describe('a cause', () => {
  test('is told by the wait, and by the reason where that says more', () => {
    expect(causeOf('launchable', 'life cycle NOT_READY, not ready for test yet')).toBe(
      'data-transfer',
    );
    expect(causeOf('launchable', 'within limits for 1 of 3 polls and 1 min of 3 min')).toBe(
      'sustained-lag',
    );
    expect(causeOf('signable', 'soaks until 2026-03-05T10:00:00.000Z')).toBe('soak');
    expect(causeOf('signable', 'its window opens at 2026-03-05T10:00:00.000Z')).toBe('window');
    expect(causeOf('StartCutover', 'job mgnjob-1 ran')).toBe('launch');
    expect(causeOf('hooks', 'a reason of its own')).toBe('hooks');
    expect(causeOf('a wait of tomorrow', 'a reason of tomorrow')).toBe('pace');
  });

  test('is found in the very words of admission', () => {
    const candidate = (
      n: number,
      kind: Candidate['kind'],
      phase: Candidate['phase'],
    ): Candidate => ({
      id: `r-${n}`,
      kind,
      phase,
      wave: 'p.w',
      server: `s-${n}`,
      tier: 0,
      stage: 'launch',
      requestedAt: at(0),
      refusals: 0,
    });
    const load = {
      openJobs: 0,
      serversInJobs: 0,
      busyServers: new Set<string>(),
      activeServers: 0,
      inJobsOfWaves: new Map(),
      firstSyncs: new Map(),
    };
    const quotas = { jobs: 1, serversInJobs: 1, serversPerJob: 1, activeServers: 1 };
    const why = (
      asked: readonly Candidate[],
      more: Partial<typeof quotas>,
      restraint?: Restraint,
    ) => {
      const { waiting } = admit(asked, load, { ...quotas, ...more }, at(0), restraint);
      return asked.flatMap(({ id, kind }) =>
        waiting[id] === undefined ? [] : [causeOf(kind, waiting[id])],
      );
    };
    const launches = [1, 2].map((n) => candidate(n, 'StartTest', 'test'));
    expect(why(launches, { serversInJobs: 9 })).toEqual(['job-slots']);
    expect(why(launches, { jobs: 9 })).toEqual(['job-slots']);
    const starts = [1, 2].map((n) => candidate(n, 'StartReplication', 'replicate'));
    expect(why(starts, {})).toEqual(['active-slots']);
    const copies = starts.map((start) => ({ ...start, client: 'vcc-1' }));
    expect(why(copies, { activeServers: 9 }, { firstSyncsPerClient: 1 })).toEqual([
      'vcenter-client',
    ]);
  });
});

describe('the time of a stage', () => {
  const span = { from: at(0), to: at(30) };

  test('goes into the causes of its waits; what none covers is pace', () => {
    expect(
      spentIn(span, [
        {
          wait: 'launchable',
          since: at(2),
          endedAt: at(20),
          reasons: [
            { since: at(2), reason: 'lag 5 min, above 1 min' },
            { since: at(16), reason: 'within limits for 1 of 3 polls and 1 min of 3 min' },
          ],
        },
        { wait: 'healthy', since: at(21), endedAt: at(25), reasons: [] },
      ]),
    ).toEqual([
      { cause: 'data-transfer', seconds: 14 * 60 },
      { cause: 'pace', seconds: 8 * 60 },
      { cause: 'boot', seconds: 4 * 60 },
      { cause: 'sustained-lag', seconds: 4 * 60 },
    ]);
  });

  test('counts of a wait only what lies within the stage', () => {
    const wait = {
      wait: 'drained',
      since: '2026-03-04T09:00:00.000Z',
      endedAt: at(40),
      reasons: [],
    };
    expect(spentIn(span, [wait])).toEqual([{ cause: 'last-writes', seconds: 1800 }]);
    expect(spentIn({ from: at(50), to: at(55) }, [wait])).toEqual([
      { cause: 'pace', seconds: 300 },
    ]);
  });
});
