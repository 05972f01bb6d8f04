import { randomUUID } from 'node:crypto';
import {
  DeleteRuleCommand,
  type EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Answer, Refusal } from '../../flow/ports.ts';
import type { ClientSettings } from './clients.ts';
import { askForOutput } from './wire-call.ts';

/** What a tap is made of. */
export interface TapSettings {
  /** The name of the queue and of the rule. */
  readonly name: string;
  readonly bus: string;
  /** The event pattern, as JSON. */
  readonly pattern: string;
  /** Who opened it, for whoever finds it. */
  readonly owner: string;
}

/** A part of a tap that could not be removed. */
export interface Leftover {
  readonly part: string;
  readonly refusal: Refusal;
}

/** A queue of its own on a bus, for as long as somebody listens. */
export interface EventTap {
  /** Waits for events, at most so many seconds; answers their JSON. Delivered again at times, and in any order. */
  readonly receive: (seconds: number, signal: AbortSignal) => Promise<Answer<readonly string[]>>;
  /** Removes rule and queue; answers what is left of them. */
  readonly close: () => Promise<readonly Leftover[]>;
}

/** The clients that a tap needs. */
export interface TapClients {
  readonly eventBridge: EventBridgeClient;
  readonly sqs: SQSClient;
}

/** Eight characters that end a name which no other has. */
export function uniqueEnding(): string {
  return randomUUID().slice(0, 8);
}

/** Builds a client of SQS. A call that waits for messages takes up to 20 seconds. */
export function createSqsClient({ region, endpoint, credentials }: ClientSettings): SQSClient {
  return new SQSClient({
    region,
    requestHandler: {
      connectionTimeout: 5000,
      requestTimeout: 40_000,
      throwOnRequestTimeout: true,
    },
    maxAttempts: 1,
    customUserAgent: 'landfall',
    ...(credentials === undefined ? {} : { credentials }),
    ...(endpoint === undefined
      ? {}
      : { endpoint, useFipsEndpoint: false, useDualstackEndpoint: false }),
  });
}

/** Opens a tap. Where a part of it is refused, what was made before is removed again. */
export async function openEventTap(
  clients: TapClients,
  settings: TapSettings,
): Promise<Answer<EventTap>> {
  const { sqs } = clients;
  const { name, owner } = settings;
  const queue = await askForOutput(
    new CreateQueueCommand({
      QueueName: name,
      // What nobody fetches any more need not be kept; a tap that was killed costs nothing.
      Attributes: { MessageRetentionPeriod: '3600', SqsManagedSseEnabled: 'true' },
      tags: { 'landfall:tap': tagText(owner) },
    }),
    (command) => sqs.send(command),
  );
  if (!queue.ok) return queue;
  const url = queue.value.QueueUrl ?? '';
  const joined = await join(clients, settings, url);
  const close = () => remove(clients, settings, url);
  if (!joined.ok) {
    const leftovers = await close();
    if (leftovers.length === 0) return joined;
    const rest = leftovers.map(({ part }) => part).join(' and ');
    const message = `${joined.refusal.message}; and ${rest} could not be removed`;
    return { ok: false, refusal: { ...joined.refusal, message } };
  }
  return {
    ok: true,
    value: { receive: (seconds, signal) => receive(sqs, url, seconds, signal), close },
  };
}

async function join(
  { eventBridge, sqs }: TapClients,
  { name, bus, pattern, owner }: TapSettings,
  url: string,
): Promise<Answer<undefined>> {
  const attributes = await askForOutput(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
    (command) => sqs.send(command),
  );
  if (!attributes.ok) return attributes;
  const queueArn = attributes.value.Attributes?.['QueueArn'] ?? '';
  const rule = await askForOutput(
    new PutRuleCommand({
      Name: name,
      EventBusName: bus,
      EventPattern: pattern,
      State: 'ENABLED',
      Description: 'A person listens; removed when they stop (landfall events tail)',
      Tags: [{ Key: 'landfall:tap', Value: tagText(owner) }],
    }),
    (command) => eventBridge.send(command),
  );
  if (!rule.ok) return rule;
  const policy = await askForOutput(
    new SetQueueAttributesCommand({
      QueueUrl: url,
      Attributes: { Policy: policyOf(queueArn, rule.value.RuleArn ?? '') },
    }),
    (command) => sqs.send(command),
  );
  if (!policy.ok) return policy;
  const targets = await askForOutput(
    new PutTargetsCommand({
      Rule: name,
      EventBusName: bus,
      Targets: [{ Id: 'tap', Arn: queueArn }],
    }),
    (command) => eventBridge.send(command),
  );
  if (!targets.ok) return targets;
  const [failed] = targets.value.FailedEntries ?? [];
  if (failed === undefined) return { ok: true, value: undefined };
  const errorName = failed.ErrorCode ?? 'TargetFailed';
  const message = failed.ErrorMessage ?? 'the queue was not taken as a target';
  return { ok: false, refusal: { kind: 'other', errorName, message, culprits: [] } };
}

async function receive(
  sqs: SQSClient,
  url: string,
  seconds: number,
  signal: AbortSignal,
): Promise<Answer<readonly string[]>> {
  const got = await askForOutput(
    new ReceiveMessageCommand({
      QueueUrl: url,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: Math.min(20, Math.max(0, Math.floor(seconds))),
    }),
    (command) => sqs.send(command, { abortSignal: signal }),
  );
  if (!got.ok) return got;
  const messages = got.value.Messages ?? [];
  if (messages.length > 0) {
    // What cannot be deleted comes again, as anything may.
    await askForOutput(
      new DeleteMessageBatchCommand({
        QueueUrl: url,
        Entries: messages.map(({ ReceiptHandle }, i) => ({ Id: String(i), ReceiptHandle })),
      }),
      (command) => sqs.send(command),
    );
  }
  return { ok: true, value: messages.map(({ Body }) => Body ?? '') };
}

async function remove(
  { eventBridge, sqs }: TapClients,
  { name, bus }: TapSettings,
  url: string,
): Promise<readonly Leftover[]> {
  const target = await gone(() =>
    askForOutput(
      new RemoveTargetsCommand({ Rule: name, EventBusName: bus, Ids: ['tap'] }),
      (command) => eventBridge.send(command),
    ),
  );
  // A rule that still has its target is refused; the one refusal that is told is that of the rule.
  const rule = await gone(() =>
    askForOutput(new DeleteRuleCommand({ Name: name, EventBusName: bus }), (command) =>
      eventBridge.send(command),
    ),
  );
  const queue = await gone(() =>
    askForOutput(new DeleteQueueCommand({ QueueUrl: url }), (command) => sqs.send(command)),
  );
  const left: Leftover[] = [];
  if (rule !== undefined) left.push({ part: `rule ${name}`, refusal: target ?? rule });
  if (queue !== undefined) left.push({ part: `queue ${name}`, refusal: queue });
  return left;
}

const tries = 3;

/** Removes something, again where it may help; undefined once it is gone. */
async function gone(removal: () => Promise<Answer<unknown>>): Promise<Refusal | undefined> {
  for (let i = 1; ; i += 1) {
    const answer = await removal();
    if (answer.ok || isAbsent(answer.refusal)) return undefined;
    const mayPass = ['throttled', 'ambiguous', 'conflict'].includes(answer.refusal.kind);
    if (!mayPass || i === tries) return answer.refusal;
  }
}

function isAbsent({ kind, errorName }: Refusal): boolean {
  return kind === 'not-found' || /QueueDoesNotExist|NonExistentQueue/.test(errorName);
}

function policyOf(queueArn: string, ruleArn: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: queueArn,
        Condition: { ArnEquals: { 'aws:SourceArn': ruleArn } },
      },
    ],
  });
}

// Tags take letters, digits and a few signs, and 256 of them.
function tagText(text: string): string {
  return text.replaceAll(/[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu, '_').slice(0, 256);
}
