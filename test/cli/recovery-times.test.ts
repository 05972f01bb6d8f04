import { describe, expect, it } from 'vitest';
import { RecoveryTimesOf, recoveryTimesText } from '../../src/cli/recovery-times.ts';

const measured = (kind: string, rpoSeconds: number | null, rtoSeconds: number) => ({
  kind,
  rpoSeconds,
  rtoSeconds,
  rpo: rpoSeconds === null ? 'unknown' : rpoSeconds > 900 ? 'missed' : 'kept',
  rto: rtoSeconds > 3600 ? 'missed' : 'kept',
});

describe('what drills and recoveries have measured', () => {
  it('is counted by kind, with the middle, the longest, and what missed its objective', () => {
    const times = new RecoveryTimesOf();
    for (const one of [
      measured('recovery', 60, 600),
      measured('recovery', 1200, 900),
      measured('recovery', null, 7200),
      measured('drill', 30, 480),
    ]) {
      times.add(one);
    }
    expect(times.read()).toEqual([
      {
        kind: 'drill',
        servers: 1,
        rpo: { p50Seconds: 30, longestSeconds: 30, missed: 0 },
        rto: { p50Seconds: 480, longestSeconds: 480, missed: 0 },
      },
      {
        kind: 'recovery',
        servers: 3,
        rpo: { p50Seconds: 60, longestSeconds: 1200, missed: 1 },
        rto: { p50Seconds: 900, longestSeconds: 7200, missed: 1 },
      },
    ]);
    expect(recoveryTimesText(times.read())).toBe(
      'Measured of 1 drills: RPO median 30 s, longest 30 s, missed by 0; RTO median 8 min, longest 8 min, missed by 0.\n' +
        'Measured of 3 recoveries: RPO median 1 min, longest 20 min, missed by 1; RTO median 15 min, longest 2 h, missed by 1.',
    );
  });

  it('is nothing where nothing was measured', () => {
    expect(new RecoveryTimesOf().read()).toEqual([]);
    expect(recoveryTimesText([])).toBe('');
  });
});
