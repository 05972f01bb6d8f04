import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { alarmsNamed, messagesIn } from '../../../src/adapters/aws/alarms.ts';
import { createClients, createSsmClient } from '../../../src/adapters/aws/clients.ts';
import {
  accountConcurrency,
  documentState,
  eventBus,
  functionState,
  reservedConcurrency,
  scheduleOf,
  tableState,
} from '../../../src/adapters/aws/deployed-parts.ts';
import { callerIdentity } from '../../../src/adapters/aws/identity.ts';
import {
  createOperatorClients,
  type OperatorClients,
} from '../../../src/adapters/aws/operator-clients.ts';
import { simulatePermissions } from '../../../src/adapters/aws/permissions.ts';
import {
  describeStack,
  stackNames,
  stackResources,
} from '../../../src/adapters/aws/stack-outputs.ts';

// Answers as they come over the wire: XML for the query protocol, JSON for the others.
let server: Server;
let answers: { readonly status?: number; readonly body: string }[];
let asked: string[];
let clients: OperatorClients;
let endpoint: string;

beforeEach(async () => {
  asked = [];
  answers = [];
  server = createServer((request, response) => {
    void text(request).then((body) => {
      asked.push(body === '' ? `${request.method} ${request.url}` : body);
      const answer = answers.shift() ?? { status: 418, body: '{}' };
      const type = answer.body.startsWith('<') ? 'text/xml' : 'application/x-amz-json-1.0';
      response.writeHead(answer.status ?? 200, { 'content-type': type }).end(answer.body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const session = {
    region: 'eu-central-1',
    credentials: async () => ({ accessKeyId: '111122223333', secretAccessKey: 'none' }),
  };
  clients = createOperatorClients(session, () => endpoint);
});

afterEach(async () => {
  clients.destroy();
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
});

const result = (operation: string, inner: string) => ({
  body: `<${operation}Response xmlns="http://aws/doc/"><${operation}Result>${inner}</${operation}Result></${operation}Response>`,
});
const refusal = (code: string, message: string, status = 400) => ({
  status,
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>0</RequestId></ErrorResponse>`,
});
const json = (value: unknown) => ({ body: JSON.stringify(value) });
const own = () =>
  createClients({
    region: 'eu-central-1',
    endpoint,
    credentials: { accessKeyId: '111122223333', secretAccessKey: 'none' },
  });

describe('a stack', () => {
  test('is read with its outputs', async () => {
    answers.push(
      result(
        'DescribeStacks',
        '<Stacks><member><StackName>landfall-prod</StackName><StackStatus>CREATE_COMPLETE</StackStatus><Outputs><member><OutputKey>TableName</OutputKey><OutputValue>t &amp; u</OutputValue></member><member><OutputKey>Targets</OutputKey><OutputValue></OutputValue></member></Outputs></member></Stacks>',
      ),
    );
    expect(await describeStack(clients.cloudFormation(), 'landfall-prod')).toEqual({
      ok: true,
      value: {
        name: 'landfall-prod',
        status: 'CREATE_COMPLETE',
        outputs: { TableName: 't & u', Targets: '' },
      },
    });
  });

  test('that does not exist is missing; one that may not be read is refused', async () => {
    answers.push(refusal('ValidationError', 'Stack with id landfall-x does not exist'));
    expect(await describeStack(clients.cloudFormation(), 'landfall-x')).toEqual({
      ok: true,
      value: 'missing',
    });
    answers.push(refusal('AccessDenied', 'ada may not', 403));
    expect(await describeStack(clients.cloudFormation(), 'landfall-x')).toMatchObject({
      ok: false,
      refusal: { kind: 'access-denied', errorName: 'AccessDenied' },
    });
  });

  test('is found among all by its prefix, page by page', async () => {
    const page = (names: readonly string[], next: string) =>
      result(
        'DescribeStacks',
        `<Stacks>${names.map((name) => `<member><StackName>${name}</StackName><StackStatus>CREATE_COMPLETE</StackStatus></member>`).join('')}</Stacks>${next}`,
      );
    answers.push(page(['other', 'landfall-prod'], '<NextToken>n1</NextToken>'));
    answers.push(page(['landfall-dev'], ''));
    expect(await stackNames(clients.cloudFormation(), 'landfall-')).toEqual({
      ok: true,
      value: ['landfall-dev', 'landfall-prod'],
    });
    expect(asked[1]).toContain('NextToken=n1');
  });

  test('has its resources on all pages, or is refused whole', async () => {
    const page = (name: string, next: string) =>
      result(
        'ListStackResources',
        `<StackResourceSummaries><member><LogicalResourceId>${name}</LogicalResourceId><PhysicalResourceId>p</PhysicalResourceId><ResourceType>AWS::SQS::Queue</ResourceType><ResourceStatus>CREATE_COMPLETE</ResourceStatus></member></StackResourceSummaries>${next}`,
      );
    answers.push(page('A', '<NextToken>n1</NextToken>'), page('B', ''));
    const read = await stackResources(clients.cloudFormation(), 's');
    expect(read.ok ? read.value.map(({ logicalId }) => logicalId) : []).toEqual(['A', 'B']);
    answers.push(page('A', '<NextToken>n1</NextToken>'), refusal('AccessDenied', 'no', 403));
    expect(await stackResources(clients.cloudFormation(), 's')).toMatchObject({ ok: false });
  });
});

describe('an identity', () => {
  test('is told by STS', async () => {
    answers.push(
      result(
        'GetCallerIdentity',
        '<Arn>arn:aws:iam::111122223333:user/ada</Arn><UserId>A</UserId><Account>111122223333</Account>',
      ),
    );
    expect(await callerIdentity(clients.sts())).toMatchObject({
      ok: true,
      value: { arn: 'arn:aws:iam::111122223333:user/ada', accountId: '111122223333' },
    });
  });
});

describe('permissions', () => {
  test('are simulated by action and resource, page by page', async () => {
    const page = (action: string, decision: string, more: string) =>
      result(
        'SimulatePrincipalPolicy',
        `${more}<EvaluationResults><member><EvalActionName>${action}</EvalActionName><EvalResourceName>*</EvalResourceName><EvalDecision>${decision}</EvalDecision></member></EvaluationResults>`,
      );
    answers.push(
      page('mgn:A', 'allowed', '<IsTruncated>true</IsTruncated><Marker>m</Marker>'),
      page('mgn:B', 'implicitDeny', '<IsTruncated>false</IsTruncated>'),
    );
    expect(await simulatePermissions(clients.iam(), 'arn:r', ['mgn:A', 'mgn:B'], ['*'])).toEqual({
      ok: true,
      value: [
        { action: 'mgn:A', resource: '*', isAllowed: true, decision: 'allowed' },
        { action: 'mgn:B', resource: '*', isAllowed: false, decision: 'implicitDeny' },
      ],
    });
    expect(asked[0]).toContain('ActionNames.member.2=mgn%3AB');
    expect(asked[1]).toContain('Marker=m');
  });
});

describe('alarms and metrics', () => {
  test('are read on all pages', async () => {
    answers.push(
      json({
        MetricAlarms: [{ AlarmName: 'a', StateValue: 'ALARM', StateReason: 'r' }],
        NextToken: 'n',
      }),
      json({ MetricAlarms: [{ AlarmName: 'b', StateValue: 'OK', AlarmDescription: 'do it' }] }),
    );
    expect(await alarmsNamed(clients.cloudWatch(), 'landfall-prod-')).toEqual({
      ok: true,
      value: [
        { name: 'a', state: 'ALARM', reason: 'r', description: '' },
        { name: 'b', state: 'OK', reason: '', description: 'do it' },
      ],
    });
  });

  test('say how many messages a queue held last, or that nothing is known', async () => {
    answers.push(
      json({
        Datapoints: [
          { Timestamp: 1_772_625_600, Maximum: 4, Unit: 'Count' },
          { Timestamp: 1_772_625_660, Maximum: 2, Unit: 'Count' },
        ],
      }),
      json({ Datapoints: [] }),
    );
    const ask = () => messagesIn(clients.cloudWatch(), 'dead', '2026-03-04T12:00:00.000Z');
    expect(await ask()).toEqual({ ok: true, value: 2 });
    expect(await ask()).toEqual({ ok: true, value: undefined });
    expect(JSON.parse(asked[0] ?? '')).toMatchObject({
      StartTime: 1_772_624_700,
      EndTime: 1_772_625_600,
    });
  });
});

describe('the parts of a deployment', () => {
  test('are read as they stand', async () => {
    const table = own();
    answers.push(
      json({ Table: { TableStatus: 'ACTIVE' } }),
      json({
        ContinuousBackupsDescription: {
          ContinuousBackupsStatus: 'ENABLED',
          PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
        },
      }),
    );
    expect(await tableState(table.dynamodb(), 't')).toEqual({
      ok: true,
      value: { status: 'ACTIVE', pointInTimeRecovery: false },
    });
    answers.push(json({ Name: 'b', Arn: 'arn:b' }));
    expect(await eventBus(table.eventBridge(), 'b')).toEqual({ ok: true, value: 'arn:b' });
    answers.push(json({ State: 'DISABLED', ScheduleExpression: 'rate(5 minutes)' }));
    expect(await scheduleOf(table.eventBridge(), 'r')).toEqual({
      ok: true,
      value: { isEnabled: false, expression: 'rate(5 minutes)' },
    });
    answers.push(json({ FunctionName: 'f', State: 'Pending', Role: 'arn:role' }));
    expect(await functionState(clients.lambda(), 'f')).toEqual({
      ok: true,
      value: { name: 'f', state: 'Pending', roleArn: 'arn:role' },
    });
    answers.push(json({}));
    expect(await reservedConcurrency(clients.lambda(), 'f')).toEqual({
      ok: true,
      value: undefined,
    });
    answers.push(
      json({ AccountLimit: { ConcurrentExecutions: 10, UnreservedConcurrentExecutions: 10 } }),
    );
    expect(await accountConcurrency(clients.lambda())).toEqual({
      ok: true,
      value: { limit: 10, unreserved: 10 },
    });
    table.destroy();
  });

  test('that are gone are told apart from those that may not be read', async () => {
    const table = own();
    const gone = '{"__type":"ResourceNotFoundException","message":"gone"}';
    answers.push({ status: 400, body: gone });
    expect(await tableState(table.dynamodb(), 't')).toMatchObject({
      refusal: { kind: 'not-found' },
    });
    answers.push({ status: 400, body: gone });
    expect(await eventBus(table.eventBridge(), 'b')).toMatchObject({
      refusal: { kind: 'not-found' },
    });
    answers.push({ status: 400, body: '{"__type":"AccessDeniedException","message":"no"}' });
    expect(await scheduleOf(table.eventBridge(), 'r')).toMatchObject({
      refusal: { kind: 'access-denied' },
    });
    table.destroy();
  });
});

test('a document is read with its status and type; one that is not there is not found', async () => {
  const ssm = createSsmClient({
    region: 'eu-central-1',
    endpoint,
    credentials: { accessKeyId: '111122223333', secretAccessKey: 'none' },
  });
  answers = [
    { body: JSON.stringify({ Document: { Status: 'Active', DocumentType: 'Automation' } }) },
    { status: 400, body: JSON.stringify({ __type: 'InvalidDocument', message: 'none such' }) },
    { status: 400, body: JSON.stringify({ __type: 'AccessDeniedException', message: 'no' }) },
  ];
  expect(await documentState(ssm, 'look')).toMatchObject({
    ok: true,
    value: { status: 'Active', kind: 'Automation' },
  });
  expect(await documentState(ssm, 'look')).toMatchObject({ refusal: { kind: 'not-found' } });
  expect(await documentState(ssm, 'look')).toMatchObject({ refusal: { kind: 'access-denied' } });
  expect(asked.map((body) => JSON.parse(body))).toEqual(
    Array.from({ length: 3 }, () => ({ Name: 'look' })),
  );
  ssm.destroy();
});
