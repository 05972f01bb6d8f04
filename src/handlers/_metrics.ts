// In: what a tick came to. Out: a log line in CloudWatch's embedded metric format, which
// CloudWatch reads as metrics (docs.aws.amazon.com/AmazonCloudWatch, "Embedded metric format specification").

import { type Instant, toMs } from '../core/time.ts';
import type { Ticked } from '../flow/poll-all.ts';

type Metric = readonly [name: string, unit: 'Count' | 'Seconds' | 'Percent', value: number | null];

/** The line of a tick; a skipped one measures nothing, and what is not known is left out. */
export function metricLine(
  ticked: Ticked,
  stage: string,
  at: Instant,
): Readonly<Record<string, unknown>> | undefined {
  const metrics = metricsOf(ticked).filter(([, , value]) => value !== null);
  if (metrics.length === 0) return undefined;
  return {
    _aws: {
      Timestamp: toMs(at),
      CloudWatchMetrics: [
        {
          Namespace: 'Landfall',
          Dimensions: [['Stage', 'Target']],
          Metrics: metrics.map(([Name, Unit]) => ({ Name, Unit })),
        },
      ],
    },
    Stage: stage,
    Target: ticked.target,
    ...Object.fromEntries(metrics.map(([name, , value]) => [name, value])),
  };
}

function metricsOf(ticked: Ticked): readonly Metric[] {
  switch (ticked.tick) {
    case 'skipped':
      return [];
    case 'failed':
      return [['FailedTicks', 'Count', 1]];
    case 'unreachable':
      return [
        ['FailedTicks', 'Count', 0],
        ['Unreachable', 'Count', 1],
      ];
    case 'done': {
      const { measures } = ticked;
      return [
        ['Ticks', 'Count', 1],
        ['FailedTicks', 'Count', 0],
        ['Unreachable', 'Count', 0],
        ['ThrottledCalls', 'Count', measures.throttledCalls],
        ['ServersStalled', 'Count', measures.serversStalled],
        ['MaxLagSeconds', 'Seconds', measures.maxLagSeconds],
        ['ActiveServersUsedPercent', 'Percent', measures.activeServersUsedPercent],
        ['JobsUsedPercent', 'Percent', measures.jobsUsedPercent],
        ['ServersInJobsUsedPercent', 'Percent', measures.serversInJobsUsedPercent],
      ];
    }
    default:
      return ticked satisfies never;
  }
}
