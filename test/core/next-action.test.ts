import { describe, expect, it } from 'vitest';
import { FailureCode } from '../../src/core/failure.ts';
import { evidenceOfEnd } from '../../src/core/outcome/evidence-of-end.ts';
import { nextActionOf, remedies } from '../../src/core/outcome/next-action.ts';

const open = { wave: 'p.w', server: 's-1', isOpen: true };

describe('the next action', () => {
  it('is known for every failure that docs/failures.md explains', () => {
    expect(Object.keys(remedies).toSorted()).toEqual(Object.values(FailureCode).toSorted());
  });

  it('is the exact command while the wave is open, and another wave after that', () => {
    const end = { outcome: 'failed', code: FailureCode.LaunchFailed };
    expect(nextActionOf(end, open)).toMatch(/landfall retry p\.w --server s-1 --reason "…"$/);
    expect(nextActionOf(end, { ...open, isOpen: false })).toMatch(/move it in another wave$/);
    expect(nextActionOf({ ...end, outcome: 'frozen' }, open)).toContain('--confirm-state');
  });

  it('is nothing where nothing failed, and no retry where none can help', () => {
    expect(nextActionOf({ outcome: 'succeeded' }, open)).toBe('nothing');
    expect(nextActionOf({ outcome: 'skipped' }, open)).not.toContain('landfall');
    expect(
      nextActionOf({ outcome: 'failed', code: FailureCode.ServerVanished }, open),
    ).not.toContain('retry');
  });
});

it('the evidence names the last launch, the phases that led there, and what was last seen', () => {
  const result = (n: number) => ({ eventId: `e-${n}`, endedAt: '2024-03-04T16:20:07.000Z' });
  const record = {
    ...open,
    launch: { jobId: 'mgnjob-1', instanceId: 'i-1' },
    results: [1, 2, 3, 4].map(result),
    observed: {
      sequence: 9,
      facts: {
        present: true,
        lifecycle: 'TESTING',
        replicationState: 'CONTINUOUS',
        instanceId: 'i-2',
      },
    },
    target: { service: 'mgn', accountId: '111122223333', region: 'us-east-1' },
  };
  expect(evidenceOfEnd({ outcome: 'succeeded' }, record).evidence).toEqual({
    jobId: 'mgnjob-1',
    instanceId: 'i-2',
    eventIds: ['e-2', 'e-3', 'e-4', 'mgn/111122223333/us-east-1/s-1/9'],
    seen: { lifecycle: 'TESTING', replicationState: 'CONTINUOUS' },
  });
  const never = { ...record, launch: null, results: [], observed: undefined };
  expect(evidenceOfEnd({ outcome: 'skipped' }, never).evidence).toEqual({
    ...{ jobId: null, instanceId: null, eventIds: [], seen: null },
  });
});
