import {
  type AttributeValue,
  BatchGetItemCommand,
  type CreateTableCommandInput,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { FailureCode, TransientFailure } from '../../core/failure.ts';
import { toMs } from '../../core/time.ts';
import type { Item, Store } from '../../flow/ports.ts';
import { bodyText, checkKey, checkPrefix, checkVersion } from '../store-item.ts';
import { failureOf } from './refusal.ts';
import { refusalOfError } from './wire-call.ts';

/** How the store's table is keyed; whatever creates the table, also a test, says this. */
export const storeTable = {
  AttributeDefinitions: [
    { AttributeName: 'partition', AttributeType: 'S' },
    { AttributeName: 'sort', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'partition', KeyType: 'HASH' },
    { AttributeName: 'sort', KeyType: 'RANGE' },
  ],
  BillingMode: 'PAY_PER_REQUEST',
} as const satisfies Omit<CreateTableCommandInput, 'TableName'>;

/** The attribute that DynamoDB's time to live must be switched on for: seconds after 1970. */
export const timeToLiveAttribute = 'expiresAtEpoch';

const maxKeysPerCall = 100;

/**
 * Keeps items in one DynamoDB table. Time to live is lazy: an expired item is answered until DynamoDB
 * has deleted it, which may take days. What DynamoDB refuses is thrown as a TransientFailure where a
 * retry may help, else as a PermanentFailure; after a lost answer the retry may meet its own write as
 * a conflict.
 */
export function createDynamoDbStore(client: () => DynamoDBClient, tableName: string): Store {
  const itemAt = (partition: string, sort: string) => ({
    TableName: tableName,
    Key: { partition: { S: partition }, sort: { S: sort } },
  });
  return {
    get: async (partition, sort) => {
      checkKey(partition, sort);
      const command = new GetItemCommand({ ...itemAt(partition, sort), ConsistentRead: true });
      const { Item: found } = await told('a read of the store', () => client().send(command));
      return found === undefined ? undefined : itemOf(found);
    },
    getMany: async (partition, sorts) => {
      for (const sort of sorts) checkKey(partition, sort);
      const asked = [...new Set(sorts)];
      const found = new Map<string, Item>();
      for (let start = 0; start < asked.length; start += maxKeysPerCall) {
        const keys = asked
          .slice(start, start + maxKeysPerCall)
          .map((sort) => itemAt(partition, sort).Key);
        for (const item of await batch(client, tableName, keys)) found.set(item.sort, item);
      }
      return asked.flatMap((sort) => found.get(sort) ?? []);
    },
    list: async (partition, prefix = '') => {
      checkPrefix(partition, prefix);
      const items: Item[] = [];
      let start: Record<string, AttributeValue> | undefined;
      do {
        const command = new QueryCommand({
          TableName: tableName,
          ConsistentRead: true,
          KeyConditionExpression: `#partition = :partition${prefix === '' ? '' : ' AND begins_with(#sort, :prefix)'}`,
          ExpressionAttributeNames: {
            '#partition': 'partition',
            ...(prefix === '' ? {} : { '#sort': 'sort' }),
          },
          ExpressionAttributeValues: {
            ':partition': { S: partition },
            ...(prefix === '' ? {} : { ':prefix': { S: prefix } }),
          },
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        });
        const page = await told('a list of the store', () => client().send(command));
        items.push(...(page.Items ?? []).map(itemOf));
        start = page.LastEvaluatedKey;
      } while (start !== undefined);
      return items;
    },
    put: async (partition, sort, body, expectedVersion, expiresAt) => {
      checkKey(partition, sort);
      checkVersion(expectedVersion);
      const command = new PutItemCommand({
        TableName: tableName,
        Item: {
          partition: { S: partition },
          sort: { S: sort },
          version: { N: String(expectedVersion + 1) },
          body: { S: bodyText(partition, sort, body) },
          ...(expiresAt === undefined
            ? {}
            : { [timeToLiveAttribute]: { N: String(Math.ceil(toMs(expiresAt) / 1000)) } }),
        },
        ...ifVersionIs(expectedVersion),
      });
      const written = await unlessConflict('a write to the store', () => client().send(command));
      return written === 'conflict' ? 'conflict' : expectedVersion + 1;
    },
    delete: async (partition, sort, expectedVersion) => {
      checkKey(partition, sort);
      checkVersion(expectedVersion);
      // Nothing can be deleted that is expected to be absent; DynamoDB would call that a success.
      if (expectedVersion === 0) return 'conflict';
      const command = new DeleteItemCommand({
        ...itemAt(partition, sort),
        ...ifVersionIs(expectedVersion),
      });
      const deleted = await unlessConflict('a delete in the store', () => client().send(command));
      return deleted === 'conflict' ? 'conflict' : 'deleted';
    },
  };
}

/** Reads up to a hundred keys; an answer ends at 16 MB and names the keys that it left out. */
async function batch(
  client: () => DynamoDBClient,
  tableName: string,
  keys: readonly Record<string, AttributeValue>[],
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let rest = [...keys];
  while (rest.length > 0) {
    const command = new BatchGetItemCommand({
      RequestItems: { [tableName]: { Keys: rest, ConsistentRead: true } },
    });
    const answer = await told('a read of the store', () => client().send(command));
    items.push(...(answer.Responses?.[tableName] ?? []).map(itemOf));
    const left = answer.UnprocessedKeys?.[tableName]?.Keys ?? [];
    // Leaving out every key is how DynamoDB throttles a batch; waiting is the caller's.
    if (left.length >= rest.length) {
      throw new TransientFailure(
        FailureCode.ApiThrottled,
        `a read of the store was refused: none of ${rest.length} keys was processed`,
      );
    }
    rest = left;
  }
  return items;
}

function ifVersionIs(expectedVersion: number) {
  if (expectedVersion === 0) {
    return {
      ConditionExpression: 'attribute_not_exists(#partition)',
      ExpressionAttributeNames: { '#partition': 'partition' },
    };
  }
  return {
    ConditionExpression: '#version = :expected',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':expected': { N: String(expectedVersion) } },
  };
}

function itemOf(attributes: Record<string, AttributeValue>): Item {
  const body: unknown = JSON.parse(attributes['body']?.S ?? 'null');
  return {
    sort: attributes['sort']?.S ?? '',
    version: Number(attributes['version']?.N),
    body,
  };
}

async function told<T>(what: string, send: () => Promise<T>): Promise<T> {
  try {
    return await send();
  } catch (error) {
    throw failureOf(refusalOfError(error), what, error);
  }
}

async function unlessConflict<T>(what: string, send: () => Promise<T>): Promise<T | 'conflict'> {
  try {
    return await send();
  } catch (error) {
    const refusal = refusalOfError(error);
    if (refusal.errorName === 'ConditionalCheckFailedException') return 'conflict';
    throw failureOf(refusal, what, error);
  }
}
