import {
  type CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricStatisticsCommand,
} from '@aws-sdk/client-cloudwatch';
import { type Instant, plusSeconds, toMs } from '../../core/time.ts';
import type { Answer } from '../../flow/ports.ts';
import { askForOutput } from './wire-call.ts';

/** An alarm and where it stands. */
export interface Alarm {
  readonly name: string;
  /** `OK`, `ALARM` or `INSUFFICIENT_DATA`. */
  readonly state: string;
  readonly reason: string;
  /** What the alarm's author says to do. */
  readonly description: string;
}

/** All metric alarms whose names begin with a prefix. */
export async function alarmsNamed(
  client: CloudWatchClient,
  prefix: string,
): Promise<Answer<readonly Alarm[]>> {
  const alarms: Alarm[] = [];
  let next: string | undefined;
  do {
    const command = new DescribeAlarmsCommand({
      AlarmNamePrefix: prefix,
      AlarmTypes: ['MetricAlarm'],
      MaxRecords: 100,
      ...(next === undefined ? {} : { NextToken: next }),
    });
    const answer = await askForOutput(command, (one) => client.send(one));
    if (!answer.ok) return answer;
    for (const alarm of answer.value.MetricAlarms ?? []) {
      alarms.push({
        name: alarm.AlarmName ?? '',
        state: alarm.StateValue ?? 'INSUFFICIENT_DATA',
        reason: alarm.StateReason ?? '',
        description: alarm.AlarmDescription ?? '',
      });
    }
    next = answer.value.NextToken;
  } while (next !== undefined && next !== '');
  return { ok: true, value: alarms };
}

// SQS reports once a minute, and stops for a queue that was idle for six hours: then nothing was added either.
const queueLookSeconds = 900;

/**
 * How many messages a queue held when CloudWatch last heard of it; undefined where it has heard nothing in the last
 * quarter of an hour.
 */
export async function messagesIn(
  client: CloudWatchClient,
  queueName: string,
  now: Instant,
): Promise<Answer<number | undefined>> {
  const command = new GetMetricStatisticsCommand({
    Namespace: 'AWS/SQS',
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Dimensions: [{ Name: 'QueueName', Value: queueName }],
    StartTime: new Date(toMs(plusSeconds(now, -queueLookSeconds))),
    EndTime: new Date(toMs(now)),
    Period: 60,
    Statistics: ['Maximum'],
  });
  const answer = await askForOutput(command, (one) => client.send(one));
  if (!answer.ok) return answer;
  const points = (answer.value.Datapoints ?? []).toSorted(
    (a, b) => (b.Timestamp?.getTime() ?? 0) - (a.Timestamp?.getTime() ?? 0),
  );
  return { ok: true, value: points[0]?.Maximum };
}
