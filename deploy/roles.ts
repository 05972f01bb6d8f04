// Makes a role for each function and each machine out of the grants.

import type { Service } from '../src/core/target.ts';
import {
  functionGrants,
  type Grant,
  launching,
  machineFunctions,
  type Subject,
  trace,
} from './grants.ts';
import { throughDrs, throughDrsReasons } from './through-drs.ts';

/** A resource of a CloudFormation template. */
export type Resource = Readonly<Record<string, unknown>>;

/** What the roles depend on. */
export interface RoleSettings {
  readonly stage: string;
  readonly tagList: readonly { readonly Key: string; readonly Value: string }[];
  /** The accounts whose member role is assumed. */
  readonly memberAccounts: readonly string[];
  readonly memberRole: string;
  /** The functions that hooks of plans may call, by name or ARN. */
  readonly hookFunctions: readonly string[];
  /** The documents that they may run, by name or ARN. */
  readonly hookDocuments: readonly string[];
  /** Whether the function that runs hooks is in a VPC. */
  readonly hooksInVpc: boolean;
  /** The Regions in which servers move in the functions' own account. */
  readonly ownRegions: Readonly<Record<Service, readonly string[]>>;
  /** Whether any target is reached with the functions' own credentials. */
  readonly actsItself: boolean;
  /** Whether any target of DRS is. */
  readonly watchesDrsItself: boolean;
}

interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, unknown>>;
}

const sub = (text: string) => ({ 'Fn::Sub': text });
const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const pascal = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
// By name, not by reference: machines refer to functions, and a reference back would close a circle.
const statesArn = (path: string) =>
  sub(`arn:\${AWS::Partition}:states:\${AWS::Region}:\${AWS::AccountId}:${path}`);

/** Answers the name of a machine of a stage. */
export function machineName(machine: string, stage: string): string {
  return `landfall-${machine}-${stage}`;
}

/** Answers the name of a function of a stage, as the framework gives it. */
export function functionName(name: string, stage: string): string {
  return `landfall-${stage}-${name}`;
}

/** Answers the logical id of the role of a function. */
export function roleId(name: string): string {
  return `${pascal(name)}Role`;
}

/** Answers the logical id of the role of a machine. */
export function machineRoleId(name: string): string {
  return `${pascal(name)}MachineRole`;
}

/** Why the statements stand in roles that no grant of a function explains. */
export const reasons: Readonly<Record<string, string>> = {
  WriteLog: 'writes its own log',
  [trace.sid]: trace.why,
  CallSteps: 'calls its steps',
  StartChildren: 'starts the machines of the phases, and the children of its own map',
  FollowChildren: 'follows its children and stops them when it is stopped',
  HearOfChildren: 'hears of the end of its children, by the rule that Step Functions keeps for it',
  DeliverLogs: 'writes the log of the machines; log deliveries are no resources of IAM',
  ...throughDrsReasons,
  ManagedPolicy: 'what MGN asks of its caller when it launches and terminates instances',
};

const machines = Object.keys(machineFunctions);

function resourceOf(on: Subject, settings: RoleSettings): unknown {
  const { stage } = settings;
  switch (on) {
    case 'table':
      return arnOf('Table');
    case 'bus':
      return arnOf('Bus');
    case 'deadLetters':
      return arnOf('DeadLetters');
    case 'missedTicks':
      return arnOf('MissedTicks');
    case 'recoveryStages':
      return arnOf('RecoveryStages');
    // IAM looks at the machine's own ARN, whichever version or alias is named (Step Functions Developer Guide,
    // "Authorization for versions and aliases").
    case 'waveMachine':
      return statesArn(`stateMachine:${machineName('wave', stage)}`);
    case 'machines':
      return machines.map((name) => statesArn(`stateMachine:${machineName(name, stage)}`));
    case 'executions':
      return machines.map((name) => statesArn(`execution:${machineName(name, stage)}:*`));
    case 'memberRoles':
      return settings.memberAccounts.map((account) =>
        sub(`arn:\${AWS::Partition}:iam::${account}:role/${settings.memberRole}`),
      );
    case 'settingsRoles':
      return settings.memberAccounts.map((account) =>
        sub(`arn:\${AWS::Partition}:iam::${account}:role/landfall-settings-${stage}`),
      );
    // Those of other accounts too, where MGN's delegated administrator asks.
    case 'sourceServers':
      return sub(`arn:\${AWS::Partition}:mgn:*:*:source-server/*`);
    case 'drsSourceServers':
      return settings.ownRegions.drs.map((region) =>
        sub(`arn:\${AWS::Partition}:drs:${region}:\${AWS::AccountId}:source-server/*`),
      );
    case 'drsLaunchTemplates':
      return launchTemplatesIn(settings.ownRegions.drs);
    case 'launchTemplates':
      return launchTemplatesIn(settings.ownRegions.mgn);
    case 'hookFunctions':
      return settings.hookFunctions.map((name) =>
        name.startsWith('arn:')
          ? name
          : sub(
              `arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:function:${name}`,
            ),
      );
    case 'hookDocuments':
      return documentArns(settings);
    case 'managedNodes':
      return allRegions(settings).flatMap((region) => [
        sub(`arn:\${AWS::Partition}:ec2:${region}:\${AWS::AccountId}:instance/*`),
        sub(`arn:\${AWS::Partition}:ssm:${region}:\${AWS::AccountId}:managed-instance/*`),
      ]);
    case 'hookCommands':
    case 'hookInterfaces':
    case 'anything':
      return '*';
    default:
      return on satisfies never;
  }
}

function launchTemplatesIn(regions: readonly string[]): readonly unknown[] {
  return regions.map((region) =>
    sub(`arn:\${AWS::Partition}:ec2:${region}:\${AWS::AccountId}:launch-template/*`),
  );
}

function allRegions({ ownRegions: { mgn, drs } }: RoleSettings): readonly string[] {
  return [...new Set([...mgn, ...drs])];
}

// The documents of AWS itself have no account in their ARN; names that begin like this are AWS's alone.
const ofAws = /^(aws|amazon|amzn)/i;

function documentArns(settings: RoleSettings): readonly unknown[] {
  const { hookDocuments } = settings;
  const named = hookDocuments.filter((name) => !name.startsWith('arn:'));
  return [
    ...hookDocuments.filter((name) => name.startsWith('arn:')),
    ...allRegions(settings).flatMap((region) =>
      named.map((name) => {
        const account = ofAws.test(name) ? '' : `\${AWS::AccountId}`;
        return sub(`arn:\${AWS::Partition}:ssm:${region}:${account}:document/${name}`);
      }),
    ),
  ];
}

/** Whether a grant is of use: no member role without member accounts, no hooks where none are listed, no VPC where there is none, no service where its targets have their own role. */
function isUsed({ on, sid }: Grant, settings: RoleSettings): boolean {
  const { memberAccounts, hookFunctions, hookDocuments, actsItself, watchesDrsItself } = settings;
  if (sid === 'CallDrs') return watchesDrsItself;
  if (on === 'drsSourceServers' || on === 'drsLaunchTemplates') {
    return settings.ownRegions.drs.length > 0;
  }
  if (on === 'memberRoles' || on === 'settingsRoles') return memberAccounts.length > 0;
  if (on === 'launchTemplates') return actsItself && settings.ownRegions.mgn.length > 0;
  if (on === 'hookFunctions') return hookFunctions.length > 0;
  if (on === 'hookInterfaces') return settings.hooksInVpc;
  if (on === 'hookDocuments' || on === 'managedNodes' || on === 'hookCommands') {
    return hookDocuments.length > 0 && allRegions(settings).length > 0;
  }
  return actsItself || !onlyWhereItActs.has(sid);
}

const onlyWhereItActs: ReadonlySet<string> = new Set([
  'CallMgn',
  'SeeConfigurations',
  'SeeInstances',
  'SeeLaunchTemplates',
  'SetServers',
  'SeeAddresses',
  'SeeSurroundings',
  'SeeQuotas',
]);

function statementOf(grant: Grant, settings: RoleSettings): Statement {
  return {
    Sid: grant.sid,
    Effect: 'Allow',
    Action: grant.actions,
    Resource: resourceOf(grant.on, settings),
  };
}

function role(
  service: string,
  condition: object,
  statements: readonly Statement[],
  { tagList }: Pick<RoleSettings, 'tagList'>,
): { readonly Type: string; readonly Properties: Resource } {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: service },
            Action: 'sts:AssumeRole',
            ...condition,
          },
        ],
      },
      Policies: [
        { PolicyName: 'grants', PolicyDocument: { Version: '2012-10-17', Statement: statements } },
      ],
      Tags: tagList,
    },
  };
}

/** A grant whose resource is known. */
export type PlacedGrant = Pick<Grant, 'sid' | 'actions'> & {
  readonly resource: unknown;
  readonly condition?: Statement['Condition'];
};

/** Answers the role of a function that may do this, and write its own log and its trace. */
export function functionRole(
  name: string,
  grants: readonly PlacedGrant[],
  settings: Pick<RoleSettings, 'stage' | 'tagList'>,
): { readonly Type: string; readonly Properties: Resource } {
  const log: Statement = {
    Sid: 'WriteLog',
    Effect: 'Allow',
    Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    Resource: sub(
      `arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:/aws/lambda/${functionName(name, settings.stage)}:*`,
    ),
  };
  const used = [...grants, { ...trace, resource: '*' }];
  const statements = used.map(
    ({ sid, actions, resource, condition }: PlacedGrant): Statement => ({
      Sid: sid,
      Effect: 'Allow',
      Action: actions,
      Resource: resource,
      ...(condition === undefined ? {} : { Condition: condition }),
    }),
  );
  return role('lambda.amazonaws.com', {}, [log, ...statements], settings);
}

// What the code of a function asks carries the ARN of that function, what Lambda asks for it does not (Lambda Developer
// Guide, "Using source function ARN to control function access behavior").
const onlyLambdaItself = { Null: { 'lambda:SourceFunctionArn': 'true' } };

// MGN tags the launch templates that it keeps.
const onlyTemplatesOfMgn = {
  Null: { 'aws:ResourceTag/AWSApplicationMigrationServiceManaged': 'false' },
};

// So does DRS.
const onlyTemplatesOfDrs = {
  Null: { 'aws:ResourceTag/AWSElasticDisasterRecoveryManaged': 'false' },
};

const conditions: Readonly<Partial<Record<Subject, Statement['Condition']>>> = {
  hookInterfaces: onlyLambdaItself,
  launchTemplates: onlyTemplatesOfMgn,
  drsLaunchTemplates: onlyTemplatesOfDrs,
};

function stepRole(name: string, grants: readonly Grant[], settings: RoleSettings): Resource {
  const placed = grants
    .filter((grant) => isUsed(grant, settings))
    .map((grant) => {
      const condition = conditions[grant.on];
      const whole = { ...grant, resource: resourceOf(grant.on, settings) };
      return condition === undefined ? whole : { ...whole, condition };
    });
  const drs = launching.includes(name) && settings.watchesDrsItself ? throughDrs : [];
  const made = functionRole(name, [...placed, ...drs], settings);
  if (!launching.includes(name) || !settings.actsItself) return made;
  return {
    ...made,
    Properties: {
      ...made.Properties,
      // AWS's own list of the EC2 rights that MGN asks of its caller; it holds only for calls that come through MGN.
      ManagedPolicyArns: [
        sub(`arn:\${AWS::Partition}:iam::aws:policy/AWSApplicationMigrationEC2Access`),
      ],
    },
  };
}

// Log deliveries are no resources in IAM (Step Functions Developer Guide, "Logging using CloudWatch Logs").
const deliverLogs: Statement = {
  Sid: 'DeliverLogs',
  Effect: 'Allow',
  Action: [
    ...['logs:CreateLogDelivery', 'logs:GetLogDelivery', 'logs:UpdateLogDelivery'],
    ...['logs:DeleteLogDelivery', 'logs:ListLogDeliveries', 'logs:PutResourcePolicy'],
    ...['logs:DescribeResourcePolicies', 'logs:DescribeLogGroups'],
  ],
  Resource: '*',
};

/** How the wave machine starts and follows its children, which are its own and those of the phase machines. */
function childStatements(stage: string): readonly Statement[] {
  const phases = machines.filter((name) => name !== 'wave').map((name) => machineName(name, stage));
  const wave = machineName('wave', stage);
  return [
    {
      Sid: 'StartChildren',
      Effect: 'Allow',
      Action: ['states:StartExecution'],
      Resource: [wave, ...phases].map((name) => statesArn(`stateMachine:${name}`)),
    },
    {
      Sid: 'FollowChildren',
      Effect: 'Allow',
      Action: ['states:DescribeExecution', 'states:StopExecution'],
      Resource: [
        // The children of a Distributed Map are named by their map run.
        statesArn(`execution:${wave}/*`),
        ...phases.map((name) => statesArn(`execution:${name}:*`)),
      ],
    },
    {
      // How startExecution.sync learns that the child ended.
      Sid: 'HearOfChildren',
      Effect: 'Allow',
      Action: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
      Resource: sub(
        `arn:\${AWS::Partition}:events:\${AWS::Region}:\${AWS::AccountId}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule`,
      ),
    },
  ];
}

function machineRole(name: string, functions: readonly string[], settings: RoleSettings): Resource {
  const call: Statement = {
    Sid: 'CallSteps',
    Effect: 'Allow',
    Action: ['lambda:InvokeFunction'],
    Resource: functions.map((step) => arnOf(`${pascal(step)}LambdaFunction`)),
  };
  const sample = ['xray:GetSamplingRules', 'xray:GetSamplingTargets'];
  const traced = { ...statementOf(trace, settings), Action: [...trace.actions, ...sample] };
  const children = name === 'wave' ? childStatements(settings.stage) : [];
  const ours = { Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } } };
  return role('states.amazonaws.com', ours, [call, ...children, deliverLogs, traced], settings);
}

/** Answers the roles of all functions and machines by their logical ids. */
export function roleResources(settings: RoleSettings): Readonly<Record<string, Resource>> {
  return Object.fromEntries([
    ...Object.entries(functionGrants).map(([name, grants]) => [
      roleId(name),
      stepRole(name, grants, settings),
    ]),
    ...Object.entries(machineFunctions).map(([name, functions]) => [
      machineRoleId(name),
      machineRole(name, functions, settings),
    ]),
  ]);
}
