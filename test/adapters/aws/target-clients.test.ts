// The API of targets by their access, over HTTP against the simulator.
import { describe, expect, onTestFinished, test } from 'vitest';
import { createStsClient } from '../../../src/adapters/aws/clients.ts';
import { createDrsTargetApis } from '../../../src/adapters/aws/drs-target-clients.ts';
import { createRoleSessions } from '../../../src/adapters/aws/role-sessions.ts';
import type { TargetClientSettings } from '../../../src/adapters/aws/target-access.ts';
import { createTargetApis } from '../../../src/adapters/aws/target-clients.ts';
import type { Target } from '../../../src/core/target.ts';
import type { Access } from '../../../src/core/target-list.ts';
import { fromMs } from '../../../src/core/time.ts';
import type { JsonObject, Parameters } from '../../../src/simulator/simulator.ts';
import { CallRecord } from '../../../src/trace/forms.ts';
import { face } from '../../simulator/http/face-rig.ts';
import { aClient, accountId, faults, ready, region, start } from '../../simulator/rig.ts';

const member = '444455556666';
const roleArn = `arn:aws:iam::${member}:role/landfall-member-test`;
const target: Target = { partition: 'aws', service: 'mgn', accountId: member, region };
const theirs = (n: number): JsonObject => ({
  ...ready(n),
  arn: String(ready(n)['arn']).replace(accountId, member),
});

async function deployed(
  access: Access,
  is: Partial<TargetClientSettings> = {},
  parameters: Partial<Parameters> = {},
  faulty = faults(),
) {
  const simulator = await face({
    fleet: [theirs(1), ready(2)],
    vcenterClients: [{ ...aClient, arn: String(aClient['arn']).replace(accountId, member) }],
    parameters,
    faults: faulty,
  });
  onTestFinished(() => simulator.close());
  const address = `http://127.0.0.1:${simulator.port}`;
  let now = start;
  const settings: TargetClientSettings = {
    targets: [
      { target, access },
      { target: { ...target, service: 'drs' }, access },
    ],
    homeRegion: 'eu-central-1',
    memberRole: 'landfall-member-test',
    externalId: '',
    sessionName: 'landfall-test',
    clock: { now: () => fromMs(now) },
    endpoints: { mgn: address, drs: address, ec2: address, serviceQuotas: address, sts: address },
    credentials: { accessKeyId: accountId, secretAccessKey: 'none' },
    ...is,
  };
  const serviceOf = createTargetApis(settings);
  const made = () =>
    simulator.calls.after(0, 1000).map(({ text }) => CallRecord.parse(JSON.parse(text)));
  const calls = () => made().map((c) => `${c.operation} ${c.accountId} ${c.region}`);
  return {
    made,
    serviceOf,
    drsOf: createDrsTargetApis(settings),
    api: serviceOf(target),
    simulator,
    calls,
    later: (s: number) => (now += s * 1000),
  };
}

const ids = (answer: { readonly ok: boolean; readonly value?: readonly unknown[] }) =>
  (answer.value as readonly { readonly sourceServerID: string }[]).map((d) => d.sourceServerID);

test('own: the function speaks for itself, and knows nothing of other accounts', async () => {
  const { api, serviceOf, calls } = await deployed('own');
  const own = serviceOf({ ...target, accountId });
  expect(serviceOf({ ...target, accountId })).toBe(own);
  expect(ids(await api.describeSourceServers())).toEqual([ready(2)['sourceServerID']]);
  expect(calls()).toEqual([`DescribeSourceServers ${accountId} ${region}`]);
});

describe('a target of DRS', () => {
  const ofDrs: Target = { ...target, service: 'drs' };

  test('is reached as the function itself, or in the member role', async () => {
    const { drsOf, calls } = await deployed('role');
    expect(drsOf(ofDrs)).toBe(drsOf({ ...ofDrs }));
    expect(await drsOf(ofDrs).describeSourceServers()).toMatchObject({ ok: true, value: [] });
    expect(await drsOf({ ...ofDrs, accountId }).quotas()).toMatchObject({ ok: true });
    expect(calls()).toEqual([
      `AssumeRole ${accountId} eu-central-1`,
      `DescribeSourceServers ${member} ${region}`,
      `ListServiceQuotas ${accountId} ${region}`,
    ]);
  });

  test('that cannot be entered is refused at every call, and asked for nothing', async () => {
    const { drsOf, calls } = await deployed('role', {}, { roleExternalIds: { [roleArn]: 'x' } });
    const api = drsOf(ofDrs);
    const answers = await Promise.all([
      api.describeSourceServers(),
      api.describeRecoveryInstances(),
      api.newestRecoverySnapshot('s-00000000000000001'),
      api.describeJobs({ ids: ['drsjob-1'] }),
      api.describeJobLog('drsjob-1'),
      api.describeInstanceStatus(['i-0123456789abcdef0']),
      api.quotas(),
    ]);
    expect(answers.map((answer) => !answer.ok && answer.refusal.kind)).toEqual(
      answers.map(() => 'access-denied'),
    );
    expect(new Set(calls())).toEqual(new Set([`AssumeRole ${accountId} eu-central-1`]));
  });
});

describe('role', () => {
  test('everything is asked in the member account, in one session that is kept', async () => {
    const { api, calls } = await deployed('role');
    const answers = await Promise.all([api.describeSourceServers(), api.describeVcenterClients()]);
    expect(answers.map((answer) => answer.ok)).toEqual([true, true]);
    expect(ids(await api.describeSourceServers())).toEqual([theirs(1)['sourceServerID']]);
    expect((await api.quotas()).ok).toBe(true);
    expect((await api.describeInstanceStatus([])).ok).toBe(true);
    expect(calls()[0]).toBe(`AssumeRole ${accountId} eu-central-1`);
    expect(calls().slice(1).toSorted()).toEqual([
      `DescribeSourceServers ${member} ${region}`,
      `DescribeSourceServers ${member} ${region}`,
      `DescribeVcenterClients ${member} ${region}`,
      `ListServiceQuotas ${member} ${region}`,
    ]);
  });

  test('a session is renewed shortly before it expires', async () => {
    const { api, calls, later, simulator } = await deployed('role');
    const assumed = () => calls().filter((call) => call.startsWith('AssumeRole')).length;
    await api.quotas();
    later(3600 - 301);
    await api.quotas();
    expect(assumed()).toBe(1);
    later(2);
    simulator.simulator.advanceTo(start + 3301_000);
    await api.quotas();
    await api.quotas();
    expect(assumed()).toBe(2);
  });

  test('an external id is shown where it is set', async () => {
    const roleExternalIds = { [roleArn]: 'secret-1' };
    const shown = await deployed('role', { externalId: 'secret-1' }, { roleExternalIds });
    expect(await shown.api.describeSourceServers()).toMatchObject({ ok: true });
    const none = await deployed('role', {}, { roleExternalIds });
    expect(await none.api.describeSourceServers()).toEqual({
      ok: false,
      refusal: {
        kind: 'access-denied',
        errorName: 'AccessDenied',
        message: `sts:AssumeRole of ${roleArn}: User: arn:aws:iam::${accountId}:root is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`,
        culprits: [],
      },
    });
  });

  test('a role that cannot be assumed refuses every call, and is asked for again each time', async () => {
    const { api, calls } = await deployed('role', {}, { missingRoles: [roleArn] });
    const id = String(theirs(1)['sourceServerID']);
    const answers = [
      await api.describeSourceServers(),
      await api.startJob('StartTest', [id], {}),
      await api.describeVcenterClients(),
      await api.describeInstanceStatus(['i-0123456789abcdef0']),
      await api.quotas(),
    ];
    expect(answers.map((answer) => !answer.ok && answer.refusal.kind)).toEqual(
      Array(5).fill('access-denied'),
    );
    expect(new Set(calls())).toEqual(new Set([`AssumeRole ${accountId} eu-central-1`]));
    expect(calls()).toHaveLength(5);
  });

  test('an STS that does not answer is no lost launch: nothing was asked of MGN', async () => {
    const { api, made } = await deployed('role', {
      endpoints: { sts: 'http://127.0.0.1:1' },
    });
    expect(
      await api.startJob('StartTest', [String(theirs(1)['sourceServerID'])], {}),
    ).toMatchObject({
      ok: false,
      refusal: {
        kind: 'other',
        message: expect.stringContaining(`sts:AssumeRole of ${roleArn}: `),
      },
    });
    expect(made()).toEqual([]);
  });

  test('an STS that throttles is heard', async () => {
    const { api } = await deployed('role', {}, {}, faults({ fault: 'throttling' }));
    expect(await api.describeSourceServers()).toMatchObject({
      ok: false,
      refusal: { kind: 'throttled' },
    });
  });
});

describe('managed', () => {
  const managed = {
    accountIDScope: 'managed',
    managedAccounts: { [accountId]: [member] },
  } as const;

  test('MGN is asked as ourselves about the member, what takes no account in its role', async () => {
    const { api, calls } = await deployed('managed', {}, managed);
    const id = String(theirs(1)['sourceServerID']);
    expect(ids(await api.describeSourceServers())).toEqual([id]);
    expect((await api.startJob('StartTest', [id], { a: 'b' })).ok).toBe(true);
    expect((await api.describeJobs({ fromAt: fromMs(start) })).ok).toBe(true);
    expect(calls().some((call) => call.startsWith('AssumeRole'))).toBe(false);
    expect((await api.describeVcenterClients()).ok).toBe(true);
    expect((await api.quotas()).ok).toBe(true);
    expect(calls()).toEqual([
      `DescribeSourceServers ${member} ${region}`,
      `StartTest ${member} ${region}`,
      `DescribeJobs ${member} ${region}`,
      `AssumeRole ${accountId} eu-central-1`,
      `DescribeVcenterClients ${member} ${region}`,
      `ListServiceQuotas ${member} ${region}`,
    ]);
  });

  test('every call that takes the account names it', async () => {
    const { api, made } = await deployed('managed', {}, managed);
    const id = String(theirs(1)['sourceServerID']);
    await api.describeSourceServers([id]);
    await api.describeJobs({ ids: ['mgnjob-0123456789abcdef0'] });
    await api.describeJobLog('mgnjob-0123456789abcdef0');
    await api.listApplications();
    await api.listWaves();
    await api.startReplication(id);
    await api.retryDataReplication(id);
    await api.updateReplicationType(id, 'AGENT_BASED');
    await api.changeLifeCycleState(id, 'READY_FOR_CUTOVER');
    await api.finalizeCutover(id);
    await api.markAsArchived(id);
    await api.archiveWave('wave-0123456789abcdef0');
    await api.startJob('StartCutover', [id], {});
    await api.startJob('TerminateTargetInstances', [id], {});
    expect(made().map(({ input }) => input['accountID'])).toEqual(Array(14).fill(member));
  });

  test('an account that is not ours to manage is refused', async () => {
    const { api } = await deployed('managed', {}, { accountIDScope: 'managed' });
    expect(await api.describeSourceServers()).toMatchObject({
      ok: false,
      refusal: { kind: 'access-denied', errorName: 'AccessDeniedException' },
    });
  });
});

test('an address names the Region where it says {region}', async () => {
  const { simulator } = await deployed('own');
  const host = `http://127.0.0.1:${simulator.port}`;
  const apis = createTargetApis({
    targets: [],
    homeRegion: region,
    memberRole: 'r',
    externalId: '',
    sessionName: 'landfall-test',
    clock: { now: () => fromMs(start) },
    endpoints: { mgn: `${host}/{region}` },
    credentials: { accessKeyId: accountId, secretAccessKey: 'none' },
  });
  const answer = await apis({ ...target, accountId }).describeSourceServers();
  expect(answer).toMatchObject({
    ok: false,
    refusal: { message: expect.stringContaining(region) },
  });
});

test('an answer without credentials is no session', async () => {
  const { createServer } = await import('node:http');
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/xml' });
    response.end('<AssumeRoleResponse><AssumeRoleResult/></AssumeRoleResponse>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const sts = createStsClient({
    region,
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: accountId, secretAccessKey: 'none' },
  });
  onTestFinished(() => sts.destroy());
  const sessions = createRoleSessions(() => sts, {
    externalId: '',
    sessionName: 'landfall-test',
    clock: { now: () => fromMs(start) },
  });
  expect(await sessions.credentialsOf(roleArn)).toEqual({
    ok: false,
    refusal: {
      kind: 'other',
      errorName: 'AnswerUnreadable',
      message: `sts:AssumeRole of ${roleArn}: the answer holds no credentials`,
      culprits: [],
    },
  });
});
