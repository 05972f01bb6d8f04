// The dashboard of a stage: what one looks at while a wave runs.
import { lifeCycleStates, replicationStates } from '../src/core/event/catalogue/words.ts';
import { metricNamespace, stateMetric } from '../src/core/metric/metric-line.ts';
import { outcomeMetrics } from '../src/core/metric/progress.ts';
import { functionGrants, machineFunctions } from './grants.ts';
import { functionName, machineName, type Resource } from './roles.ts';

/** What the dashboard depends on. */
export interface DashboardSettings {
  readonly stage: string;
  readonly targetNames: readonly string[];
}

type Metric = readonly unknown[];

interface Widget {
  readonly title: string;
  readonly stat: 'Sum' | 'Maximum';
  readonly metrics: readonly Metric[];
}

const columns = 3;
const width = 8;
const height = 6;

function widgets({ stage, targetNames }: DashboardSettings): readonly Widget[] {
  const ofTargets = (...names: readonly string[]): readonly Metric[] =>
    targetNames.flatMap((target) =>
      names.map((name) => {
        const label = names.length === 1 ? target : `${target} ${name}`;
        return [metricNamespace, name, 'Stage', stage, 'Target', target, { label }];
      }),
    );
  const ofFunctions = (name: string): readonly Metric[] =>
    Object.keys(functionGrants).map((one) => {
      return ['AWS/Lambda', name, 'FunctionName', functionName(one, stage), { label: one }];
    });
  const ofMachines = (...names: readonly string[]): readonly Metric[] =>
    Object.keys(machineFunctions).flatMap((machine) =>
      names.map((name) => {
        const arn = `arn:\${AWS::Partition}:states:\${AWS::Region}:\${AWS::AccountId}:stateMachine:${machineName(machine, stage)}`;
        return ['AWS/States', name, 'StateMachineArn', arn, { label: `${machine} ${name}` }];
      }),
    );
  // What nobody knows when this is deployed (plans, waves) and what comes and goes (states) CloudWatch looks for itself.
  const search = (label: string, dimensions: string, where: string, names: readonly string[]) => {
    const metric = `MetricName=(${names.map((name) => `"${name}"`).join(' OR ')})`;
    const text = `{${metricNamespace},Stage,${dimensions}} Stage="${stage}" ${where}${metric}`;
    return [{ expression: `SEARCH('${text}', 'Maximum', 300)`, label }];
  };
  const searchTargets = (names: readonly string[]): readonly Metric[] =>
    targetNames.map((target) => search(`${target} `, 'Target', `Target="${target}" `, names));
  const searchWaves = (...names: readonly string[]): readonly Metric[] =>
    targetNames.length === 0 ? [] : [search('', 'Plan,Wave', '', names)];
  const searchPlans = (dimensions: string, ...names: readonly string[]): readonly Metric[] =>
    targetNames.length === 0 ? [] : [search('', dimensions, '', names)];
  const quotas = ['ActiveServersUsedPercent', 'JobsUsedPercent', 'ServersInJobsUsedPercent'];
  const all: readonly Widget[] = [
    { title: 'Ticks done and failed', stat: 'Sum', metrics: ofTargets('Ticks', 'FailedTicks') },
    { title: 'Longest lag, in seconds', stat: 'Maximum', metrics: ofTargets('MaxLagSeconds') },
    { title: 'Stalled servers', stat: 'Maximum', metrics: ofTargets('ServersStalled') },
    {
      title: 'Servers by life cycle state',
      stat: 'Maximum',
      metrics: searchTargets(lifeCycleStates.map((state) => stateMetric('LifeCycle', state))),
    },
    {
      title: 'Servers by replication state',
      stat: 'Maximum',
      metrics: searchTargets(replicationStates.map((state) => stateMetric('Replication', state))),
    },
    { title: 'Backlog, in bytes', stat: 'Maximum', metrics: ofTargets('BacklogBytes') },
    { title: 'Servers done, in percent', stat: 'Maximum', metrics: searchWaves('DonePercent') },
    {
      title: 'Servers by outcome',
      stat: 'Maximum',
      metrics: searchWaves(...Object.values(outcomeMetrics)),
    },
    {
      title: 'Waves planned and concluded',
      stat: 'Maximum',
      metrics: searchPlans('Plan', 'WavesPlanned', 'WavesConcluded'),
    },
    {
      title: 'Longest time in a phase, in seconds',
      stat: 'Maximum',
      metrics: searchPlans('Plan,Phase', 'PhaseSeconds'),
    },
    { title: 'Use of quotas, in percent', stat: 'Maximum', metrics: ofTargets(...quotas) },
    { title: 'Unreachable', stat: 'Maximum', metrics: ofTargets('Unreachable') },
    { title: 'Throttled calls to AWS', stat: 'Sum', metrics: ofTargets('ThrottledCalls') },
    { title: 'Executions begun', stat: 'Sum', metrics: ofMachines('ExecutionsStarted') },
    {
      title: 'Executions that did not succeed',
      stat: 'Sum',
      metrics: ofMachines('ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted'),
    },
    { title: 'Errors of functions', stat: 'Sum', metrics: ofFunctions('Errors') },
    { title: 'Throttles of functions', stat: 'Sum', metrics: ofFunctions('Throttles') },
    {
      title: 'Dead letters and missed ticks',
      stat: 'Maximum',
      metrics: ['DeadLetters', 'MissedTicks'].map((queue) => {
        const name = `\${${queue}.QueueName}`;
        return [
          'AWS/SQS',
          'ApproximateNumberOfMessagesVisible',
          'QueueName',
          name,
          { label: queue },
        ];
      }),
    },
    {
      title: 'Throttles of the table',
      stat: 'Sum',
      metrics: ['ReadThrottleEvents', 'WriteThrottleEvents'].map((name) => {
        return ['AWS/DynamoDB', name, 'TableName', `\${Table}`];
      }),
    },
  ];
  // CloudWatch refuses a widget without a metric.
  return all.filter(({ metrics }) => metrics.length > 0);
}

/** Answers the dashboard of a stage by its logical id. */
export function dashboardResources(
  settings: DashboardSettings,
): Readonly<Record<string, Resource>> {
  const body = {
    widgets: widgets(settings).map(({ title, stat, metrics }, i) => ({
      type: 'metric',
      x: (i % columns) * width,
      y: Math.floor(i / columns) * height,
      width,
      height,
      properties: {
        title,
        stat,
        metrics,
        period: 300,
        region: `\${AWS::Region}`,
        view: 'timeSeries',
      },
    })),
  };
  return {
    Dashboard: {
      Type: 'AWS::CloudWatch::Dashboard',
      Properties: {
        DashboardName: `landfall-${settings.stage}`,
        DashboardBody: { 'Fn::Sub': JSON.stringify(body) },
      },
    },
  };
}
