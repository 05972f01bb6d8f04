import { createHash } from 'node:crypto';
import type { Deployed } from './_deployed.ts';

const account = '111122223333';
const region = 'us-east-1';
const busArn = `arn:aws:events:${region}:${account}:event-bus/landfall-prod`;

interface Rule {
  readonly pattern: string;
  targets: number;
}

/** EventBridge and SQS as the commands on events meet them: what was made, what waits, what was replayed. */
export interface EventsOnAws {
  /** The rules that a person's commands have made and not removed, by name. */
  readonly rules: ReadonlyMap<string, Rule>;
  /** The queues likewise, with their policies. */
  readonly queues: ReadonlyMap<string, { policy: string; readonly waiting: string[] }>;
  /** Puts events into the queue that is there, as a delivery of EventBridge would. */
  readonly deliver: (...events: readonly object[]) => void;
  /** What StartReplay was asked for. */
  readonly replays: Record<string, unknown>[];
  /** What DescribeReplay answers next, the last one from then on. */
  readonly replayStates: string[];
}

/** Has a deployment answer for EventBridge and SQS. Messages that wait when a queue is made are delivered to it. */
export function eventsOnAws(here: Deployed, early: readonly object[] = []): EventsOnAws {
  const rules = new Map<string, Rule>();
  const queues = new Map<string, { policy: string; readonly waiting: string[] }>();
  const replays: Record<string, unknown>[] = [];
  const replayStates = ['RUNNING', 'COMPLETED'];
  const json = (value: unknown) => ({ body: JSON.stringify(value) });
  const on = (operation: string, answer: (input: Record<string, string>) => unknown) =>
    here.answer(operation, (request) =>
      json(answer(JSON.parse(request) as Record<string, string>)),
    );
  const queueOf = (url: string | undefined) => queues.get(String(url).split('/').at(-1) ?? '');
  on('CreateQueue', ({ QueueName = '' }) => {
    queues.set(QueueName, { policy: '', waiting: early.map((one) => JSON.stringify(one)) });
    return { QueueUrl: `http://127.0.0.1/${account}/${QueueName}` };
  });
  on('GetQueueAttributes', ({ QueueUrl = '' }) => ({
    Attributes: { QueueArn: `arn:aws:sqs:${region}:${account}:${QueueUrl.split('/').at(-1)}` },
  }));
  on('SetQueueAttributes', ({ QueueUrl, Attributes }) => {
    const queue = queueOf(QueueUrl);
    const { Policy } = Attributes as unknown as { readonly Policy: string };
    if (queue !== undefined) queue.policy = Policy;
    return {};
  });
  on('ReceiveMessage', ({ QueueUrl }) => ({
    Messages: (queueOf(QueueUrl)?.waiting.splice(0, 10) ?? []).map((Body, i) => ({
      MessageId: String(i),
      ReceiptHandle: String(i),
      Body,
      MD5OfBody: createHash('md5').update(Body).digest('hex'),
    })),
  }));
  on('DeleteMessageBatch', () => ({ Successful: [], Failed: [] }));
  on('DeleteQueue', ({ QueueUrl }) => {
    queues.delete(String(QueueUrl).split('/').at(-1) ?? '');
    return {};
  });
  on('PutRule', ({ Name = '', EventPattern = '' }) => {
    rules.set(Name, { pattern: EventPattern, targets: 0 });
    return { RuleArn: `arn:aws:events:${region}:${account}:rule/landfall-prod/${Name}` };
  });
  on('PutTargets', ({ Rule: name = '' }) => {
    const rule = rules.get(name);
    if (rule !== undefined) rule.targets += 1;
    return { FailedEntryCount: 0, FailedEntries: [] };
  });
  on('RemoveTargets', ({ Rule: name = '' }) => {
    const rule = rules.get(name);
    if (rule !== undefined) rule.targets = 0;
    return { FailedEntryCount: 0, FailedEntries: [] };
  });
  here.answer('DeleteRule', (request) => {
    const { Name } = JSON.parse(request) as { readonly Name: string };
    if ((rules.get(Name)?.targets ?? 0) > 0) {
      const message = "Rule can't be deleted since it has targets.";
      return { status: 400, body: JSON.stringify({ __type: 'ValidationException', message }) };
    }
    rules.delete(Name);
    return { body: '{}' };
  });
  on('ListRules', () => ({
    Rules: ['my-subscriber', 'landfall-prod-react-rule-1', 'asleep'].map((Name) => ({
      Name,
      Arn: `arn:aws:events:${region}:${account}:rule/landfall-prod/${Name}`,
      State: Name === 'asleep' ? 'DISABLED' : 'ENABLED',
    })),
  }));
  const rule = `<member><LogicalResourceId>ReactRule</LogicalResourceId><PhysicalResourceId>landfall-prod|landfall-prod-react-rule-1</PhysicalResourceId><ResourceType>AWS::Events::Rule</ResourceType><ResourceStatus>CREATE_COMPLETE</ResourceStatus><LastUpdatedTimestamp>2026-01-01T00:00:00Z</LastUpdatedTimestamp></member>`;
  here.answer('ListStackResources', {
    body: `<ListStackResourcesResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><ListStackResourcesResult><StackResourceSummaries>${rule}</StackResourceSummaries></ListStackResourcesResult></ListStackResourcesResponse>`,
  });
  here.answer('StartReplay', (request) => {
    replays.push(JSON.parse(request) as Record<string, unknown>);
    return json({ ReplayArn: `arn:aws:events:${region}:${account}:replay/x`, State: 'STARTING' });
  });
  on('DescribeReplay', ({ ReplayName }) => ({
    ReplayName,
    State: replayStates.length > 1 ? replayStates.shift() : replayStates[0],
    Destination: { Arn: busArn },
  }));
  return {
    rules,
    queues,
    deliver: (...events) => {
      for (const { waiting } of queues.values()) {
        waiting.push(...events.map((one) => JSON.stringify(one)));
      }
    },
    replays,
    replayStates,
  };
}

/** An event of a server as EventBridge delivers it. */
export function aServerEvent(
  sequence: number,
  members: Readonly<Record<string, unknown>> = {},
  server = 's-11111111111111111',
): Readonly<Record<string, unknown>> {
  const stream = `mgn/${account}/eu-central-1/${server}`;
  const observedAt = new Date(Date.UTC(2026, 0, 31, 8, sequence)).toISOString();
  return {
    version: '0',
    id: `00000000-0000-4000-8000-${String(sequence).padStart(12, '0')}`,
    'detail-type': 'Source Server Lifecycle State Change',
    source: 'landfall.mgn',
    account,
    time: observedAt.replace(/\.\d+/, ''),
    region: 'eu-central-1',
    resources: [],
    detail: {
      schemaVersion: 1,
      eventId: `${stream}/${sequence}`,
      stream,
      sequence,
      observedAt,
      accountId: account,
      region: 'eu-central-1',
      sourceServerId: server,
      hostname: 'db-1',
      previous: 'READY_FOR_TEST',
      current: 'TESTING',
      ...members,
    },
  };
}
