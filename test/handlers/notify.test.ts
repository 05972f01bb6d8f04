import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parseLandfallEvent, verifySignature } from '../../src/events/index.ts';
import { eventLike, manyServers } from '../core/notify/_events.ts';
import { anAws, aReceiver } from '../flow/notify/_receiver.ts';

const key = 'a key that is long enough to sign with';

/** The deployed function of a kind, with its environment, over AWS as it is scripted. */
async function aFunction(
  kind: 'slack' | 'teams' | 'webhook' | 'topic',
  aws: Awaited<ReturnType<typeof anAws>>,
  environment: Readonly<Record<string, string>> = {},
) {
  const all = {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'none',
    AWS_SECRET_ACCESS_KEY: 'none',
    AWS_ENDPOINT_URL: aws.origin,
    LANDFALL_STAGE: 'prod',
    LANDFALL_CHANNEL: 'on-call',
    LANDFALL_SEVERITIES: '',
    LANDFALL_BATCHED: 'no',
    // The SDK takes the address of SQS from the queue's.
    LANDFALL_UNDELIVERED: `${aws.origin}/111122223333/undelivered`,
    LANDFALL_RECEIVER: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:on-call-AbCdEf',
    LANDFALL_TOPIC: 'arn:aws:sns:us-east-1:111122223333:on-call',
    ...environment,
  };
  for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value);
  vi.resetModules();
  const { handler } = (await import(`../../src/handlers/notify-${kind}.ts`)) as {
    handler: (
      event: unknown,
      context: unknown,
    ) => Promise<{ batchItemFailures: { itemIdentifier: string }[] }>;
  };
  return async (...bodies: readonly unknown[]) => {
    const Records = bodies.map((body, i) => ({
      messageId: `m-${i}`,
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }));
    const answer = await handler({ Records }, { getRemainingTimeInMillis: () => 60_000 });
    return answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
}

let logged: string[] = [];
beforeEach(() => {
  logged = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    logged.push(String(line));
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('the function of Slack', () => {
  test('tells 200 servers in one message', async () => {
    const receiver = await aReceiver();
    const call = await aFunction('slack', await anAws(receiver.url));
    expect(await call(...manyServers(200))).toEqual([]);
    expect(receiver.came).toHaveLength(1);
    const [{ method, body } = { method: '', body: '' }] = receiver.came;
    expect(method).toBe('POST');
    expect(JSON.parse(body)).toMatchObject({
      blocks: [{ text: { text: '200 servers: life cycle READY_FOR_TEST → TESTING' } }, {}, {}],
    });
  });

  test('tells only the severities of its channel, and what came twice once', async () => {
    const receiver = await aReceiver();
    const call = await aFunction('slack', await anAws(receiver.url), {
      LANDFALL_SEVERITIES: 'warning,page',
    });
    expect(await call(...manyServers(3))).toEqual([]);
    expect(receiver.came).toEqual([]);
    const held = eventLike('Wave Held', {});
    expect(await call(held, held, ...manyServers(1))).toEqual([]);
    expect(receiver.came).toHaveLength(1);
    expect(JSON.parse(receiver.came[0]?.body ?? '').blocks).toHaveLength(3);
  });

  test('waits as long as it is asked to, and then tells', async () => {
    const receiver = await aReceiver({ status: 429, headers: { 'retry-after': '1' } });
    const call = await aFunction('slack', await anAws(receiver.url));
    expect(await call(eventLike('Wave Held', {}))).toEqual([]);
    expect(receiver.came).toHaveLength(2);
    expect(receiver.came[1]?.body).toBe(receiver.came[0]?.body);
  });

  test('leaves in the queue what is not taken now', async () => {
    const asksForRest = { status: 429, headers: { 'retry-after': '600' } };
    const receiver = await aReceiver(asksForRest);
    const aws = await anAws(receiver.url);
    const call = await aFunction('slack', aws);
    expect(await call(...manyServers(3))).toEqual(['m-0', 'm-1', 'm-2']);
    expect(receiver.came).toHaveLength(1);
    expect(aws.kept).toEqual([]);
  });

  test('gives up for a person what will never be taken, with the reason', async () => {
    const receiver = await aReceiver({ status: 404, body: 'no_service' });
    const aws = await anAws(receiver.url);
    const call = await aFunction('slack', aws);
    const event = eventLike('Wave Held', {});
    expect(await call(event, 'no JSON', '{}')).toEqual([]);
    expect(receiver.came).toHaveLength(1);
    expect(aws.kept).toEqual([
      { body: 'no JSON', attributes: { channel: 'on-call', reason: 'the message is no event' } },
      { body: '{}', attributes: { channel: 'on-call', reason: 'the message is no event' } },
      {
        body: JSON.stringify(event),
        attributes: { channel: 'on-call', reason: 'the receiver answered 404: no_service' },
      },
    ]);
  });

  test('follows no redirect', async () => {
    const elsewhere = await aReceiver();
    const receiver = await aReceiver({ status: 302, headers: { location: elsewhere.url } });
    const aws = await anAws(receiver.url);
    const call = await aFunction('slack', aws);
    expect(await call(eventLike('Wave Held', {}))).toEqual([]);
    expect(elsewhere.came).toEqual([]);
    expect(aws.kept).toHaveLength(1);
  });

  test('says what is wrong with its secret, and nothing of it; the messages stay', async () => {
    const call = await aFunction('slack', await anAws('http://hooks.example.com/T0P-S3CRET'));
    await expect(call(eventLike('Wave Held', {}))).rejects.toThrow(
      /^the secret arn:aws:secretsmanager:\S+ is of no use: the url of the secret is no https/,
    );
    expect(logged.join('')).not.toContain('T0P-S3CRET');
  });

  test('speaks to no address that is the function itself, on Lambda', async () => {
    const receiver = await aReceiver();
    const call = await aFunction('slack', await anAws(receiver.url), {
      AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9001',
    });
    await expect(call(eventLike('Wave Held', {}))).rejects.toThrow(/leads to the function itself/);
    expect(receiver.came).toEqual([]);
  });

  test('logs neither the address nor what it told', async () => {
    const receiver = await aReceiver(500, 500);
    const call = await aFunction('slack', await anAws(receiver.url));
    expect(await call(eventLike('Wave Held', { reason: 'a reason of theirs' }))).toEqual(['m-0']);
    expect(logged.join('')).toContain('the receiver answered 500');
    expect(logged.join('')).not.toMatch(/hook|a reason of theirs/);
  });
});

describe('the function of Teams', () => {
  test('posts a card', async () => {
    const receiver = await aReceiver(202);
    const call = await aFunction('teams', await anAws(JSON.stringify({ url: receiver.url })));
    expect(await call(...manyServers(200))).toEqual([]);
    expect(receiver.came.map(({ body }) => JSON.parse(body))).toMatchObject([
      {
        type: 'message',
        attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive' }],
      },
    ]);
  });
});

describe('the function of a webhook', () => {
  test('posts each event as it is, signed, under its id', async () => {
    const receiver = await aReceiver();
    const call = await aFunction(
      'webhook',
      await anAws(JSON.stringify({ url: receiver.url, key })),
    );
    const events = [eventLike('Wave Held', {}, '1'), eventLike('Wave Resumed', {}, '2')];
    expect(await call(...events)).toEqual([]);
    expect(receiver.came.map(({ body }) => JSON.parse(body))).toEqual(events);
    for (const { headers, body } of receiver.came) {
      expect(parseLandfallEvent(JSON.parse(body))).not.toHaveProperty('why');
      expect(headers['idempotency-key']).toBe(JSON.parse(body).detail.eventId);
      expect(headers['landfall-channel']).toBe('on-call');
      const header = String(headers['landfall-signature']);
      expect(await verifySignature({ header, body, key, now: new Date() })).toMatchObject({
        ok: true,
      });
      const [, time = '', signature = ''] = /^t=(\d+),v1=(\w+)$/.exec(header) ?? [];
      expect(signature).toBe(createHmac('sha256', key).update(`${time}.${body}`).digest('hex'));
    }
  });

  test('posts many in one request where its channel has a window, signed by both keys while they change', async () => {
    const receiver = await aReceiver();
    const previousKey = 'the key of yesterday, as long as it was';
    const secret = JSON.stringify({ url: receiver.url, key, previousKey });
    const call = await aFunction('webhook', await anAws(secret), { LANDFALL_BATCHED: 'yes' });
    expect(await call(...manyServers(200))).toEqual([]);
    expect(receiver.came).toHaveLength(2);
    const ids = receiver.came.flatMap(({ body }) =>
      JSON.parse(body).events.map(({ detail }: { detail: { eventId: string } }) => detail.eventId),
    );
    expect(new Set(ids).size).toBe(200);
    for (const { headers, body } of receiver.came) {
      const header = String(headers['landfall-signature']);
      for (const one of [key, previousKey]) {
        expect((await verifySignature({ header, body, key: one, now: new Date() })).ok).toBe(true);
      }
    }
  });

  test('leaves the rest of a batch alone once one has to come again', async () => {
    const receiver = await aReceiver(200, 503, 503);
    const aws = await anAws(JSON.stringify({ url: receiver.url, key }));
    const call = await aFunction('webhook', aws);
    expect(await call(...manyServers(4))).toEqual(['m-1', 'm-2', 'm-3']);
    expect(receiver.came).toHaveLength(3);
    expect(aws.kept).toEqual([]);
  });

  test('gives up one event that is refused, and tells the others', async () => {
    const receiver = await aReceiver(200, 422, 200);
    const aws = await anAws(JSON.stringify({ url: receiver.url, key }));
    const call = await aFunction('webhook', aws);
    expect(await call(...manyServers(3))).toEqual([]);
    expect(receiver.came).toHaveLength(3);
    expect(aws.kept.map(({ attributes }) => attributes['reason'])).toEqual([
      'the receiver answered 422',
    ]);
  });
});

describe('the function of a topic', () => {
  test('publishes one mail, with a subject that SNS takes', async () => {
    const aws = await anAws('');
    const call = await aFunction('topic', aws);
    expect(await call(...manyServers(200))).toEqual([]);
    expect(aws.published).toMatchObject([
      {
        Action: 'Publish',
        TopicArn: 'arn:aws:sns:us-east-1:111122223333:on-call',
        Subject: 'Landfall prod: 200 servers: life cycle READY_FOR_TEST -> TESTING',
        Message: expect.stringContaining('host-1 (s-0)'),
      },
    ]);
    expect(aws.asked).toEqual(['Publish']);
  });

  test('tries again what failed, and gives up what is refused', async () => {
    const aws = await anAws('', 500, 200, 403);
    const call = await aFunction('topic', aws);
    expect(await call(eventLike('Wave Held', {}))).toEqual([]);
    expect(aws.published).toHaveLength(2);
    expect(await call(eventLike('Wave Held', {}))).toEqual([]);
    expect(aws.kept).toMatchObject([
      { attributes: { reason: expect.stringContaining('SNS answered AuthorizationError') } },
    ]);
  });
});
