import { describe, expect, test } from 'vitest';
import {
  aClient,
  accountId,
  aServer,
  day,
  faults,
  fleetFile,
  hour,
  minute,
  ready,
  region,
  rig,
  serverId,
  startAt,
  type Wire,
} from './rig.ts';

describe('a loaded fleet', () => {
  test('is served back as it is, but for what time moves', () => {
    const fleet = fleetFile('mixed-40.json');
    const { call } = rig({ fleet, vcenterClients: fleetFile('mixed-40.vcenter-clients.json') });
    const items: Wire[] = call('DescribeSourceServers', { maxResults: 1000 }).body.items;
    const facts = (server: Wire) => ({
      ...server,
      lifeCycle: {
        ...server.lifeCycle,
        elapsedReplicationDuration: 0,
        lastSeenByServiceDateTime: 0,
      },
      dataReplicationInfo: {
        state: server.dataReplicationInfo.dataReplicationState,
        error: server.dataReplicationInfo.dataReplicationError,
        snapshot: server.dataReplicationInfo.lastSnapshotDateTime,
        steps: server.dataReplicationInfo.dataReplicationInitiation,
        sizes: server.dataReplicationInfo.replicatedDisks.map((d: Wire) => [
          d.deviceName,
          d.totalStorageBytes,
          d.replicatedStorageBytes,
        ]),
        launchable: server.dataReplicationInfo.lagDuration !== undefined,
      },
    });
    const timeless = (server: Wire) => {
      const { elapsedReplicationDuration: _, ...lifeCycle } = facts(server).lifeCycle;
      return { ...facts(server), lifeCycle };
    };
    expect(items.map(timeless)).toEqual(fleet.map(timeless));
  });

  test('keeps unknown members, unknown states and missing members', () => {
    const odd = aServer(1, {
      replication: 'TELEPORTING',
      more: { shoeSize: 43, launchedInstance: undefined },
      info: { replicatorId: 'i-1' },
    });
    const known = ready(2, { more: { newMember: { a: [1] } }, info: { replicatorId: 'i-2' } });
    const { server, at } = rig({ fleet: [odd, known] });
    const asWritten: Wire = JSON.parse(JSON.stringify(odd));
    expect(server(1)).toEqual(asWritten);
    at(3 * day);
    expect(server(1)).toEqual(asWritten);
    expect(server(2).newMember).toEqual({ a: [1] });
    expect(server(2).dataReplicationInfo.replicatorId).toBe('i-2');
  });

  test('is refused when a document has no place', () => {
    expect(() => rig({ fleet: [{ sourceServerID: 's-1' }] })).toThrow(
      /without a readable ARN: s-1/,
    );
  });

  test('lives in the account and Region of its ARNs', () => {
    const elsewhere = {
      ...ready(2),
      arn: `arn:aws-cn:mgn:cn-north-1:999988887777:source-server/${serverId(2)}`,
    };
    const { simulator } = rig({ fleet: [ready(1), elsewhere] });
    const ids = (place: { region: string; accountId: string }) =>
      JSON.parse(
        simulator.answer({
          ...place,
          service: 'mgn',
          caller: 'landfall',
          method: 'POST',
          path: '/DescribeSourceServers',
          query: {},
          headers: {},
          body: '{}',
        }).body,
      ).items.map((s: Wire) => s.sourceServerID);
    expect(ids({ region, accountId })).toEqual([serverId(1)]);
    expect(ids({ region: 'cn-north-1', accountId: '999988887777' })).toEqual([serverId(2)]);
    expect(ids({ region: 'eu-west-1', accountId })).toEqual([]);
  });

  test('never meets a quota by being loaded', () => {
    const fleet = Array.from({ length: 160 }, (_, n) => ready(n));
    const { call } = rig({ fleet });
    expect(call('DescribeSourceServers', { maxResults: 1000 }).body.items).toHaveLength(160);
  });

  test('has a job for each job id that it names, and an instance for each instance', () => {
    const { job } = rig({ fleet: fleetFile('mixed-40.json') });
    expect(job('mgnjob-0feff5b01e16d6f42')).toMatchObject({
      status: 'COMPLETED',
      initiatedBy: 'START_TEST',
      participatingServers: [
        {
          sourceServerID: 's-dce7b51fcea6a2d5b',
          launchStatus: 'LAUNCHED',
          launchedEc2InstanceID: 'i-1e0b5a709e197ba02',
        },
      ],
    });
  });

  test('goes on with a launch that was under way', () => {
    const id = 'mgnjob-00000000000000009';
    const fleet = [ready(1, { lifeCycle: 'TESTING' })];
    const lifeCycle: Wire = fleet[0]?.['lifeCycle'];
    lifeCycle.lastTest.initiated = { apiCallDateTime: '2024-03-04T16:19:00+00:00', jobID: id };
    const { job, at, server } = rig({ fleet });
    expect(job(id).status).toBe('PENDING');
    at(hour);
    expect(job(id)).toMatchObject({
      status: 'COMPLETED',
      participatingServers: [{ launchStatus: 'LAUNCHED' }],
    });
    expect(server(1).launchedInstance).toMatchObject({ jobID: id, firstBoot: 'SUCCEEDED' });
  });
});

describe('DescribeSourceServers', () => {
  const fleet = [
    ready(1),
    aServer(2, { lifeCycle: 'DISCOVERED', replication: 'STOPPED', agentless: true }),
    aServer(3, { lifeCycle: 'CUTOVER', replication: 'DISCONNECTED', more: { isArchived: true } }),
    ready(4, { more: { applicationID: 'app-00000000000000001' } }),
  ];
  const ids = (filters: Wire, parameters = {}) =>
    rig({ fleet, parameters })
      .call('DescribeSourceServers', { filters })
      .body.items.map((s: Wire) => Number.parseInt(s.sourceServerID.slice(2), 16));

  test.each([
    [{}, [1, 2, 3, 4]],
    [{ isArchived: false }, [1, 2, 4]],
    [{ isArchived: true }, [3]],
    [{ lifeCycleStates: ['DISCOVERED'], replicationTypes: ['SNAPSHOT_SHIPPING'] }, [2]],
    [{ lifeCycleStates: ['READY_FOR_TEST', 'CUTOVER'] }, [1, 3, 4]],
    [{ applicationIDs: ['app-00000000000000001'] }, [4]],
    [{ sourceServerIDs: [serverId(4), serverId(77), serverId(1)] }, [1, 4]],
  ])('filters by %j', (filters, expected) => {
    expect(ids(filters)).toEqual(expected);
  });

  test('leaves archived servers out without a filter when the parameter says so', () => {
    expect(ids({}, { includeArchivedByDefault: false })).toEqual([1, 2, 4]);
  });

  test('pages through all servers once, with a token that fits only the same filters', () => {
    const { call } = rig({ fleet: Array.from({ length: 25 }, (_, n) => ready(n)) });
    const seen: string[] = [];
    let nextToken: string | undefined;
    do {
      const page: Wire = call('DescribeSourceServers', {
        maxResults: 10,
        ...(nextToken && { nextToken }),
      }).body;
      seen.push(...page.items.map((s: Wire) => s.sourceServerID));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    expect(seen).toEqual(Array.from({ length: 25 }, (_, n) => serverId(n)));

    const token = call('DescribeSourceServers', { maxResults: 10 }).body.nextToken;
    const other = call('DescribeSourceServers', {
      filters: { isArchived: false },
      nextToken: token,
    });
    expect(other).toMatchObject({
      status: 400,
      error: 'ValidationException',
      body: { fieldList: [{ name: 'nextToken' }] },
    });
    expect(call('DescribeSourceServers', { nextToken: 'garbage' }).error).toBe(
      'ValidationException',
    );
  });

  test('uses the default page size when none is asked for', () => {
    const { call } = rig({
      fleet: [ready(1), ready(2), ready(3)],
      parameters: { pageSizeDefault: 2 },
    });
    expect(call('DescribeSourceServers').body.items).toHaveLength(2);
  });

  test.each([
    [{ maxResults: 0 }, 'maxResults'],
    [{ maxResults: 1001 }, 'maxResults'],
    [{ filters: { lifeCycleStates: ['LOST'] } }, 'filters.lifeCycleStates.0'],
    [{ filters: { sourceServerIDs: ['server-1'] } }, 'filters.sourceServerIDs.0'],
    [{ filters: { isArchived: 'no' } }, 'filters.isArchived'],
    [
      { filters: { sourceServerIDs: Array.from({ length: 201 }, (_, n) => serverId(n)) } },
      'filters.sourceServerIDs',
    ],
  ])('refuses %j and names the field', (input, name) => {
    expect(rig().call('DescribeSourceServers', input)).toMatchObject({
      status: 400,
      error: 'ValidationException',
      body: { code: 'ValidationException', reason: 'fieldValidationFailed', fieldList: [{ name }] },
    });
  });
});

describe('the wire', () => {
  test('carries request id, content type and the virtual time', () => {
    const { call, at } = rig();
    at(hour);
    expect(call('DescribeJobs').headers).toEqual({
      'content-type': 'application/json',
      'x-amzn-requestid': expect.stringMatching(/^[0-9a-f-]{36}$/),
      date: 'Mon, 04 Mar 2024 17:20:07 GMT',
    });
  });

  test('refuses bad JSON and unknown operations with their reasons', () => {
    const { raw, call } = rig();
    expect(JSON.parse(raw('DescribeJobs', '{').body)).toMatchObject({ reason: 'cannotParse' });
    expect(JSON.parse(raw('DescribeJobs', '[]').body)).toMatchObject({ reason: 'cannotParse' });
    expect(call('StartCutovr')).toMatchObject({
      status: 400,
      error: 'ValidationException',
      body: { reason: 'unknownOperation' },
    });
  });

  test('refuses an account that is not initialized', () => {
    const { call } = rig({ parameters: { uninitializedTargets: [`${accountId}:${region}`] } });
    expect(call('DescribeJobs')).toMatchObject({
      status: 400,
      error: 'UninitializedAccountException',
    });
  });

  test('prints date-times with Z when told to', () => {
    const { server, at } = rig({ fleet: [ready(1)], parameters: { timestampForm: 'Z' } });
    at(2 * hour);
    expect(server(1).dataReplicationInfo.lastSnapshotDateTime).toMatch(
      /^2024-03-04T18:00:00\.000Z$/,
    );
  });

  test('answers for the member account that the call names', () => {
    const { call, calls } = rig({ fleet: [ready(1)] });
    expect(call('DescribeSourceServers', { accountID: '000000000001' }).body.items).toEqual([]);
    expect(calls.at(-1)?.accountId).toBe('000000000001');
  });

  test('never runs backwards', () => {
    const { simulator, at } = rig();
    at(hour);
    expect(() => simulator.advanceTo(Date.parse(startAt))).toThrow(/never runs backwards/);
  });
});

describe('DescribeVcenterClients', () => {
  const clients = (r: ReturnType<typeof rig>, query = {}) =>
    JSON.parse(
      r.simulator.answer({
        service: 'mgn',
        region,
        accountId,
        caller: 'landfall',
        method: 'GET',
        path: '/DescribeVcenterClients',
        query,
        headers: {},
        body: '',
      }).body,
    );

  test('tells when each client was last seen', () => {
    const r = rig({ vcenterClients: [aClient] });
    expect(clients(r)).toEqual({ items: [aClient] });
    r.at(10 * minute);
    const seen = Date.parse(clients(r).items[0].lastSeenDatetime);
    const age = Date.parse(startAt) + 10 * minute - seen;
    expect(age).toBeGreaterThanOrEqual(0);
    expect(age).toBeLessThan(2 * minute);
  });

  test('pages by query', () => {
    const second = { ...aClient, vcenterClientID: 'vcc-00000000000000002' };
    const r = rig({ vcenterClients: [aClient, second] });
    const page = clients(r, { maxResults: '1' });
    expect(page.items).toEqual([aClient]);
    expect(clients(r, { maxResults: '1', nextToken: page.nextToken })).toEqual({ items: [second] });
  });

  test('shows a dead client as last seen before it died', () => {
    const r = rig({
      vcenterClients: [aClient],
      faults: faults({ fault: 'vcenter-client-dead', after: 'PT1H' }),
    });
    r.at(5 * hour);
    expect(Date.parse(clients(r).items[0].lastSeenDatetime)).toBeLessThan(
      Date.parse(startAt) + hour,
    );
  });
});
