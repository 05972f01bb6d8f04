import { describe, expect, it } from 'vitest';
import { lifeCycleStates, replicationStates } from '../../src/core/event/catalogue/words.ts';
import { tickLines } from '../../src/handlers/_metrics.ts';
import { faultsOf } from '../core/metric/_embedded-metric-format.ts';

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
  servers: 4,
  serversStalled: 1,
  lifecycles: { READY_FOR_TEST: 3, NOT_READY: 1, TESTING: 0 },
  replications: { STALLED: 1, CONTINUOUS: 3 },
  maxLagSeconds: null,
  lagSeconds: null,
  maxBacklogBytes: 3,
  backlogBytes: 5,
  activeServersUsedPercent: 66.7,
  jobsUsedPercent: 5,
  serversInJobsUsedPercent: 0,
};

describe('the metrics of a tick', () => {
  it('are one line in the embedded metric format; what is not known is left out', () => {
    expect(tickLines({ tick: 'done', ...ran, measures }, 'prod', at)).toEqual([
      {
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
                { Name: 'Servers', Unit: 'Count' },
                { Name: 'ServersStalled', Unit: 'Count' },
                { Name: 'MaxBacklogBytes', Unit: 'Bytes' },
                { Name: 'BacklogBytes', Unit: 'Bytes' },
                { Name: 'ActiveServersUsedPercent', Unit: 'Percent' },
                { Name: 'JobsUsedPercent', Unit: 'Percent' },
                { Name: 'ServersInJobsUsedPercent', Unit: 'Percent' },
                { Name: 'LifeCycleNotReady', Unit: 'Count' },
                { Name: 'LifeCycleReadyForTest', Unit: 'Count' },
                { Name: 'LifeCycleTesting', Unit: 'Count' },
                { Name: 'ReplicationContinuous', Unit: 'Count' },
                { Name: 'ReplicationStalled', Unit: 'Count' },
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
        Servers: 4,
        ServersStalled: 1,
        MaxBacklogBytes: 3,
        BacklogBytes: 5,
        ActiveServersUsedPercent: 66.7,
        JobsUsedPercent: 5,
        ServersInJobsUsedPercent: 0,
        LifeCycleNotReady: 1,
        LifeCycleReadyForTest: 3,
        LifeCycleTesting: 0,
        ReplicationContinuous: 3,
        ReplicationStalled: 1,
      },
    ]);
  });

  it('say that a target cannot be reached, which is no failure', () => {
    const why = { kind: 'region-off', since: at, reason: 'off', remedy: 'switch it on' } as const;
    expect(tickLines({ tick: 'unreachable', ...ran, ...why }, 'prod', at)).toMatchObject([
      {
        Target: target,
        FailedTicks: 0,
        Unreachable: 1,
      },
    ]);
  });

  it('say that a tick failed', () => {
    expect(tickLines({ tick: 'failed', target }, 'prod', at)).toMatchObject([
      {
        Target: target,
        FailedTicks: 1,
      },
    ]);
  });

  it('keep to the format with every state that is known', () => {
    const states = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, 1]));
    const all = {
      ...measures,
      lifecycles: states([...lifeCycleStates, 'NONE', 'OTHER']),
      replications: states([...replicationStates, 'NONE', 'OTHER']),
    };
    const lines = tickLines({ tick: 'done', ...ran, measures: all }, 'prod', at);
    expect([lines.length, lines.flatMap(faultsOf)]).toEqual([1, []]);
  });

  it('are none where it was skipped', () => {
    expect(tickLines({ tick: 'skipped', target, because: 'not due' }, 'prod', at)).toEqual([]);
  });
});
