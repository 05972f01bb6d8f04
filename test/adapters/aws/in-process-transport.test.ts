import { ListWavesCommand, TagResourceCommand } from '@aws-sdk/client-mgn';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { expect, test } from 'vitest';
import { createClients } from '../../../src/adapters/aws/clients.ts';
import {
  InProcessSigner,
  inProcessTransport,
  type WireRequest,
  type WireResponse,
} from '../../../src/adapters/aws/in-process-transport.ts';
import { createMgnApi } from '../../../src/adapters/aws/mgn-api.ts';

const account = { accessKeyId: '111122223333', secretAccessKey: 'none' };

function aTransport(answer: Partial<WireResponse> = {}) {
  const seen: WireRequest[] = [];
  const requestHandler = inProcessTransport((request) => {
    seen.push(request);
    return { status: 200, headers: {}, body: '{}', ...answer };
  });
  return { seen, requestHandler };
}

test('a request says who asks whom, where and what', async () => {
  const { seen, requestHandler } = aTransport({ body: '{"items":[]}' });
  const clients = createClients({ region: 'eu-west-3', requestHandler, credentials: account });
  await clients.mgn().send(new ListWavesCommand({ filters: { waveIDs: ['wave-1'] } }));
  expect(seen.map(({ headers, ...request }) => request)).toEqual([
    {
      service: 'mgn',
      region: 'eu-west-3',
      accountId: '111122223333',
      caller: 'landfall',
      method: 'POST',
      path: '/ListWaves',
      query: {},
      body: '{"filters":{"waveIDs":["wave-1"]}}',
    },
  ]);
  expect(seen[0]?.headers['content-type']).toBe('application/json');
});

test('a path stays encoded as it is on the wire', async () => {
  const { seen, requestHandler } = aTransport();
  const clients = createClients({ region: 'eu-west-3', requestHandler, credentials: account });
  const resourceArn = 'arn:aws:mgn:eu-west-3:111122223333:job/mgnjob-1';
  await clients.mgn().send(new TagResourceCommand({ resourceArn, tags: { a: 'b' } }));
  expect(seen[0]?.path).toBe(`/tags/${encodeURIComponent(resourceArn)}`);
});

test.each([
  ['its signature', {}],
  ['what stands in for one', { signerConstructor: InProcessSigner }],
])('each service is named by %s, over both generations of the SDK', async (_, signing) => {
  const { seen, requestHandler } = aTransport();
  const settings = { region: 'eu-west-3', requestHandler, credentials: account, ...signing };
  const clients = createClients(settings);
  const api = createMgnApi(clients);
  await api.listWaves();
  await api.quotas();
  await api.describeInstanceStatus(['i-0123456789abcdef0']);
  await clients.stepFunctions().send(new DescribeExecutionCommand({ executionArn: 'arn' }));
  expect(new Set(seen.map(({ region, accountId }) => `${region} ${accountId}`))).toEqual(
    new Set(['eu-west-3 111122223333']),
  );
  expect(seen.map(({ service, caller }) => [service, caller])).toEqual([
    ['mgn', 'landfall'],
    ['servicequotas', 'landfall'],
    ['ec2', 'landfall'],
    ['states', 'landfall'],
  ]);
});

test('a client that Landfall did not make, with keys that are no account, is somebody else', async () => {
  const { seen, requestHandler } = aTransport();
  const credentials = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'none' };
  const client = new SFNClient({ region: 'eu-west-3', requestHandler, credentials });
  await client.send(new DescribeExecutionCommand({ executionArn: 'arn' }));
  expect(seen.map(({ accountId, caller }) => [accountId, caller])).toEqual([
    ['000000000000', 'sdk'],
  ]);
});

test('a lost answer took effect once and is heard of as a lost connection', async () => {
  const { seen, requestHandler } = aTransport({ answerLost: true });
  const clients = createClients({ region: 'eu-west-3', requestHandler, credentials: account });
  expect(await createMgnApi(clients).startJob('StartCutover', ['s-1'], {})).toEqual({
    ok: false,
    refusal: {
      kind: 'ambiguous',
      errorName: 'TimeoutError',
      message: 'socket hang up: the connection was reset before the answer came',
      culprits: [],
    },
  });
  expect(seen).toHaveLength(1);
});

test('headers are read whatever their case', async () => {
  const { requestHandler } = aTransport({
    status: 409,
    headers: { 'X-Amzn-ErrorType': 'ConflictException', Date: 'Mon, 04 Mar 2024 16:20:07 GMT' },
    body: '{"message":"busy"}',
  });
  const clients = createClients({ region: 'eu-west-3', requestHandler, credentials: account });
  expect(await createMgnApi(clients).finalizeCutover('s-1')).toEqual({
    ok: false,
    refusal: {
      kind: 'conflict',
      errorName: 'ConflictException',
      message: 'busy',
      culprits: [],
    },
  });
});

test('what goes wrong in the answering function is not taken for a lost answer', async () => {
  const requestHandler = inProcessTransport(() => {
    throw new Error('the simulator is broken');
  });
  const clients = createClients({ region: 'eu-west-3', requestHandler, credentials: account });
  await expect(createMgnApi(clients).listWaves()).rejects.toThrow('the simulator is broken');
});

test('an unsigned request is refused', async () => {
  const { requestHandler } = aTransport();
  const request = { method: 'GET', path: '/', headers: {} };
  await expect(requestHandler.handle(request)).rejects.toThrow('not signed');
});

test('missing credentials deny access; nothing is sent', async () => {
  const { seen, requestHandler } = aTransport();
  const credentials = async () => {
    throw Object.assign(new Error('no profile'), { name: 'CredentialsProviderError' });
  };
  const clients = createClients({ region: 'eu-west-3', requestHandler, credentials });
  expect(await createMgnApi(clients).listWaves()).toEqual({
    ok: false,
    refusal: {
      kind: 'access-denied',
      errorName: 'CredentialsProviderError',
      message: 'no profile',
      culprits: [],
    },
  });
  expect(seen).toEqual([]);
});

test('a client is made once, and only when it is asked for', () => {
  const clients = createClients({ region: 'eu-west-3', credentials: account });
  expect(clients.mgn()).toBe(clients.mgn());
  clients.destroy();
});
