import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { functionGrants, machineFunctions, memberActions } from '../../deploy/grants.ts';
import { throughDrs } from '../../deploy/through-drs.ts';
import { functionNeeds } from '../../src/cli/function-needs.ts';
import { setUpRehearsal } from '../../src/cli/rehearsal.ts';
import { executionArn } from '../../src/flow/execution-name.ts';
import type {
  DrsApi,
  DrsServerSettingsApi,
  Ports,
  ServiceApi,
  SettingsApi,
  Store,
  Workflows,
} from '../../src/flow/ports.ts';
import { functionLogicalId } from '../../src/runtime/deployment-names.ts';
import { noFaults } from '../../src/simulator/simulator.ts';
import { drsAt, watchDrs } from '../scenarios/_drs-watch.ts';
import { failBack, recovered } from '../scenarios/_failback.ts';
import { agentBased, beginning, discovered, inSync, serverId } from '../scenarios/_fleet.ts';
import { hooked } from '../scenarios/_hooks.ts';
import { brisk, planOf, rehearse } from '../scenarios/_rehearse.ts';
import { aDrsServer, drsId, replicationTemplate } from '../simulator/drs/rig.ts';
import { invokedFunction, machineNames, placedStates, readMachine } from '../workflows/asl.ts';
import { writtenTemplate } from './_templates.ts';
import { statements } from './policy-rules.ts';

/** What no port asks for: it goes along with another call, or Lambda does it. */
const alongside = [
  ...['mgn:TagResource', 'drs:TagResource', 'sts:AssumeRole', 'sqs:SendMessage'],
  ...['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
];

/** What holds by the tags of a launch template: the doctor cannot have that simulated. */
const byTag = (action: string) =>
  ['ec2:CreateLaunchTemplateVersion', 'ec2:ModifyLaunchTemplate'].includes(action);
/** What its code may do; the interfaces of a function in a VPC are Lambda's own business. */
const actionsOf = (name: string): ReadonlySet<string> =>
  new Set(
    functionGrants[name]
      ?.filter(({ on }) => on !== 'hookInterfaces')
      .flatMap(({ actions }) => actions),
  );
const named = Object.keys(functionGrants);

describe('the grants of a function', () => {
  test('name each statement once', () => {
    const twice = named.filter((name) => {
      const sids = functionGrants[name]?.map(({ sid }) => sid) ?? [];
      return new Set(sids).size !== sids.length;
    });
    expect(twice).toEqual([]);
  });
});

test('what the doctor has IAM simulate is what the functions are granted', () => {
  const simulated = named.map((name) => [
    name,
    (functionNeeds[name] ?? []).map(({ action }) => action).toSorted(),
  ]);
  const granted = named.map((name) => [
    name,
    [...actionsOf(name)]
      .filter((action) => /^(mgn|drs|ec2|servicequotas):/.test(action) && !byTag(action))
      .toSorted(),
  ]);
  expect(simulated).toEqual(granted);
});

test('a machine may call the functions that its definition names, and no other', () => {
  const called = machineNames.map((machine) => {
    const ids = placedStates(readMachine(machine)).flatMap(
      ({ state }) => invokedFunction(state) ?? [],
    );
    return [machine, [...new Set(ids)].toSorted()];
  });
  const granted = Object.entries(machineFunctions).map(([machine, functions]) => [
    machine,
    functions.map(functionLogicalId).toSorted(),
  ]);
  expect(granted.toSorted()).toEqual(called.toSorted());
});

test('the member role allows what the functions ask of a target, and nothing else', () => {
  const [grants] = statements(writtenTemplate('member-role')).filter(
    ({ ofResource }) => !ofResource,
  );
  expect(grants?.statement['Action']).toEqual(memberActions);
});

test('the member role runs the documents that it is given, and none where it is given none', () => {
  // What people enter has no documents.
  const all = statements(writtenTemplate('member-role')).filter(({ where }) =>
    where.startsWith('MemberRole'),
  );
  const own = functionGrants['runHooks']?.filter(({ on }) =>
    ['hookDocuments', 'managedNodes', 'hookCommands'].includes(on),
  );
  const conditional = all.filter(({ ofResource, statement }) => !ofResource && 'Sid' in statement);
  const found = conditional
    .map(({ statement }) => [statement['Sid'], statement['Action']])
    // What DRS itself does with these rights is held by test/scenarios/drs-hazards (H8).
    .filter(([sid]) => sid !== 'CallServices' && !throughDrs.some((one) => one.sid === sid));
  expect(found).toEqual(own?.map(({ sid, actions }) => [sid, actions]));
  expect(
    conditional.find(({ statement }) => statement['Sid'] === 'RunDocuments')?.statement,
  ).toEqual(expect.objectContaining({ Resource: { Ref: 'HookDocumentArns' } }));
  const text = JSON.stringify(writtenTemplate('member-role'));
  expect(text.match(/"Fn::If":\["HasHookDocuments"/g)).toHaveLength(4);
});

const storeActions: Readonly<Record<keyof Store, string>> = {
  get: 'dynamodb:GetItem',
  getMany: 'dynamodb:BatchGetItem',
  list: 'dynamodb:Query',
  put: 'dynamodb:PutItem',
  delete: 'dynamodb:DeleteItem',
};
const workflowActions: Readonly<Record<keyof Workflows, string>> = {
  sendTaskSuccess: 'states:SendTaskSuccess',
  sendTaskFailure: 'states:SendTaskFailure',
  startExecution: 'states:StartExecution',
  describeExecution: 'states:DescribeExecution',
};
const serviceActions: Readonly<Record<Exclude<keyof ServiceApi, 'startJob'>, string>> = {
  describeSourceServers: 'mgn:DescribeSourceServers',
  describeJobs: 'mgn:DescribeJobs',
  describeJobLog: 'mgn:DescribeJobLogItems',
  describeVcenterClients: 'mgn:DescribeVcenterClients',
  listApplications: 'mgn:ListApplications',
  listWaves: 'mgn:ListWaves',
  startReplication: 'mgn:StartReplication',
  retryDataReplication: 'mgn:RetryDataReplication',
  updateReplicationType: 'mgn:UpdateSourceServerReplicationType',
  changeLifeCycleState: 'mgn:ChangeServerLifeCycleState',
  finalizeCutover: 'mgn:FinalizeCutover',
  markAsArchived: 'mgn:MarkAsArchived',
  archiveWave: 'mgn:ArchiveWave',
  describeInstanceStatus: 'ec2:DescribeInstanceStatus',
  describeInstanceAddresses: 'ec2:DescribeInstances',
  quotas: 'servicequotas:ListServiceQuotas',
  getLaunchConfiguration: 'mgn:GetLaunchConfiguration',
  getReplicationConfiguration: 'mgn:GetReplicationConfiguration',
  listSourceServerActions: 'mgn:ListSourceServerActions',
  describeLaunchConfigurationTemplates: 'mgn:DescribeLaunchConfigurationTemplates',
  describeReplicationConfigurationTemplates: 'mgn:DescribeReplicationConfigurationTemplates',
  describeLaunchTemplates: 'ec2:DescribeLaunchTemplates',
  describeLaunchTemplateVersion: 'ec2:DescribeLaunchTemplateVersions',
  describeSubnets: 'ec2:DescribeSubnets',
  describeInstanceTypes: 'ec2:DescribeInstanceTypes',
  describeRunningInstances: 'ec2:DescribeInstances',
  ec2Quotas: 'servicequotas:ListServiceQuotas',
};

const settingsActions: Readonly<Record<keyof SettingsApi, string>> = {
  describeSourceServers: 'mgn:DescribeSourceServers',
  describeJobs: 'mgn:DescribeJobs',
  getLaunchConfiguration: 'mgn:GetLaunchConfiguration',
  getReplicationConfiguration: 'mgn:GetReplicationConfiguration',
  listSourceServerActions: 'mgn:ListSourceServerActions',
  describeLaunchTemplateVersion: 'ec2:DescribeLaunchTemplateVersions',
  defaultTemplateVersion: 'ec2:DescribeLaunchTemplateVersions',
  updateLaunchConfiguration: 'mgn:UpdateLaunchConfiguration',
  updateReplicationConfiguration: 'mgn:UpdateReplicationConfiguration',
  putSourceServerAction: 'mgn:PutSourceServerAction',
  createTemplateVersion: 'ec2:CreateLaunchTemplateVersion',
  setDefaultTemplateVersion: 'ec2:ModifyLaunchTemplate',
};

const drsSettingsActions: Readonly<Record<keyof DrsServerSettingsApi, string>> = {
  describeSourceServers: 'drs:DescribeSourceServers',
  describeJobs: 'drs:DescribeJobs',
  getLaunchConfiguration: 'drs:GetLaunchConfiguration',
  listLaunchActions: 'drs:ListLaunchActions',
  updateLaunchConfiguration: 'drs:UpdateLaunchConfiguration',
  putLaunchAction: 'drs:PutLaunchAction',
  deleteLaunchAction: 'drs:DeleteLaunchAction',
  describeLaunchTemplateVersion: 'ec2:DescribeLaunchTemplateVersions',
  defaultTemplateVersion: 'ec2:DescribeLaunchTemplateVersions',
  createTemplateVersion: 'ec2:CreateLaunchTemplateVersion',
  setDefaultTemplateVersion: 'ec2:ModifyLaunchTemplate',
};

const drsActions: Readonly<Record<keyof DrsApi, string>> = {
  startReplication: 'drs:StartReplication',
  describeExtensions: 'drs:DescribeSourceServers',
  listExtensibleSourceServers: 'drs:ListExtensibleSourceServers',
  createExtendedSourceServer: 'drs:CreateExtendedSourceServer',
  describeSourceNetworks: 'drs:DescribeSourceNetworks',
  startSourceNetworkRecovery: 'drs:StartSourceNetworkRecovery',
  associateSourceNetworkStack: 'drs:AssociateSourceNetworkStack',
  startRecovery: 'drs:StartRecovery',
  terminateRecoveryInstances: 'drs:TerminateRecoveryInstances',
  startFailbackLaunch: 'drs:StartFailbackLaunch',
  reverseReplication: 'drs:ReverseReplication',
  stopFailback: 'drs:StopFailback',
  retryDataReplication: 'drs:RetryDataReplication',
  stopReplication: 'drs:StopReplication',
  disconnectSourceServer: 'drs:DisconnectSourceServer',
  deleteSourceServer: 'drs:DeleteSourceServer',
  disconnectRecoveryInstance: 'drs:DisconnectRecoveryInstance',
  deleteRecoveryInstance: 'drs:DeleteRecoveryInstance',
  describeSourceServers: 'drs:DescribeSourceServers',
  describeRecoveryInstances: 'drs:DescribeRecoveryInstances',
  newestRecoverySnapshot: 'drs:DescribeRecoverySnapshots',
  recoverySnapshots: 'drs:DescribeRecoverySnapshots',
  describeJobs: 'drs:DescribeJobs',
  describeJobLog: 'drs:DescribeJobLogItems',
  describeInstanceStatus: 'ec2:DescribeInstanceStatus',
  quotas: 'servicequotas:ListServiceQuotas',
  getLaunchConfiguration: 'drs:GetLaunchConfiguration',
  getReplicationConfiguration: 'drs:GetReplicationConfiguration',
  listLaunchActions: 'drs:ListLaunchActions',
  describeLaunchConfigurationTemplates: 'drs:DescribeLaunchConfigurationTemplates',
  describeReplicationConfigurationTemplates: 'drs:DescribeReplicationConfigurationTemplates',
  describeLaunchTemplates: 'ec2:DescribeLaunchTemplates',
  describeLaunchTemplateVersion: 'ec2:DescribeLaunchTemplateVersions',
  describeSubnets: 'ec2:DescribeSubnets',
  describeInstanceTypes: 'ec2:DescribeInstanceTypes',
  describeRunningInstances: 'ec2:DescribeInstances',
  describeInstancesToLaunchInto: 'ec2:DescribeInstances',
  ec2Quotas: 'servicequotas:ListServiceQuotas',
};

/** The adapters behind the ports of the functions, and the prefix that IAM gives their calls. */
const adapters = {
  'dynamodb-store': 'dynamodb',
  'event-bridge-bus': 'events',
  'step-functions': 'states',
  'mgn-api': 'mgn',
  'drs-api': 'drs',
  'settings-api': 'mgn',
  'drs-server-settings': 'drs',
  'launch-template-api': 'ec2',
  'drs-steps': 'drs',
  'drs-extensions': 'drs',
  'drs-networks': 'drs',
  'instance-status': 'ec2',
  'invoke-hook': 'lambda',
  'run-document': 'ssm',
  'launch-surroundings': 'ec2',
  quotas: 'servicequotas',
};

test('all grants together are what the adapters call, action by action', () => {
  const calls = Object.entries(adapters).flatMap(([file, prefix]) => {
    const text = readFileSync(`src/adapters/aws/${file}.ts`, 'utf8');
    return [...text.matchAll(/\b(?!Tappable)([A-Z][A-Za-z]+)Command\b/g)].map(
      ([, call]) => `${prefix}:${call === 'Invoke' ? 'InvokeFunction' : call}`,
    );
  });
  const granted = named.flatMap((name) => [...actionsOf(name)]);
  const own = granted.filter((action) => !alongside.includes(action));
  expect([...new Set(own)].toSorted()).toEqual([...new Set(calls)].toSorted());
});

/** A port that tells each of its calls. */
function telling<Port extends object>(
  port: Port,
  tell: (method: string, args: readonly unknown[]) => void,
): Port {
  return new Proxy(port, {
    get: (whole, key) => {
      const member: unknown = Reflect.get(whole, key);
      if (typeof member !== 'function' || typeof key !== 'string') return member;
      return (...args: readonly unknown[]): unknown => {
        tell(key, args);
        return Reflect.apply(member, whole, args);
      };
    },
  });
}

/** Ports that tell the action of IAM behind each of their calls. */
function watched(ports: Ports, tell: (action: string) => void): Ports {
  const by = (actions: Readonly<Record<string, string>>) => (method: string) => {
    const action = actions[method];
    if (action !== undefined) tell(action);
  };
  return {
    ...ports,
    store: telling(ports.store, by(storeActions)),
    bus: telling(ports.bus, () => tell('events:PutEvents')),
    workflows: telling(ports.workflows, by(workflowActions)),
    serviceOf: (target) =>
      telling(ports.serviceOf(target), (method, [kind]) => {
        if (method === 'startJob') tell(`mgn:${String(kind)}`);
        else by(serviceActions)(method);
      }),
    settingsOf: (target) => telling(ports.settingsOf(target), by(settingsActions)),
    drsSettingsOf: (target) => telling(ports.drsSettingsOf(target), by(drsSettingsActions)),
    drsOf: (target) => telling(ports.drsOf(target), by(drsActions)),
    hooks: telling(ports.hooks, (method, [asked]) => {
      if (method === 'invoke') tell('lambda:InvokeFunction');
      if (method !== 'runDocument') return;
      const ask = typeof asked === 'object' && asked !== null && 'ask' in asked ? asked.ask : '';
      const looks = ['ListCommandInvocations', 'ListCommands'];
      const actions =
        ask === 'run' ? ['SendCommand'] : ask === 'cancel' ? [...looks, 'CancelCommand'] : looks;
      for (const action of actions) tell(`ssm:${action}`);
    }),
  };
}

const launchConfiguration =
  '{ apiVersion: landfall/v1, kind: LaunchConfiguration, metadata: { name: baseline }, spec: { template: { copyTags: true, targetInstanceTypeRightSizingMethod: NONE }, launchTemplate: { instanceType: m5.xlarge }, launchActions: { 8a6bc7c2-4f2b-4c4f-9d0e-0a1b2c3d4e5f: { name: look, actionCode: AWS-RunShellScript, order: 1001 } } } }';

/** A rehearsal of a wave that empties a wave of MGN, which is then archived. */
async function archiveWave(tell: (name: string, action: string) => void): Promise<void> {
  const arn = (kind: string, id: string) => `arn:aws:mgn:us-east-1:111122223333:${kind}/${id}`;
  const [app, wave] = ['app-0123456789abcdef0', 'wave-0123456789abcdef0'];
  const fleet = [{ ...inSync(1), applicationID: app }];
  let name = '';
  const rehearsal = await setUpRehearsal({
    plan: planOf('{ waves: [{ name: wave-1, servers: { all: true } }] }', fleet),
    fleet,
    vcenterClients: [],
    applications: [{ applicationID: app, arn: arn('application', app), name: 'web', waveID: wave }],
    waves: [{ waveID: wave, arn: arn('wave', wave), name: 'first' }],
    faults: noFaults,
    seed: 1,
    startAt: beginning,
    parameters: brisk,
    // One function is called after the other, so the last one called is the one that asks.
    around: (called, call) => {
      name = called;
      return call();
    },
    intercept: (ports) => watched(ports, (action) => tell(name, action)),
  });
  await rehearsal.run();
}

const pending = 'publishes what a crash left in the outbox';
const afresh = 'looks afresh where nothing is on record, or a call was refused';
const dead = 'cleans up after an execution that died with something queued or parked';
const scheduled = 'begins a drill whose schedule has come (test/flow/schedule.test.ts)';
/** What the rehearsals above give no cause for. */
const onlyInTrouble: Readonly<Record<string, string>> = {
  'sweep dynamodb:PutItem': dead,
  'sweep dynamodb:DeleteItem': dead,
  'sweep events:PutEvents': dead,
  'sweep states:StartExecution': scheduled,
  'sweep drs:DescribeSourceServers': scheduled,
  'react dynamodb:DeleteItem': dead,
  'react events:PutEvents': dead,
  'conclude dynamodb:DeleteItem': 'withdraws what a failed phase had queued or parked',
  'nextStage states:DescribeExecution':
    'asks whether a stage that was begun before a crash ever ran',
  'requestLaunch states:SendTaskFailure': 'answers a request anew whose launch has failed',
  'ensureReplicating dynamodb:PutItem': 'takes a call out of the rate budget',
  'ensureReplicating mgn:DescribeSourceServers': afresh,
  'ensureReplicating mgn:UpdateSourceServerReplicationType': 'where the plan asks for another type',
  'retryReplication mgn:DescribeSourceServers': afresh,
  'retryReplication events:PutEvents': pending,
  'applySettings mgn:PutSourceServerAction': 'where the plan sets an action that a server has',
  'applySettings mgn:DescribeJobs': 'where the server was launched before',
  'applySettings drs:DeleteLaunchAction': 'where a server has an action that is not wanted',
  'applySettings drs:DescribeJobs': 'where the server was launched before',
  'freezeSource events:PutEvents': pending,
  'markReadyForCutover mgn:DescribeSourceServers': afresh,
  'markAsArchived mgn:DescribeSourceServers': afresh,
  'turnReplication drs:StopFailback': 'where the way back by a client is taken back',
  'releaseInstance dynamodb:Query': 'asks what is known of the other accounts of its Region',
  'runHooks ssm:CancelCommand': 'stops a command whose time is over',
  'remedy drs:DescribeSourceServers': 'where the deployment file has servers of DRS retried',
  'remedy drs:RetryDataReplication': 'where the deployment file has servers of DRS retried',
  'confirmRetired drs:DescribeSourceServers': afresh,
  'confirmRetired drs:DescribeRecoveryInstances': afresh,
};

describe('in rehearsals', () => {
  const seen = new Map<string, Set<string>>();
  const tell = (name: string, action: string): void => {
    seen.set(name, (seen.get(name) ?? new Set()).add(action));
  };

  beforeAll(async () => {
    const [first, second] = [[1, 2, 3].map((n) => inSync(n)), [agentBased(4), discovered(5)]];
    await rehearse({
      fleet: [...first, ...second],
      spec: `{ waves: [
        { name: one, servers: { ids: [${[1, 2, 3].map(serverId).join(', ')}] } },
        { name: two, servers: { ids: [${[4, 5].map(serverId).join(', ')}] }, dependsOn: [one], replicationType: SNAPSHOT_SHIPPING }] }`,
      faults: [
        `{ fault: launch-failure, on: cutover-launch, times: 9, servers: { ids: [${serverId(2)}] } }`,
        '{ fault: stall, errorClass: NOT_CONVERGING, on: continuous, clearsAfter: retry, servers: { all: true } }',
      ],
      around: (ports, name, run) => run(watched(ports, (action) => tell(name, action))),
      whenTold: [
        {
          event: (event) =>
            event['detail-type'] === 'Wave Stage Started' && event.detail['phase'] === 'finalize',
          // Some steps on: the execution has parked something by then.
          happens: async ({ runtime }) => {
            for (let steps = 0; steps < 40; steps += 1) await runtime.runOne();
            const arn = runtime.stateMachineArn('Finalize');
            const stopped = executionArn(arn, `story.one.${serverId(3)}.finalize.1`);
            expect(runtime.abort(stopped, 'Stopped.ByHand', 'somebody pressed Stop')).toBe(true);
          },
        },
      ],
      goOnSeconds: 7200,
    });
    await archiveWave(tell);
    // A wave that applies what its plan wants.
    await rehearse({
      fleet: [inSync(1)],
      spec: '{ defaults: { phases: [replicate, test] }, waves: [{ name: one, servers: { all: true }, desired: { apply: by-policy, launchConfiguration: { copyTags: false, targetInstanceTypeRightSizingMethod: NONE }, launchTemplate: { instanceType: m5.xlarge }, replicationConfiguration: { bandwidthThrottling: 100 }, postLaunchActions: { deployment: CUTOVER_ONLY } } }] }',
      around: (ports, name, run) => run(watched(ports, (action) => tell(name, action))),
    });
    // A stall beside the wave, in a deployment that has it mended.
    await rehearse({
      fleet: [inSync(1), agentBased(2)],
      spec: `{ waves: [{ name: one, servers: { ids: [${serverId(1)}] } }] }`,
      faults: [
        `{ fault: stall, errorClass: SNAPSHOTS_FAILURE, on: continuous, clearsAfter: retry, servers: { ids: [${serverId(2)}] } }`,
      ],
      deployment: join(process.cwd(), 'examples/deployments/many-accounts.yaml'),
      around: (ports, name, run) => run(watched(ports, (action) => tell(name, action))),
      goOnSeconds: 86_400,
    });
    // Hooks that take their time, and a source that is thawed.
    await rehearse({
      fleet: [inSync(1)],
      spec: hooked(
        'freeze: [{ name: stop, function: stop }], thaw: [{ name: start, function: start }], afterCutover: [{ name: look, document: look, on: instance }], validateCutover: [{ name: shop, tcp: "{privateIp}:80", onFailure: hold, attempts: 1 }]',
      ),
      hooks: [{ hook: 'shop', outcome: 'failed', durationSeconds: 0 }],
      around: (ports, name, run) => run(watched(ports, (action) => tell(name, action))),
    });
    await rehearse({
      kind: 'Protection',
      fleet: [aDrsServer(1, { state: 'STOPPED' })],
      spec: `{ waves: [{ name: one, servers: { all: true }, phases: [protect, drill, extend], extend: { into: '444455556666' }, desired: { apply: by-policy, configuration: ${launchConfiguration} } }] }`,
      parameters: { drsExtensionNeedsCustomKey: false },
      around: (ports, name, run) => run(watched(ports, (action) => tell(name, action))),
    });
    // A recovery into networks that are not recovered, and get the stack back that they had before.
    await rehearse({
      kind: 'Recovery',
      fleet: [aDrsServer(1, { more: { sourceNetworkID: 'sn-00000000000000001' } })],
      spec: '{ waves: [{ name: one, servers: { all: true }, recovery: { networks: { onFailure: previous-stack } } }] }',
      before: (person) =>
        void person('StartSourceNetworkRecovery', {
          sourceNetworks: [{ sourceNetworkID: 'sn-00000000000000001', cfnStackName: 'before' }],
        }),
      parameters: { drsNetworkRecoveryResult: 'FAIL', drsNetworkAssociationResult: 'SUCCESS' },
      around: (ports, name, run) => run(watched(ports, (action) => tell(name, action))),
    });
    // A server that is retired, and whose live instance DRS lets go of.
    await rehearse({
      kind: 'Retirement',
      fleet: [aDrsServer(1)],
      spec: '{ waves: [{ name: one, servers: { all: true }, gates: { retire: { approval: { policy: hands-off, when: [no-failures] } } }, retire: { grace: PT1H, liveInstance: keep } }] }',
      before: (person) =>
        void person('StartRecovery', { sourceServers: [{ sourceServerID: drsId(1) }] }),
      parameters: {},
      around: (ports, name, run) => run(watched(ports, (action) => tell(name, action))),
    });
    // Servers that fail back: across Regions, and by a failback client.
    await failBack([recovered(1), recovered(2, '')], {
      parameters: { drsFailbackClientBootsAfterMinutes: 10 },
      around: (ports, name, run) => run(watched(ports, (action) => tell(name, action))),
    });
    await watchDrs({
      fleet: [aDrsServer(1)],
      targets: [drsAt('us-east-1')],
      startAt: beginning,
      hours: 1,
      acts: [
        {
          atHours: 0,
          does: ({ call }) => {
            call('CreateLaunchConfigurationTemplate', { postLaunchEnabled: true });
            call('CreateReplicationConfigurationTemplate', replicationTemplate);
          },
        },
        {
          atHours: 0.1,
          does: ({ call }) => {
            const sourceServers = [{ sourceServerID: drsId(1) }];
            call('StartRecovery', { isDrill: true, sourceServers });
          },
        },
      ],
      intercept: (ports) => watched(ports, (action) => tell('poll', action)),
    });
  }, 120_000);

  test('no function asks for more than it is granted', () => {
    const beyond = [...seen].flatMap(([name, actions]) =>
      [...actions]
        .filter((action) => !actionsOf(name).has(action))
        .map((action) => `${name} ${action}`),
    );
    expect(beyond).toEqual([]);
  });

  test('each function asks for what it is granted, but for what only trouble brings', () => {
    const idle = named.flatMap((name) =>
      [...actionsOf(name)]
        .filter((action) => !alongside.includes(action) && !seen.get(name)?.has(action))
        .map((action) => `${name} ${action}`),
    );
    expect(idle.filter((one) => !(one in onlyInTrouble))).toEqual([]);
  });
});
