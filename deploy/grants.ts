// What each function and each machine may do, and why: one line a grant. roles.ts makes the roles of it, and
// docs/permissions.md is written from what was made. test/deploy holds it against the sources and a rehearsal.

/** What a statement is about; roles.ts knows the ARNs. */
export type Subject =
  | 'table'
  | 'bus'
  | 'deadLetters'
  | 'missedTicks'
  | 'recoveryStages'
  | 'waveMachine'
  | 'machines'
  | 'executions'
  | 'memberRoles'
  | 'settingsRoles'
  | 'launchTemplates'
  | 'drsLaunchTemplates'
  | 'sourceServers'
  | 'drsSourceServers'
  | 'hookFunctions'
  | 'hookDocuments'
  | 'managedNodes'
  | 'hookCommands'
  | 'hookInterfaces'
  | 'anything';

/** One statement of a role. */
export interface Grant {
  /** Names the statement in the role. */
  readonly sid: string;
  readonly actions: readonly string[];
  readonly on: Subject;
  readonly why: string;
}

const grant = (sid: string, on: Subject, why: string, ...actions: readonly string[]): Grant => ({
  sid,
  actions,
  on,
  why,
});

// The store (src/adapters/aws/dynamodb-store.ts): one action a method.
const get = grant('ReadDocuments', 'table', 'reads what is on record', 'dynamodb:GetItem');
const list = grant('ListDocuments', 'table', 'reads a list of what is on record', 'dynamodb:Query');
const getMany = grant(
  'ReadManyDocuments',
  'table',
  'reads many records at once',
  'dynamodb:BatchGetItem',
);
const put = grant(
  'WriteDocuments',
  'table',
  'puts on record what it saw or did',
  'dynamodb:PutItem',
);
const drop = grant(
  'DeleteDocuments',
  'table',
  'removes what is answered or withdrawn',
  'dynamodb:DeleteItem',
);

const tell = grant('TellEvents', 'bus', 'tells what changed', 'events:PutEvents');
const release = grant(
  'ReleaseWaits',
  'machines',
  'answers the tokens of parked states',
  'states:SendTaskSuccess',
  'states:SendTaskFailure',
);
const startWave = grant(
  'StartWaves',
  'waveMachine',
  'starts the waves that waited for another, or whose schedule has come',
  'states:StartExecution',
);
const lookAfter = grant(
  'AskAfterExecutions',
  'executions',
  'finds executions that never ran or died',
  'states:DescribeExecution',
);
const keepFailed = grant(
  'KeepFailedEvents',
  'deadLetters',
  'keeps an event that failed to the end',
  'sqs:SendMessage',
);
// What Lambda asks of the role of a function that reads a queue.
const readQueue = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];
const takeStages = grant(
  'TakeStages',
  'recoveryStages',
  'hears that a stage of a recovery begins, as Lambda reads it for it',
  ...readQueue,
);
const keepMissed = grant(
  'KeepMissedTicks',
  'missedTicks',
  'keeps a tick that failed',
  'sqs:SendMessage',
);

// The describing and listing calls of MGN and DRS know no resource; the servers of a wave are not known when this is
// deployed. So every action by name, on any resource.
const mgn = (why: string, ...operations: readonly string[]): Grant =>
  grant('CallMgn', 'anything', why, ...operations.map((operation) => `mgn:${operation}`));
const drs = (why: string, ...operations: readonly string[]): Grant =>
  grant('CallDrs', 'anything', why, ...operations.map((operation) => `drs:${operation}`));
const act = (why: string, operation: string): Grant =>
  mgn(`looks at the server, then ${why}`, 'DescribeSourceServers', operation);
const actDrs = (why: string, ...operations: readonly string[]): Grant =>
  drs(
    `looks at the server and its recovery instances${why === '' ? '' : `, then ${why}`}`,
    ...['DescribeSourceServers', 'DescribeRecoveryInstances', ...operations],
  );
const seeInstances = grant(
  'SeeInstances',
  'anything',
  'reads the status checks of launched instances',
  'ec2:DescribeInstanceStatus',
);
const seeSurroundings = grant(
  'SeeSurroundings',
  'anything',
  'reads what launches depend on: launch templates, free addresses, instance types and the vCPUs in use',
  'ec2:DescribeLaunchTemplates',
  'ec2:DescribeLaunchTemplateVersions',
  'ec2:DescribeSubnets',
  'ec2:DescribeInstanceTypes',
  'ec2:DescribeInstances',
);
const seeQuotas = grant(
  'SeeQuotas',
  'anything',
  'reads the quotas of MGN, DRS and EC2',
  'servicequotas:ListServiceQuotas',
);
const enterMembers = grant(
  'EnterMemberAccounts',
  'memberRoles',
  'reaches the accounts of its targets',
  'sts:AssumeRole',
);

const enterToSet = grant(
  'EnterMemberAccounts',
  'settingsRoles',
  'sets servers in the accounts of its targets, in a role that may do nothing else',
  'sts:AssumeRole',
);

const seeAddresses = grant(
  'SeeAddresses',
  'anything',
  'reads the private addresses of launched instances, which probes go to',
  'ec2:DescribeInstances',
);
const callHooks = grant(
  'CallHooks',
  'hookFunctions',
  'calls the functions that the deployment file lists for hooks of plans',
  'lambda:InvokeFunction',
);

// SendCommand wants both: the document, and the node that it runs on (service authorization reference of Systems Manager).
// Which sources and instances those are is not known when this is deployed; what may run there is.
const runDocuments = grant(
  'RunDocuments',
  'hookDocuments',
  'runs the documents that the deployment file lists for hooks of plans',
  'ssm:SendCommand',
);
const runOnNodes = grant(
  'RunOnNodes',
  'managedNodes',
  'runs them on the sources and launched instances of its targets',
  'ssm:SendCommand',
);
const seeCommands = grant(
  'SeeCommands',
  'hookCommands',
  'asks after the commands that it sent; the lists of commands know no resource',
  'ssm:ListCommandInvocations',
  'ssm:ListCommands',
);
const stopCommands = grant(
  'StopCommands',
  'hookCommands',
  'stops commands that it sent and whose time is over; stopping knows no resource either',
  'ssm:CancelCommand',
);
// As AWSLambdaVPCAccessExecutionRole has it: interfaces that do not exist yet have no ARN. Only Lambda itself uses this.
const keepInterfaces = grant(
  'KeepInterfaces',
  'hookInterfaces',
  'has Lambda keep its network interfaces in the VPC; its own code may not use this',
  ...['ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'],
  ...['ec2:DeleteNetworkInterface', 'ec2:AssignPrivateIpAddresses'],
  'ec2:UnassignPrivateIpAddresses',
);

/** Traces know no resource. */
export const trace = grant(
  'Trace',
  'anything',
  'sends its trace to X-Ray',
  'xray:PutTraceSegments',
  'xray:PutTelemetryRecords',
);

/** What MGN, EC2 and Service Quotas are asked in the course of a tick. */
const observing = mgn(
  'looks at servers, jobs and vCenter clients, and makes the calls that quotas ration; a call carries its intent as a tag',
  ...['DescribeSourceServers', 'DescribeJobs', 'DescribeJobLogItems', 'DescribeVcenterClients'],
  ...['StartReplication', 'StartTest', 'StartCutover', 'TerminateTargetInstances', 'TagResource'],
);
/** What MGN is asked of the settings that launches and replication follow. */
const configurations = grant(
  'SeeConfigurations',
  'anything',
  'compares launch and replication settings, post-launch actions and templates with what they were when a wave began',
  'mgn:GetLaunchConfiguration',
  'mgn:GetReplicationConfiguration',
  'mgn:ListSourceServerActions',
  'mgn:DescribeLaunchConfigurationTemplates',
  'mgn:DescribeReplicationConfigurationTemplates',
);
const watchingDrs = drs(
  'looks at the servers, recovery instances, jobs, recovery snapshots and settings of DRS, and makes the calls that quotas ration; a launch carries its intent as a tag',
  ...['StartReplication', 'StartRecovery', 'TerminateRecoveryInstances', 'TagResource'],
  'StartFailbackLaunch',
  ...['DescribeSourceServers', 'DescribeRecoveryInstances', 'DescribeJobs'],
  ...['DescribeJobLogItems', 'DescribeRecoverySnapshots'],
  ...['GetLaunchConfiguration', 'GetReplicationConfiguration', 'ListLaunchActions'],
  ...['DescribeLaunchConfigurationTemplates', 'DescribeReplicationConfigurationTemplates'],
  ...['ListExtensibleSourceServers', 'CreateExtendedSourceServer', 'DescribeSourceNetworks'],
  ...['StartSourceNetworkRecovery', 'AssociateSourceNetworkStack'],
);
const archiving = mgn(
  'archives the waves of MGN that a wave has emptied',
  ...['ListWaves', 'ListApplications', 'DescribeSourceServers', 'ArchiveWave'],
);

const seeServers = mgn(
  'looks whether a server may be set now: at the server, and at the job that launches it',
  ...['DescribeSourceServers', 'DescribeJobs'],
);
const setServers = grant(
  'SetServers',
  'sourceServers',
  'reads what servers are set to, and sets them where a plan has its wave apply what it wants',
  ...['mgn:GetLaunchConfiguration', 'mgn:GetReplicationConfiguration'],
  ...['mgn:ListSourceServerActions', 'mgn:UpdateLaunchConfiguration'],
  ...['mgn:UpdateReplicationConfiguration', 'mgn:PutSourceServerAction'],
);
const seeTemplates = grant(
  'SeeLaunchTemplates',
  'anything',
  'reads the launch templates of these servers',
  'ec2:DescribeLaunchTemplateVersions',
);
const setTemplates = grant(
  'SetLaunchTemplates',
  'launchTemplates',
  'sets the launch templates that MGN keeps, and no other; MGN follows launch settings in them with these rights',
  ...['ec2:CreateLaunchTemplateVersion', 'ec2:ModifyLaunchTemplate'],
);

const seeDrsServers = drs(
  'looks whether a server may be set now: at the server, and at the job that launches it',
  ...['DescribeSourceServers', 'DescribeJobs'],
);
const setDrsServers = grant(
  'SetDrsServers',
  'drsSourceServers',
  'reads what DRS launches servers with, and sets it where a plan has its wave apply what it wants; templates of accounts are set by people',
  ...['drs:GetLaunchConfiguration', 'drs:ListLaunchActions', 'drs:UpdateLaunchConfiguration'],
  ...['drs:PutLaunchAction', 'drs:DeleteLaunchAction'],
);
const setDrsTemplates = grant(
  'SetDrsLaunchTemplates',
  'drsLaunchTemplates',
  'sets the launch templates that DRS keeps, and no other; DRS follows launch settings in them with these rights',
  ...['ec2:CreateLaunchTemplateVersion', 'ec2:ModifyLaunchTemplate'],
);

/** What each function may do, besides writing its own log and its trace. */
export const functionGrants: Readonly<Record<string, readonly Grant[]>> = {
  poll: [
    get,
    list,
    getMany,
    put,
    drop,
    tell,
    release,
    observing,
    configurations,
    watchingDrs,
    seeInstances,
    seeSurroundings,
    seeQuotas,
    enterMembers,
    takeStages,
    keepMissed,
  ],
  sweep: [
    get,
    list,
    put,
    drop,
    tell,
    lookAfter,
    startWave,
    drs('lists the servers that a scheduled drill is for', 'DescribeSourceServers'),
    enterMembers,
    keepFailed,
  ],
  react: [get, list, put, drop, tell, startWave, keepFailed],
  remedy: [
    get,
    list,
    getMany,
    put,
    tell,
    act('retries its replication', 'RetryDataReplication'),
    drs(
      'looks at the server, then retries its replication where the deployment file asks for it',
      ...['DescribeSourceServers', 'RetryDataReplication'],
    ),
    enterMembers,
    keepFailed,
  ],
  metrics: [get, list, keepFailed],
  applySettings: [
    get,
    list,
    put,
    tell,
    seeServers,
    setServers,
    seeTemplates,
    setTemplates,
    seeDrsServers,
    setDrsServers,
    setDrsTemplates,
    enterToSet,
  ],
  archiveWaves: [get, list, archiving, enterMembers],
  prepareWave: [get, put, tell],
  nextStage: [get, list, getMany, put, tell, lookAfter],
  concludeWave: [get, list, put, tell],
  park: [get, put],
  requestLaunch: [get, put, release],
  runHooks: [
    get,
    list,
    put,
    drop,
    tell,
    release,
    callHooks,
    runDocuments,
    runOnNodes,
    seeCommands,
    stopCommands,
    keepInterfaces,
    seeAddresses,
    enterMembers,
    keepMissed,
  ],
  conclude: [get, list, put, drop, tell],
  ensureReplicating: [
    get,
    put,
    act('sets its replication type', 'UpdateSourceServerReplicationType'),
    enterMembers,
  ],
  retryReplication: [
    get,
    put,
    tell,
    act('retries its replication', 'RetryDataReplication'),
    enterMembers,
  ],
  freezeSource: [get, put, tell],
  markReadyForCutover: [
    get,
    put,
    act('marks it ready', 'ChangeServerLifeCycleState'),
    enterMembers,
  ],
  revertLifeCycle: [
    get,
    put,
    act('takes its test or cutover back', 'ChangeServerLifeCycleState'),
    enterMembers,
  ],
  signOff: [get, put, tell],
  finalizeCutover: [get, put, act('finalizes its cutover', 'FinalizeCutover'), enterMembers],
  markAsArchived: [get, put, act('archives it', 'MarkAsArchived'), enterMembers],
  releaseInstance: [
    get,
    list,
    put,
    actDrs(
      'has DRS let go of a live one, which runs on in EC2',
      ...['DisconnectRecoveryInstance', 'DeleteRecoveryInstance'],
    ),
    enterMembers,
  ],
  stopReplication: [
    get,
    put,
    tell,
    actDrs('stops its replication', 'StopReplication'),
    enterMembers,
  ],
  turnReplication: [
    get,
    put,
    tell,
    actDrs(
      'has its replication run the other way, or stops its failback client',
      ...['ReverseReplication', 'StopFailback'],
    ),
    enterMembers,
  ],
  disconnectServer: [
    get,
    put,
    tell,
    actDrs('disconnects it', 'DisconnectSourceServer'),
    enterMembers,
  ],
  deleteServer: [get, put, actDrs('deletes it', 'DeleteSourceServer'), enterMembers],
  confirmRetired: [get, list, put, tell, actDrs(''), enterMembers],
};

/** What a statement of a channel's function is about; channels.ts knows the ARNs. */
export type ChannelSubject = 'queue' | 'undelivered' | 'secret' | 'topic' | 'key';

/** One statement of the role of a channel's function. */
export type ChannelGrant = Omit<Grant, 'on'> & { readonly on: ChannelSubject };

const channelGrant = (
  sid: string,
  on: ChannelSubject,
  why: string,
  ...actions: readonly string[]
): ChannelGrant => ({ sid, actions, on, why });

const takeMessages = channelGrant(
  'TakeMessages',
  'queue',
  'reads what it is to tell, as Lambda does for it',
  ...readQueue,
);
const keepUndelivered = channelGrant(
  'KeepUndelivered',
  'undelivered',
  'keeps what a receiver refused for good',
  'sqs:SendMessage',
);
const readSecret = channelGrant(
  'ReadReceiver',
  'secret',
  'reads whom it posts to',
  'secretsmanager:GetSecretValue',
);
const readKey = channelGrant('DecryptReceiver', 'key', 'decrypts the same', 'kms:Decrypt');
const publish = channelGrant(
  'Publish',
  'topic',
  'tells the subscribers of its topic',
  'sns:Publish',
);
const encrypt = channelGrant(
  'EncryptMessages',
  'key',
  'encrypts what it publishes',
  ...['kms:Decrypt', 'kms:GenerateDataKey'],
);

const posting = [takeMessages, keepUndelivered, readSecret, readKey];
const publishing = [takeMessages, keepUndelivered, publish, encrypt];

/** What the function of a channel may do by its kind, besides writing its own log and its trace. */
export const channelGrants: Readonly<
  Record<'email' | 'sns' | 'slack' | 'teams' | 'webhook', readonly ChannelGrant[]>
> = {
  email: publishing,
  sns: publishing,
  slack: posting,
  teams: posting,
  webhook: posting,
};

/** The functions that launch: MGN and DRS launch instances with their caller's EC2 rights. */
export const launching: readonly string[] = ['poll'];

/** The functions that each machine calls. */
export const machineFunctions: Readonly<Record<string, readonly string[]>> = {
  wave: ['prepareWave', 'nextStage', 'applySettings', 'park', 'archiveWaves', 'concludeWave'],
  replicate: ['ensureReplicating', 'requestLaunch', 'park', 'retryReplication', 'conclude'],
  test: ['requestLaunch', 'runHooks', 'park', 'markReadyForCutover', 'conclude'],
  cutover: ['markReadyForCutover', 'requestLaunch', 'freezeSource', 'runHooks', 'park', 'conclude'],
  finalize: ['park', 'signOff', 'finalizeCutover', 'markAsArchived', 'conclude'],
  rollback: ['park', 'revertLifeCycle', 'runHooks', 'requestLaunch', 'conclude'],
  protect: ['requestLaunch', 'park', 'conclude'],
  drill: ['requestLaunch', 'runHooks', 'park', 'conclude'],
  extend: ['requestLaunch', 'conclude'],
  cleanup: ['park', 'requestLaunch', 'conclude'],
  retire: [
    ...['park', 'releaseInstance', 'requestLaunch', 'stopReplication', 'disconnectServer'],
    ...['deleteServer', 'confirmRetired', 'conclude'],
  ],
  restart: ['park', 'requestLaunch', 'conclude'],
  recover: ['requestLaunch', 'runHooks', 'park', 'conclude'],
  failback: [
    ...['turnReplication', 'park', 'freezeSource', 'requestLaunch', 'runHooks'],
    ...['stopReplication', 'conclude'],
  ],
};

/** The actions in a member account that the functions take there, in the member role. */
export const memberActions: readonly string[] = [
  ...new Set(
    Object.entries(functionGrants)
      // It has a role of its own there.
      .filter(([name]) => name !== 'applySettings')
      .flatMap(([, grants]) => grants)
      .filter(({ on, actions }) => on === 'anything' && !actions.includes('xray:PutTraceSegments'))
      .flatMap(({ actions }) => actions),
  ),
].sort();
