import {
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  ConflictException,
  DescribeJobLogItemsCommand,
  DescribeSourceServersCommand,
  DescribeVcenterClientsCommand,
  ListTagsForResourceCommand,
  MgnClient,
  paginateDescribeSourceServers,
  ServiceQuotaExceededException,
  StartReplicationCommand,
  StartTestCommand,
  TagResourceCommand,
  ThrottlingException,
  UntagResourceCommand,
  ValidationException,
} from '@aws-sdk/client-mgn';
import { ListServiceQuotasCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { describe, expect, test } from 'vitest';
import {
  aClient,
  accountId,
  aServer,
  faults,
  fleetFile,
  hour,
  minute,
  ready,
  region,
  rig,
  serverId,
} from './rig.ts';

/** SDK clients whose requests a simulator answers in process. */
function clients(r: ReturnType<typeof rig>) {
  const settings = (service: string) => ({
    region,
    credentials: { accessKeyId: accountId, secretAccessKey: 'none' },
    maxAttempts: 1,
    requestHandler: {
      // biome-ignore lint/suspicious/noExplicitAny: each client has its own request type
      handle: async (request: any) => {
        const answer = r.simulator.answer({
          service,
          region,
          accountId,
          caller: 'sdk',
          method: request.method,
          path: request.path,
          query: request.query ?? {},
          headers: request.headers,
          body: request.body === undefined ? '' : Buffer.from(request.body).toString(),
        });
        return {
          response: {
            statusCode: answer.status,
            headers: answer.headers,
            body: new TextEncoder().encode(answer.body),
          },
        };
      },
    },
  });
  return {
    mgn: new MgnClient(settings('mgn')),
    ec2: new EC2Client(settings('ec2')),
    quotas: new ServiceQuotasClient(settings('servicequotas')),
  };
}

describe('the MGN client of the pinned SDK', () => {
  test('reads and pages through a fleet, unknown members included', async () => {
    const fleet = [...fleetFile('mixed-40.json'), ready(1, { more: { newMember: 1 } })];
    const { mgn } = clients(rig({ fleet }));
    const seen: string[] = [];
    for await (const page of paginateDescribeSourceServers(
      { client: mgn, pageSize: 7 },
      { filters: {} },
    )) {
      for (const server of page.items ?? []) seen.push(server.sourceServerID ?? '');
    }
    expect(seen).toEqual(fleet.map((s) => s['sourceServerID']));
    const { items } = await mgn.send(
      new DescribeSourceServersCommand({ filters: { sourceServerIDs: [serverId(1)] } }),
    );
    expect(items?.[0]).toMatchObject({ newMember: 1, dataReplicationInfo: { lagDuration: 'P0D' } });
  });

  test('gets a job from StartTest and its log', async () => {
    const r = rig({ fleet: [ready(1)] });
    const { mgn } = clients(r);
    const { job, $metadata } = await mgn.send(
      new StartTestCommand({ sourceServerIDs: [serverId(1)], tags: { 'landfall:intent': 'a' } }),
    );
    expect($metadata).toMatchObject({ httpStatusCode: 202, requestId: expect.any(String) });
    expect(job).toMatchObject({ status: 'PENDING', tags: { 'landfall:intent': 'a' } });
    r.at(hour);
    const { items } = await mgn.send(new DescribeJobLogItemsCommand({ jobID: job?.jobID }));
    expect(items?.map((i) => i.event).at(-1)).toBe('JOB_END');
  });

  test('gets each refusal as its exception class, with its members', async () => {
    const limited = rig({
      fleet: [
        ready(1),
        aServer(2, { lifeCycle: 'DISCOVERED', replication: 'STOPPED', agentless: true }),
      ],
      parameters: { quotaActiveServers: 0 },
      faults: faults({
        fault: 'throttling',
        operations: ['DescribeVcenterClients'],
        retryAfterSeconds: 9,
      }),
    });
    const { mgn } = clients(limited);
    const refusal = async (promise: Promise<unknown>): Promise<unknown> =>
      promise.then(
        () => undefined,
        (error: unknown) => error,
      );
    const start = (id: string) => mgn.send(new StartTestCommand({ sourceServerIDs: [id] }));
    await start(serverId(1));
    const conflict = await refusal(start(serverId(1)));
    expect(conflict).toBeInstanceOf(ConflictException);
    expect(conflict).toMatchObject({
      errors: [{ resourceId: serverId(1) }],
      $metadata: { httpStatusCode: 409 },
    });
    const invalid = await refusal(start(serverId(9)));
    expect(invalid).toBeInstanceOf(ValidationException);
    expect(invalid).toMatchObject({ reason: 'other', fieldList: [{ name: 'sourceServerIDs' }] });
    const quota = await refusal(
      mgn.send(new StartReplicationCommand({ sourceServerID: serverId(2) })),
    );
    expect(quota).toBeInstanceOf(ServiceQuotaExceededException);
    expect(quota).toMatchObject({ quotaCode: 'L-9A599620', quotaValue: 0 });
    const throttled = await refusal(mgn.send(new DescribeVcenterClientsCommand({})));
    expect(throttled).toBeInstanceOf(ThrottlingException);
    expect(throttled).toMatchObject({ retryAfterSeconds: '9' });
  });

  test('reads vCenter clients, and reads and writes tags', async () => {
    const r = rig({ fleet: [ready(1)], vcenterClients: [aClient] });
    const { mgn } = clients(r);
    const { items } = await mgn.send(new DescribeVcenterClientsCommand({ maxResults: 10 }));
    expect(items?.[0]?.vcenterClientID).toBe('vcc-00000000000000001');
    const resourceArn = r.server(1).arn;
    await mgn.send(new TagResourceCommand({ resourceArn, tags: { wave: '1', Name: 'x' } }));
    await mgn.send(new UntagResourceCommand({ resourceArn, tagKeys: ['Name'] }));
    expect((await mgn.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual({
      wave: '1',
    });
    expect(r.server(1).tags).toEqual({ wave: '1' });
    // CloudTrail is late.
    r.at(hour);
    expect(r.trail.map((e) => e.detail.eventName)).toEqual(['TagResource', 'UntagResource']);
    const unknown = mgn.send(
      new ListTagsForResourceCommand({ resourceArn: `${resourceArn.slice(0, -1)}f` }),
    );
    await expect(unknown).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('the EC2 client', () => {
  test('sees a launched instance come up and go', async () => {
    const r = rig({ fleet: [ready(1)] });
    const { ec2 } = clients(r);
    r.launch('StartTest', 1);
    r.at(hour);
    const id = r.server(1).launchedInstance.ec2InstanceID;
    const status = async () =>
      (
        await ec2.send(
          new DescribeInstanceStatusCommand({ InstanceIds: [id], IncludeAllInstances: true }),
        )
      ).InstanceStatuses?.[0];
    expect(await status()).toMatchObject({
      InstanceId: id,
      InstanceState: { Name: 'running' },
      SystemStatus: { Status: 'ok' },
      InstanceStatus: { Status: 'ok' },
    });
    r.call('ChangeServerLifeCycleState', {
      sourceServerID: serverId(1),
      lifeCycle: { state: 'READY_FOR_TEST' },
    });
    r.launch('TerminateTargetInstances', 1);
    r.at(2 * hour);
    expect(await status()).toMatchObject({ InstanceState: { Name: 'terminated' } });
    const running = await ec2.send(new DescribeInstanceStatusCommand({ InstanceIds: [id] }));
    expect(running.InstanceStatuses ?? []).toEqual([]);
    const described = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
    expect(described.Reservations?.[0]?.Instances?.[0]).toMatchObject({
      InstanceId: id,
      State: { Name: 'terminated' },
    });
  });

  test('sees checks initialize, and an instance that never boots as impaired', async () => {
    const r = rig({
      fleet: [ready(1), ready(2)],
      faults: faults({ fault: 'first-boot-stuck', servers: { ids: [serverId(2)] } }),
    });
    const { ec2 } = clients(r);
    const { jobID } = r.launch('StartTest', 1, 2);
    let t = 0;
    while (
      r
        .job(jobID)
        .participatingServers.some((p: { launchStatus: string }) => p.launchStatus !== 'LAUNCHED')
    ) {
      t += minute / 4;
      r.at(t);
    }
    const statusOf = async (n: number) => {
      const id = r.server(n).launchedInstance.ec2InstanceID;
      return (await ec2.send(new DescribeInstanceStatusCommand({ InstanceIds: [id] })))
        .InstanceStatuses?.[0]?.InstanceStatus?.Status;
    };
    expect(['initializing', 'ok']).toContain(await statusOf(1));
    r.at(t + hour);
    expect([await statusOf(1), await statusOf(2)]).toEqual(['ok', 'impaired']);
  });

  test('is refused an unknown instance, by name', async () => {
    const { ec2 } = clients(rig());
    const unknown = ec2.send(
      new DescribeInstanceStatusCommand({ InstanceIds: ['i-00000000000000009'] }),
    );
    await expect(unknown).rejects.toMatchObject({ name: 'InvalidInstanceID.NotFound' });
    const malformed = ec2.send(new DescribeInstancesCommand({ InstanceIds: ['<&>'] }));
    await expect(malformed).rejects.toMatchObject({
      name: 'InvalidInstanceID.Malformed',
      message: 'Invalid id: "<&>"',
    });
  });
});

describe('the Service Quotas client', () => {
  test('reads the quotas in force, page by page', async () => {
    const { quotas } = clients(rig({ parameters: { quotaActiveServers: 300 } }));
    const all: Record<string, number | undefined> = {};
    let NextToken: string | undefined;
    do {
      const page = await quotas.send(
        new ListServiceQuotasCommand({ ServiceCode: 'mgn', MaxResults: 3, NextToken }),
      );
      for (const quota of page.Quotas ?? []) all[quota.QuotaCode ?? ''] = quota.Value;
      ({ NextToken } = page);
    } while (NextToken !== undefined);
    expect(all).toEqual({
      'L-9A599620': 300,
      'L-50980698': 4000,
      'L-967C958D': 50_000,
      'L-FE2EBE17': 20,
      'L-F1FD732F': 200,
      'L-4FF77426': 200,
      'L-615F978B': 1,
    });
  });

  test('is refused other services', async () => {
    const { quotas } = clients(rig());
    const other = quotas.send(new ListServiceQuotasCommand({ ServiceCode: 'lambda' }));
    await expect(other).rejects.toMatchObject({ name: 'NoSuchResourceException' });
  });
});
