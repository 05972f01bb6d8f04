import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { CompiledTemplate } from '../../deploy/compiled-template.ts';
import { permissionsPage } from '../../deploy/permissions-page.ts';
import { packageTemplate } from '../../scripts/package-template.ts';
import { exampleDeployment, writtenTemplate } from './_templates.ts';
import { anywhere, rules, statements } from './policy-rules.ts';

const templates: Record<string, CompiledTemplate> = {};
const packaged = (): CompiledTemplate => templates['many accounts'] as CompiledTemplate;

beforeAll(async () => {
  // One after the other: the framework takes a core by itself.
  templates['no account'] = await packageTemplate();
  templates['many accounts'] = await packageTemplate({
    deployment: exampleDeployment('many-accounts'),
  });
  templates['channels'] = await packageTemplate({ deployment: exampleDeployment('channels') });
}, 180_000);

describe('what is deployed', () => {
  const cases = ['no account', 'many accounts', 'channels'].flatMap((which) =>
    Object.entries(rules).map(([name, rule]) => ({ which, name, rule })),
  );
  test.each(cases)('for $which keeps the rule $name', ({ which, rule }) => {
    expect(rule(templates[which] as CompiledTemplate)).toEqual([]);
  });

  test('allows on any resource nothing that the list names for nothing', () => {
    const used = statements(packaged())
      .filter(({ ofResource, statement }) => !ofResource && statement['Resource'] === '*')
      .flatMap(({ statement }) => statement['Action']);
    expect([...new Set(used)].toSorted()).toEqual(Object.keys(anywhere).toSorted());
  });

  test('says in its outputs what the commands of an operator read', () => {
    const everywhere = ['TableName', 'BusName', 'WaveMachine', 'MemberRole', 'PollFunction'];
    expect(Object.keys(templates['no account']?.Outputs ?? {})).toEqual(
      expect.arrayContaining(everywhere),
    );
    expect(Object.keys(packaged().Outputs ?? {})).toEqual(
      expect.arrayContaining([...everywhere, 'Targets', 'ExternalId']),
    );
    expect(templates['no account']?.Outputs).not.toHaveProperty('Targets');
  });

  test('is what docs/permissions.md says, each with its reason', () => {
    const page = permissionsPage(packaged(), templates['channels'] as CompiledTemplate);
    const file = join(import.meta.dirname, '../../docs/permissions.md');
    expect(readFileSync(file, 'utf8'), 'run: npm run docs:permissions').toBe(page);
    expect(page.split('\n').filter((line) => /\| +\|$/.test(line))).toEqual([]);
  });
});

describe('the templates for other accounts and for people', () => {
  test.each(['member-role', 'operator-roles'] as const)(
    '%s allows no action by a pattern',
    (name) => {
      expect(rules.wildcardActions(writtenTemplate(name))).toEqual([]);
    },
  );

  test('the member role may do anywhere only what the functions may', () => {
    // But for what people alone do there: to make a template, and to begin the service, know no resource yet.
    const more = rules.wildcardResources(writtenTemplate('member-role'));
    expect(more.map((one) => /^(\w+) .*?(\w+:\w+) on any resource$/.exec(one)?.slice(1))).toEqual([
      ['SettingsRole', 'drs:CreateLaunchConfigurationTemplate'],
      ['SettingsRole', 'drs:InitializeService'],
    ]);
  });

  test('the member role lets in only roles of one stage of one account', () => {
    const [trust] = statements(writtenTemplate('member-role')).filter(
      ({ ofResource }) => ofResource,
    );
    expect(JSON.stringify(trust?.statement['Condition'])).toContain('aws:PrincipalArn');
    expect(JSON.stringify(trust?.statement['Condition'])).toContain('sts:ExternalId');
  });

  test('servers are set by people, and for waves by one function, in a role of their own, and only launch templates that MGN or DRS keeps', () => {
    const setting =
      /:(Update(Launch|Replication)Configuration|PutSourceServerAction|CreateLaunchTemplateVersion|ModifyLaunchTemplate)"/;
    const [member, people] = (['member-role', 'operator-roles'] as const).map((name) =>
      statements(writtenTemplate(name)).filter(
        ({ statement }) =>
          // DRS keeps its own launch templates, with its caller's rights.
          statement['Sid'] !== 'LaunchThroughDrs' &&
          setting.test(JSON.stringify(statement['Action'])),
      ),
    );
    expect(member?.map(({ where }) => where.split(' ')[0])).toEqual(
      Array.from({ length: 4 }, () => 'SettingsRole'),
    );
    expect(people?.map(({ where }) => where.split(' ')[0])).toEqual([
      ...['SettingsPolicy', 'SettingsPolicy', 'DrsTemplatePolicy', 'DrsTemplatePolicy'],
    ]);
    const kept: unknown[] = [];
    for (const { statement } of [...(member ?? []), ...(people ?? [])]) {
      expect(JSON.stringify(statement['Resource'])).toMatch(
        /source-server\/\*|launch-template\/\*/,
      );
      if (!JSON.stringify(statement['Action']).includes('LaunchTemplate')) continue;
      kept.push(statement['Condition']);
    }
    const only = (tag: string) => ({ Null: { [`aws:ResourceTag/${tag}`]: 'false' } });
    const ofMgn = only('AWSApplicationMigrationServiceManaged');
    const ofDrs = only('AWSElasticDisasterRecoveryManaged');
    expect(kept).toEqual([ofMgn, ofDrs, ofMgn, ofDrs]);
    const trust = statements(writtenTemplate('member-role')).find(
      ({ where, ofResource }) => ofResource && where.startsWith('SettingsRole'),
    );
    // Of the functions, only that which sets servers is let in, and only where the account says so.
    const trusted = JSON.stringify(trust?.statement['Condition']);
    expect(trusted.match(/role\/landfall-[^"]*/g)).toEqual([
      'role/landfall-$' + '{Stage}-ApplySettingsRole-*',
    ]);
    expect(trusted).toContain('{"Fn::If":["WavesSet",');
  });

  test('people may read, give orders and approve, each in partitions of their own', () => {
    const writes = statements(writtenTemplate('operator-roles')).flatMap(({ where, statement }) =>
      JSON.stringify(statement['Action']).includes('dynamodb:Put')
        ? [[where.split(' ')[0], JSON.stringify(statement['Condition'])]]
        : [],
    );
    const only = (...keys: string[]) =>
      JSON.stringify({
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys },
        Null: { 'dynamodb:LeadingKeys': 'false' },
      });
    expect(writes).toEqual([
      ['OperatorPolicy', only('plans', 'schedules', 'plan/*', 'wave/*', 'target/*')],
      ['SettingsPolicy', only('settings/*', 'baselines/*', 'untold-settings/*')],
      ['DrsTemplatePolicy', only('settings/drs:*', 'target/drs:*')],
      ['ApproverPolicy', only('approvals/*', 'target/*')],
    ]);
  });
});

type Change = (resources: Record<string, { Properties: Record<string, unknown> }>) => void;

/** A copy of what is deployed with one thing changed. */
function broken(change: Change): CompiledTemplate {
  const copy = structuredClone(packaged());
  Object.assign(copy.Resources, structuredClone(templates['channels']?.Resources));
  Object.assign(copy.Resources, structuredClone(packaged().Resources));
  change(copy.Resources as never);
  return copy;
}

const properties = (resources: Parameters<Change>[0], id: string): Record<string, unknown> =>
  (resources[id] as { Properties: Record<string, unknown> }).Properties;
const grantsOf = (resources: Parameters<Change>[0], id: string): Record<string, unknown>[] => {
  const [policy] = properties(resources, id)['Policies'] as {
    PolicyDocument: { Statement: never[] };
  }[];
  return policy?.PolicyDocument.Statement ?? [];
};

describe('a template that is wrong', () => {
  test.each<[string, keyof typeof rules, Change, RegExp]>([
    [
      'an action by a pattern',
      'wildcardActions',
      (r) => grantsOf(r, 'ParkRole').push({ Effect: 'Allow', Action: 'dynamodb:*', Resource: 'x' }),
      /^ParkRole .*dynamodb:\*$/,
    ],
    [
      'everything but something',
      'wildcardActions',
      (r) => grantsOf(r, 'ParkRole').push({ Effect: 'Allow', NotAction: 'iam:*', Resource: 'x' }),
      /NotAction/,
    ],
    [
      'any resource',
      'wildcardResources',
      (r) =>
        grantsOf(r, 'ParkRole').push({
          Effect: 'Allow',
          Action: ['dynamodb:GetItem'],
          Resource: ['*'],
        }),
      /^ParkRole .*dynamodb:GetItem on any resource$/,
    ],
    [
      'a queue for everybody',
      'openPrincipals',
      (r) => {
        const document = properties(r, 'DeadLettersPolicy')['PolicyDocument'] as {
          Statement: object[];
        };
        document.Statement.push({ Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage' });
      },
      /^DeadLettersPolicy .*open to everybody$/,
    ],
    [
      'a service for any account',
      'openPrincipals',
      (r) => {
        const document = properties(r, 'AlarmTopicPolicy')['PolicyDocument'] as {
          Statement: Record<string, unknown>[];
        };
        delete document.Statement[0]?.['Condition'];
      },
      /^AlarmTopicPolicy .*cloudwatch.amazonaws.com for any account/,
    ],
    [
      'a function for everybody',
      'openPrincipals',
      (r) => delete properties(r, 'ReactEventBridgeLambdaPermission1')['SourceArn'],
      /^ReactEventBridgeLambdaPermission1: open/,
    ],
    [
      'an open bucket',
      'openBuckets',
      (r) => delete properties(r, 'ServerlessDeploymentBucket')['PublicAccessBlockConfiguration'],
      /^ServerlessDeploymentBucket: no BlockPublicAcls$/,
    ],
    [
      'a log without an end',
      'functionsWithoutLogOrRole',
      (r) => delete properties(r, 'ParkLogGroup')['RetentionInDays'],
      /^ParkLambdaFunction: no log group with a retention$/,
    ],
    [
      'a shared role',
      'functionsWithoutLogOrRole',
      (r) => {
        properties(r, 'ParkLambdaFunction')['Role'] = { 'Fn::GetAtt': ['PollRole', 'Arn'] };
      },
      /shares its role$/,
    ],
    [
      'a log of the machines without an end',
      'endlessLogs',
      (r) => delete properties(r, 'StateMachineLogs')['RetentionInDays'],
      /^StateMachineLogs: is kept for ever$/,
    ],
    [
      'a queue in the clear',
      'unencrypted',
      (r) => delete properties(r, 'MissedTicks')['SqsManagedSseEnabled'],
      /^MissedTicks: not encrypted$/,
    ],
    [
      'a topic in the clear',
      'unencrypted',
      (r) => delete properties(r, 'AlarmTopic')['KmsMasterKeyId'],
      /^AlarmTopic: not encrypted$/,
    ],
    [
      'a queue without TLS',
      'unencrypted',
      (r) => delete r['DeadLettersPolicy'],
      /^DeadLetters: takes what comes without TLS$/,
    ],
    [
      'a schedule that loses',
      'rulesThatLose',
      (r) => {
        const [target] = properties(r, 'PollEventsRuleSchedule1')['Targets'] as Record<
          string,
          unknown
        >[];
        delete target?.['DeadLetterConfig'];
      },
      /^PollEventsRuleSchedule1: no dead-letter queue$/,
    ],
    [
      'a function that loses',
      'asyncThatLose',
      (r) => delete properties(r, 'ReactLambdaEvConf')['DestinationConfig'],
      /^ReactLambdaFunction: no destination/,
    ],
    [
      'a table without recovery',
      'carelessTables',
      (r) => delete properties(r, 'Table')['PointInTimeRecoverySpecification'],
      /^Table: no point-in-time recovery$/,
    ],
    [
      'a table without TTL',
      'carelessTables',
      (r) => delete properties(r, 'Table')['TimeToLiveSpecification'],
      /^Table: no TTL$/,
    ],
    [
      'a machine without a log',
      'unseenMachines',
      (r) => delete properties(r, 'Wave')['LoggingConfiguration'],
      /^Wave: no log$/,
    ],
    [
      'a machine without a version',
      'unseenMachines',
      (r) => delete r['TestVersion'],
      /^Test: no version that stays$/,
    ],
    [
      'a resource without tags',
      'untagged',
      (r) => delete properties(r, 'Bus')['Tags'],
      /^Bus: no tag/,
    ],
    [
      'a resource of a new type',
      'untagged',
      (r) => {
        r['Pipe'] = { Type: 'AWS::Pipes::Pipe', Properties: {} } as never;
      },
      /^Pipe: nobody knows/,
    ],
    [
      'a secret by its name',
      'secretsInSight',
      (r) => {
        properties(r, 'ParkLambdaFunction')['Environment'] = { Variables: { DB_PASSWORD: 'x' } };
      },
      /^ParkLambdaFunction: DB_PASSWORD/,
    ],
    [
      'a secret by its value',
      'secretsInSight',
      (r) => {
        const Variables = { WHO: `AKIA${'A'.repeat(16)}` };
        properties(r, 'ParkLambdaFunction')['Environment'] = { Variables };
      },
      /^ParkLambdaFunction: WHO/,
    ],
    [
      'an alarm that tells nobody',
      'silentAlarms',
      (r) => delete properties(r, 'DeadLettersAlarm')['AlarmActions'],
      /^DeadLettersAlarm: tells nobody$/,
    ],
    [
      'a queue that is read for ever',
      'readersThatLose',
      (r) => delete properties(r, 'NotifySlackQueue')['RedrivePolicy'],
      /^NotifySlackQueue: is read and has no redrive policy$/,
    ],
    [
      'a queue whose reader says nothing of what it left',
      'readersThatLose',
      (r) =>
        delete properties(r, 'NotifySlackEventSourceMappingSQSNotifySlackQueue')[
          'FunctionResponseTypes'
        ],
      /^NotifySlackEventSourceMappingSQSNotifySlackQueue: loses a batch for one message$/,
    ],
    [
      'a queue whose messages come back before their function is done',
      'readersThatLose',
      (r) => {
        properties(r, 'NotifyTeamMailQueue')['VisibilityTimeout'] = 360;
      },
      /^NotifyTeamMailQueue: rests 360 s, less than the 660 s of its reader$/,
    ],
    [
      'the address of a channel in sight',
      'secretsInSight',
      (r) => {
        const { Variables } = properties(r, 'NotifySlackLambdaFunction')['Environment'] as {
          Variables: Record<string, string>;
        };
        Variables['WHERE'] = 'https://hooks.slack.com/services/T000/B000/XXXX';
      },
      /^NotifySlackLambdaFunction: WHERE/,
    ],
  ])('with %s is found by the rule %s', (_, rule, change, found) => {
    const problems = rules[rule](broken(change));
    expect(problems.filter((problem) => found.test(problem))).not.toEqual([]);
  });
});
