import { describe, expect, test } from 'vitest';
import { catalogue } from '../../../src/core/event/catalogue.ts';
import { DetailType } from '../../../src/core/event/detail-type.ts';
import { exampleEvent } from '../../../src/core/event/event-example.ts';
import { figuresOf, measuredEvents, planIn } from '../../../src/core/metric/event-metrics.ts';
import { metricLines } from '../../../src/core/metric/metric-line.ts';
import { planFigures, waveFigures } from '../../../src/core/metric/progress.ts';
import { patternMatches } from '../../../src/runtime/event-pattern.ts';
import { loadDeployment } from '../../../src/runtime/load-deployment.ts';
import { faultsOf } from './_embedded-metric-format.ts';

const tell = (type: string, detail: object) =>
  figuresOf({ 'detail-type': type, detail: { ...detail } });

describe('the figures of an event', () => {
  test.each(catalogue.map((entry) => [entry.detailType, entry] as const))(
    '%s: those that the rule takes have some, the others none; all keep to the format',
    (type, entry) => {
      const { measured, progressOf } = figuresOf(exampleEvent(entry));
      expect(measured.length > 0 || progressOf !== undefined).toBe(measuredEvents.includes(type));
      const lines = measured.flatMap((one) => metricLines(one, '2024-03-04T16:20:07.412Z'));
      expect(lines.flatMap(faultsOf)).toEqual([]);
      // Each value of a dimension is paid for: never one a server.
      expect(JSON.stringify(measured)).not.toContain('s-0123456789abcdef0');
    },
  );

  test('of a phase that ended: how long it took and whether it failed, by plan and by wave', () => {
    const detail = { wave: 'p.w-1', phase: 'cutover', status: 'failed', durationSeconds: 90 };
    expect(tell(DetailType.ServerPhaseEnded, detail)).toEqual({
      measured: [
        {
          dimensions: { Plan: 'p', Wave: 'p.w-1', Phase: 'cutover' },
          by: [
            ['Plan', 'Phase'],
            ['Plan', 'Wave', 'Phase'],
          ],
          metrics: [
            ['PhaseSeconds', 'Seconds', 90],
            ['PhasesFailed', 'Count', 1],
          ],
        },
      ],
    });
    const { measured } = tell(DetailType.ServerPhaseEnded, { wave: 'p.w', phase: 'nap' });
    expect(measured[0]?.dimensions['Phase']).toBe('OTHER');
    expect(measured[0]?.metrics[0]).toEqual(['PhaseSeconds', 'Seconds', null]);
  });

  test('of a tried remedy: one, by target and error class; a class that nobody knows counts as another', () => {
    const detail = {
      accountId: '111122223333',
      region: 'eu-central-1',
      stream: 'mgn/111122223333/eu-central-1/s-1',
      errorClass: 'AGENT_NOT_SEEN',
    };
    expect(tell(DetailType.RemedyTried, detail).measured).toEqual([
      {
        dimensions: { Target: 'mgn:111122223333:eu-central-1', ErrorClass: 'AGENT_NOT_SEEN' },
        metrics: [['RemediesTried', 'Count', 1]],
      },
    ]);
    const other = tell(DetailType.RemedyTried, { ...detail, errorClass: 'NEW_ONE' });
    expect(other.measured[0]?.dimensions['ErrorClass']).toBe('OTHER');
  });

  test('of what lacks its members are none', () => {
    for (const type of measuredEvents) expect(tell(type, {})).toEqual({ measured: [] });
  });
});

describe('progress', () => {
  test('of a wave is its servers by outcome, and the share that is done', () => {
    const figures = waveFigures('p.w', { servers: 3, outcomes: ['succeeded', 'rolled-back'] });
    expect(figures.dimensions).toEqual({ Plan: 'p', Wave: 'p.w' });
    expect(figures.metrics.map(([name, , value]) => [name, value])).toEqual([
      ['ServersPlanned', 3],
      ['ServersDone', 2],
      ['DonePercent', 66.7],
      ['ServersSucceeded', 1],
      ['ServersSkipped', 0],
      ['ServersRolledBack', 1],
      ['ServersFailed', 0],
      ['ServersFrozen', 0],
    ]);
  });

  test('of a wave without servers has no share', () => {
    const { metrics } = waveFigures('p.w', { servers: 0, outcomes: [] });
    expect(metrics[2]).toEqual(['DonePercent', 'Percent', null]);
  });

  test('of a plan is its waves', () => {
    expect(planFigures(planIn('p.w'), { planned: 3, begun: 2, concluded: 1 })).toEqual({
      dimensions: { Plan: 'p' },
      metrics: [
        ['WavesPlanned', 'Count', 3],
        ['WavesBegun', 'Count', 2],
        ['WavesConcluded', 'Count', 1],
      ],
    });
  });
});

test('the rule of the function takes the events that are measured, and no other', () => {
  const { rules } = loadDeployment('serverless.yml', {
    stage: 'test',
    region: 'us-east-1',
    accountId: '111122223333',
    partition: 'aws',
  });
  const taken = catalogue
    .map(exampleEvent)
    .filter((event) =>
      rules.some(
        ({ name, pattern }) => name.startsWith('metrics-') && patternMatches(pattern, { ...event }),
      ),
    )
    .map((event) => event['detail-type']);
  expect(taken.toSorted()).toEqual([...measuredEvents].toSorted());
});
