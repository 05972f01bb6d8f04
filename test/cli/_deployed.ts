// A deployment on this machine, as the CLI meets one on AWS: dynalite is the table, the simulator is MGN, EC2 and Service
// Quotas, and a small server gives the recorded answers of what has no local service of its own.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { createClients } from '../../src/adapters/aws/clients.ts';
import { createDynamoDbStore, storeTable } from '../../src/adapters/aws/dynamodb-store.ts';
import { readSimulation } from '../../src/cli/read-simulation.ts';
import { startSimulation } from '../../src/cli/run-simulation.ts';
import type { Store } from '../../src/flow/ports.ts';

// dynalite has no types.
const dynalite = createRequire(import.meta.url)('dynalite') as (options: object) => Server;

/** The recorded answer of an operation; a function is given the body of the request. */
export type Recorded =
  | { readonly status?: number; readonly body: string }
  | ((request: string) => { readonly status?: number; readonly body: string });

/** What the deployment is reached by, and what it was asked. */
export interface Deployed {
  /** The environment of a command: addresses and credentials, nothing of this machine's own. */
  readonly env: Readonly<Record<string, string>>;
  readonly store: Store;
  /** The names of the operations that the recorded services were asked for, in order. */
  readonly asked: { readonly operation: string; readonly body: string }[];
  /** Answers an operation otherwise from now on. */
  readonly answer: (operation: string, recorded: Recorded) => void;
  /** Answers every operation as a healthy deployment does again. */
  readonly reset: () => void;
  readonly close: () => Promise<void>;
}

const account = '111122223333';
const region = 'us-east-1';
/** The deployment's targets where a test says nothing else. */
export const home = `mgn:${account}:${region}`;
/** The machine that starts waves. */
export const waveMachine = `arn:aws:states:${region}:${account}:stateMachine:landfall-wave-prod:live`;
const caller = `arn:aws:sts::${account}:assumed-role/operator/ada`;

const xml = (operation: string, namespace: string, result: string) =>
  `<${operation}Response xmlns="${namespace}"><${operation}Result>${result}</${operation}Result><ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></${operation}Response>`;
const cloudFormation = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';

/** The stack as DescribeStacks answers it. */
export function aStack(outputs: Readonly<Record<string, string>> = {}, status = 'UPDATE_COMPLETE') {
  const all: Readonly<Record<string, string>> = {
    Stage: 'prod',
    TableName: 'landfall-prod',
    BusName: 'landfall-prod',
    BusArn: `arn:aws:events:${region}:${account}:event-bus/landfall-prod`,
    WaveMachine: waveMachine,
    Targets: home,
    MemberRole: 'landfall-member-prod',
    DeadLettersUrl: `https://sqs.${region}.amazonaws.com/${account}/landfall-prod-dead-letters`,
    PollFunction: 'landfall-prod-poll',
    ...outputs,
  };
  const members = Object.entries(all).map(
    ([key, value]) =>
      `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  const stack = `<member><StackName>landfall-prod</StackName><StackId>arn:aws:cloudformation:${region}:${account}:stack/landfall-prod/0</StackId><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>${status}</StackStatus><Outputs>${members.join('')}</Outputs></member>`;
  return { body: xml('DescribeStacks', cloudFormation, `<Stacks>${stack}</Stacks>`) };
}

/** A refusal in the form of the query protocol. */
export function aQueryRefusal(code: string, message: string, status = 400) {
  const body = `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>0</RequestId></ErrorResponse>`;
  return { status, body };
}

const functions = ['Poll', 'Sweep', 'React', 'FinalizeCutover', 'ArchiveWaves'];
const resources = [
  ['Table', 'landfall-prod', 'AWS::DynamoDB::Table'],
  ['Bus', 'landfall-prod', 'AWS::Events::EventBus'],
  ['PollEventsRuleSchedule1', 'landfall-prod-poll-rule', 'AWS::Events::Rule'],
  ...functions.map((name) => [
    `${name}LambdaFunction`,
    `landfall-prod-${name.charAt(0).toLowerCase()}${name.slice(1)}`,
    'AWS::Lambda::Function',
  ]),
];

const recorded: Readonly<Record<string, Recorded>> = {
  GetCallerIdentity: {
    body: xml(
      'GetCallerIdentity',
      'https://sts.amazonaws.com/doc/2011-06-15/',
      `<Arn>${caller}</Arn><UserId>AROA:ada</UserId><Account>${account}</Account>`,
    ),
  },
  DescribeStacks: (request) =>
    request.includes('landfall-prod')
      ? aStack()
      : request.includes('StackName')
        ? aQueryRefusal('ValidationError', 'Stack with id landfall-test does not exist')
        : aStack(),
  ListStackResources: {
    body: xml(
      'ListStackResources',
      cloudFormation,
      `<StackResourceSummaries>${resources
        .map(
          ([logical, physical, type]) =>
            `<member><LogicalResourceId>${logical}</LogicalResourceId><PhysicalResourceId>${physical}</PhysicalResourceId><ResourceType>${type}</ResourceType><ResourceStatus>CREATE_COMPLETE</ResourceStatus><LastUpdatedTimestamp>2026-01-01T00:00:00Z</LastUpdatedTimestamp></member>`,
        )
        .join('')}</StackResourceSummaries>`,
    ),
  },
  DescribeContinuousBackups: {
    body: JSON.stringify({
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: 'ENABLED',
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'ENABLED' },
      },
    }),
  },
  DescribeEventBus: {
    body: JSON.stringify({
      Name: 'landfall-prod',
      Arn: `arn:aws:events:${region}:${account}:event-bus/landfall-prod`,
    }),
  },
  DescribeRule: {
    body: JSON.stringify({ State: 'ENABLED', ScheduleExpression: 'rate(1 minute)' }),
  },
  GetFunctionConfiguration: (path) => {
    const name = /functions\/([^/]+)\//.exec(path)?.[1] ?? '';
    const role = `arn:aws:iam::${account}:role/${name}`;
    return { body: JSON.stringify({ FunctionName: name, State: 'Active', Role: role }) };
  },
  GetFunctionConcurrency: { body: JSON.stringify({ ReservedConcurrentExecutions: 5 }) },
  GetAccountSettings: {
    body: JSON.stringify({
      AccountLimit: { ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 995 },
    }),
  },
  DescribeAlarms: {
    body: JSON.stringify({
      MetricAlarms: [
        { AlarmName: 'landfall-prod-poller', StateValue: 'OK', StateReason: 'all is well' },
      ],
    }),
  },
  GetMetricStatistics: {
    body: JSON.stringify({ Datapoints: [{ Timestamp: 1_767_225_600, Maximum: 0, Unit: 'Count' }] }),
  },
  SimulatePrincipalPolicy: (request) => aSimulation(request, () => 'allowed'),
  StartExecution: (request) => {
    const { name } = JSON.parse(request) as { name: string };
    return {
      body: JSON.stringify({
        executionArn: `arn:aws:states:${region}:${account}:execution:landfall-wave-prod:${name}`,
        startDate: 1_767_225_600,
      }),
    };
  },
  PutEvents: (request) => {
    const { Entries } = JSON.parse(request) as { Entries: readonly unknown[] };
    const body = { FailedEntryCount: 0, Entries: Entries.map((_, i) => ({ EventId: `${i}` })) };
    return { body: JSON.stringify(body) };
  },
};

/** What IAM answers to a simulation, by a decision for each action. */
export function aSimulation(request: string, decide: (action: string) => string) {
  const asked = new URLSearchParams(request);
  const valuesOf = (member: string) =>
    [...asked].filter(([key]) => key.startsWith(`${member}.member.`)).map(([, value]) => value);
  const results = valuesOf('ActionNames').flatMap((action) =>
    valuesOf('ResourceArns').map(
      (resource) =>
        `<member><EvalActionName>${action}</EvalActionName><EvalResourceName>${resource}</EvalResourceName><EvalDecision>${decide(action)}</EvalDecision></member>`,
    ),
  );
  return {
    body: xml(
      'SimulatePrincipalPolicy',
      'https://iam.amazonaws.com/doc/2010-05-08/',
      `<IsTruncated>false</IsTruncated><EvaluationResults>${results.join('')}</EvaluationResults>`,
    ),
  };
}

/** Starts a deployment on this machine with the mixed fleet of the examples. */
export async function deployHere(fleets: readonly string[]): Promise<Deployed> {
  const table = dynalite({ createTableMs: 0 });
  await listening(table);
  const read = await readSimulation({ fleets, clock: 'manual', port: '0' });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const simulation = await startSimulation(read.simulation, () => Date.now());
  const asked: { operation: string; body: string }[] = [];
  let answers: Readonly<Record<string, Recorded>> = recorded;
  const control = createServer((request, response) => {
    const serve = async () => {
      const body = await text(request);
      const operation = operationOf(request.headers['x-amz-target'], request.url ?? '', body);
      asked.push({ operation, body });
      const scripted = answers[operation];
      if (scripted === undefined && /DynamoDB/.test(String(request.headers['x-amz-target']))) {
        const forwarded = await fetch(addressOf(table), {
          method: 'POST',
          headers: headersOf(request.headers),
          body,
        });
        response.writeHead(forwarded.status, { 'content-type': 'application/x-amz-json-1.0' });
        response.end(await forwarded.text());
        return;
      }
      const given =
        typeof scripted === 'function'
          ? scripted(operation.startsWith('GetFunction') ? (request.url ?? '') : body)
          : (scripted ?? { status: 400, body: '{"__type":"UnknownOperationException"}' });
      const isXml = given.body.startsWith('<');
      response.writeHead(given.status ?? 200, {
        'content-type': isXml ? 'text/xml' : 'application/x-amz-json-1.0',
      });
      response.end(given.body);
    };
    serve().catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  await listening(control);
  const clients = createClients({
    region,
    endpoint: addressOf(table),
    credentials: { accessKeyId: account, secretAccessKey: 'none' },
  });
  await clients
    .dynamodb()
    .send(new CreateTableCommand({ TableName: 'landfall-prod', ...storeTable }));
  const mgn = `http://127.0.0.1:${simulation.face.port}`;
  return {
    env: {
      PATH: process.env['PATH'] ?? '',
      AWS_ACCESS_KEY_ID: account,
      AWS_SECRET_ACCESS_KEY: 'none',
      AWS_REGION: region,
      AWS_ENDPOINT_URL: addressOf(control),
      AWS_ENDPOINT_URL_MGN: mgn,
      AWS_ENDPOINT_URL_EC2: mgn,
      AWS_ENDPOINT_URL_SERVICE_QUOTAS: mgn,
      // What this machine is configured to must not leak into a test.
      AWS_CONFIG_FILE: '/nonexistent',
      AWS_SHARED_CREDENTIALS_FILE: '/nonexistent',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    store: createDynamoDbStore(clients.dynamodb, 'landfall-prod'),
    asked,
    answer: (operation, one) => {
      answers = { ...answers, [operation]: one };
    },
    reset: () => {
      answers = recorded;
      asked.length = 0;
    },
    close: async () => {
      clients.destroy();
      await simulation.stop();
      for (const server of [table, control]) {
        server.close();
        server.closeAllConnections();
        await once(server, 'close');
      }
    },
  };
}

function operationOf(target: string | string[] | undefined, url: string, body: string): string {
  if (typeof target === 'string') return target.split('.').at(-1) ?? '';
  if (url.endsWith('/configuration')) return 'GetFunctionConfiguration';
  if (url.endsWith('/concurrency')) return 'GetFunctionConcurrency';
  if (url.endsWith('/account-settings')) return 'GetAccountSettings';
  return new URLSearchParams(body).get('Action') ?? '';
}

function headersOf(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  const kept = ['x-amz-target', 'content-type', 'authorization', 'x-amz-date'];
  return Object.fromEntries(kept.map((name) => [name, String(headers[name] ?? '')]));
}

async function listening(server: Server): Promise<void> {
  // A connection that the server gives up while a test computes would be a lost answer.
  server.keepAliveTimeout = 600_000;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
