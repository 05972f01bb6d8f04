import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeEventBusCommand,
  DescribeRuleCommand,
  type EventBridgeClient,
} from '@aws-sdk/client-eventbridge';
import {
  GetAccountSettingsCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import { DescribeDocumentCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { Answer } from '../../flow/ports.ts';
import { askForOutput } from './wire-call.ts';

/** How a table stands. */
export interface TableState {
  /** `ACTIVE`, `UPDATING` … */
  readonly status: string;
  readonly pointInTimeRecovery: boolean;
}

/** Reads how a table stands. */
export async function tableState(
  client: DynamoDBClient,
  name: string,
): Promise<Answer<TableState>> {
  const table = await askForOutput(new DescribeTableCommand({ TableName: name }), (command) =>
    client.send(command),
  );
  if (!table.ok) return table;
  const backups = await askForOutput(
    new DescribeContinuousBackupsCommand({ TableName: name }),
    (command) => client.send(command),
  );
  if (!backups.ok) return backups;
  const recovery = backups.value.ContinuousBackupsDescription?.PointInTimeRecoveryDescription;
  return {
    ok: true,
    value: {
      status: table.value.Table?.TableStatus ?? 'unknown',
      pointInTimeRecovery: recovery?.PointInTimeRecoveryStatus === 'ENABLED',
    },
  };
}

/** Asks after an event bus; answers its ARN. */
export async function eventBus(client: EventBridgeClient, name: string): Promise<Answer<string>> {
  const answer = await askForOutput(new DescribeEventBusCommand({ Name: name }), (command) =>
    client.send(command),
  );
  return answer.ok ? { ok: true, value: answer.value.Arn ?? name } : answer;
}

/** A rule that runs something by the clock. */
export interface Schedule {
  readonly isEnabled: boolean;
  /** As EventBridge says it, e.g. `rate(1 minute)`; empty for a rule without one. */
  readonly expression: string;
}

/** Reads the schedule of a rule. */
export async function scheduleOf(
  client: EventBridgeClient,
  rule: string,
): Promise<Answer<Schedule>> {
  const answer = await askForOutput(new DescribeRuleCommand({ Name: rule }), (command) =>
    client.send(command),
  );
  if (!answer.ok) return answer;
  const { State, ScheduleExpression } = answer.value;
  return {
    ok: true,
    value: { isEnabled: State !== 'DISABLED', expression: ScheduleExpression ?? '' },
  };
}

/** A deployed function. */
export interface FunctionState {
  readonly name: string;
  /** `Active`, `Pending`, `Inactive` or `Failed`. */
  readonly state: string;
  readonly roleArn: string;
}

/** Reads how a function stands. */
export async function functionState(
  client: LambdaClient,
  name: string,
): Promise<Answer<FunctionState>> {
  const answer = await askForOutput(
    new GetFunctionConfigurationCommand({ FunctionName: name }),
    (command) => client.send(command),
  );
  if (!answer.ok) return answer;
  const { FunctionName, State, Role } = answer.value;
  return {
    ok: true,
    value: { name: FunctionName ?? name, state: State ?? 'Active', roleArn: Role ?? '' },
  };
}

/** How much concurrency is reserved for a function; undefined where none is. */
export async function reservedConcurrency(
  client: LambdaClient,
  name: string,
): Promise<Answer<number | undefined>> {
  const answer = await askForOutput(
    new GetFunctionConcurrencyCommand({ FunctionName: name }),
    (command) => client.send(command),
  );
  return answer.ok ? { ok: true, value: answer.value.ReservedConcurrentExecutions } : answer;
}

/** How many functions may run at once in an account and Region. */
export interface AccountConcurrency {
  readonly limit: number;
  /** What is left to functions that have nothing reserved; Lambda keeps 100 of it. */
  readonly unreserved: number;
}

/** Reads how many functions may run at once. */
export async function accountConcurrency(
  client: LambdaClient,
): Promise<Answer<AccountConcurrency>> {
  const answer = await askForOutput(new GetAccountSettingsCommand({}), (command) =>
    client.send(command),
  );
  if (!answer.ok) return answer;
  const { AccountLimit } = answer.value;
  return {
    ok: true,
    value: {
      limit: AccountLimit?.ConcurrentExecutions ?? 0,
      unreserved: AccountLimit?.UnreservedConcurrentExecutions ?? 0,
    },
  };
}

/** A document of Systems Manager. */
export interface DocumentState {
  /** `Active`, `Creating`, `Updating`, `Deleting` or `Failed`. */
  readonly status: string;
  /** `Command`, `Automation` … */
  readonly kind: string;
}

/** Reads how a document stands in an account and Region. */
export async function documentState(
  client: SSMClient,
  name: string,
): Promise<Answer<DocumentState>> {
  const answer = await askForOutput(new DescribeDocumentCommand({ Name: name }), (command) =>
    client.send(command),
  );
  if (!answer.ok) {
    const { refusal } = answer;
    return refusal.errorName.startsWith('InvalidDocument')
      ? { ok: false, refusal: { ...refusal, kind: 'not-found' } }
      : answer;
  }
  const { Status, DocumentType } = answer.value.Document ?? {};
  return { ok: true, value: { status: Status ?? 'Active', kind: DocumentType ?? 'Command' } };
}
