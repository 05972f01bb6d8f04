// The alarms of a stage: one a meaning, each with what to do about it. Plain metrics only, so that each can be read,
// and proven on an emulator, by itself.
import { metricNamespace } from '../src/core/metric/metric-line.ts';
import { functionGrants, machineFunctions } from './grants.ts';
import { functionName, type Resource } from './roles.ts';

/** What the alarms depend on. */
export interface AlarmSettings {
  readonly stage: string;
  readonly tagList: readonly { readonly Key: string; readonly Value: string }[];
  readonly targetNames: readonly string[];
  readonly pollMinutes: number;
  readonly alarms: {
    readonly lagMinutes: number;
    readonly quotaPercent: number;
    readonly stalledServers: number;
    readonly throttledCalls: number;
    readonly functionErrors: number;
  };
}

interface Watch {
  /** What of the alarm's name comes after `landfall-STAGE-`. */
  readonly name: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, unknown>>;
  readonly statistic: 'Sum' | 'Maximum';
  readonly periodSeconds: number;
  readonly periods: number;
  readonly threshold: number;
  readonly below?: true;
  /** What it means, and what to do. */
  readonly says: string;
}

const quarterHour = 900;

function pollerWatches({ stage, targetNames, pollMinutes }: AlarmSettings): readonly Watch[] {
  if (targetNames.length === 0) return [];
  const poll = { FunctionName: functionName('poll', stage) };
  return [
    {
      name: 'poller-silent',
      namespace: 'AWS/Lambda',
      metric: 'Invocations',
      dimensions: poll,
      statistic: 'Sum',
      periodSeconds: pollMinutes * 60,
      periods: 3,
      threshold: 1,
      below: true,
      says: 'The poller was not called three times in a row, so nothing moves. Look whether its schedule is enabled and whether Lambda refuses calls; `landfall deploy-check` names the cause.',
    },
    {
      name: 'errors-poll',
      namespace: 'AWS/Lambda',
      metric: 'Errors',
      dimensions: poll,
      statistic: 'Sum',
      periodSeconds: pollMinutes * 60,
      periods: 3,
      threshold: 1,
      says: 'Three ticks in a row failed, so nothing moves. Read the last error in the log of the poller; a single failed tick is made good by the next.',
    },
  ];
}

function errorWatches({ stage, alarms }: AlarmSettings): readonly Watch[] {
  const once = ['sweep', 'react', 'metrics', 'remedy'];
  return Object.keys(functionGrants)
    .filter((name) => name !== 'poll')
    .map((name) => ({
      name: `errors-${name}`,
      namespace: 'AWS/Lambda',
      metric: 'Errors',
      dimensions: { FunctionName: functionName(name, stage) },
      statistic: 'Sum',
      periodSeconds: quarterHour,
      periods: 1,
      threshold: once.includes(name) ? 1 : alarms.functionErrors,
      says: once.includes(name)
        ? `${name} failed. Read its log; what it gave up lies among the dead letters.`
        : `${name} failed often. The state machine tries it again; read its log, and docs/failures.md for the code that it names.`,
    }));
}

function executionWatches(): readonly Watch[] {
  const ends = [
    ['Failed', 'failed'],
    ['TimedOut', 'timed out'],
    ['Aborted', 'were stopped by somebody'],
  ] as const;
  return Object.keys(machineFunctions).flatMap((machine) =>
    ends.map(([end, ended]) => ({
      name: `${machine}-${end.toLowerCase()}`,
      namespace: 'AWS/States',
      metric: `Executions${end}`,
      dimensions: {
        StateMachineArn: { Ref: `${machine.charAt(0).toUpperCase()}${machine.slice(1)}` },
      },
      statistic: 'Sum' as const,
      periodSeconds: 300,
      periods: 1,
      threshold: 1,
      says: `Executions of the ${machine} machine ${ended}. Their servers are frozen: hands off until \`landfall status\` has been read.`,
    })),
  );
}

const letters = { QueueName: { 'Fn::GetAtt': ['DeadLetters', 'QueueName'] } };
const table = { TableName: { Ref: 'Table' } };
const sharedWatches: readonly Watch[] = [
  {
    name: 'dead-letters',
    namespace: 'AWS/SQS',
    metric: 'ApproximateNumberOfMessagesVisible',
    dimensions: letters,
    statistic: 'Maximum',
    periodSeconds: 300,
    periods: 1,
    threshold: 1,
    says: 'Events reached nobody after all retries. Read them in the queue, mend the cause, then delete them; the sweep has made good what died.',
  },
  {
    name: 'lambda-throttles',
    namespace: 'AWS/Lambda',
    metric: 'Throttles',
    // All functions of the account share what is not reserved.
    dimensions: {},
    statistic: 'Sum',
    periodSeconds: 300,
    periods: 3,
    threshold: 1,
    says: 'Lambda refuses calls in this account and Region for lack of concurrency. Ask for a higher limit, or reserve some for the poller.',
  },
  {
    name: 'table-read-throttles',
    namespace: 'AWS/DynamoDB',
    metric: 'ReadThrottleEvents',
    dimensions: table,
    statistic: 'Sum',
    periodSeconds: 300,
    periods: 3,
    threshold: 1,
    says: 'DynamoDB refuses reads of the table. It adapts by itself within minutes; if not, look for a second program that reads it.',
  },
  {
    name: 'table-write-throttles',
    namespace: 'AWS/DynamoDB',
    metric: 'WriteThrottleEvents',
    dimensions: table,
    statistic: 'Sum',
    periodSeconds: 300,
    periods: 3,
    threshold: 1,
    says: 'DynamoDB refuses writes to the table. It adapts by itself within minutes; if not, look for a second program that writes it.',
  },
];

function targetWatches(target: string, { stage, alarms }: AlarmSettings): readonly Watch[] {
  const watch = (
    meaning: string,
    metric: string,
    statistic: 'Sum' | 'Maximum',
    periods: number,
    threshold: number,
    says: string,
  ): Watch => ({
    name: `${meaning}-${target.replaceAll(':', '-')}`,
    namespace: metricNamespace,
    metric,
    dimensions: { Stage: stage, Target: target },
    statistic,
    periodSeconds: quarterHour,
    periods,
    threshold,
    says: `${target}: ${says}`,
  });
  const quota = (meaning: string, metric: string, what: string) =>
    watch(
      meaning,
      metric,
      'Maximum',
      1,
      alarms.quotaPercent,
      `${alarms.quotaPercent} % of the quota of ${what} are in use. Launches wait until some are free; ask Service Quotas for more, or archive what is done.`,
    );
  return [
    watch(
      'unreachable',
      'Unreachable',
      'Maximum',
      1,
      1,
      'the account or Region cannot be reached. `landfall status` names the reason and the remedy; the other targets go on.',
    ),
    watch(
      'lag',
      'MaxLagSeconds',
      'Maximum',
      2,
      alarms.lagMinutes * 60,
      `a server lags ${alarms.lagMinutes} minutes or more. Look at its network and its replication server before its cutover.`,
    ),
    watch(
      'stalled',
      'ServersStalled',
      'Maximum',
      2,
      alarms.stalledServers,
      'replication has stalled. Landfall retries within the plan’s budget; `landfall status` names the class of the error.',
    ),
    watch(
      'throttled',
      'ThrottledCalls',
      'Sum',
      1,
      alarms.throttledCalls,
      'AWS throttles calls. Something else may use the same API; a longer pollMinutes helps.',
    ),
    quota('active-servers', 'ActiveServersUsedPercent', 'active source servers'),
    quota('jobs', 'JobsUsedPercent', 'jobs at once'),
    quota('servers-in-jobs', 'ServersInJobsUsedPercent', 'servers in jobs'),
  ];
}

function alarm(watch: Watch, { stage, tagList }: AlarmSettings): Resource {
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: `landfall-${stage}-${watch.name}`,
      AlarmDescription: watch.says,
      Namespace: watch.namespace,
      MetricName: watch.metric,
      Dimensions: Object.entries(watch.dimensions).map(([Name, Value]) => ({ Name, Value })),
      Statistic: watch.statistic,
      Period: watch.periodSeconds,
      EvaluationPeriods: watch.periods,
      Threshold: watch.threshold,
      ComparisonOperator: watch.below ? 'LessThanThreshold' : 'GreaterThanOrEqualToThreshold',
      TreatMissingData: watch.below ? 'breaching' : 'notBreaching',
      AlarmActions: [{ Ref: 'AlarmTopic' }],
      OKActions: [{ Ref: 'AlarmTopic' }],
      Tags: tagList,
    },
  };
}

/** Answers the alarms of a stage by their logical ids. */
export function alarmResources(settings: AlarmSettings): Readonly<Record<string, Resource>> {
  const watches = [
    ...pollerWatches(settings),
    ...errorWatches(settings),
    ...executionWatches(),
    ...sharedWatches,
    ...settings.targetNames.flatMap((target) => targetWatches(target, settings)),
  ];
  return Object.fromEntries(
    watches.map((watch) => [
      `${watch.name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}Alarm`,
      alarm(watch, settings),
    ]),
  );
}
