// In: a lane that has done its work. Out: what AWS has on record of it, in the forms that `landfall check` reads.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DescribeExecutionCommand,
  paginateGetExecutionHistory,
  paginateListExecutions,
} from '@aws-sdk/client-sfn';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { ExecutionLine } from '../../src/trace/forms.ts';
import type { Aws } from './aws.ts';
import { home } from './emulator.ts';
import type { Lane } from './lane.ts';

/** An execution as Step Functions has it on record. */
export interface Recorded extends ExecutionLine {
  readonly arn: string;
  /** The version of its machine. */
  readonly version: string | undefined;
  /** The states that it entered, in order. */
  readonly states: readonly string[];
}

/** All executions of the machines, without the children of a Map. */
export async function executionsOf({ aws, machines }: Lane): Promise<readonly Recorded[]> {
  const found: Recorded[] = [];
  for (const stateMachineArn of [machines.wave, ...machines.phases]) {
    const pages = paginateListExecutions({ client: aws.states }, { stateMachineArn });
    for await (const { executions = [] } of pages) {
      for (const { executionArn = '' } of executions) found.push(await recorded(aws, executionArn));
    }
  }
  return found;
}

async function recorded(aws: Aws, executionArn: string): Promise<Recorded> {
  const one = await aws.states.send(new DescribeExecutionCommand({ executionArn }));
  const states: string[] = [];
  let historyEvents = 0;
  const pages = paginateGetExecutionHistory({ client: aws.states }, { executionArn });
  for await (const { events = [] } of pages) {
    historyEvents += events.length;
    states.push(...events.flatMap((event) => event.stateEnteredEventDetails?.name ?? []));
  }
  const name = one.name ?? '';
  const machine = /:stateMachine:landfall-([a-z]+)-/.exec(one.stateMachineArn ?? '')?.[1] ?? '';
  // PLAN.WAVE.SERVER.PHASE.ATTEMPT: the wave's own execution is called PLAN.WAVE.
  const parent = machine === 'wave' ? null : name.split('.').slice(0, 2).join('.');
  return {
    arn: executionArn,
    version: one.stateMachineVersionArn,
    states,
    name,
    stateMachine: machine.charAt(0).toUpperCase() + machine.slice(1),
    parent,
    status: one.status ?? '',
    startedAt: one.startDate?.toISOString() ?? '',
    stoppedAt: one.stopDate?.toISOString() ?? null,
    transitions: states.length,
    historyEvents,
    error: one.error ?? null,
    cause: one.cause ?? null,
  };
}

/**
 * Writes what was told, asked and run as the three logs of a rehearsal, for `landfall check`. They are brought onto one
 * clock, that of the simulated MGN, which stands while the functions work.
 */
export async function writeLogs(lane: Lane): Promise<void> {
  const { timeAt, calls } = lane.simulator;
  const write = (name: string, lines: readonly unknown[]) =>
    writeFileSync(
      join(lane.folder, `${name}.jsonl`),
      lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
    );
  const told = await lane.subscriber.hear();
  write(
    'events',
    told.map((event) => {
      // The envelope's own time has whole seconds.
      const time = timeAt(event.detail.observedAt);
      return { ...event, time, detail: { ...event.detail, observedAt: time } };
    }),
  );
  write('api', await calls());
  const executions = await executionsOf(lane);
  write(
    'executions',
    executions.map(({ arn: _a, version: _v, states: _s, ...line }) => ({
      ...line,
      startedAt: timeAt(line.startedAt),
      stoppedAt: line.stoppedAt === null ? null : timeAt(line.stoppedAt),
    })),
  );
}

/** How many messages a queue of the stack holds, by its logical id. */
export async function messagesIn({ aws, deployed }: Lane, id: string): Promise<number> {
  const queue = deployed.resources.find((one) => one.id === id);
  if (queue === undefined) throw new Error(`there is no queue ${id}`);
  const { Attributes } = await aws.sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: queue.physicalId,
      AttributeNames: ['ApproximateNumberOfMessages'],
    }),
  );
  return Number(Attributes?.['ApproximateNumberOfMessages']);
}

const LogLine = z.looseObject({ level: z.string(), function: z.string().optional() });
/** One structured line of a function's log. */
export type LogLine = z.infer<typeof LogLine>;
const LogPage = z.looseObject({
  events: z.array(z.looseObject({ message: z.string() })),
  nextToken: z.string().optional(),
});

/** The structured lines that a function has logged. CloudWatch Logs has no client here: it is asked as it stands. */
export async function logOf({ aws, deployed }: Lane, id: string): Promise<readonly LogLine[]> {
  const name = deployed.resources.find((one) => one.id === id)?.physicalId;
  const lines: LogLine[] = [];
  for (let nextToken: string | undefined; ; ) {
    const page = await askLogs(aws, 'FilterLogEvents', {
      logGroupName: `/aws/lambda/${name}`,
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    lines.push(...page.events.flatMap(({ message }) => linesIn(message)));
    if (page.nextToken === undefined) return lines;
    nextToken = page.nextToken;
  }
}

/** The lines of error of all functions. */
export async function errorsOf(lane: Lane): Promise<readonly LogLine[]> {
  const functions = lane.deployed.resources.filter(({ type }) => type === 'AWS::Lambda::Function');
  const logs = await Promise.all(functions.map(({ id }) => logOf(lane, id)));
  return logs.flat().filter(({ level }) => level === 'error');
}

function linesIn(message: string): readonly LogLine[] {
  return message.split('\n').flatMap((line) => {
    if (!line.startsWith('{')) return [];
    const parsed = LogLine.safeParse(JSON.parse(line));
    return parsed.success ? [parsed.data] : [];
  });
}

async function askLogs(aws: Aws, operation: string, input: object) {
  const answer = await fetch(aws.endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `Logs_20140328.${operation}`,
      authorization: `AWS4-HMAC-SHA256 Credential=${home.accountId}/20260101/${home.region}/logs/aws4_request, SignedHeaders=host, Signature=none`,
    },
    body: JSON.stringify(input),
  });
  if (!answer.ok) throw new Error(`${operation} answers ${answer.status}: ${await answer.text()}`);
  return LogPage.parse(await answer.json());
}
