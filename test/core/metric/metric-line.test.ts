import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Metric, metricLines, stateMetric } from '../../../src/core/metric/metric-line.ts';
import { faultsOf } from './_embedded-metric-format.ts';

const at = '2024-03-04T16:20:07.412Z';
const dimensions = { Stage: 'prod', Plan: 'p' };

describe('a line of figures', () => {
  test('names its dimensions and figures; what is not known is left out', () => {
    const metrics: readonly Metric[] = [
      ['Lag', 'Seconds', 3],
      ['Backlog', 'Bytes', null],
    ];
    expect(metricLines({ dimensions, by: [['Stage'], ['Stage', 'Plan']], metrics }, at)).toEqual([
      {
        _aws: {
          Timestamp: Date.parse(at),
          CloudWatchMetrics: [
            {
              Namespace: 'Landfall',
              Dimensions: [['Stage'], ['Stage', 'Plan']],
              Metrics: [{ Name: 'Lag', Unit: 'Seconds' }],
            },
          ],
        },
        Stage: 'prod',
        Plan: 'p',
        Lag: 3,
      },
    ]);
  });

  test('is none where nothing is known', () => {
    expect(metricLines({ dimensions, metrics: [['Lag', 'Seconds', null]] }, at)).toEqual([]);
  });

  test('holds no more than a hundred figures: the rest stands in another', () => {
    const metrics = Array.from({ length: 205 }, (_, n): Metric => [`M${n}`, 'Count', n]);
    const lines = metricLines({ dimensions, metrics }, at);
    expect(lines.map((line) => Object.keys(line).length - 3)).toEqual([100, 100, 5]);
    expect(lines.flatMap(faultsOf)).toEqual([]);
  });

  test('keeps to the specification whatever a plan is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 1100 }), (plan) => {
        const lines = metricLines(
          { dimensions: { Plan: plan }, metrics: [['Lag', 'Seconds', 1]] },
          at,
        );
        expect(lines.flatMap(faultsOf)).toEqual([]);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  test('names the metric of a state', () => {
    expect(stateMetric('LifeCycle', 'READY_FOR_TEST')).toBe('LifeCycleReadyForTest');
  });
});

test('the check of the format finds what CloudWatch would leave out', () => {
  const [line = {}] = metricLines({ dimensions, metrics: [['Lag', 'Seconds', 3]] }, at);
  expect(faultsOf(line)).toEqual([]);
  expect(faultsOf({ ...line, Lag: undefined })).toEqual(['the metric Lag is no number']);
  expect(faultsOf({ ...line, Plan: '' })).toEqual(['the dimension Plan is ""']);
  expect(faultsOf({ ...line, _aws: { Timestamp: 1.5 } }).length).toBe(2);
  expect(faultsOf({ ...line, more: 'x'.repeat(1024 * 1024) })).toEqual(['more than 1 MB']);
});
