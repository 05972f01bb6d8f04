import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  callerName,
  disturbs,
  readTrail,
  type TrailCall,
} from '../../../src/core/event/trail-call.ts';

const account = '111122223333';
const ourselves = {
  accountId: account,
  stage: 'prod',
  memberRole: 'landfall-member-prod',
  memberSession: 'landfall-prod',
};
const server = 's-0000000000000000a';

const assumed = (role: string, session: string, accountId = account) => ({
  type: 'AssumedRole',
  principalId: `AROAEXAMPLE:${session}`,
  arn: `arn:aws:sts::${accountId}:assumed-role/${role}/${session}`,
  accountId,
  accessKeyId: 'ASIAEXAMPLE',
  sessionContext: {
    sessionIssuer: {
      type: 'Role',
      arn: `arn:aws:iam::${accountId}:role/team/${role}`,
      userName: role,
    },
  },
});

const record = (is: object = {}) => ({
  eventVersion: '1.08',
  eventID: '4a1f7c52-5a0e-4b51-9a3c-0d2f6f8b7e11',
  eventTime: '2024-03-04T16:20:00Z',
  eventSource: 'mgn.amazonaws.com',
  eventName: 'FinalizeCutover',
  eventType: 'AwsApiCall',
  awsRegion: 'eu-central-1',
  recipientAccountId: account,
  sourceIPAddress: '198.51.100.7',
  userAgent: 'aws-cli/2',
  readOnly: false,
  requestParameters: { sourceServerID: server },
  userIdentity: assumed('ops', 'anna@example.com'),
  ...is,
});

const call = (is: object = {}): TrailCall => {
  const read = readTrail(record(is), ourselves);
  if (read.is === 'silent') throw new Error(read.because);
  return read.call;
};
const because = (is: object) => {
  const read = readTrail(record(is), ourselves);
  return read.is === 'silent' ? read.because : 'told';
};

describe('a call of somebody else', () => {
  it('names its caller, its time, its target and its server', () => {
    expect(call()).toEqual({
      eventId: '4a1f7c52-5a0e-4b51-9a3c-0d2f6f8b7e11',
      target: { partition: 'aws', service: 'mgn', accountId: account, region: 'eu-central-1' },
      operation: 'FinalizeCutover',
      calledAt: '2024-03-04T16:20:00.000Z',
      errorCode: null,
      caller: {
        type: 'AssumedRole',
        accountId: account,
        principal: `arn:aws:iam::${account}:role/team/ops`,
        session: '…@example.com',
      },
      servers: [server],
      resource: null,
    });
  });

  it('tells no address of a person or machine, and no key', () => {
    const people = [
      assumed('ops', 'anna.smith@example.com'),
      {
        type: 'IAMUser',
        arn: `arn:aws:iam::${account}:user/anna@example.com`,
        accountId: account,
        userName: 'anna@example.com',
      },
      { type: 'FederatedUser', arn: `arn:aws:sts::${account}:federated-user/anna@example.com` },
      { type: 'WebIdentityUser', userName: 'anna@example.com', principalId: 'x:anna@example.com' },
    ];
    for (const userIdentity of people) {
      const text = JSON.stringify(call({ userIdentity }));
      expect(text).not.toMatch(/anna|198\.51|EXAMPLE/);
    }
  });

  it.each([
    [{ sourceServerIDs: [server, 's-0000000000000000b', server] }, 2, null],
    [{ sourceServers: [{ sourceServerID: server, recoverySnapshotID: 'pit-1' }] }, 1, null],
    [
      { resourceArn: `arn:aws:mgn:eu-central-1:${account}:source-server/${server}`, tags: {} },
      1,
      null,
    ],
    [{ jobID: 'mgnjob-1', accountID: account }, 0, 'mgnjob-1'],
    [{ replicationConfigurationTemplateID: 'rct-1' }, 0, 'rct-1'],
    [{ sourceServerID: { deep: 1 }, name: 's-zzzz' }, 0, null],
    [null, 0, null],
  ])('finds what it was about in %j', (requestParameters, servers, resource) => {
    const found = call({ requestParameters });
    expect([found.servers.length, found.resource]).toEqual([servers, resource]);
  });

  it('finds the servers of the job that it began where the request names none', () => {
    const found = call({
      eventSource: 'drs.amazonaws.com',
      eventName: 'TerminateRecoveryInstances',
      requestParameters: { recoveryInstanceIDs: ['i-1'] },
      responseElements: { job: { participatingServers: [{ sourceServerID: server }] } },
    });
    expect(found.target.service).toBe('drs');
    expect(found.servers).toEqual([server]);
  });

  it('may be made in the member role by a person, or by a role that is only named alike', () => {
    for (const identity of [
      assumed('landfall-member-prod', 'anna', '444455556666'),
      assumed('landfall-prod-PollRole-1A2B', 'anna'),
      assumed('landfall-prod-PollRole-1A2B', 'landfall-prod-poll', '444455556666'),
      assumed('landfall-prod-eu-PollRole-1A2B', 'landfall-prod-eu-poll'),
      assumed('operators', 'landfall-prod-poll'),
      { ...assumed('landfall-member-prod', 'landfall-prod'), type: 'FederatedUser' },
    ]) {
      expect(because({ userIdentity: identity })).toBe('told');
    }
  });
});

describe('what is silent', () => {
  it.each([
    [
      'Landfall made it',
      { userIdentity: assumed('landfall-prod-PollRole-1A2B', 'landfall-prod-poll') },
    ],
    [
      'Landfall made it',
      {
        userIdentity: assumed(
          'landfall-prod-FinalizeCutoverRole-X',
          'landfall-prod-finalizeCutover',
        ),
      },
    ],
    [
      'Landfall made it',
      { userIdentity: assumed('landfall-member-prod', 'landfall-prod', '444455556666') },
    ],
    [
      'a service of AWS made it',
      { userIdentity: { type: 'AWSService', invokedBy: 'mgn.amazonaws.com' } },
    ],
    [
      'a service of AWS made it',
      { userIdentity: { ...assumed('x', 'y'), invokedBy: 'cloudformation.amazonaws.com' } },
    ],
    [
      'a service of AWS made it',
      {
        userIdentity: {
          type: 'AssumedRole',
          sessionContext: {
            sessionIssuer: {
              arn: `arn:aws:iam::${account}:role/aws-service-role/mgn.amazonaws.com/AWSServiceRoleForApplicationMigrationService`,
            },
          },
        },
      },
    ],
    ['an agent of the service made it', { eventName: 'SendAgentMetricsForMgn' }],
    ['it only reads', { readOnly: true }],
    ['it only reads', { eventName: 'DescribeJobs', readOnly: undefined }],
    ['no call to MGN or DRS', { eventSource: 'ec2.amazonaws.com' }],
    ['no call to MGN or DRS', { eventType: 'AwsServiceEvent' }],
    ['no operation named', { eventName: 7 }],
    ['it lacks its id, its time or its account and Region', { eventID: undefined }],
    ['it lacks its id, its time or its account and Region', { eventTime: 'yesterday' }],
    ['it lacks its id, its time or its account and Region', { awsRegion: 'nowhere' }],
  ])('%s', (why, is) => {
    expect(because(is)).toBe(why);
  });
});

describe('whether a call disturbs', () => {
  it('an attempt and a change of names do not, all else does', () => {
    expect(disturbs(call())).toBe(true);
    expect(disturbs(call({ eventName: 'AnOperationOfTomorrow' }))).toBe(true);
    expect(disturbs(call({ errorCode: 'ConflictException' }))).toBe(false);
    expect(disturbs(call({ eventName: 'TagResource' }))).toBe(false);
  });

  it('says who it was in a few words', () => {
    expect(callerName(call().caller)).toBe('role/team/ops (…@example.com)');
    expect(callerName(call({ userIdentity: { type: 'Root' } }).caller)).toBe('Root');
  });
});

it('reads any document without an error, and tells nothing too long', () => {
  const odd = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(
      'AssumedRole',
      `arn:aws:sts::${account}:assumed-role/a/b`,
      server,
      'x'.repeat(5000),
    ),
  );
  const identity = fc.record(
    { type: odd, arn: odd, accountId: odd, invokedBy: odd, sessionContext: odd, userName: odd },
    { requiredKeys: [] },
  );
  const detail = fc.record(
    {
      eventID: odd,
      eventTime: fc.oneof(odd, fc.constant('2024-03-04T16:20:00Z')),
      eventSource: fc.constantFrom('mgn.amazonaws.com', 'drs.amazonaws.com'),
      eventName: odd,
      awsRegion: fc.constantFrom('us-east-1', 'cn-north-1', '*'),
      recipientAccountId: fc.oneof(odd, fc.constant(account)),
      errorCode: odd,
      requestParameters: fc.oneof(
        odd,
        fc.dictionary(fc.constantFrom('sourceServerIDs', 'jobID', 'arn', '__proto__'), odd),
      ),
      responseElements: odd,
      userIdentity: fc.oneof(odd, identity),
    },
    { requiredKeys: ['eventSource'] },
  );
  let told = 0;
  fc.assert(
    fc.property(detail, (given) => {
      const read = readTrail({ ...record(), ...given }, ourselves);
      if (read.is === 'silent') return;
      told += 1;
      const { servers: _, ...rest } = read.call;
      expect(JSON.stringify(rest).length).toBeLessThan(3000);
    }),
    { numRuns: 2000, seed: 5 },
  );
  expect(told).toBeGreaterThan(100);
});
