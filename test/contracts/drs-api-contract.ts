import { describe, expect, onTestFinished, test } from 'vitest';
import { createDrsApi } from '../../src/adapters/aws/drs-api.ts';
import type { DrsApi } from '../../src/flow/ports.ts';
import type { Scripted, ScriptedService } from './scripted-service.ts';

const date = { date: 'Mon, 04 Mar 2024 16:20:07 GMT' };
const later = { date: 'Mon, 04 Mar 2024 16:20:09 GMT' };
const id = 's-0123456789abcdef0';
const answeredAt = '2024-03-04T16:20:07.000Z';
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

/** What the API of DRS answers to what the service sends, over any carrier of requests. */
export function drsApiContract(
  carrier: string,
  open: (script: readonly Scripted[]) => Promise<ScriptedService>,
): void {
  const scripted = async (script: readonly Scripted[]) => {
    const service = await open(script);
    onTestFinished(() => service.close());
    return { api: createDrsApi(service.clients), requests: service.requests };
  };
  const asked = (requests: ScriptedService['requests']) =>
    requests.map(({ path, body }) => ({ path, body: JSON.parse(body) as unknown }));

  describe(`DRS over ${carrier}`, () => {
    test('answers the documents of the wire, with members and values that no SDK knows', async () => {
      const server = {
        sourceServerID: id,
        dataReplicationInfo: { dataReplicationState: 'HIBERNATING', lagDuration: 'P0D' },
        stagingArea: { status: 'EXTENSION_ERROR', errorMessage: 'x', newMember: [1, { a: 'B' }] },
        lifeCycle: { lastLaunch: { initiated: {} } },
        PascalMember: true,
      };
      const { api, requests } = await scripted([ok({ items: [server] })]);
      expect(await api.describeSourceServers()).toEqual({ ok: true, value: [server], answeredAt });
      expect(asked(requests)).toEqual([
        { path: '/DescribeSourceServers', body: { filters: {}, maxResults: 1000 } },
      ]);
    });

    test('asks for ids by 200 a call, and not at all for none', async () => {
      const ids = Array.from({ length: 201 }, (_, n) => `s-${String(n).padStart(17, '0')}`);
      const { api, requests } = await scripted([ok({ items: [{ n: 1 }] }), ok({ items: [] })]);
      expect(await api.describeSourceServers([])).toEqual({ ok: true, value: [] });
      expect(await api.describeSourceServers(ids)).toMatchObject({ ok: true, value: [{ n: 1 }] });
      expect(asked(requests).map(({ body }) => body)).toEqual(
        [ids.slice(0, 200), ids.slice(200)].map((sourceServerIDs) => ({
          filters: { sourceServerIDs },
          maxResults: 1000,
        })),
      );
    });

    test('reads the settings of servers and templates, with members that no SDK knows', async () => {
      const document = { copyTags: false, recoveryMode: 'FAST' };
      const list = { ok: true, value: [document], answeredAt };
      const { api, requests } = await scripted([
        ...[document, document].map((one) => ok(one)),
        ok({ items: [document], nextToken: 'more' }),
        ...[[], [document], [document]].map((items) => ok({ items })),
      ]);
      const template = 'lct-0123456789abcdef0';
      expect(await api.getLaunchConfiguration(id)).toMatchObject({ ok: true, value: document });
      expect(await api.getReplicationConfiguration(id)).toMatchObject({ value: document });
      expect(await api.listLaunchActions(template)).toEqual(list);
      expect(await api.describeLaunchConfigurationTemplates()).toEqual(list);
      expect(await api.describeReplicationConfigurationTemplates()).toEqual(list);
      const maxResults = 1000;
      expect(asked(requests)).toEqual([
        { path: '/GetLaunchConfiguration', body: { sourceServerID: id } },
        { path: '/GetReplicationConfiguration', body: { sourceServerID: id } },
        { path: '/ListLaunchActions', body: { resourceId: template, maxResults } },
        {
          path: '/ListLaunchActions',
          body: { resourceId: template, maxResults, nextToken: 'more' },
        },
        { path: '/DescribeLaunchConfigurationTemplates', body: { maxResults } },
        { path: '/DescribeReplicationConfigurationTemplates', body: { maxResults } },
      ]);
    });

    test('lists recovery instances, jobs and their logs', async () => {
      const { api, requests } = await scripted(
        Array.from({ length: 4 }, () => ok({ items: [{ any: 'document' }] })),
      );
      const answer = { ok: true, value: [{ any: 'document' }], answeredAt };
      const jobID = 'drsjob-0123456789abcdef0';
      expect(await api.describeRecoveryInstances()).toEqual(answer);
      expect(await api.describeJobs({ ids: [jobID] })).toEqual(answer);
      expect(await api.describeJobs({ fromAt: '2024-03-03T00:00:00.000Z' })).toEqual(answer);
      expect(await api.describeJobLog(jobID)).toEqual(answer);
      const maxResults = 1000;
      expect(asked(requests)).toEqual([
        { path: '/DescribeRecoveryInstances', body: { filters: {}, maxResults } },
        { path: '/DescribeJobs', body: { filters: { jobIDs: [jobID] }, maxResults } },
        {
          path: '/DescribeJobs',
          body: { filters: { fromDate: '2024-03-03T00:00:00.000Z' }, maxResults },
        },
        { path: '/DescribeJobLogItems', body: { jobID, maxResults } },
      ]);
    });

    test('extends servers of a staging account, which it lists page by page', async () => {
      const arn = `arn:aws:drs:us-east-1:222222222222:source-server/${id}`;
      const list = [{ arn, tags: { Name: 'host-1' } }];
      const { api, requests } = await scripted([
        ok({ items: list, nextToken: 'more' }),
        ok({ items: [] }),
        ok({ items: [{ any: 'document' }] }),
        ok({ sourceServer: { sourceServerID: id } }),
        refused(400, 'ValidationException', {
          message: 'it has the default EBS encryption key',
          code: 'x',
        }),
      ]);
      const account = '222222222222';
      expect(await api.listExtensibleSourceServers(account)).toEqual({
        ok: true,
        value: list,
        answeredAt,
      });
      expect(await api.describeExtensions(account)).toMatchObject({ value: [{ any: 'document' }] });
      expect(await api.createExtendedSourceServer(arn, { a: 'b' })).toMatchObject({ ok: true });
      expect(await api.createExtendedSourceServer(arn, {})).toMatchObject({
        ok: false,
        refusal: { kind: 'validation', message: 'it has the default EBS encryption key' },
      });
      const extensible = { stagingAccountID: account, maxResults: 300 };
      expect(asked(requests)).toEqual([
        { path: '/ListExtensibleSourceServers', body: extensible },
        { path: '/ListExtensibleSourceServers', body: { ...extensible, nextToken: 'more' } },
        {
          path: '/DescribeSourceServers',
          body: { filters: { stagingAccountIDs: [account] }, maxResults: 1000 },
        },
        {
          path: '/CreateExtendedSourceServer',
          body: { sourceServerArn: arn, tags: { a: 'b' } },
        },
        { path: '/CreateExtendedSourceServer', body: { sourceServerArn: arn, tags: {} } },
      ]);
    });

    test('turns replication, stops a failback client, and launches by one with tags', async () => {
      const reversedDirectionSourceServerArn = `arn:aws:drs:us-west-2:111122223333:source-server/${id}`;
      const { api, requests } = await scripted([
        ok({ reversedDirectionSourceServerArn }),
        ok({}),
        ok({ job: { jobID: 'drsjob-1' } }),
        refused(409, 'ConflictException', { message: 'reversed already', resourceId: 'i-1' }),
      ]);
      const recoveryInstanceID = 'i-0123456789abcdef0';
      expect(await api.reverseReplication(recoveryInstanceID)).toMatchObject({
        value: { reversedDirectionSourceServerArn },
      });
      expect(await api.stopFailback(recoveryInstanceID)).toMatchObject({ ok: true });
      const tags = { 'landfall:intent': 'x' };
      expect(await api.startFailbackLaunch([recoveryInstanceID], tags)).toMatchObject({
        value: { job: { jobID: 'drsjob-1' } },
      });
      expect(await api.reverseReplication(recoveryInstanceID)).toMatchObject({
        ok: false,
        refusal: { kind: 'conflict' },
      });
      expect(asked(requests).slice(0, 3)).toEqual([
        { path: '/ReverseReplication', body: { recoveryInstanceID } },
        { path: '/StopFailback', body: { recoveryInstanceID } },
        {
          path: '/StartFailbackLaunch',
          body: { recoveryInstanceIDs: [recoveryInstanceID], tags },
        },
      ]);
    });

    test('recovers source networks, and gives one an earlier stack', async () => {
      const ids = Array.from({ length: 101 }, (_, n) => `sn-${String(n).padStart(17, '0')}`);
      const first = ids[0] ?? '';
      const { api, requests } = await scripted([
        ok({ items: [{ n: 1 }] }),
        ok({ items: [{ n: 2 }] }),
        ok({ job: { jobID: 'drsjob-0123456789abcdef0' } }),
        refused(409, 'ConflictException', { message: 'it is being recovered' }),
      ]);
      expect(await api.describeSourceNetworks([])).toEqual({ ok: true, value: [] });
      expect(await api.describeSourceNetworks(ids)).toMatchObject({ value: [{ n: 1 }, { n: 2 }] });
      const manner = { deployAsNew: true, tags: { a: 'b' } };
      expect(await api.startSourceNetworkRecovery([first], manner)).toMatchObject({ ok: true });
      expect(await api.associateSourceNetworkStack(first, 'before')).toMatchObject({
        refusal: { kind: 'conflict' },
      });
      expect(asked(requests)).toEqual([
        ...[ids.slice(0, 100), ids.slice(100)].map((sourceNetworkIDs) => ({
          path: '/DescribeSourceNetworks',
          body: { filters: { sourceNetworkIDs }, maxResults: 1000 },
        })),
        {
          path: '/StartSourceNetworkRecovery',
          body: { sourceNetworks: [{ sourceNetworkID: first }], ...manner },
        },
        {
          path: '/AssociateSourceNetworkStack',
          body: { sourceNetworkID: first, cfnStackName: 'before' },
        },
      ]);
    });

    const lists: readonly [string, (api: DrsApi) => ReturnType<DrsApi['describeJobLog']>][] = [
      ['servers', (api) => api.describeSourceServers()],
      ['recovery instances', (api) => api.describeRecoveryInstances()],
      ['jobs', (api) => api.describeJobs({ fromAt: '2024-03-03T00:00:00.000Z' })],
      ['the log of a job', (api) => api.describeJobLog('drsjob-0123456789abcdef0')],
    ];
    describe.each(lists)('a list of %s', (_what, list) => {
      test('is followed to its last page and dated by the first', async () => {
        const { api, requests } = await scripted([
          ok({ items: [{ n: 1 }], nextToken: 'page 2' }),
          ok({ items: [], nextToken: 'page 3' }, later),
          ok({ items: [{ n: 2 }] }, later),
        ]);
        expect(await list(api)).toEqual({ ok: true, value: [{ n: 1 }, { n: 2 }], answeredAt });
        expect(asked(requests).map(({ body }) => body)).toMatchObject([
          {},
          { nextToken: 'page 2' },
          { nextToken: 'page 3' },
        ]);
      });

      test('is refused whole where its second page is, after one attempt', async () => {
        const { api, requests } = await scripted([
          ok({ items: [{ n: 1 }], nextToken: 'page 2' }),
          refused(429, 'ThrottlingException', { message: 'Rate exceeded' }, { 'retry-after': '3' }),
        ]);
        expect(await list(api)).toEqual({
          ok: false,
          refusal: {
            kind: 'throttled',
            errorName: 'ThrottlingException',
            message: 'Rate exceeded',
            culprits: [],
            retryAfterSeconds: 3,
          },
        });
        expect(requests).toHaveLength(2);
      });
    });

    describe('the newest recovery snapshot', () => {
      test('is the first of a list that begins with the latest; no further page is asked for', async () => {
        const { api, requests } = await scripted([
          ok({ items: [{ snapshotID: 'pit-1' }, { snapshotID: 'pit-2' }], nextToken: 'page 2' }),
        ]);
        expect(await api.newestRecoverySnapshot(id)).toEqual({
          ok: true,
          value: [{ snapshotID: 'pit-1' }],
          answeredAt,
        });
        expect(asked(requests)).toEqual([
          {
            path: '/DescribeRecoverySnapshots',
            body: { sourceServerID: id, order: 'DESC', maxResults: 1 },
          },
        ]);
      });

      test('stands behind a page that is empty, or there is none', async () => {
        const { api, requests } = await scripted([
          ok({ items: [], nextToken: 'page 2' }),
          ok({ items: [{ snapshotID: 'pit-1' }] }, later),
          ok({ items: [] }),
        ]);
        expect(await api.newestRecoverySnapshot(id)).toMatchObject({
          value: [{ snapshotID: 'pit-1' }],
        });
        expect(await api.newestRecoverySnapshot(id)).toEqual({ ok: true, value: [], answeredAt });
        expect(requests).toHaveLength(3);
      });
    });

    describe('recovery snapshots up to an instant', () => {
      test('are as many as are wanted, the newest first, over pages where it must be', async () => {
        const { api, requests } = await scripted([
          ok({ items: [{ snapshotID: 'pit-1' }], nextToken: 'page 2' }),
          ok({ items: [{ snapshotID: 'pit-2' }, { snapshotID: 'pit-3' }] }, later),
        ]);
        const until = '2024-03-04T16:00:00.000Z';
        expect(await api.recoverySnapshots(id, { until, most: 2 })).toMatchObject({
          value: [{ snapshotID: 'pit-1' }, { snapshotID: 'pit-2' }],
        });
        expect(asked(requests)[0]).toEqual({
          path: '/DescribeRecoverySnapshots',
          body: {
            sourceServerID: id,
            order: 'DESC',
            maxResults: 2,
            filters: { toDateTime: until },
          },
        });
        expect(requests).toHaveLength(2);
      });
    });

    test('a recovery names the snapshot of each server that has one chosen, and no drill', async () => {
      const { api, requests } = await scripted([ok({ job: { jobID: 'drsjob-1' } })]);
      const other = 's-00000000000000002';
      await api.startRecovery([id, other], {
        isDrill: false,
        tags: { a: 'b' },
        snapshots: { [id]: 'pit-00000000000000001' },
      });
      expect(asked(requests)).toEqual([
        {
          path: '/StartRecovery',
          body: {
            isDrill: false,
            sourceServers: [
              { sourceServerID: id, recoverySnapshotID: 'pit-00000000000000001' },
              { sourceServerID: other },
            ],
            tags: { a: 'b' },
          },
        },
      ]);
    });

    test.each([
      ['uninitialized', refused(400, 'UninitializedAccountException', { message: 'no' })],
      ['access-denied', refused(403, 'AccessDeniedException', { message: 'no' })],
      ['validation', refused(400, 'ValidationException', { message: 'no', reason: 'other' })],
      ['ambiguous', refused(500, 'InternalServerException', { message: 'no' })],
      ['ambiguous', 'hang-up'],
      ['ambiguous', { status: 200, body: 'accepted' }],
    ] as const)('a refusal is a value, after one attempt: %s', async (kind, answer) => {
      const { api, requests } = await scripted([answer]);
      expect(await api.describeRecoveryInstances()).toMatchObject({ ok: false, refusal: { kind } });
      expect(requests).toHaveLength(1);
    });
  });
}
