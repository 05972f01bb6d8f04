import { describe, expect, it } from 'vitest';
import { countsOf, jobSteps, sameCounts } from '../../../src/core/change/job-progress.ts';
import { aJob, aJobServer, serverId } from '../_factories.ts';

const jobOf = (status: string | undefined, ...launchStatuses: readonly (string | undefined)[]) =>
  aJob({
    status,
    servers: launchStatuses.map((launchStatus, i) =>
      aJobServer({ sourceServerId: serverId(i), launchStatus }),
    ),
  });

describe('the counts of a job', () => {
  it('name each launch status in the order of the alphabet, those that nobody knows, too', () => {
    const counts = countsOf(
      jobOf('STARTED', 'PENDING', 'LAUNCHED', 'PENDING', undefined, 'DREAMING'),
    );
    expect(JSON.stringify(counts)).toBe('{"DREAMING":1,"LAUNCHED":1,"PENDING":2,"UNKNOWN":1}');
  });

  it('are the same whatever the order of the servers', () => {
    const one = countsOf(jobOf('STARTED', 'PENDING', 'LAUNCHED'));
    expect(sameCounts(one, countsOf(jobOf('STARTED', 'LAUNCHED', 'PENDING')))).toBe(true);
    expect(sameCounts(one, countsOf(jobOf('STARTED', 'LAUNCHED', 'LAUNCHED')))).toBe(false);
  });
});

describe('the steps of a job', () => {
  const open = { counts: { PENDING: 1 }, ended: false };

  it('begin with its start, even where it is seen only when it has ended', () => {
    expect(jobSteps(undefined, jobOf('PENDING', 'PENDING'))).toEqual(['started']);
    expect(jobSteps(undefined, jobOf('COMPLETED', 'LAUNCHED'))).toEqual(['started', 'ended']);
  });

  it('go on with its counts, where they differ', () => {
    expect(jobSteps(open, jobOf('STARTED', 'IN_PROGRESS'))).toEqual(['progress']);
    expect(jobSteps(open, jobOf('STARTED', 'PENDING'))).toEqual([]);
  });

  it('end with its end, once, and tell no progress beside it', () => {
    expect(jobSteps(open, jobOf('COMPLETED', 'LAUNCHED'))).toEqual(['ended']);
    expect(jobSteps({ ...open, ended: true }, jobOf('COMPLETED', 'LAUNCHED'))).toEqual([]);
  });

  it('do not end with a status that nobody knows', () => {
    expect(jobSteps(open, jobOf('DREAMING', 'LAUNCHED'))).toEqual(['progress']);
    expect(jobSteps(open, jobOf(undefined, 'PENDING'))).toEqual([]);
  });
});
