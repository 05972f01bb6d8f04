// In: what a tick came to. Out: its log lines in CloudWatch's embedded metric format. Called by the poller's handler.

import { type Metric, metricLines, stateMetric } from '../core/metric/metric-line.ts';
import type { Instant } from '../core/time.ts';
import type { Ticked } from '../flow/poll-all.ts';

/** The lines of a tick; a skipped one measures nothing, and what is not known is left out. */
export function tickLines(
  ticked: Ticked,
  stage: string,
  at: Instant,
): readonly Readonly<Record<string, unknown>>[] {
  const dimensions = { Stage: stage, Target: ticked.target };
  return metricLines({ dimensions, metrics: metricsOf(ticked) }, at);
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
        ['Servers', 'Count', measures.servers],
        ['ServersStalled', 'Count', measures.serversStalled],
        ['MaxLagSeconds', 'Seconds', measures.maxLagSeconds],
        ['LagSeconds', 'Seconds', measures.lagSeconds],
        ['MaxBacklogBytes', 'Bytes', measures.maxBacklogBytes],
        ['BacklogBytes', 'Bytes', measures.backlogBytes],
        ['ActiveServersUsedPercent', 'Percent', measures.activeServersUsedPercent],
        ['JobsUsedPercent', 'Percent', measures.jobsUsedPercent],
        ['ServersInJobsUsedPercent', 'Percent', measures.serversInJobsUsedPercent],
        ...byState('LifeCycle', measures.lifecycles),
        ...byState('Replication', measures.replications),
      ];
    }
    default:
      return ticked satisfies never;
  }
}

/** One metric a state: a dimension of its own would take a line each. */
function byState(prefix: string, counts: Readonly<Record<string, number>>): readonly Metric[] {
  return Object.entries(counts)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([state, count]) => [stateMetric(prefix, state), 'Count', count]);
}
