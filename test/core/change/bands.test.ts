import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type BacklogBand,
  backlogBandOf,
  builtInLimits,
  type LagBand,
  lagBandOf,
} from '../../../src/core/change/bands.ts';
import { anObservation } from '../_factories.ts';

const MiB = 1024 ** 2;
const GiB = 1024 ** 3;
const limits = (is: Partial<typeof builtInLimits> = {}) => ({ ...builtInLimits, ...is });

/** The bands that a lag goes through. */
function lagBands(
  lags: readonly (number | undefined)[],
  lagSeconds = 60,
  replicationType = 'AGENT_BASED',
) {
  const bands: LagBand[] = [];
  for (const lag of lags) {
    const seen = anObservation({ replicationType, replication: { lagSeconds: lag } });
    bands.push(lagBandOf(seen, bands.at(-1), limits({ lagSeconds })));
  }
  return bands;
}

function backlogBands(backlogs: readonly (number | undefined)[], backlogBytes = 0) {
  const bands: BacklogBand[] = [];
  for (const backlog of backlogs) {
    const seen = anObservation({ replication: { backlogBytes: backlog } });
    bands.push(backlogBandOf(seen, bands.at(-1), limits({ backlogBytes })));
  }
  return bands;
}

describe('the band of a lag', () => {
  it('is left upward beyond its bound, and downward only at four fifths of it', () => {
    expect(lagBands([0, 60, 61, 55, 49, 48])).toEqual([
      'current',
      'current',
      'minutes',
      'minutes',
      'minutes',
      'current',
    ]);
    expect(lagBands([0, 4000, 3000, 2880, 721, 720])).toEqual([
      'current',
      'behind',
      'behind',
      'hour',
      'hour',
      'minutes',
    ]);
  });

  it('falls through several bands at once', () => {
    expect(lagBands([5000, 0])).toEqual(['behind', 'current']);
  });

  it('has the limit of the plan as its first bound, and none below it', () => {
    expect(lagBands([300, 301, 240], 300)).toEqual(['current', 'minutes', 'current']);
    expect(lagBands([7200, 7201, 5761, 5760], 7200)).toEqual([
      'current',
      'behind',
      'behind',
      'current',
    ]);
  });

  it('is current at a limit of zero only when there is none, and stays so through a minute', () => {
    expect(lagBands([30], 0)).toEqual(['minutes']);
    expect(lagBands([0, 30, 60, 61, 1, 0], 0)).toEqual([
      'current',
      'current',
      'current',
      'minutes',
      'minutes',
      'current',
    ]);
  });

  it('is unknown where no lag is told, and begins anew after that', () => {
    expect(lagBands([61, undefined, 55])).toEqual(['minutes', 'unknown', 'current']);
  });

  it('of an agentless server allows for a shipping cycle, or for what its plan allows', () => {
    const type = 'SNAPSHOT_SHIPPING';
    expect(lagBands([7200, 7201, 5761, 5760], 60, type)).toEqual([
      'current',
      'behind',
      'behind',
      'current',
    ]);
    expect(lagBands([10_000], 14_400, type)).toEqual(['current']);
  });

  it('does not flap with a value that hovers within a fifth of a bound', () => {
    const hovering = fc.array(fc.integer({ min: 721, max: 900 }), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(fc.constantFrom(100, 1000), hovering, (first, lags) => {
        const [, ...after] = lagBands([first, ...lags]);
        expect(new Set(after).size).toBe(1);
      }),
    );
  });

  it('never depends on what is on record beyond a fifth of every bound', () => {
    const bands = fc.constantFrom<LagBand>('unknown', 'current', 'minutes', 'hour', 'behind');
    const clear = fc.oneof(
      fc.integer({ min: 0, max: 48 }),
      fc.integer({ min: 61, max: 720 }),
      fc.integer({ min: 901, max: 2880 }),
      fc.integer({ min: 3601, max: 100_000 }),
    );
    fc.assert(
      fc.property(bands, clear, (before, lagSeconds) => {
        const seen = anObservation({ replication: { lagSeconds } });
        expect(lagBandOf(seen, before, builtInLimits)).toBe(
          lagBandOf(seen, undefined, builtInLimits),
        );
      }),
    );
  });
});

describe('the band of a backlog', () => {
  it('is none only when nothing waits, and stays so while little does', () => {
    expect(backlogBands([1])).toEqual(['some']);
    expect(backlogBands([0, 1, 64 * MiB, 64 * MiB + 1, 1, 0])).toEqual([
      'none',
      'none',
      'none',
      'some',
      'some',
      'none',
    ]);
  });

  it('has the limit of the plan as its first bound', () => {
    expect(backlogBands([GiB, GiB + 1, 0.9 * GiB, 0.8 * GiB], GiB)).toEqual([
      'none',
      'some',
      'some',
      'none',
    ]);
    expect(backlogBands([11 * GiB], 20 * GiB)).toEqual(['none']);
  });

  it('is large from ten gibibytes, and until it is down to eight', () => {
    expect(backlogBands([9 * GiB, 10 * GiB, 9 * GiB, 7.9 * GiB])).toEqual([
      'some',
      'large',
      'large',
      'some',
    ]);
  });

  it('is unknown where no disk tells it', () => {
    expect(backlogBands([undefined])).toEqual(['unknown']);
  });
});
