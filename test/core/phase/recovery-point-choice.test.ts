import { describe, expect, it } from 'vitest';
import {
  choosePoint,
  noPointReason,
  pointWish,
  snapshotsIn,
} from '../../../src/core/phase/recovery-point-choice.ts';

const at = (minute: number) => `2024-03-04T16:${String(minute).padStart(2, '0')}:00.000Z`;
const listed = [50, 40, 30].map((minute) => ({
  snapshotId: `pit-${minute}`,
  takenAt: at(minute),
}));

describe('which recovery point is wanted', () => {
  it('is DRS’s own choice for a first try from the latest', () => {
    expect(pointWish(undefined, undefined, 'recent')).toBeUndefined();
    expect(pointWish(undefined, undefined, 'old')).toBeUndefined();
  });

  it('must be found at once where no look has found one', () => {
    for (const onRecord of ['none', null, undefined] as const) {
      expect(pointWish(undefined, undefined, onRecord)).toEqual({ skip: 0 });
    }
  });

  it('is from before the instant of the plan, and before what was tried, whichever is earlier', () => {
    expect(pointWish(at(45), undefined, 'recent')).toEqual({ before: at(45), skip: 0 });
    expect(pointWish(undefined, { pointInTimeAt: at(40) }, 'recent')).toEqual({
      before: at(40),
      skip: 0,
    });
    expect(pointWish(at(45), { pointInTimeAt: at(40) }, 'recent')).toMatchObject({
      before: at(40),
    });
    expect(pointWish(at(35), { pointInTimeAt: at(40) }, 'recent')).toMatchObject({
      before: at(35),
    });
  });

  it('passes the newest over where nobody knows from which one was tried', () => {
    expect(pointWish(undefined, {}, 'recent')).toEqual({ skip: 1 });
    expect(pointWish(at(45), {}, 'recent')).toEqual({ before: at(45), skip: 1 });
  });
});

describe('the recovery point that is chosen', () => {
  it('is the newest that is wanted', () => {
    expect(choosePoint(listed, { skip: 0 })).toEqual(listed[0]);
    expect(choosePoint(listed, { skip: 1 })).toEqual(listed[1]);
    expect(choosePoint(listed, { before: at(40), skip: 0 })).toEqual(listed[2]);
  });

  it('is none where there is none such, with a reason', () => {
    expect(choosePoint(listed, { before: at(30), skip: 0 })).toBeUndefined();
    expect(choosePoint([], { skip: 0 })).toBeUndefined();
    expect(noPointReason({ before: at(30), skip: 0 })).toContain(`before ${at(30)}`);
    expect(noPointReason({ skip: 1 })).toContain('older than the one that was tried');
    expect(noPointReason({ skip: 0 })).toBe('it has no recovery point');
  });

  it('is read from what DRS lists, in whatever order, without what has no id or date', () => {
    expect(
      snapshotsIn([
        { snapshotID: 'pit-30', timestamp: '2024-03-04T16:30:00+00:00' },
        { snapshotID: 'pit-40', expectedTimestamp: '2024-03-04T16:40:00Z' },
        { snapshotID: 'pit-50' },
        { timestamp: '2024-03-04T16:50:00Z' },
      ]).map(({ snapshotId }) => snapshotId),
    ).toEqual(['pit-40', 'pit-30']);
  });
});
