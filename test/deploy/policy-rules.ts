// What must hold of whatever is deployed: one rule a function, each answers what breaks it. Pure, so that policy.test.ts
// can hold them against templates that are wrong on purpose.
import type { CompiledResource, CompiledTemplate } from '../../deploy/compiled-template.ts';
import { launchActions } from '../../deploy/through-drs.ts';

type Json = Readonly<Record<string, unknown>>;

const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];
const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((found, key) => (isJson(found) ? found[key] : undefined), value);

function ofType(
  template: CompiledTemplate,
  type: string,
): readonly (readonly [string, CompiledResource])[] {
  return Object.entries(template.Resources).filter(([, { Type }]) => Type === type);
}

interface Statement {
  readonly where: string;
  /** Whether it stands at a resource and says who may, not at a role. */
  readonly ofResource: boolean;
  readonly type: string;
  readonly statement: Json;
}

/** A statement that stands under a condition, whatever the condition comes to. */
function branchesOf(statement: unknown): readonly unknown[] {
  const [, ...branches] = listOf(at(statement, 'Fn::If'));
  return branches.length === 0
    ? [statement]
    : branches.filter((one) => !isJson(one) || !('Ref' in one));
}

/** Every statement of every policy: of roles and their trust, of managed policies, and of resources. */
export function statements(template: CompiledTemplate): readonly Statement[] {
  return Object.entries(template.Resources).flatMap(
    ([id, { Type: type, Properties: own = {} }]) => {
      const documents = [
        ...listOf(own['Policies']).map((policy) => [at(policy, 'PolicyDocument'), false] as const),
        [type === 'AWS::IAM::ManagedPolicy' ? own['PolicyDocument'] : undefined, false] as const,
        [own['AssumeRolePolicyDocument'], true] as const,
        [type === 'AWS::IAM::ManagedPolicy' ? undefined : own['PolicyDocument'], true] as const,
        [own['KeyPolicy'], true] as const,
      ];
      return documents.flatMap(([document, ofResource]) =>
        listOf(at(document, 'Statement'))
          .flatMap(branchesOf)
          .filter(isJson)
          .map((statement, i) => ({
            where: `${id}${ofResource ? ' (policy of the resource)' : ''} ${String(statement['Sid'] ?? i)}`,
            ofResource,
            type,
            statement,
          })),
      );
    },
  );
}

const allowed = (template: CompiledTemplate) =>
  statements(template).filter(({ statement }) => statement['Effect'] === 'Allow');
const actionsOf = (statement: Json) => listOf(statement['Action']).map(String);

/** No policy allows actions by a pattern. */
export function wildcardActions(template: CompiledTemplate): readonly string[] {
  return allowed(template).flatMap(({ where, statement }) => [
    ...actionsOf(statement)
      .filter((action) => action.includes('*'))
      .map((action) => `${where}: ${action}`),
    ...('NotAction' in statement ? [`${where}: NotAction`] : []),
  ]);
}

/** The actions that may be allowed on any resource, each with its reason. */
export const anywhere: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      ...['DescribeSourceServers', 'DescribeJobs', 'DescribeJobLogItems', 'DescribeVcenterClients'],
      ...['ListApplications', 'ListWaves'],
      ...['DescribeLaunchConfigurationTemplates', 'DescribeReplicationConfigurationTemplates'],
    ].map((name) => [`mgn:${name}`, 'the describing and listing calls of MGN know no resource']),
  ),
  ...Object.fromEntries(
    [
      ...['DescribeSourceServers', 'DescribeRecoveryInstances', 'DescribeJobs'],
      ...['DescribeJobLogItems', 'DescribeRecoverySnapshots'],
      ...['DescribeLaunchConfigurationTemplates', 'DescribeReplicationConfigurationTemplates'],
      ...['ListExtensibleSourceServers', 'DescribeSourceNetworks'],
    ].map((name) => [`drs:${name}`, 'the describing calls of DRS know no resource']),
  ),
  ...Object.fromEntries(
    ['GetLaunchConfiguration', 'GetReplicationConfiguration', 'ListLaunchActions'].map((name) => [
      `drs:${name}`,
      'which servers are watched is not known when this is deployed',
    ]),
  ),
  ...Object.fromEntries(
    [
      ...['StartReplication', 'StartRecovery', 'TerminateRecoveryInstances', 'TagResource'],
      ...['StopReplication', 'DisconnectSourceServer', 'DeleteSourceServer'],
      ...['DisconnectRecoveryInstance', 'DeleteRecoveryInstance', 'CreateExtendedSourceServer'],
      ...['ReverseReplication', 'StartFailbackLaunch', 'StopFailback'],
      ...['StartSourceNetworkRecovery', 'AssociateSourceNetworkStack'],
      'RetryDataReplication',
    ].map((name) => [`drs:${name}`, 'the servers of a wave are not known when this is deployed']),
  ),
  ...Object.fromEntries(
    [
      ...['StartReplication', 'StartTest', 'StartCutover', 'TerminateTargetInstances'],
      ...[
        'UpdateSourceServerReplicationType',
        'RetryDataReplication',
        'ChangeServerLifeCycleState',
      ],
      ...['FinalizeCutover', 'MarkAsArchived', 'ArchiveWave', 'TagResource'],
      ...['GetLaunchConfiguration', 'GetReplicationConfiguration', 'ListSourceServerActions'],
    ].map((name) => [`mgn:${name}`, 'which servers move is not known when this is deployed']),
  ),
  ...Object.fromEntries(
    [
      ...['DescribeInstanceStatus', 'DescribeInstances', 'DescribeInstanceTypes'],
      ...['DescribeLaunchTemplates', 'DescribeLaunchTemplateVersions', 'DescribeSubnets'],
    ].map((name) => [`ec2:${name}`, 'the describing calls of EC2 know no resource']),
  ),
  ...Object.fromEntries(
    launchActions.map((action) => [action, 'what DRS asks of its caller, in its own calls only']),
  ),
  ...Object.fromEntries(
    ['ListCommandInvocations', 'ListCommands', 'CancelCommand'].map((name) => [
      `ssm:${name}`,
      'the lists of commands know no resource, and to stop one knows none either',
    ]),
  ),
  ...Object.fromEntries(
    [
      ...['CreateNetworkInterface', 'DescribeNetworkInterfaces', 'DeleteNetworkInterface'],
      ...['AssignPrivateIpAddresses', 'UnassignPrivateIpAddresses'],
    ].map((name) => [`ec2:${name}`, 'what Lambda asks of a role before it joins a VPC']),
  ),
  'servicequotas:ListServiceQuotas': 'knows no resource',
  'xray:PutTraceSegments': 'traces know no resource',
  'xray:PutTelemetryRecords': 'traces know no resource',
  'xray:GetSamplingRules': 'traces know no resource',
  'xray:GetSamplingTargets': 'traces know no resource',
  ...Object.fromEntries(
    [
      ...['CreateLogDelivery', 'GetLogDelivery', 'UpdateLogDelivery', 'DeleteLogDelivery'],
      ...[
        'ListLogDeliveries',
        'PutResourcePolicy',
        'DescribeResourcePolicies',
        'DescribeLogGroups',
      ],
    ].map((name) => [`logs:${name}`, 'log deliveries are no resources of IAM']),
  ),
};

/** Nothing is allowed on any resource but what knows none; in the policy of a key, `*` is that key. */
export function wildcardResources(template: CompiledTemplate): readonly string[] {
  return allowed(template)
    .filter(({ type, ofResource }) => !(ofResource && type === 'AWS::KMS::Key'))
    .filter(
      ({ statement }) => listOf(statement['Resource']).includes('*') || 'NotResource' in statement,
    )
    .flatMap(({ where, statement }) =>
      actionsOf(statement)
        .filter((action) => !(action in anywhere))
        .map((action) => `${where}: ${action} on any resource`),
    );
}

/** Nobody outside is let in: no open principal, and no service without the account that it must come from. */
export function openPrincipals(template: CompiledTemplate): readonly string[] {
  const inPolicies = allowed(template)
    .filter(({ ofResource }) => ofResource)
    .flatMap(({ where, type, statement }) => {
      const principal = statement['Principal'];
      const named = isJson(principal)
        ? Object.values(principal).flatMap(listOf)
        : listOf(principal);
      if (named.length === 0 || named.includes('*')) return [`${where}: open to everybody`];
      const service = String(at(principal, 'Service') ?? '');
      const condition = JSON.stringify(statement['Condition'] ?? {});
      // Lambda assumes the role of a function without naming whom it does so for.
      const bound = /aws:Source(Account|Arn)/.test(condition) || service === 'lambda.amazonaws.com';
      return service === '' || bound ? [] : [`${where}: ${service} for any account (${type})`];
    });
  const toFunctions = ofType(template, 'AWS::Lambda::Permission').flatMap(([id, { Properties }]) =>
    at(Properties, 'Principal') !== '*' && at(Properties, 'SourceArn') !== undefined
      ? []
      : [`${id}: open to everybody`],
  );
  const urls = ofType(template, 'AWS::Lambda::Url').map(([id]) => `${id}: has an address`);
  return [...inPolicies, ...toFunctions, ...urls];
}

/** Every bucket shuts the public out and encrypts. */
export function openBuckets(template: CompiledTemplate): readonly string[] {
  const shut = [
    'BlockPublicAcls',
    'BlockPublicPolicy',
    'IgnorePublicAcls',
    'RestrictPublicBuckets',
  ];
  return ofType(template, 'AWS::S3::Bucket').flatMap(([id, { Properties }]) => [
    ...shut
      .filter((key) => at(Properties, 'PublicAccessBlockConfiguration', key) !== true)
      .map((key) => `${id}: no ${key}`),
    ...(at(Properties, 'BucketEncryption') === undefined ? [`${id}: not encrypted`] : []),
  ]);
}

/** Every function has a log of its own that ends, and a role of its own. */
export function functionsWithoutLogOrRole(template: CompiledTemplate): readonly string[] {
  const retained = new Set(
    ofType(template, 'AWS::Logs::LogGroup')
      .filter(([, { Properties }]) => typeof at(Properties, 'RetentionInDays') === 'number')
      .map(([, { Properties }]) => String(at(Properties, 'LogGroupName'))),
  );
  const all = ofType(template, 'AWS::Lambda::Function');
  const roles = all.map(([, { Properties }]) => JSON.stringify(at(Properties, 'Role')));
  return all.flatMap(([id, { Properties }], i) => [
    ...(retained.has(`/aws/lambda/${String(at(Properties, 'FunctionName'))}`)
      ? []
      : [`${id}: no log group with a retention`]),
    ...(roles.filter((role) => role === roles[i]).length === 1 ? [] : [`${id}: shares its role`]),
    ...(at(Properties, 'TracingConfig', 'Mode') === 'Active' ? [] : [`${id}: not traced`]),
  ]);
}

/** Every log ends. */
export function endlessLogs(template: CompiledTemplate): readonly string[] {
  return ofType(template, 'AWS::Logs::LogGroup')
    .filter(([, { Properties }]) => typeof at(Properties, 'RetentionInDays') !== 'number')
    .map(([id]) => `${id}: is kept for ever`);
}

/** Every queue and every topic is encrypted, and takes nothing in the clear. */
export function unencrypted(template: CompiledTemplate): readonly string[] {
  const queues = ofType(template, 'AWS::SQS::Queue').filter(
    ([, { Properties }]) =>
      at(Properties, 'SqsManagedSseEnabled') !== true &&
      at(Properties, 'KmsMasterKeyId') === undefined,
  );
  const topics = ofType(template, 'AWS::SNS::Topic').filter(
    ([, { Properties }]) => at(Properties, 'KmsMasterKeyId') === undefined,
  );
  const both = [...ofType(template, 'AWS::SQS::Queue'), ...ofType(template, 'AWS::SNS::Topic')];
  const tls = new Set(
    ['AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy'].flatMap((type) =>
      ofType(template, type)
        .filter(([, { Properties }]) =>
          listOf(at(Properties, 'PolicyDocument', 'Statement')).some(
            (one) =>
              at(one, 'Effect') === 'Deny' &&
              at(one, 'Condition', 'Bool', 'aws:SecureTransport') === 'false',
          ),
        )
        .flatMap(([, { Properties }]) =>
          [...listOf(at(Properties, 'Queues')), ...listOf(at(Properties, 'Topics'))].map((one) =>
            String(at(one, 'Ref')),
          ),
        ),
    ),
  );
  return [
    ...[...queues, ...topics].map(([id]) => `${id}: not encrypted`),
    ...both.filter(([id]) => !tls.has(id)).map(([id]) => `${id}: takes what comes without TLS`),
  ];
}

/** Every rule and schedule bounds its retries and keeps what it gives up. */
export function rulesThatLose(template: CompiledTemplate): readonly string[] {
  return ofType(template, 'AWS::Events::Rule').flatMap(([id, { Properties }]) =>
    listOf(at(Properties, 'Targets')).flatMap((target) => [
      ...(at(target, 'DeadLetterConfig', 'Arn') === undefined
        ? [`${id}: no dead-letter queue`]
        : []),
      ...(at(target, 'RetryPolicy', 'MaximumRetryAttempts') === undefined ||
      at(target, 'RetryPolicy', 'MaximumEventAgeInSeconds') === undefined
        ? [`${id}: retries without bounds`]
        : []),
    ]),
  );
}

/** Every function that is called by events bounds its retries and keeps what it gives up. */
export function asyncThatLose(template: CompiledTemplate): readonly string[] {
  const called = new Set(
    ofType(template, 'AWS::Events::Rule').flatMap(([, { Properties }]) =>
      listOf(at(Properties, 'Targets')).flatMap((target) => {
        const [id] = listOf(at(target, 'Arn', 'Fn::GetAtt')).map(String);
        // A queue keeps what it is given; who reads it is judged by readersThatLose.
        const isQueue = template.Resources[id ?? '']?.Type === 'AWS::SQS::Queue';
        return id === undefined || isQueue ? [] : [id];
      }),
    ),
  );
  const kept = new Map(
    ofType(template, 'AWS::Lambda::EventInvokeConfig').map(([, { Properties }]) => [
      String(at(Properties, 'FunctionName', 'Ref')),
      Properties,
    ]),
  );
  return [...called].flatMap((id) => {
    const config = kept.get(id);
    const destination = at(config, 'DestinationConfig', 'OnFailure', 'Destination');
    return destination === undefined || at(config, 'MaximumRetryAttempts') === undefined
      ? [`${id}: no destination for what fails`]
      : [];
  });
}

// Each of its messages asks for the same look, so that a batch succeeds or fails as one.
const readAsOne = ['PollEventSourceMappingSQSRecoveryStages'];

/** Every queue that a function reads gives up at last, rests long enough, and loses no batch for one message. */
export function readersThatLose(template: CompiledTemplate): readonly string[] {
  return ofType(template, 'AWS::Lambda::EventSourceMapping').flatMap(([id, { Properties }]) => {
    const [queue] = listOf(at(Properties, 'EventSourceArn', 'Fn::GetAtt')).map(String);
    const [reader] = listOf(at(Properties, 'FunctionName', 'Fn::GetAtt')).map(String);
    const own = template.Resources[queue ?? '']?.Properties;
    const timeout = Number(at(template.Resources[reader ?? '']?.Properties, 'Timeout'));
    const window = Number(at(Properties, 'MaximumBatchingWindowInSeconds') ?? 0);
    // https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    const least = 6 * timeout + window;
    const rests = Number(at(own, 'VisibilityTimeout') ?? 30);
    return [
      ...(at(own, 'RedrivePolicy', 'maxReceiveCount') === undefined
        ? [`${queue}: is read and has no redrive policy`]
        : []),
      ...(rests >= least
        ? []
        : [`${queue}: rests ${rests} s, less than the ${least} s of its reader`]),
      ...(readAsOne.includes(id) ||
      listOf(at(Properties, 'FunctionResponseTypes')).includes('ReportBatchItemFailures')
        ? []
        : [`${id}: loses a batch for one message`]),
    ];
  });
}

/** The table can be brought back, is encrypted, forgets what expires, and is not deleted by mistake. */
export function carelessTables(template: CompiledTemplate): readonly string[] {
  return ofType(template, 'AWS::DynamoDB::Table').flatMap(
    ([id, { Properties, DeletionPolicy }]) => [
      ...(at(Properties, 'PointInTimeRecoverySpecification', 'PointInTimeRecoveryEnabled') === true
        ? []
        : [`${id}: no point-in-time recovery`]),
      ...(at(Properties, 'SSESpecification', 'SSEEnabled') === true
        ? []
        : [`${id}: not encrypted`]),
      ...(at(Properties, 'TimeToLiveSpecification', 'Enabled') === true ? [] : [`${id}: no TTL`]),
      ...(at(Properties, 'DeletionProtectionEnabled') === true && DeletionPolicy === 'Retain'
        ? []
        : [`${id}: may be deleted`]),
    ],
  );
}

/** Every machine logs, is traced, and has a version that outlives a deploy. */
export function unseenMachines(template: CompiledTemplate): readonly string[] {
  const versions = ofType(template, 'AWS::StepFunctions::StateMachineVersion');
  return ofType(template, 'AWS::StepFunctions::StateMachine').flatMap(([id, { Properties }]) => {
    const level = at(Properties, 'LoggingConfiguration', 'Level');
    const destinations = listOf(at(Properties, 'LoggingConfiguration', 'Destinations'));
    const version = versions.find(([, one]) => at(one.Properties, 'StateMachineArn', 'Ref') === id);
    return [
      ...(level === undefined || level === 'OFF' || destinations.length === 0
        ? [`${id}: no log`]
        : []),
      ...(at(Properties, 'TracingConfiguration', 'Enabled') === true ? [] : [`${id}: not traced`]),
      ...(version?.[1].DeletionPolicy === 'Retain' ? [] : [`${id}: no version that stays`]),
    ];
  });
}

/** The types of resource that take tags, of those that are deployed. */
export const taggable: readonly string[] = [
  ...[
    'AWS::CloudWatch::Alarm',
    'AWS::DynamoDB::Table',
    'AWS::Events::EventBus',
    'AWS::Events::Rule',
  ],
  ...[
    'AWS::IAM::Role',
    'AWS::KMS::Key',
    'AWS::Lambda::EventSourceMapping',
    'AWS::Lambda::Function',
  ],
  'AWS::Logs::LogGroup',
  ...['AWS::S3::Bucket', 'AWS::SNS::Topic', 'AWS::SQS::Queue', 'AWS::StepFunctions::StateMachine'],
];

/** The types that take none. */
export const untaggable: readonly string[] = [
  ...['AWS::CloudWatch::Dashboard', 'AWS::Events::Archive', 'AWS::Lambda::EventInvokeConfig'],
  ...['AWS::Lambda::Permission', 'AWS::S3::BucketPolicy', 'AWS::SNS::Subscription'],
  ...['AWS::SNS::TopicPolicy', 'AWS::SQS::QueuePolicy', 'AWS::StepFunctions::StateMachineAlias'],
  'AWS::StepFunctions::StateMachineVersion',
];

/** Everything that takes tags says of which application and stage it is. */
export function untagged(template: CompiledTemplate): readonly string[] {
  return Object.entries(template.Resources).flatMap(([id, { Type: type, Properties }]) => {
    if (untaggable.includes(type)) return [];
    if (!taggable.includes(type)) return [`${id}: nobody knows whether ${type} takes tags`];
    const keys = listOf(at(Properties, 'Tags')).map((tag) => at(tag, 'Key'));
    return ['application', 'stage'].flatMap((key) =>
      keys.includes(key) ? [] : [`${id}: no tag ${key}`],
    );
  });
}

const secretName = /secret|password|passwd|token|credential|private|api_?key|access_?key/i;
// What an incoming webhook is: whoever knows its address may write.
const secretAddress = /hooks\.slack\.com|webhook\.office\.com|logic\.azure\.com|powerplatform\.com/;
const secretValue = /\b(AKIA|ASIA)[A-Z0-9]{16}\b|-----BEGIN|\bghp_\w{20,}|^[A-Za-z0-9/+]{40}$/;

/** No variable of a function looks like a secret. */
export function secretsInSight(template: CompiledTemplate): readonly string[] {
  return ofType(template, 'AWS::Lambda::Function').flatMap(([id, { Properties }]) => {
    const variables = at(Properties, 'Environment', 'Variables');
    return Object.entries(isJson(variables) ? variables : {}).flatMap(([name, value]) =>
      secretName.test(name) ||
      (typeof value === 'string' && (secretValue.test(value) || secretAddress.test(value)))
        ? [`${id}: ${name} looks like a secret`]
        : [],
    );
  });
}

/** Every alarm tells somebody, and says what to do. */
export function silentAlarms(template: CompiledTemplate): readonly string[] {
  return ofType(template, 'AWS::CloudWatch::Alarm').flatMap(([id, { Properties }]) => [
    ...(listOf(at(Properties, 'AlarmActions')).length > 0 ? [] : [`${id}: tells nobody`]),
    ...(String(at(Properties, 'AlarmDescription') ?? '').length >= 40
      ? []
      : [`${id}: says nothing`]),
    ...(/^landfall-/.test(String(at(Properties, 'AlarmName')))
      ? []
      : [`${id}: has no name of ours`]),
  ]);
}

/** All rules by name. */
export const rules = {
  wildcardActions,
  wildcardResources,
  openPrincipals,
  openBuckets,
  functionsWithoutLogOrRole,
  endlessLogs,
  unencrypted,
  rulesThatLose,
  asyncThatLose,
  readersThatLose,
  carelessTables,
  unseenMachines,
  untagged,
  secretsInSight,
  silentAlarms,
} as const;
