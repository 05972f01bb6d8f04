import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  diff,
  type Facts,
  factsOf,
  isActive,
  lacksFacts,
  takesActiveSlot,
  vanished,
} from '../../src/core/change.ts';
import { observations } from './_arbitraries.ts';
import { anObservation, someFacts } from './_factories.ts';

describe('factsOf', () => {
  it('draws the facts of a server in sync', () => {
    expect(factsOf(anObservation())).toEqual(someFacts());
  });

  it('says absent as null, and knows no lag that was not told', () => {
    const facts = factsOf(
      anObservation({
        lifecycle: undefined,
        replicationType: undefined,
        replication: {
          state: undefined,
          lagSeconds: undefined,
          backlogBytes: undefined,
          lastSnapshotAt: undefined,
        },
      }),
    );
    expect(facts).toEqual(
      someFacts({
        lifecycle: null,
        replicationState: null,
        replicationType: null,
        lagBand: 'unknown',
        backlogBand: 'unknown',
        initialSync: null,
        launchable: false,
        lastSnapshot: false,
      }),
    );
  });

  it.each([
    [0, 'current'],
    [60, 'current'],
    [61, 'minutes'],
    [900, 'minutes'],
    [901, 'hour'],
    [3600, 'hour'],
    [3601, 'behind'],
  ])('puts a lag of %d seconds in the band %s', (lagSeconds, band) => {
    expect(factsOf(anObservation({ replication: { lagSeconds } })).lagBand).toBe(band);
  });

  it.each([
    [0, 'current'],
    [7200, 'current'],
    [7201, 'behind'],
  ])(
    'takes an agentless lag of %d seconds, the age of its last cycle, as %s',
    (lagSeconds, band) => {
      const seen = anObservation({
        replicationType: 'SNAPSHOT_SHIPPING',
        replication: { lagSeconds },
      });
      expect(factsOf(seen).lagBand).toBe(band);
    },
  );

  it.each([
    [0, 'none'],
    [1, 'some'],
    [10 * 1024 ** 3 - 1, 'some'],
    [10 * 1024 ** 3, 'large'],
  ])('puts a backlog of %d bytes in the band %s', (backlogBytes, band) => {
    expect(factsOf(anObservation({ replication: { backlogBytes } })).backlogBand).toBe(band);
  });

  it('names the class of a stall, UNKNOWN where none is told, and none where nothing stalls', () => {
    const stalledWith = (state: string, errorClass: string | undefined) =>
      factsOf(anObservation({ replication: { state, errorClass } })).stalled;
    expect(stalledWith('STALLED', 'AGENT_NOT_SEEN')).toBe('AGENT_NOT_SEEN');
    expect(stalledWith('STALLED', undefined)).toBe('UNKNOWN');
    expect(stalledWith('CONTINUOUS', 'AGENT_NOT_SEEN')).toBeNull();
  });
});

describe('diff', () => {
  it('says nothing of a server that did not change', () => {
    fc.assert(
      fc.property(observations, (seen) => {
        const facts = factsOf(seen);
        expect(diff(facts, factsOf(seen, { facts }))).toEqual([]);
      }),
    );
  });

  it('says nothing of a fact that an older record lacks, and knows that it does', () => {
    const { agentStale: _, freePeriodUsed: __, ...old } = someFacts();
    const now = someFacts({ agentStale: true, freePeriodUsed: 90, lifecycle: 'TESTING' });
    expect(diff(old, now)).toEqual([
      { fact: 'lifecycle', previous: 'READY_FOR_TEST', current: 'TESTING' },
    ]);
    expect([lacksFacts(old), lacksFacts(now)]).toEqual([true, false]);
  });

  it('says that an unknown server was discovered, and nothing else', () => {
    expect(diff(undefined, someFacts())).toEqual([
      { fact: 'discovered', previous: null, current: 'READY_FOR_TEST' },
    ]);
  });

  it('says each fact that changed, in a fixed order', () => {
    const before = someFacts();
    const after = someFacts({ archived: true, lifecycle: 'TESTING', instanceId: 'i-1' });
    expect(diff(before, after)).toEqual([
      { fact: 'lifecycle', previous: 'READY_FOR_TEST', current: 'TESTING' },
      { fact: 'instanceId', previous: null, current: 'i-1' },
      { fact: 'archived', previous: false, current: true },
    ]);
  });

  it('says all that leads from one record to the next: applied, it gives the next facts', () => {
    fc.assert(
      fc.property(fc.array(observations, { minLength: 2, maxLength: 8 }), (seen) => {
        const chain: Facts[] = [];
        for (const one of seen) chain.push(factsOf(one, { facts: chain.at(-1) ?? {} }));
        let told: Facts | undefined = chain[0];
        for (const facts of chain) {
          const changes = diff(told, facts);
          for (const change of changes) {
            expect(change.previous).toEqual(told?.[change.fact as keyof Facts]);
          }
          const patch = Object.fromEntries(changes.map((c) => [c.fact, c.current]));
          told = { ...(told ?? facts), ...patch };
          expect(told).toEqual(facts);
        }
      }),
    );
  });

  it('tells a server that left and one that came back', () => {
    const facts = someFacts();
    const gone = vanished(facts);
    expect(gone).toEqual({ ...facts, present: false });
    expect(diff(facts, gone)).toEqual([{ fact: 'present', previous: true, current: false }]);
    expect(diff(gone, facts)).toEqual([{ fact: 'present', previous: false, current: true }]);
    expect(diff(gone, vanished(gone))).toEqual([]);
  });
});

describe('takesActiveSlot', () => {
  it.each([
    ['a replicating server', {}, true],
    ['a stalled one', { replicationState: 'STALLED' }, true],
    ['an unknown replication state', { replicationState: 'DREAMING' }, true],
    ['an archived one', { archived: true }, false],
    ['one that left', { present: false }, false],
    ['a discovered one', { lifecycle: 'DISCOVERED', replicationState: 'STOPPED' }, false],
    ['one without its agent', { lifecycle: 'PENDING_INSTALLATION' }, false],
    ['a stopped one', { replicationState: 'STOPPED' }, false],
    ['a finalized one', { lifecycle: 'CUTOVER', replicationState: 'DISCONNECTED' }, false],
    ['one without replication', { replicationState: null }, false],
  ])('%s: %j: %s', (_name, is, takes) => {
    expect(takesActiveSlot(someFacts(is))).toBe(takes);
  });

  it('says the same of an observation as of its facts', () => {
    fc.assert(
      fc.property(observations, (seen) => {
        expect(isActive(seen)).toBe(takesActiveSlot(factsOf(seen)));
      }),
    );
  });
});
