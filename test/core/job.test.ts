import { describe, expect, it } from 'vitest';
import { isOpen, observeJob, readJobLog } from '../../src/core/job.ts';
import { aJob, frozen, now } from './_factories.ts';

describe('observeJob', () => {
  it('reads a job with its servers and their post-launch actions', () => {
    const document = frozen({
      jobID: 'mgnjob-1',
      type: 'LAUNCH',
      initiatedBy: 'START_CUTOVER',
      status: 'STARTED',
      creationDateTime: now,
      tags: { 'landfall:intent': 'x', odd: 5 },
      participatingServers: [
        {
          sourceServerID: 's-1',
          launchStatus: 'LAUNCHED',
          launchedEc2InstanceID: 'i-1',
          postLaunchActionsStatus: {
            postLaunchActionsLaunchStatusList: [
              {
                executionStatus: 'FAILED',
                failureReason: 'no disk',
                ssmDocument: {
                  actionName: 'check',
                  ssmDocumentName: 'doc',
                  mustSucceedForCutover: true,
                },
              },
              { executionStatus: 'SUCCESS', ssmDocument: { ssmDocumentName: 'doc-2' } },
              {},
            ],
          },
        },
        { launchStatus: 'PENDING' },
      ],
    });
    expect(observeJob(document)).toEqual({
      jobId: 'mgnjob-1',
      type: 'LAUNCH',
      initiatedBy: 'START_CUTOVER',
      status: 'STARTED',
      createdAt: now,
      tags: { 'landfall:intent': 'x' },
      servers: [
        {
          sourceServerId: 's-1',
          launchStatus: 'LAUNCHED',
          instanceId: 'i-1',
          postLaunchActions: [
            { name: 'check', status: 'FAILED', reason: 'no disk', mustSucceedForCutover: true },
            { name: 'doc-2', status: 'SUCCESS', reason: undefined, mustSucceedForCutover: false },
            {
              name: 'unnamed action',
              status: undefined,
              reason: undefined,
              mustSucceedForCutover: false,
            },
          ],
        },
      ],
    });
  });

  it('says nothing of a document without an id', () => {
    expect(observeJob({ status: 'COMPLETED' })).toBeUndefined();
  });
});

describe('isOpen', () => {
  it('is so for anything but COMPLETED, unknown values included', () => {
    expect(isOpen(aJob({ status: 'COMPLETED' }))).toBe(false);
    for (const status of ['PENDING', 'STARTED', 'PAUSED', undefined]) {
      expect(isOpen(aJob({ status }))).toBe(true);
    }
  });
});

describe('readJobLog', () => {
  const line = (event: string, sourceServerID: string, more = {}) => ({
    event,
    eventData: { sourceServerID, ...more },
  });

  it('reads what concerns the server, and nothing else', () => {
    const log = frozen([
      line('JOB_START', ''),
      line('USING_PREVIOUS_SNAPSHOT', 's-1'),
      line('SERVER_SKIPPED', 's-2'),
      line('LAUNCH_FAILED', 's-2', { rawError: 'no capacity' }),
      line('CONVERSION_FAIL', 's-3'),
      { eventData: { sourceServerID: 's-3' } },
    ]);
    expect(readJobLog(log, 's-1')).toEqual({
      usedPreviousSnapshot: true,
      skipped: false,
      failure: undefined,
    });
    expect(readJobLog(log, 's-2')).toEqual({
      usedPreviousSnapshot: false,
      skipped: true,
      failure: 'LAUNCH_FAILED: no capacity',
    });
    expect(readJobLog(log, 's-3')).toEqual({
      usedPreviousSnapshot: false,
      skipped: false,
      failure: 'CONVERSION_FAIL',
    });
  });

  it('cuts a raw error to 1,000 characters', () => {
    const log = [line('SNAPSHOT_FAIL', 's-1', { rawError: 'x'.repeat(5000) })];
    expect(readJobLog(log, 's-1').failure).toHaveLength(1000);
  });

  it('says nothing of an empty log', () => {
    expect(readJobLog([], 's-1')).toEqual({
      usedPreviousSnapshot: false,
      skipped: false,
      failure: undefined,
    });
  });
});
