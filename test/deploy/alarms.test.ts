import { describe, expect, test } from 'vitest';
import { alarmResources } from '../../deploy/alarms.ts';
import { dashboardResources } from '../../deploy/dashboard.ts';
import { functionGrants, machineFunctions } from '../../deploy/grants.ts';

const settings = {
  stage: 'prod',
  tagList: [],
  targetNames: ['mgn:111122223333:eu-central-1', 'mgn:444455556666:eu-west-1'],
  pollMinutes: 2,
  alarms: {
    lagMinutes: 30,
    quotaPercent: 90,
    stalledServers: 2,
    throttledCalls: 5,
    functionErrors: 7,
  },
};

interface Alarm {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly MetricName: string;
  readonly Namespace: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly Threshold: number;
  readonly Period: number;
  readonly TreatMissingData: string;
}

const made = (more: object = {}): readonly Alarm[] =>
  Object.values(alarmResources({ ...settings, ...more })).map(
    ({ Properties }) => Properties as unknown as Alarm,
  );
const named = (name: string) =>
  made().find(({ AlarmName }) => AlarmName === `landfall-prod-${name}`);

describe('the alarms', () => {
  test('have each a name and an id of its own', () => {
    const names = made().map(({ AlarmName }) => AlarmName);
    expect(new Set(names).size).toBe(names.length);
    expect(Object.keys(alarmResources(settings)).every((id) => /^[A-Za-z0-9]+$/.test(id))).toBe(
      true,
    );
    expect(Object.keys(alarmResources(settings)).length).toBe(names.length);
  });

  test('say what to do in what CloudWatch keeps', () => {
    expect(
      made().filter(({ AlarmDescription: text }) => text.length < 40 || text.length > 1024),
    ).toEqual([]);
  });

  test('watch every function, every machine and every target', () => {
    const errors = made().filter(({ MetricName }) => MetricName === 'Errors');
    const ends = made().filter(({ Namespace }) => Namespace === 'AWS/States');
    const own = made().filter(({ Namespace }) => Namespace === 'Landfall');
    expect([errors.length, ends.length, own.length]).toEqual([
      Object.keys(functionGrants).length,
      3 * Object.keys(machineFunctions).length,
      7 * settings.targetNames.length,
    ]);
  });

  test('take a silent poller for broken, in the pace of the poll, and only while there is a target', () => {
    expect(named('poller-silent')).toMatchObject({
      Period: 120,
      EvaluationPeriods: 3,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
      TreatMissingData: 'breaching',
    });
    const without = made({ targetNames: [] });
    expect(without.filter(({ TreatMissingData }) => TreatMissingData === 'breaching')).toEqual([]);
    expect(without.filter(({ Namespace }) => Namespace === 'Landfall')).toEqual([]);
  });

  test('begin where the deployment file says', () => {
    const at = (name: string) => named(`${name}-mgn-111122223333-eu-central-1`)?.Threshold;
    expect([at('lag'), at('stalled'), at('throttled'), at('jobs'), at('active-servers')]).toEqual([
      1800, 2, 5, 90, 90,
    ]);
    expect([named('errors-park')?.Threshold, named('errors-react')?.Threshold]).toEqual([7, 1]);
  });

  test('name stage and target as the poller writes them', () => {
    expect(named('unreachable-mgn-444455556666-eu-west-1')?.Dimensions).toEqual([
      { Name: 'Stage', Value: 'prod' },
      { Name: 'Target', Value: 'mgn:444455556666:eu-west-1' },
    ]);
  });
});

describe('the dashboard', () => {
  interface Widget {
    readonly properties: {
      readonly title: string;
      readonly metrics: readonly (readonly unknown[])[];
    };
  }
  const widgets = (targetNames: readonly string[]): readonly Widget[] => {
    const { Dashboard } = dashboardResources({ ...settings, targetNames });
    const properties = Dashboard?.['Properties'] ?? {};
    const { DashboardBody: body } = properties as { DashboardBody: { 'Fn::Sub': string } };
    return (JSON.parse(body['Fn::Sub']) as { widgets: Widget[] }).widgets;
  };

  test('shows what the alarms watch', () => {
    const shown = new Set(
      widgets(settings.targetNames).flatMap(({ properties }) =>
        properties.metrics.map(([, name]) => name),
      ),
    );
    const watched = new Set(made().map(({ MetricName }) => MetricName));
    expect([...watched].filter((name) => !shown.has(name))).toEqual(['Invocations']);
  });

  test('has no widget without a metric', () => {
    const empty = widgets([]).filter(({ properties }) => properties.metrics.length === 0);
    expect([empty, widgets([]).length]).toEqual([[], 6]);
  });
});
