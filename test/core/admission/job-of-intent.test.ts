import { describe, expect, it } from 'vitest';
import { type Intended, isJobOf, mayRepeat } from '../../../src/core/admission/job-of-intent.ts';
import { aJob, aJobServer, now, serverId } from '../_factories.ts';

const intent: Intended = {
  intentId: 'us-east-1/7/a',
  kind: 'StartDrill',
  servers: [serverId(1)],
  writtenAt: now,
  jobId: null,
};
const termination: Intended = { ...intent, kind: 'TerminateRecoveryInstances' };
const tagged = (id: string) => ({ 'landfall:intent': id });

describe('the job of an intent', () => {
  it('is the one that was answered, whatever tags it has', () => {
    const known = { ...intent, jobId: 'drsjob-1' };
    expect(isJobOf(known, aJob({ jobId: 'drsjob-1', tags: {} }))).toBe(true);
    expect(isJobOf(known, aJob({ jobId: 'drsjob-2', tags: tagged(intent.intentId) }))).toBe(false);
  });

  it('is the one with its tag where the answer was lost', () => {
    expect(isJobOf(intent, aJob({ tags: tagged(intent.intentId) }))).toBe(true);
    expect(isJobOf(intent, aJob({ tags: tagged('another') }))).toBe(false);
    expect(isJobOf(intent, aJob({ tags: {} }))).toBe(false);
  });

  it('is a termination of the same servers at that time, as DRS takes no tags with those', () => {
    const job = (is: Parameters<typeof aJob>[0] = {}) =>
      isJobOf(
        termination,
        aJob({ type: 'TERMINATE', tags: {}, createdAt: now, servers: [aJobServer()], ...is }),
      );
    expect(job()).toBe(true);
    expect(job({ createdAt: '2024-03-04T16:18:07.000Z' })).toBe(true);
    expect(job({ createdAt: '2024-03-04T16:18:06.000Z' })).toBe(false);
    expect(job({ createdAt: undefined })).toBe(false);
    expect(job({ type: 'LAUNCH' })).toBe(false);
    expect(job({ servers: [aJobServer({ sourceServerId: serverId(2) })] })).toBe(false);
    const two = [aJobServer(), aJobServer({ sourceServerId: serverId(2) })];
    expect(job({ servers: two })).toBe(false);
  });
});

describe('a call whose fate nobody knows', () => {
  it('is made again only where a second one does no harm', () => {
    expect(mayRepeat('TerminateRecoveryInstances')).toBe(true);
    for (const kind of ['StartDrill', 'StartTest', 'StartCutover'] as const) {
      expect(mayRepeat(kind)).toBe(false);
    }
    expect(mayRepeat('TerminateTargetInstances')).toBe(false);
  });
});
