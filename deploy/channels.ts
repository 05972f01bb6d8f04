// The channels of a deployment: for each a function, a queue before it, a rule on the bus, and a role of its own. Where
// the file names none, there is nothing of all this.
import { type Choice, patternOf, usualSeverities } from '../src/core/notify/channel.ts';
import type { ChannelSpec } from './deployment-form.ts';
import { channelGrants } from './grants.ts';
import { functionRole, type Resource, roleId } from './roles.ts';

/** What channels depend on. */
export interface ChannelSettings {
  readonly stage: string;
  readonly tagList: readonly { readonly Key: string; readonly Value: string }[];
  readonly channels: readonly ChannelSpec[];
}

/** The handler of each kind of channel; `sns` and `email` differ in whose the topic is. */
export const channelHandlers: Readonly<Record<ChannelSpec['kind'], string>> = {
  email: 'notify-topic',
  sns: 'notify-topic',
  slack: 'notify-slack',
  teams: 'notify-teams',
  webhook: 'notify-webhook',
};

const timeoutSeconds = 60;
// AWS asks for six times the timeout of the function, and its window
// (docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html). It is also how long a failed message rests.
const restSeconds = 6 * timeoutSeconds;
/** With seven minutes between two tries, well over an hour. */
const mostTries = 12;
const fourDays = 345_600;
const fourteenDays = 1_209_600;
const oneDay = 86_400;

const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const ref = (id: string) => ({ Ref: id });
const pascal = (name: string) =>
  name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

/** What a channel tells. */
export function choiceOf({ severities, detailTypes, pattern }: ChannelSpec): Choice {
  if (pattern !== undefined) return { pattern };
  if (detailTypes !== undefined) return { detailTypes };
  return { severities: severities ?? usualSeverities };
}

/** Answers the key of a channel's function: `on-call` → `notifyOnCall`. */
export function channelFunction({ name }: Pick<ChannelSpec, 'name'>): string {
  return `notify${pascal(name)}`;
}

const idsOf = (channel: ChannelSpec) => {
  const name = `Notify${pascal(channel.name)}`;
  return { name, queue: `${name}Queue`, rule: `${name}Rule`, topic: `${name}Topic` };
};

/** How long a channel waits for what belongs into one message. */
export function windowOf({ kind, digestSeconds }: ChannelSpec): number {
  return digestSeconds ?? (kind === 'webhook' ? 0 : 60);
}

/** The functions of the channels, as serverless.yml has functions. */
export function channelFunctions({
  channels,
}: Pick<ChannelSettings, 'channels'>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    channels.map((channel) => [channelFunction(channel), channelFunctionOf(channel)]),
  );
}

function channelFunctionOf(channel: ChannelSpec): Resource {
  const { queue, topic } = idsOf(channel);
  const { kind, secretArn, topicArn } = channel;
  const handler = channelHandlers[kind];
  const choice = choiceOf(channel);
  const window = windowOf(channel);
  return {
    handler: `src/handlers/${handler}.handler`,
    role: roleId(channelFunction(channel)),
    timeout: timeoutSeconds,
    memorySize: 256,
    package: { artifact: `dist/${handler}.zip` },
    environment: {
      LANDFALL_CHANNEL: channel.name,
      LANDFALL_SEVERITIES: 'severities' in choice ? choice.severities.join(',') : '',
      LANDFALL_BATCHED: window > 0 ? 'yes' : 'no',
      LANDFALL_UNDELIVERED: ref('Undelivered'),
      ...(secretArn === undefined ? {} : { LANDFALL_RECEIVER: secretArn }),
      ...(kind === 'email' ? { LANDFALL_TOPIC: ref(topic) } : {}),
      ...(topicArn === undefined ? {} : { LANDFALL_TOPIC: topicArn }),
    },
    events: [
      {
        sqs: {
          arn: arnOf(queue),
          // Without a window the events of a batch go out one after the other, within the timeout.
          batchSize: window > 0 ? 1000 : 5,
          maximumBatchingWindow: window,
          functionResponseType: 'ReportBatchItemFailures',
          // The fewest readers that there can be: each makes a message of its own of what it reads.
          maximumConcurrency: 2,
        },
      },
    ],
  };
}

/** Everything else that channels need, by logical id. */
export function channelResources(settings: ChannelSettings): Readonly<Record<string, Resource>> {
  const { channels } = settings;
  if (channels.length === 0) return {};
  return {
    ...undelivered(settings),
    ...Object.assign({}, ...channels.map((channel) => resourcesOf(channel, settings))),
  };
}

/** The tags that the framework does not put on what it makes for a channel. */
export function channelExtensions({
  channels,
  tagList,
}: ChannelSettings): Readonly<Record<string, Resource>> {
  const tagged = { Properties: { Tags: tagList } };
  return Object.fromEntries(
    channels.flatMap((channel) => {
      const { name, queue } = idsOf(channel);
      return [
        [`${name}LogGroup`, tagged],
        [`${name}EventSourceMappingSQS${queue}`, tagged],
      ];
    }),
  );
}

function undelivered({ tagList, stage }: ChannelSettings): Readonly<Record<string, Resource>> {
  return {
    Undelivered: queueOf({ MessageRetentionPeriod: fourteenDays }, tagList),
    UndeliveredPolicy: queuePolicy('Undelivered', {
      StringEquals: { 'aws:SourceAccount': ref('AWS::AccountId') },
    }),
    UndeliveredAlarm: {
      Type: 'AWS::CloudWatch::Alarm',
      Properties: {
        AlarmName: `landfall-${stage}-undelivered`,
        AlarmDescription:
          'A channel did not deliver what it should have told. The attribute `reason` of the messages says why; docs/notifications.md says what to do.',
        Namespace: 'AWS/SQS',
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': ['Undelivered', 'QueueName'] } }],
        Statistic: 'Maximum',
        Period: 300,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData: 'notBreaching',
        AlarmActions: [ref('AlarmTopic')],
        OKActions: [ref('AlarmTopic')],
        Tags: tagList,
      },
    },
  };
}

function resourcesOf(
  channel: ChannelSpec,
  { stage, tagList }: ChannelSettings,
): Readonly<Record<string, Resource>> {
  const { queue, rule } = idsOf(channel);
  const name = channelFunction(channel);
  return {
    [roleId(name)]: functionRole(name, grantsOf(channel), { stage, tagList }),
    [queue]: queueOf(
      {
        MessageRetentionPeriod: fourDays,
        VisibilityTimeout: restSeconds + windowOf(channel),
        RedrivePolicy: { deadLetterTargetArn: arnOf('Undelivered'), maxReceiveCount: mostTries },
      },
      tagList,
    ),
    [`${queue}Policy`]: queuePolicy(queue, { ArnEquals: { 'aws:SourceArn': arnOf(rule) } }),
    [rule]: {
      Type: 'AWS::Events::Rule',
      Properties: {
        Description: `What the channel ${channel.name} tells`,
        EventBusName: ref('Bus'),
        EventPattern: patternOf(choiceOf(channel)),
        State: channel.quiet ? 'DISABLED' : 'ENABLED',
        Targets: [
          {
            Id: 'queue',
            Arn: arnOf(queue),
            RetryPolicy: { MaximumRetryAttempts: 185, MaximumEventAgeInSeconds: oneDay },
            DeadLetterConfig: { Arn: arnOf('Undelivered') },
          },
        ],
        Tags: tagList,
      },
    },
    ...topicOf(channel, { tagList }),
  };
}

function grantsOf(channel: ChannelSpec) {
  const { queue, topic } = idsOf(channel);
  const { kind, secretArn, topicArn, keyArn } = channel;
  const resources = {
    queue: arnOf(queue),
    undelivered: arnOf('Undelivered'),
    secret: secretArn,
    topic: kind === 'email' ? ref(topic) : topicArn,
    // The mail of a channel is encrypted with the key of the alarms.
    key: kind === 'email' ? arnOf('AlarmKey') : keyArn,
  };
  return channelGrants[kind].flatMap((grant) => {
    const resource = resources[grant.on];
    return resource === undefined ? [] : [{ ...grant, resource }];
  });
}

function topicOf(
  channel: ChannelSpec,
  { tagList }: Pick<ChannelSettings, 'tagList'>,
): Readonly<Record<string, Resource>> {
  if (channel.kind !== 'email') return {};
  const { topic } = idsOf(channel);
  return {
    [topic]: {
      Type: 'AWS::SNS::Topic',
      Properties: {
        DisplayName: `Landfall ${channel.name}`,
        KmsMasterKeyId: ref('AlarmKey'),
        Tags: tagList,
      },
    },
    [`${topic}Policy`]: {
      Type: 'AWS::SNS::TopicPolicy',
      Properties: {
        Topics: [ref(topic)],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Sid: 'OnlyTls',
              Effect: 'Deny',
              Principal: '*',
              Action: 'sns:Publish',
              Resource: ref(topic),
              Condition: { Bool: { 'aws:SecureTransport': 'false' } },
            },
          ],
        },
      },
    },
    ...Object.fromEntries(
      (channel.emails ?? []).map((address, i) => [
        `${topic}Email${i + 1}`,
        {
          Type: 'AWS::SNS::Subscription',
          Properties: { TopicArn: ref(topic), Protocol: 'email', Endpoint: address },
        },
      ]),
    ),
  };
}

function queueOf(properties: Resource, tagList: ChannelSettings['tagList']): Resource {
  return {
    Type: 'AWS::SQS::Queue',
    DeletionPolicy: 'Delete',
    UpdateReplacePolicy: 'Delete',
    Properties: { ...properties, SqsManagedSseEnabled: true, Tags: tagList },
  };
}

/** Lets EventBridge write under a condition, and nobody in the clear. */
function queuePolicy(queue: string, condition: object): Resource {
  return {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: [ref(queue)],
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Action: 'sqs:SendMessage',
            Resource: arnOf(queue),
            Condition: condition,
          },
          {
            Effect: 'Deny',
            Principal: '*',
            Action: ['sqs:SendMessage', 'sqs:ReceiveMessage'],
            Resource: arnOf(queue),
            Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          },
        ],
      },
    },
  };
}
