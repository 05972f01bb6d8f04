import { describe, expect, it } from 'vitest';
import { type EtaMark, type EtaSlip, etaAfter } from '../../../src/core/change/eta.ts';
import { plusSeconds } from '../../../src/core/time.ts';
import { anObservation, now } from '../_factories.ts';

const hour = 3600;
interface Look {
  /** When it is looked, and the estimate then, in hours from now. */
  readonly at: number;
  readonly eta: number | undefined;
  readonly state?: string;
  readonly is?: Parameters<typeof anObservation>[0];
}

/** The slips that a row of looks tells, in hours, and what is on record at its end. */
function slips(...looks: readonly Look[]) {
  let mark: EtaMark | null = null;
  const told: (EtaSlip | undefined)[] = [];
  for (const { at, eta, state = 'INITIAL_SYNC', is = {} } of looks) {
    const after: ReturnType<typeof etaAfter> = etaAfter(
      mark,
      anObservation({
        lifecycle: 'NOT_READY',
        answeredAt: plusSeconds(now, at * hour),
        ...is,
        replication: { state, etaAt: eta === undefined ? undefined : plusSeconds(now, eta * hour) },
      }),
    );
    mark = after.mark;
    told.push(after.slip);
  }
  return {
    mark,
    told: told.flatMap((slip) => (slip === undefined ? [] : slip.slippedSeconds / hour)),
  };
}

describe('the estimated end of a sync', () => {
  it('slips when it moves later by more than an hour and a tenth of the time that it was away', () => {
    expect(slips({ at: 0, eta: 100 }, { at: 1, eta: 110 }).told).toEqual([]);
    expect(slips({ at: 0, eta: 100 }, { at: 1, eta: 110.1 }).told).toEqual([10.1]);
    expect(slips({ at: 0, eta: 5 }, { at: 1, eta: 6 }).told).toEqual([]);
    expect(slips({ at: 0, eta: 5 }, { at: 1, eta: 6.5 }).told).toEqual([1.5]);
  });

  it('is told with what it was and what it is, and measured from there on', () => {
    const { slip, mark } = etaAfter(
      { at: plusSeconds(now, 5 * hour), state: 'INITIAL_SYNC', notedAt: now },
      anObservation({ replication: { state: 'INITIAL_SYNC', etaAt: plusSeconds(now, 8 * hour) } }),
    );
    expect(slip).toEqual({
      previous: plusSeconds(now, 5 * hour),
      current: plusSeconds(now, 8 * hour),
      slippedSeconds: 3 * hour,
    });
    expect(mark).toEqual({ at: plusSeconds(now, 8 * hour), state: 'INITIAL_SYNC', notedAt: now });
  });

  it('slips in sum when it creeps, and is told once', () => {
    const creeping = [10, 10.4, 10.8, 11.2, 11.6].map((eta, at) => ({ at, eta }));
    expect(slips(...creeping).told.map((h) => Math.round(h * 10) / 10)).toEqual([1.2]);
  });

  it('that moves earlier is the new measure, without a word', () => {
    const { told, mark } = slips({ at: 0, eta: 100 }, { at: 1, eta: 50 }, { at: 2, eta: 60 });
    expect(told).toEqual([10]);
    expect(mark?.at).toBe(plusSeconds(now, 60 * hour));
  });

  it('keeps what is on record as it is while it hovers', () => {
    const first = slips({ at: 0, eta: 10 }).mark;
    expect(slips({ at: 0, eta: 10 }, { at: 1, eta: 10.9 }, { at: 2, eta: 9.2 }).mark).toEqual(
      first,
    );
  });

  it('slips by what a stall costs it', () => {
    const stalled = { at: 1, eta: undefined, state: 'STALLED' };
    expect(slips({ at: 0, eta: 5 }, stalled, { at: 8, eta: 12 }).told).toEqual([7]);
    expect(slips({ at: 0, eta: 5 }, { ...stalled, eta: 20 }).told).toEqual([]);
  });

  it('of another sync is another one', () => {
    expect(slips({ at: 0, eta: 5 }, { at: 9, eta: 20, state: 'RESCAN' }).told).toEqual([]);
    expect(
      slips({ at: 0, eta: 5 }, { at: 6, eta: undefined, state: 'CONTINUOUS' }, { at: 30, eta: 40 }),
    ).toMatchObject({ told: [], mark: { at: plusSeconds(now, 40 * hour) } });
  });

  it('is not measured for the later cycles of an agentless server', () => {
    const cycle = (at: number, eta: number, lifecycle: string) => ({
      at,
      eta,
      state: 'SHIPPING_SNAPSHOT',
      is: { replicationType: 'SNAPSHOT_SHIPPING', lifecycle },
    });
    expect(slips(cycle(0, 1, 'READY_FOR_TEST'), cycle(5, 6, 'READY_FOR_TEST'))).toEqual({
      told: [],
      mark: null,
    });
    expect(slips(cycle(0, 1, 'NOT_READY'), cycle(1, 6, 'NOT_READY')).told).toEqual([5]);
  });
});
