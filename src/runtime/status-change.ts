import type { EndedExecution, Execution } from './asl/execution.ts';
import { type EventEnvelope, wholeSeconds } from './event-bus.ts';

/** Answers the event that Step Functions sends when an execution has begun or, with its end, has ended. */
export function statusChange(
  execution: Execution,
  ended: EndedExecution | undefined,
  at: { readonly accountId: string; readonly region: string; readonly now: string },
): Omit<EventEnvelope, 'id'> {
  return {
    version: '0',
    'detail-type': 'Step Functions Execution Status Change',
    source: 'aws.states',
    account: at.accountId,
    time: wholeSeconds(at.now),
    region: at.region,
    resources: [execution.arn],
    detail: {
      executionArn: execution.arn,
      stateMachineArn: execution.machineArn,
      name: execution.name,
      status: ended?.status ?? 'RUNNING',
      startDate: execution.startedAtMs,
      stopDate: ended?.stoppedAtMs ?? null,
      input: JSON.stringify(execution.input),
      inputDetails: { included: true },
      output: ended?.status === 'SUCCEEDED' ? JSON.stringify(ended.output) : null,
      outputDetails: ended?.status === 'SUCCEEDED' ? { included: true } : null,
      error: ended?.error ?? null,
      cause: ended?.cause ?? null,
    },
  };
}
