import { request } from 'node:http';
import { DrsClient, DescribeSourceServersCommand as DrsDescribe } from '@aws-sdk/client-drs';
import { DescribeInstancesCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  ConflictException,
  DescribeSourceServersCommand,
  ListTagsForResourceCommand,
  MgnClient,
  paginateDescribeSourceServers,
  StartTestCommand,
  TagResourceCommand,
  UntagResourceCommand,
  ValidationException,
} from '@aws-sdk/client-mgn';
import { ListServiceQuotasCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { afterEach, describe, expect, test } from 'vitest';
import {
  accountId,
  aServer,
  faults,
  fleetFile,
  ready,
  region,
  serverId,
  startAt,
  type Wire,
} from '../rig.ts';
import { face, scope } from './face-rig.ts';

const open: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function opened(...given: Parameters<typeof face>) {
  const f = await face(...given);
  open.push(f);
  return f;
}

const settings = (port: number, accessKeyId = accountId) => ({
  region,
  endpoint: `http://127.0.0.1:${port}`,
  credentials: { accessKeyId, secretAccessKey: 'none' },
  maxAttempts: 1,
});

describe('the SDK over HTTP', () => {
  test('pages through a fleet and gets each refusal as its class', async () => {
    const fleet = fleetFile('mixed-40.json');
    const { port } = await opened({ fleet: [...fleet, ready(1)] });
    const client = new MgnClient(settings(port));
    const seen: (string | undefined)[] = [];
    for await (const page of paginateDescribeSourceServers({ client, pageSize: 7 }, {})) {
      seen.push(...(page.items ?? []).map((server) => server.sourceServerID));
    }
    expect(seen).toEqual([...fleet.map((s) => s['sourceServerID']), serverId(1)]);
    const start = () => client.send(new StartTestCommand({ sourceServerIDs: [serverId(1)] }));
    expect((await start()).$metadata.httpStatusCode).toBe(202);
    await expect(start()).rejects.toBeInstanceOf(ConflictException);
    const bad = client.send(new StartTestCommand({ sourceServerIDs: [] }));
    await expect(bad).rejects.toBeInstanceOf(ValidationException);
    await expect(bad).rejects.toMatchObject({
      reason: 'fieldValidationFailed',
      fieldList: [{ name: 'sourceServerIDs' }],
      $metadata: { httpStatusCode: 400, requestId: expect.any(String) },
    });
    client.destroy();
  });

  test('tags and untags with keys of any kind, several at once', async () => {
    const { port } = await opened({ fleet: [ready(1)] });
    const client = new MgnClient(settings(port));
    const resourceArn = `arn:aws:mgn:${region}:${accountId}:source-server/${serverId(1)}`;
    const tags = { 'a,b': '1', 'c d': '2', 'é&=': '3', wave: '4' };
    await client.send(new TagResourceCommand({ resourceArn, tags }));
    await client.send(new UntagResourceCommand({ resourceArn, tagKeys: ['a,b', 'c d', 'é&='] }));
    const read = await client.send(new ListTagsForResourceCommand({ resourceArn }));
    expect(read.tags).toEqual({ Name: 'host-1', wave: '4' });
    client.destroy();
  });

  test('reaches every service on one port, each account and Region apart', async () => {
    const other = '999988887777';
    const elsewhere = {
      ...ready(2),
      arn: `arn:aws:mgn:eu-central-1:${other}:source-server/${serverId(2)}`,
    };
    const { port } = await opened({ fleet: [ready(1), elsewhere] });
    const idsOf = async (accessKeyId: string, inRegion: string) => {
      const client = new MgnClient({ ...settings(port, accessKeyId), region: inRegion });
      const { items } = await client.send(new DescribeSourceServersCommand({}));
      client.destroy();
      return items?.map((server) => server.sourceServerID);
    };
    expect(await idsOf(accountId, region)).toEqual([serverId(1)]);
    expect(await idsOf(other, 'eu-central-1')).toEqual([serverId(2)]);
    expect(await idsOf(`ASIA${other}`, 'eu-central-1')).toEqual([serverId(2)]);
    expect(await idsOf('AKIAIOSFODNN7EXAMPLE', region)).toEqual([serverId(1)]);
    expect(await idsOf(other, region)).toEqual([]);
    const ec2 = new EC2Client(settings(port));
    expect((await ec2.send(new DescribeInstancesCommand({}))).Reservations ?? []).toEqual([]);
    const quotas = new ServiceQuotasClient(settings(port));
    const listed = await quotas.send(new ListServiceQuotasCommand({ ServiceCode: 'mgn' }));
    expect(listed.Quotas?.length).toBeGreaterThan(5);
    ec2.destroy();
    quotas.destroy();
  });

  test('reaches DRS by its scope, not by its path', async () => {
    const { port } = await opened({ fleet: [ready(1)] });
    const client = new DrsClient(settings(port));
    const asked = client.send(new DrsDescribe({})).then(
      ({ items }) => items,
      (error: Error) => error.name,
    );
    // DRS has the same paths as MGN; none of MGN's servers may come through them.
    expect([[], 'ValidationException']).toContainEqual(await asked);
    client.destroy();
  });

  test('loses an answer as a connection that was cut', async () => {
    const { port, call } = await opened({
      fleet: [ready(1)],
      faults: faults({ fault: 'answer-lost', operations: ['StartTest'] }),
    });
    const client = new MgnClient(settings(port));
    const lost = client.send(new StartTestCommand({ sourceServerIDs: [serverId(1)] }));
    await expect(lost).rejects.toMatchObject({ code: 'ECONNRESET' });
    const { items } = (await call('DescribeSourceServers')).body;
    expect(items[0].lifeCycle.state).toBe('TESTING');
    client.destroy();
  });
});

describe('STS', () => {
  const form = (f: Awaited<ReturnType<typeof face>>, body: string, key = accountId) =>
    f.send(
      'POST',
      '/',
      {
        authorization: scope('sts', key),
        'content-type': 'application/x-www-form-urlencoded',
      },
      body,
    );

  test('says who a key is', async () => {
    const f = await opened();
    const { status, text, headers } = await form(f, 'Action=GetCallerIdentity&Version=2011-06-15');
    expect(status).toBe(200);
    expect(headers['content-type']).toContain('text/xml');
    expect(text).toContain(`<Account>${accountId}</Account>`);
  });

  test('lends a role, whose key is of the role’s account', async () => {
    const other = '999988887777';
    const elsewhere = {
      ...ready(2),
      arn: `arn:aws:mgn:${region}:${other}:source-server/${serverId(2)}`,
    };
    const f = await opened({ fleet: [elsewhere] });
    const { text } = await form(
      f,
      `Action=AssumeRole&RoleArn=arn%3Aaws%3Aiam%3A%3A${other}%3Arole%2Fmigrate&RoleSessionName=me`,
    );
    const key = /<AccessKeyId>(\w+)<\/AccessKeyId>/.exec(text)?.[1] ?? '';
    expect(key).toBe(`ASIA${other}`);
    expect(text).toContain(`arn:aws:sts::${other}:assumed-role/migrate/me`);
    expect((await call(f, key)).map((s) => s['sourceServerID'])).toEqual([serverId(2)]);
  });

  test.each([
    ['Action=AssumeRole&RoleArn=arn&RoleSessionName=me', 'ValidationError'],
    ['Action=GetFederationToken', 'InvalidAction'],
    ['', 'InvalidAction'],
  ])('refuses %j', async (body, code) => {
    const { status, text } = await form(await opened(), body);
    expect(status).toBe(400);
    expect(text).toContain(`<Code>${code}</Code>`);
  });

  const call = async (f: Awaited<ReturnType<typeof face>>, key: string): Promise<Wire[]> =>
    (await f.call('DescribeSourceServers', {}, key)).body.items;
});

describe('addresses', () => {
  test('come from the host where nothing is signed, and from nowhere else', async () => {
    const f = await opened({ fleet: [ready(1)] });
    const by = (headers: Record<string, string>) =>
      f.send('POST', '/DescribeSourceServers', headers, '{}');
    const named = await by({ host: `mgn.${region}.amazonaws.com` });
    expect(named.body.items).toHaveLength(1);
    expect((await by({ host: `mgn.${region}.localhost:${f.port}` })).body.items).toHaveLength(1);
    expect((await by({ host: 'mgn.eu-west-1.amazonaws.com' })).body.items).toEqual([]);
    expect(await by({})).toMatchObject({
      status: 403,
      headers: { 'x-amzn-errortype': 'MissingAuthenticationTokenException' },
    });
  });

  test.each([
    ['s3', region, 404, 'UnknownOperationException'],
    ['mgn', 'atlantis', 403, 'InvalidSignatureException'],
    ['constructor', region, 404, 'UnknownOperationException'],
  ])('of service %s in %s are refused', async (service, inRegion, status, name) => {
    const f = await opened();
    const answer = await f.send('POST', '/DescribeJobs', {
      authorization: scope(service, accountId, inRegion),
    });
    expect(answer).toMatchObject({
      status,
      headers: {
        'x-amzn-errortype': name,
        'x-amzn-requestid': expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
    });
  });

  test('may be presigned', async () => {
    const f = await opened();
    const credential = encodeURIComponent(`${accountId}/20240304/${region}/sts/aws4_request`);
    const { text } = await f.send(
      'GET',
      `/?Action=GetCallerIdentity&X-Amz-Credential=${credential}&X-Amz-Signature=0`,
    );
    expect(text).toContain(`<Account>${accountId}</Account>`);
  });
});

describe('the wire', () => {
  test('stamps answers with virtual time and a request id', async () => {
    const f = await opened();
    const { headers } = await f.call('DescribeJobs');
    expect(headers['date']).toBe(new Date(startAt).toUTCString());
    expect(headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers['content-type']).toBe('application/json');
  });

  test.each([
    ['{"a":', 'cannotParse'],
    ['[]', 'cannotParse'],
    ['"text"', 'cannotParse'],
    [`${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`, 'cannotParse'],
    ['{"sourceServerIDs":"x"}', 'fieldValidationFailed'],
  ])('refuses the body %.20s', async (body, reason) => {
    const f = await opened();
    expect(await f.call('StartTest', body)).toMatchObject({
      status: 400,
      headers: { 'x-amzn-errortype': 'ValidationException' },
      body: { code: 'ValidationException', reason },
    });
    expect(f.defects).toEqual([]);
  });

  test('refuses bytes that are no text, and paths that are no paths', async () => {
    const f = await opened();
    const authorization = scope('mgn');
    const bytes = await f.send('POST', '/StartTest', { authorization }, Buffer.from([0xff, 0xfe]));
    expect(bytes).toMatchObject({ status: 400, body: { reason: 'cannotParse' } });
    const path = await f.send('GET', '/tags/%E0%A4%A', { authorization });
    expect(path).toMatchObject({ status: 400, body: { reason: 'cannotParse' } });
    for (const unknown of ['/Unknown', '/', '/starttest', '/StartTest/']) {
      const answer = await f.send('POST', unknown, { authorization });
      expect(answer).toMatchObject({ status: 400, body: { reason: 'unknownOperation' } });
    }
    expect(await f.send('GET', '/StartTest', { authorization })).toMatchObject({ status: 400 });
  });

  test('answers 204 with nothing', async () => {
    const f = await opened({
      fleet: [aServer(1, { lifeCycle: 'DISCONNECTED', replication: 'DISCONNECTED' })],
    });
    const answer = await f.call('DeleteSourceServer', { sourceServerID: serverId(1) });
    expect(answer).toMatchObject({ status: 204, text: '' });
    expect(answer.headers).not.toHaveProperty('content-type');
  });

  test('refuses pages of other sites, and names that were made to point here', async () => {
    const f = await opened();
    const authorization = scope('mgn');
    const by = async (headers: Record<string, string>) =>
      (await f.send('POST', '/DescribeJobs', { authorization, ...headers }, '{}')).status;
    expect(await by({ origin: 'https://evil.example' })).toBe(403);
    expect(await by({ origin: 'null' })).toBe(403);
    expect(await by({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await by({ host: 'evil.example' })).toBe(403);
    expect(await by({ host: '192.168.1.7' })).toBe(403);
    expect(await by({ origin: `http://localhost:${f.port}` })).toBe(200);
    expect(await by({ host: `localhost:${f.port}` })).toBe(200);
    expect(await by({ host: `[::1]:${f.port}` })).toBe(200);
    expect((await f.send('GET', '/_landfall/health', { host: 'evil.example' })).status).toBe(403);
  });

  test('lets addresses through where it is bound beyond loopback', async () => {
    const f = await opened({}, { host: '0.0.0.0' });
    const authorization = scope('mgn');
    const by = async (host: string) =>
      (await f.send('POST', '/DescribeJobs', { authorization, host }, '{}')).status;
    expect(await by('192.168.1.7:4599')).toBe(200);
    expect(await by('evil.example')).toBe(403);
  });
});

describe('limits', () => {
  test('a body of 20 MB is refused early, and the connection closed', async () => {
    const f = await opened();
    const said = await f.raw(
      `POST /StartTest HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${scope('mgn')}\r\nContent-Length: 20971520\r\n\r\n${'x'.repeat(1000)}`,
    );
    expect(said).toMatch(/^HTTP\/1\.1 413 /);
    expect(said).toContain('connection: close');
    expect(said).toContain('x-amzn-errortype: RequestEntityTooLargeException');
  });

  test('one that does not say how long it is, is refused at the limit', async () => {
    const f = await opened({}, { limits: { mostBodyBytes: 1000 } });
    const chunk = `3e8\r\n${'x'.repeat(1000)}\r\n`;
    const said = await f.raw(
      `POST /StartTest HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${scope('mgn')}\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(3)}`,
    );
    expect(said).toMatch(/^HTTP\/1\.1 413 /);
  });

  test('whoever asks first is told before it sends', async () => {
    const f = await opened({}, { limits: { mostBodyBytes: 1000 } });
    const ask = (length: number, body: string) =>
      f.raw(
        `POST /DescribeJobs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: ${scope('mgn')}\r\nExpect: 100-continue\r\nContent-Length: ${length}\r\n\r\n${body}`,
      );
    expect(await ask(5000, '')).toMatch(/^HTTP\/1\.1 413 /);
    expect(await ask(2, '{}')).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
  });

  test('slow headers and slow bodies are timed out', async () => {
    const f = await opened({}, { limits: { headersMs: 200, requestMs: 400 } });
    expect(await f.raw('POST /StartTest HTTP/1.1\r\nHost: local', 4000)).toMatch(
      /^HTTP\/1\.1 408 /,
    );
    const body = await f.raw(
      `POST /StartTest HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${scope('mgn')}\r\nContent-Length: 10\r\n\r\n{`,
      4000,
    );
    expect(body).toMatch(/^HTTP\/1\.1 408 /);
    expect((await f.call('DescribeJobs')).status).toBe(200);
  });

  test('long headers are refused', async () => {
    const f = await opened();
    const said = await f.raw(
      `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'y'.repeat(40_000)}\r\n\r\n`,
    );
    expect(said).toMatch(/^HTTP\/1\.1 431 /);
  });

  test('connections are kept for the next call', async () => {
    const f = await opened();
    const one = `POST /DescribeJobs HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${scope('mgn')}\r\nContent-Length: 2\r\n\r\n{}`;
    const said = await f.raw(one.repeat(3) + one.replace('Host:', 'Connection: close\r\nHost:'));
    expect(said.match(/HTTP\/1\.1 200 /g)).toHaveLength(4);
  });

  test('a caller that hangs up in the middle harms nobody', async () => {
    const f = await opened();
    await new Promise<void>((resolve) => {
      const sent = request({
        host: '127.0.0.1',
        port: f.port,
        method: 'POST',
        path: '/StartTest',
        headers: { authorization: scope('mgn'), 'content-length': '100' },
      });
      sent.on('error', () => resolve());
      sent.write('{"a"');
      setTimeout(() => sent.destroy(), 50);
    });
    expect((await f.call('DescribeJobs')).status).toBe(200);
    expect(f.defects).toEqual([]);
  });
});
