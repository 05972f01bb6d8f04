import { describe, expect, onTestFinished, test } from 'vitest';
import { createMgnApi, type MgnApiOptions } from '../../src/adapters/aws/mgn-api.ts';
import { InvalidInput } from '../../src/core/failure.ts';
import type { Scripted, ScriptedService } from './scripted-service.ts';

const date = { date: 'Mon, 04 Mar 2024 16:20:07 GMT' };
const later = { date: 'Mon, 04 Mar 2024 16:20:09 GMT' };
const [first, second] = ['s-0123456789abcdef0', 's-0123456789abcdef1'];
const ok = (value: unknown, headers: Readonly<Record<string, string>> = date): Scripted => ({
  status: 200,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(value),
});
const refused = (status: number, name: string, value: object, headers = {}): Scripted => ({
  status,
  headers: { 'content-type': 'application/json', 'x-amzn-errortype': name, ...date, ...headers },
  body: JSON.stringify(value),
});

/** What the API of MGN answers to what the service sends, over any carrier of requests. */
export function mgnApiContract(
  carrier: string,
  open: (script: readonly Scripted[]) => Promise<ScriptedService>,
): void {
  const scripted = async (script: readonly Scripted[], options?: MgnApiOptions) => {
    const service = await open(script);
    onTestFinished(() => service.close());
    return { api: createMgnApi(service.clients, options), requests: service.requests };
  };
  const asked = (requests: ScriptedService['requests']) =>
    requests.map(({ path, body }) => ({ path, body: JSON.parse(body) as unknown }));

  describe(`MGN over ${carrier}`, () => {
    test('answers the documents of the wire, with members and values that no SDK knows', async () => {
      const server = {
        sourceServerID: first,
        lifeCycle: {
          state: 'HIBERNATING',
          lastTest: { initiated: {} },
          newMember: [1, { a: 'B' }],
        },
        tags: { 'Any Key': 'v', résumé: '' },
        PascalMember: true,
      };
      const { api, requests } = await scripted([ok({ items: [server] })]);
      expect(await api.describeSourceServers()).toEqual({
        ok: true,
        value: [server],
        answeredAt: '2024-03-04T16:20:07.000Z',
      });
      expect(asked(requests)).toEqual([
        { path: '/DescribeSourceServers', body: { filters: {}, maxResults: 1000 } },
      ]);
    });

    test('leaves members out that are null: a null lag is no lag', async () => {
      const items = [{ sourceServerID: first, dataReplicationInfo: { lagDuration: null, a: 0 } }];
      const { api } = await scripted([ok({ items, nextToken: null }, {})]);
      const { value } = (await api.describeSourceServers()) as { value: readonly unknown[] };
      expect(value).toStrictEqual([{ sourceServerID: first, dataReplicationInfo: { a: 0 } }]);
    });

    test('archives a wave and answers it as the wire has it', async () => {
      const wave = { waveID: 'wave-0123456789abcdef0', isArchived: true };
      const { api, requests } = await scripted([ok(wave)]);
      expect(await api.archiveWave('wave-0123456789abcdef0')).toMatchObject({
        ok: true,
        value: wave,
      });
      expect(asked(requests)).toEqual([
        { path: '/ArchiveWave', body: { waveID: 'wave-0123456789abcdef0' } },
      ]);
    });

    test('answers a changed server whole, as the wire has it', async () => {
      const server = { sourceServerID: first, unknownMember: { x: 1 }, isArchived: false };
      const { api, requests } = await scripted(Array.from({ length: 6 }, () => ok(server)));
      const answer = { ok: true, value: server, answeredAt: '2024-03-04T16:20:07.000Z' };
      expect(await api.startReplication(first)).toEqual(answer);
      expect(await api.retryDataReplication(first)).toEqual(answer);
      expect(await api.updateReplicationType(first, 'SNAPSHOT_SHIPPING')).toEqual(answer);
      expect(await api.changeLifeCycleState(first, 'READY_FOR_CUTOVER')).toEqual(answer);
      expect(await api.finalizeCutover(first)).toEqual(answer);
      expect(await api.markAsArchived(first)).toEqual(answer);
      const sourceServerID = first;
      expect(asked(requests)).toEqual([
        { path: '/StartReplication', body: { sourceServerID } },
        { path: '/RetryDataReplication', body: { sourceServerID } },
        {
          path: '/UpdateSourceServerReplicationType',
          body: { sourceServerID, replicationType: 'SNAPSHOT_SHIPPING' },
        },
        {
          path: '/ChangeServerLifeCycleState',
          body: { sourceServerID, lifeCycle: { state: 'READY_FOR_CUTOVER' } },
        },
        { path: '/FinalizeCutover', body: { sourceServerID } },
        { path: '/MarkAsArchived', body: { sourceServerID } },
      ]);
    });

    test('reads configurations, actions and templates as the wire has them', async () => {
      const configuration = { sourceServerID: first, copyTags: true, newMember: { a: 1 } };
      const action = { actionID: 'a', actionName: 'verify', order: 1001 };
      const { api, requests } = await scripted([
        ok(configuration),
        ok(configuration),
        ok({ items: [action], nextToken: 'more' }),
        ok({ items: [] }),
        ok({ items: [{ launchConfigurationTemplateID: 'lct-1' }] }),
        ok({ items: [{ replicationConfigurationTemplateID: 'rct-1' }] }),
      ]);
      expect(await api.getLaunchConfiguration(first)).toMatchObject({ value: configuration });
      expect(await api.getReplicationConfiguration(first)).toMatchObject({ value: configuration });
      expect(await api.listSourceServerActions(first)).toMatchObject({ value: [action] });
      expect(await api.describeLaunchConfigurationTemplates()).toMatchObject({
        value: [{ launchConfigurationTemplateID: 'lct-1' }],
      });
      expect(await api.describeReplicationConfigurationTemplates()).toMatchObject({
        value: [{ replicationConfigurationTemplateID: 'rct-1' }],
      });
      const sourceServerID = first;
      expect(asked(requests)).toEqual([
        { path: '/GetLaunchConfiguration', body: { sourceServerID } },
        { path: '/GetReplicationConfiguration', body: { sourceServerID } },
        { path: '/ListSourceServerActions', body: { sourceServerID, maxResults: 200 } },
        {
          path: '/ListSourceServerActions',
          body: { sourceServerID, maxResults: 200, nextToken: 'more' },
        },
        { path: '/DescribeLaunchConfigurationTemplates', body: { maxResults: 200 } },
        { path: '/DescribeReplicationConfigurationTemplates', body: { maxResults: 200 } },
      ]);
    });

    test('follows all pages, in order, and dates them by the first', async () => {
      const { api, requests } = await scripted([
        ok({ items: [{ sourceServerID: first }], nextToken: 'page 2' }),
        ok({ items: [], nextToken: 'page 3' }, later),
        ok({ items: [{ sourceServerID: second }] }, later),
      ]);
      expect(await api.describeSourceServers()).toEqual({
        ok: true,
        value: [{ sourceServerID: first }, { sourceServerID: second }],
        answeredAt: '2024-03-04T16:20:07.000Z',
      });
      expect(asked(requests).map(({ body }) => body)).toEqual([
        { filters: {}, maxResults: 1000 },
        { filters: {}, maxResults: 1000, nextToken: 'page 2' },
        { filters: {}, maxResults: 1000, nextToken: 'page 3' },
      ]);
    });

    test('refuses the whole list when its second page is refused', async () => {
      const { api, requests } = await scripted([
        ok({ items: [{ sourceServerID: first }], nextToken: 'page 2' }),
        refused(429, 'ThrottlingException', { message: 'Rate exceeded' }),
      ]);
      expect(await api.describeSourceServers()).toEqual({
        ok: false,
        refusal: {
          kind: 'throttled',
          errorName: 'ThrottlingException',
          message: 'Rate exceeded',
          culprits: [],
        },
      });
      expect(requests).toHaveLength(2);
    });

    test.each([
      ['two pages with the same token', [{ nextToken: 'a' }, { nextToken: 'a' }]],
      ['items that are no list', [{ items: { sourceServerID: first } }]],
      ['an item that is no object', [{ items: [first] }]],
      ['a token that is no text', [{ items: [], nextToken: 7 }]],
    ])('refuses a list with %s', async (_, pages) => {
      const { api } = await scripted(pages.map((page) => ok(page)));
      const answer = await api.describeSourceServers();
      expect(answer).toMatchObject({ ok: false, refusal: { errorName: 'AnswerUnreadable' } });
    });

    test('asks for ids by 200 a call, and not at all for none', async () => {
      const ids = Array.from({ length: 450 }, (_, n) => `s-${String(n).padStart(17, '0')}`);
      const { api, requests } = await scripted([
        ok({ items: [{ n: 1 }] }),
        ok({ items: [{ n: 2 }] }, later),
        ok({ items: [{ n: 3 }] }, later),
      ]);
      expect(await api.describeSourceServers([])).toEqual({ ok: true, value: [] });
      expect(requests).toEqual([]);
      expect(await api.describeSourceServers(ids)).toEqual({
        ok: true,
        value: [{ n: 1 }, { n: 2 }, { n: 3 }],
        answeredAt: '2024-03-04T16:20:07.000Z',
      });
      expect(asked(requests).map(({ body }) => body)).toEqual(
        [ids.slice(0, 200), ids.slice(200, 400), ids.slice(400)].map((sourceServerIDs) => ({
          filters: { sourceServerIDs },
          maxResults: 1000,
        })),
      );
    });

    test('asks for archived servers apart where it is told to, and keeps a server once', async () => {
      const { api, requests } = await scripted(
        [
          ok({ items: [{ sourceServerID: first }, { sourceServerID: second, isArchived: false }] }),
          ok({ items: [{ sourceServerID: second, isArchived: true }] }, later),
        ],
        { includeArchived: 'both-calls' },
      );
      expect(await api.describeSourceServers()).toEqual({
        ok: true,
        value: [{ sourceServerID: first }, { sourceServerID: second, isArchived: true }],
        answeredAt: '2024-03-04T16:20:07.000Z',
      });
      expect(asked(requests).map(({ body }) => body)).toEqual([
        { filters: { isArchived: false }, maxResults: 1000 },
        { filters: { isArchived: true }, maxResults: 1000 },
      ]);
    });

    test('lists jobs, their logs, vCenter clients, applications and waves', async () => {
      const { api, requests } = await scripted(
        Array.from({ length: 6 }, () => ok({ items: [{ any: 'document' }] }, {})),
      );
      const answer = { ok: true, value: [{ any: 'document' }] };
      const jobID = 'mgnjob-0123456789abcdef0';
      expect(await api.describeJobs({ ids: [jobID] })).toEqual(answer);
      expect(await api.describeJobs({ fromAt: '2024-03-03T00:00:00.000Z' })).toEqual(answer);
      expect(await api.describeJobLog(jobID)).toEqual(answer);
      expect(await api.describeVcenterClients()).toEqual(answer);
      expect(await api.listApplications()).toEqual(answer);
      expect(await api.listWaves()).toEqual(answer);
      const maxResults = 1000;
      expect(requests.map(({ method, path, body }) => [method, path, body])).toEqual([
        ['POST', '/DescribeJobs', JSON.stringify({ filters: { jobIDs: [jobID] }, maxResults })],
        [
          'POST',
          '/DescribeJobs',
          JSON.stringify({ filters: { fromDate: '2024-03-03T00:00:00.000Z' }, maxResults }),
        ],
        ['POST', '/DescribeJobLogItems', JSON.stringify({ jobID, maxResults })],
        ['GET', '/DescribeVcenterClients?maxResults=1000', ''],
        ['POST', '/ListApplications', JSON.stringify({ filters: {}, maxResults })],
        ['POST', '/ListWaves', JSON.stringify({ filters: {}, maxResults })],
      ]);
    });

    test.each(['StartTest', 'StartCutover', 'TerminateTargetInstances'] as const)(
      '%s answers its job and carries the tags',
      async (kind) => {
        const job = { jobID: 'mgnjob-0123456789abcdef0', status: 'PENDING', isNew: 1 };
        const { api, requests } = await scripted([{ ...(ok({ job }) as object), status: 202 }]);
        expect(await api.startJob(kind, [first, second], { 'landfall:intent': 'i-1' })).toEqual({
          ok: true,
          value: job,
          answeredAt: '2024-03-04T16:20:07.000Z',
        });
        expect(asked(requests)).toEqual([
          {
            path: `/${kind}`,
            body: { sourceServerIDs: [first, second], tags: { 'landfall:intent': 'i-1' } },
          },
        ]);
      },
    );

    test('a launch that is accepted without a job is ambiguous', async () => {
      const { api } = await scripted([ok({})]);
      expect(await api.startJob('StartTest', [first], {})).toMatchObject({
        ok: false,
        refusal: { kind: 'ambiguous', errorName: 'AnswerUnreadable' },
      });
    });

    test('what no call can carry is an error of the caller, and nothing is sent', async () => {
      const { api, requests } = await scripted([]);
      await expect(api.startJob('StartTest', [], {})).rejects.toThrow(InvalidInput);
      const tooMany = Array.from({ length: 201 }, () => first);
      await expect(api.startJob('StartTest', tooMany, {})).rejects.toThrow(InvalidInput);
      await expect(api.changeLifeCycleState(first, 'TESTING')).rejects.toThrow(InvalidInput);
      await expect(api.updateReplicationType(first, 'MAGIC')).rejects.toThrow(InvalidInput);
      expect(requests).toEqual([]);
    });

    describe('reads refusals', () => {
      const busy =
        'One or more of the Source Servers included in API call are currently being processed by a Job';
      test.each([
        [
          'a conflict with the servers that it names one by one',
          refused(409, 'ConflictException', {
            message: busy,
            code: 'X',
            resourceId: 'ignored',
            errors: [{ resourceId: first }, { resourceId: second }, { resourceId: first }],
          }),
          {
            kind: 'conflict',
            errorName: 'ConflictException',
            message: busy,
            culprits: [first, second],
          },
        ],
        [
          'a conflict with the one server that it names',
          refused(409, 'ConflictException', {
            message: busy,
            resourceId: `arn:aws:mgn:eu-central-1:111122223333:source-server/${second}`,
          }),
          { kind: 'conflict', errorName: 'ConflictException', message: busy, culprits: [second] },
        ],
        [
          'a conflict that names nobody',
          refused(409, 'ConflictException', { message: busy, errors: null }),
          { kind: 'conflict', errorName: 'ConflictException', message: busy, culprits: [] },
        ],
        [
          'a validation error with the servers in its texts',
          refused(400, 'ValidationException', {
            message: `Server ${first} is not launchable.`,
            reason: 'fieldValidationFailed',
            fieldList: [
              { name: 'sourceServerIDs', message: `${second} (this-1234567890 is no id)` },
            ],
          }),
          {
            kind: 'validation',
            errorName: 'ValidationException',
            message: `Server ${first} is not launchable.`,
            culprits: [second, first],
          },
        ],
        [
          'a quota with its code',
          refused(402, 'ServiceQuotaExceededException', {
            message: 'Max active source servers',
            quotaCode: 'L-9A599620',
            quotaValue: 150,
          }),
          {
            kind: 'quota',
            errorName: 'ServiceQuotaExceededException',
            message: 'Max active source servers',
            culprits: [],
            quotaCode: 'L-9A599620',
          },
        ],
        [
          'throttling with the time to wait',
          refused(429, 'ThrottlingException', { message: 'Rate exceeded' }, { 'retry-after': '7' }),
          {
            kind: 'throttled',
            errorName: 'ThrottlingException',
            message: 'Rate exceeded',
            culprits: [],
            retryAfterSeconds: 7,
          },
        ],
        [
          'a name that says throttling, whatever the status',
          refused(400, 'TooManyRequestsException', { message: 'slow down' }),
          {
            kind: 'throttled',
            errorName: 'TooManyRequestsException',
            message: 'slow down',
            culprits: [],
          },
        ],
        [
          'what was not found',
          refused(404, 'ResourceNotFoundException', { message: 'gone', resourceId: first }),
          {
            kind: 'not-found',
            errorName: 'ResourceNotFoundException',
            message: 'gone',
            culprits: [first],
          },
        ],
        [
          'an account that MGN was never set up in',
          refused(400, 'UninitializedAccountException', { message: 'initialize first' }),
          {
            kind: 'uninitialized',
            errorName: 'UninitializedAccountException',
            message: 'initialize first',
            culprits: [],
          },
        ],
        [
          'missing permission',
          refused(403, 'AccessDeniedException', { message: 'not authorized' }),
          {
            kind: 'access-denied',
            errorName: 'AccessDeniedException',
            message: 'not authorized',
            culprits: [],
          },
        ],
        [
          'an unknown name by its status',
          refused(409, 'BrandNewException', { message: 'new' }),
          { kind: 'conflict', errorName: 'BrandNewException', message: 'new', culprits: [] },
        ],
        [
          'an unknown name with an unknown status',
          refused(418, 'TeapotException', { message: 'short and stout' }),
          {
            kind: 'other',
            errorName: 'TeapotException',
            message: 'short and stout',
            culprits: [],
          },
        ],
        [
          'a name that only the body has',
          { status: 409, headers: date, body: '{"__type":"ConflictException","message":"busy"}' },
          { kind: 'conflict', errorName: 'ConflictException', message: 'busy', culprits: [] },
        ],
        [
          'a broken service as ambiguous',
          refused(500, 'InternalServerException', { message: 'oops' }, { 'retry-after': '30' }),
          {
            kind: 'ambiguous',
            errorName: 'InternalServerException',
            message: 'oops',
            culprits: [],
            retryAfterSeconds: 30,
          },
        ],
        [
          'a gateway that answers in HTML as ambiguous',
          { status: 502, headers: { 'content-type': 'text/html' }, body: '<html>bad</html>' },
          {
            kind: 'ambiguous',
            errorName: 'Http502',
            message: '<html>bad</html>',
            culprits: [],
          },
        ],
      ] as const)('%s', async (_, answer, refusal) => {
        const { api, requests } = await scripted([answer]);
        expect(await api.startJob('StartCutover', [first, second], {})).toEqual({
          ok: false,
          refusal,
        });
        expect(requests).toHaveLength(1);
      });

      test.each([
        ['no answer at all', 'hang-up' as const],
        ['half of an answer', { ...(ok({ job: { jobID: 'mgnjob-1' } }) as object), half: true }],
        ['an answer that is not JSON', { status: 200, body: 'accepted' }],
      ] as const)('%s as ambiguous, after one attempt', async (_, answer) => {
        const { api, requests } = await scripted([answer as Scripted]);
        expect(await api.startJob('StartCutover', [first], {})).toMatchObject({
          ok: false,
          refusal: { kind: 'ambiguous', culprits: [] },
        });
        expect(requests).toHaveLength(1);
      });
    });

    describe('asks EC2 and Service Quotas', () => {
      const xml = (body: string, status = 200): Scripted => ({
        status,
        headers: { 'content-type': 'text/xml', ...date },
        body: `<?xml version="1.0" encoding="UTF-8"?>${body}`,
      });
      const statusXml = (id: string) =>
        `<item><instanceId>${id}</instanceId><instanceState><name>running</name></instanceState>` +
        '<systemStatus><status>ok</status></systemStatus>' +
        '<instanceStatus><status>initializing</status></instanceStatus></item>';
      const statusOf = (instanceId: string) => ({
        instanceId,
        instanceState: 'running',
        systemStatus: 'ok',
        instanceStatus: 'initializing',
      });
      const [one, other] = ['i-0123456789abcdef0', 'i-0123456789abcdef1'];

      test('for the status checks of instances in any state, over all pages', async () => {
        const page = (inner: string, token = '') =>
          xml(
            `<DescribeInstanceStatusResponse><instanceStatusSet>${inner}</instanceStatusSet>${token}</DescribeInstanceStatusResponse>`,
          );
        const { api, requests } = await scripted([
          page(statusXml(one), '<nextToken>more</nextToken>'),
          page(statusXml(other)),
        ]);
        expect(await api.describeInstanceStatus([one, other])).toEqual({
          ok: true,
          value: [statusOf(one), statusOf(other)],
          answeredAt: '2024-03-04T16:20:07.000Z',
        });
        expect(requests.map(({ body }) => Object.fromEntries(new URLSearchParams(body)))).toEqual([
          {
            Action: 'DescribeInstanceStatus',
            Version: '2016-11-15',
            'InstanceId.1': one,
            'InstanceId.2': other,
            IncludeAllInstances: 'true',
          },
          {
            Action: 'DescribeInstanceStatus',
            Version: '2016-11-15',
            'InstanceId.1': one,
            'InstanceId.2': other,
            IncludeAllInstances: 'true',
            NextToken: 'more',
          },
        ]);
      });

      const ec2Refusal = (code: string, message: string, status: number) =>
        xml(
          `<Response><Errors><Error><Code>${code}</Code><Message>${message}</Message></Error></Errors><RequestID>r</RequestID></Response>`,
          status,
        );

      test('again for the rest, when EC2 does not know an instance', async () => {
        const gone = ec2Refusal(
          'InvalidInstanceID.NotFound',
          `The instance ID '${one}' does not exist`,
          400,
        );
        const { api } = await scripted([
          gone,
          xml(
            `<DescribeInstanceStatusResponse><instanceStatusSet>${statusXml(other)}</instanceStatusSet></DescribeInstanceStatusResponse>`,
          ),
          gone,
        ]);
        expect(await api.describeInstanceStatus([one, other])).toEqual({
          ok: true,
          value: [statusOf(other)],
          answeredAt: '2024-03-04T16:20:07.000Z',
        });
        expect(await api.describeInstanceStatus([one])).toEqual({ ok: true, value: [] });
        expect(await api.describeInstanceStatus([])).toEqual({ ok: true, value: [] });
      });

      test('and hears that EC2 throttles, which it says with a 503', async () => {
        const { api } = await scripted([
          ec2Refusal('RequestLimitExceeded', 'Request limit exceeded.', 503),
        ]);
        expect(await api.describeInstanceStatus([one])).toEqual({
          ok: false,
          refusal: {
            kind: 'throttled',
            errorName: 'RequestLimitExceeded',
            message: 'Request limit exceeded.',
            culprits: [],
          },
        });
      });

      const template = 'lt-0123456789abcdef0';

      test('for launch templates, and again for the rest where one is gone', async () => {
        const gone = 'lt-0123456789abcdef1';
        const { api, requests } = await scripted([
          ec2Refusal(
            'InvalidLaunchTemplateId.NotFound',
            `The specified launch template, with template ID ${gone}, does not exist.`,
            400,
          ),
          xml(
            `<DescribeLaunchTemplatesResponse><launchTemplates><item><launchTemplateId>${template}</launchTemplateId><defaultVersionNumber>3</defaultVersionNumber><latestVersionNumber>7</latestVersionNumber></item></launchTemplates></DescribeLaunchTemplatesResponse>`,
          ),
        ]);
        expect(await api.describeLaunchTemplates([gone, template])).toMatchObject({
          ok: true,
          value: [{ launchTemplateId: template, defaultVersion: 3, latestVersion: 7 }],
        });
        expect(requests).toHaveLength(2);
        expect(await api.describeLaunchTemplates([])).toEqual({ ok: true, value: [] });
      });

      test('for one version of a launch template, whose user data stays behind', async () => {
        const secret = Buffer.from('password=hunter2').toString('base64');
        const { api, requests } = await scripted([
          xml(
            `<DescribeLaunchTemplateVersionsResponse><launchTemplateVersionSet><item><launchTemplateId>${template}</launchTemplateId><versionNumber>3</versionNumber><createdBy>arn:aws:iam::1:user/anna</createdBy><launchTemplateData><instanceType>m5.large</instanceType><userData>${secret}</userData><networkInterfaceSet><item><subnetId>subnet-1</subnetId><groupSet><groupId>sg-2</groupId><groupId>sg-1</groupId></groupSet></item></networkInterfaceSet></launchTemplateData></item></launchTemplateVersionSet></DescribeLaunchTemplateVersionsResponse>`,
          ),
          xml(
            '<DescribeLaunchTemplateVersionsResponse><launchTemplateVersionSet/></DescribeLaunchTemplateVersionsResponse>',
          ),
        ]);
        const answer = await api.describeLaunchTemplateVersion(template, 3);
        expect(answer).toMatchObject({
          ok: true,
          value: {
            launchTemplateId: template,
            version: 3,
            instanceType: 'm5.large',
            subnetIds: ['subnet-1'],
            securityGroupIds: ['sg-1', 'sg-2'],
            hasUserData: true,
          },
        });
        expect(JSON.stringify(answer)).not.toContain(secret);
        expect(JSON.stringify(answer)).not.toContain('anna');
        expect(Object.fromEntries(new URLSearchParams(requests[0]?.body))).toEqual({
          Action: 'DescribeLaunchTemplateVersions',
          Version: '2016-11-15',
          LaunchTemplateId: template,
          'LaunchTemplateVersion.1': '3',
        });
        expect(await api.describeLaunchTemplateVersion(template, 4)).toMatchObject({
          ok: false,
          refusal: { errorName: 'AnswerUnreadable' },
        });
      });

      test('for subnets and instance types by filter, so that one that is missing refuses nothing', async () => {
        const { api, requests } = await scripted([
          xml(
            '<DescribeSubnetsResponse><subnetSet><item><subnetId>subnet-1</subnetId><availableIpAddressCount>0</availableIpAddressCount></item></subnetSet></DescribeSubnetsResponse>',
          ),
          xml(
            '<DescribeInstanceTypesResponse><instanceTypeSet><item><instanceType>m5.large</instanceType><vCpuInfo><defaultVCpus>2</defaultVCpus></vCpuInfo></item></instanceTypeSet></DescribeInstanceTypesResponse>',
          ),
        ]);
        expect(await api.describeSubnets(['subnet-1', 'subnet-2'])).toMatchObject({
          ok: true,
          value: [{ subnetId: 'subnet-1', freeAddresses: 0 }],
        });
        expect(await api.describeInstanceTypes(['m5.large', 'x9.huge'])).toMatchObject({
          ok: true,
          value: [{ instanceType: 'm5.large', vcpus: 2 }],
        });
        expect(
          requests.map(({ body }) => new URLSearchParams(body).get('Filter.1.Value.2')),
        ).toEqual(['subnet-2', 'x9.huge']);
      });

      test('for what runs, over all pages, with its vCPUs where EC2 tells them', async () => {
        const page = (inner: string, token = '') =>
          xml(
            `<DescribeInstancesResponse><reservationSet><item><instancesSet>${inner}</instancesSet></item></reservationSet>${token}</DescribeInstancesResponse>`,
          );
        const { api } = await scripted([
          page(
            `<item><instanceId>${one}</instanceId><instanceType>m5.large</instanceType><cpuOptions><coreCount>1</coreCount><threadsPerCore>2</threadsPerCore></cpuOptions></item>`,
            '<nextToken>more</nextToken>',
          ),
          page(
            `<item><instanceId>${other}</instanceId><instanceType>t3.micro</instanceType><instanceLifecycle>spot</instanceLifecycle></item>`,
          ),
        ]);
        expect(await api.describeRunningInstances()).toMatchObject({
          ok: true,
          value: [
            { instanceId: one, instanceType: 'm5.large', vcpus: 2, spot: false },
            { instanceId: other, instanceType: 't3.micro', vcpus: undefined, spot: true },
          ],
        });
      });

      test('for the quotas of EC2 under their own service', async () => {
        const { api, requests } = await scripted([
          ok({ Quotas: [{ QuotaCode: 'L-1216C47A', Value: 512 }] }),
        ]);
        expect(await api.ec2Quotas()).toMatchObject({ ok: true, value: { 'L-1216C47A': 512 } });
        expect(JSON.parse(requests[0]?.body ?? '')).toEqual({
          ServiceCode: 'ec2',
          MaxResults: 100,
        });
      });

      test('for the quotas by code, over all pages', async () => {
        const { api, requests } = await scripted([
          ok({ Quotas: [{ QuotaCode: 'L-9A599620', Value: 300 }, { Value: 1 }], NextToken: 'n' }),
          ok({ Quotas: [{ QuotaCode: 'L-4FF77426', Value: 200 }] }),
        ]);
        expect(await api.quotas()).toEqual({
          ok: true,
          value: { 'L-9A599620': 300, 'L-4FF77426': 200 },
          answeredAt: '2024-03-04T16:20:07.000Z',
        });
        expect(requests.map(({ operation, body }) => [operation, JSON.parse(body)])).toEqual([
          ['ServiceQuotasV20190624.ListServiceQuotas', { ServiceCode: 'mgn', MaxResults: 100 }],
          [
            'ServiceQuotasV20190624.ListServiceQuotas',
            { ServiceCode: 'mgn', MaxResults: 100, NextToken: 'n' },
          ],
        ]);
      });

      test('and passes on that the quotas may not be read', async () => {
        const { api } = await scripted([
          {
            status: 400,
            headers: { 'content-type': 'application/x-amz-json-1.1' },
            body: '{"__type":"AccessDeniedException","Message":"not you"}',
          },
        ]);
        expect(await api.quotas()).toMatchObject({
          ok: false,
          refusal: { kind: 'access-denied', errorName: 'AccessDeniedException' },
        });
      });
    });
  });
}
