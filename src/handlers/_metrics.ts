// In: what the ticks of a run came to. Out: a log line for each in CloudWatch's embedded metric format, which
// CloudWatch reads as metrics (docs.aws.amazon.com/AmazonCloudWatch, "Embedded metric format specification").

import { type Instant, toMs } from '../core/time.ts';
import type { PollReport } from '../flow/poll.ts';

/** What is measured: what a tick answered, or that it failed. */
export type Ticked = PollReport | { readonly tick: 'failed'; readonly target: string };

type Metric = readonly [name: string, unit: 'Count' | 'Seconds' | 'Percent', value: number | null];

/** A line for each tick that ran; a skipped one measures nothing, and what is not known is left out. */
export function metricLines(
  ticks: readonly Ticked[],
  stage: string,
  at: Instant,
): readonly Readonly<Record<string, unknown>>[] {
  return ticks.flatMap((ticked) => {
    const metrics = metricsOf(ticked).filter(([, , value]) => value !== null);
    if (metrics.length === 0) return [];
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
  });
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
