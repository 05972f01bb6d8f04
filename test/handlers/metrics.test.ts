import { describe, expect, it } from 'vitest';
import { metricLine } from '../../src/handlers/_metrics.ts';

const at = '2024-03-04T16:20:07.412Z';
const target = 'mgn:111122223333:eu-central-1';
const counts = {
  looked: 3,
  changed: 0,
  published: 0,
  released: 0,
  failed: 0,
  launched: 0,
  apiCalls: 4,
};
const ran = { target, number: 7, nextTickAt: at, ...counts };
const measures = {
  throttledCalls: 2,
  serversStalled: 1,
  maxLagSeconds: null,
  activeServersUsedPercent: 66.7,
  jobsUsedPercent: 5,
  serversInJobsUsedPercent: 0,
};

describe('the metrics of a tick', () => {
  it('are one line in the embedded metric format; what is not known is left out', () => {
    expect(metricLine({ tick: 'done', ...ran, measures }, 'prod', at)).toEqual({
      _aws: {
        Timestamp: Date.parse(at),
        CloudWatchMetrics: [
          {
            Namespace: 'Landfall',
            Dimensions: [['Stage', 'Target']],
            Metrics: [
              { Name: 'Ticks', Unit: 'Count' },
              { Name: 'FailedTicks', Unit: 'Count' },
              { Name: 'Unreachable', Unit: 'Count' },
              { Name: 'ThrottledCalls', Unit: 'Count' },
              { Name: 'ServersStalled', Unit: 'Count' },
              { Name: 'ActiveServersUsedPercent', Unit: 'Percent' },
              { Name: 'JobsUsedPercent', Unit: 'Percent' },
              { Name: 'ServersInJobsUsedPercent', Unit: 'Percent' },
            ],
          },
        ],
      },
      Stage: 'prod',
      Target: target,
      Ticks: 1,
      FailedTicks: 0,
      Unreachable: 0,
      ThrottledCalls: 2,
      ServersStalled: 1,
      ActiveServersUsedPercent: 66.7,
      JobsUsedPercent: 5,
      ServersInJobsUsedPercent: 0,
    });
  });

  it('say that a target cannot be reached, which is no failure', () => {
    const why = { kind: 'region-off', since: at, reason: 'off', remedy: 'switch it on' } as const;
    expect(metricLine({ tick: 'unreachable', ...ran, ...why }, 'prod', at)).toMatchObject({
      Target: target,
      FailedTicks: 0,
      Unreachable: 1,
    });
  });

  it('say that a tick failed', () => {
    expect(metricLine({ tick: 'failed', target }, 'prod', at)).toMatchObject({
      Target: target,
      FailedTicks: 1,
    });
  });

  it('are none where it was skipped', () => {
    expect(metricLine({ tick: 'skipped', target, because: 'not due' }, 'prod', at)).toBeUndefined();
  });
});
