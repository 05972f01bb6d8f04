import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Clients, createClients } from '../../../src/adapters/aws/clients.ts';
import { createDynamoDbStore, storeTable } from '../../../src/adapters/aws/dynamodb-store.ts';
import { PermanentFailure, TransientFailure } from '../../../src/core/failure.ts';
import type { Store } from '../../../src/flow/ports.ts';
import { clientsOverHttp } from '../../contracts/scripted-service.ts';
import { storeContract } from '../../contracts/store-contract.ts';

// dynalite has no types.
const dynalite = createRequire(import.meta.url)('dynalite') as (options: object) => Server;

let server: Server;
let clients: Clients;
let store: Store;

beforeAll(async () => {
  server = dynalite({ createTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  clients = createClients({
    region: 'eu-central-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: '111122223333', secretAccessKey: 'none' },
  });
  await clients.dynamodb().send(new CreateTableCommand({ TableName: 'landfall', ...storeTable }));
  store = createDynamoDbStore(clients.dynamodb, 'landfall');
});

afterAll(async () => {
  clients.destroy();
  server.close();
  await once(server, 'close');
});

storeContract('DynamoDB', () => store);

test('the time of expiry is kept in whole seconds, never early', async () => {
  await store.put('expiry', 'a', 1, 0, '2024-03-04T16:20:07.250Z');
  const key = { partition: { S: 'expiry' }, sort: { S: 'a' } };
  const command = new GetItemCommand({ TableName: 'landfall', Key: key });
  const { Item } = await clients.dynamodb().send(command);
  expect(Item).toEqual({
    ...key,
    version: { N: '1' },
    body: { S: '1' },
    expiresAtEpoch: { N: '1709569208' },
  });
});

test('a table that does not exist is a permanent failure', async () => {
  const lost = createDynamoDbStore(clients.dynamodb, 'elsewhere');
  await expect(lost.get('p', 'a')).rejects.toThrow(PermanentFailure);
  await expect(lost.put('p', 'a', 1, 0)).rejects.toThrow('ResourceNotFoundException');
});

test.each([
  [
    'a throttled call',
    {
      status: 400,
      headers: { 'content-type': 'application/x-amz-json-1.0' },
      body: '{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"slow"}',
    },
    'ApiThrottled',
  ],
  ['an answer that never comes', 'hang-up' as const, 'ApiRefused'],
  ['a broken service', { status: 500, body: '{}' }, 'ApiRefused'],
])('%s is a transient failure', async (_, answer, code) => {
  const service = await clientsOverHttp([answer]);
  const throttled = createDynamoDbStore(service.clients.dynamodb, 'landfall');
  const failed = await throttled.put('p', 'a', 1, 0).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(TransientFailure);
  expect(failed).toMatchObject({ name: 'TransientFailure', code });
  expect(service.requests).toHaveLength(1);
  await service.close();
});

const aKey = (sort: string) => ({ partition: { S: 'p' }, sort: { S: sort } });
const anAnswer = (answered: readonly string[], left: readonly string[]) => ({
  status: 200,
  body: JSON.stringify({
    Responses: {
      landfall: answered.map((sort) => ({
        ...aKey(sort),
        version: { N: '1' },
        body: { S: '1' },
      })),
    },
    UnprocessedKeys: left.length === 0 ? {} : { landfall: { Keys: left.map(aKey) } },
  }),
});

test('keys that DynamoDB left out are asked for again', async () => {
  const service = await clientsOverHttp([anAnswer(['b'], ['a']), anAnswer(['a'], [])]);
  const reading = createDynamoDbStore(service.clients.dynamodb, 'landfall');
  expect(await reading.getMany('p', ['a', 'b'])).toEqual([
    { sort: 'a', version: 1, body: 1 },
    { sort: 'b', version: 1, body: 1 },
  ]);
  expect(service.requests.map((request) => JSON.parse(request.body) as unknown)).toEqual([
    { RequestItems: { landfall: { Keys: [aKey('a'), aKey('b')], ConsistentRead: true } } },
    { RequestItems: { landfall: { Keys: [aKey('a')], ConsistentRead: true } } },
  ]);
  await service.close();
});

test('a batch of which nothing was processed is throttled, not repeated', async () => {
  const service = await clientsOverHttp([anAnswer([], ['a', 'b'])]);
  const reading = createDynamoDbStore(service.clients.dynamodb, 'landfall');
  const failed = await reading.getMany('p', ['a', 'b']).catch((error: unknown) => error);
  expect(failed).toMatchObject({ name: 'TransientFailure', code: 'ApiThrottled' });
  expect(service.requests).toHaveLength(1);
  await service.close();
});
