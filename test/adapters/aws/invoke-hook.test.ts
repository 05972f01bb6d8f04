import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLambdaClient } from '../../../src/adapters/aws/clients.ts';
import { invokeHook } from '../../../src/adapters/aws/invoke-hook.ts';
import type { HookRequest } from '../../../src/core/hook/hook-result.ts';

const request: HookRequest = {
  ...{ version: 1, ask: 'run', key: 'p.w/s-1/freeze.stop/1.1', point: 'freeze', hook: 'stop' },
  ...{ plan: 'p', wave: 'p.w', phase: 'cutover', attempt: 1, try: 1 },
  deadlineAt: '2024-03-04T16:35:00.000Z',
  server: {
    ...{ sourceServerId: 's-1', arn: 'arn', hostname: null },
    ...{ accountId: '111122223333', region: 'us-east-1' },
  },
  ...{ instance: null, parameters: {} },
};

interface Reply {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}
let reply: Reply | 'hang-up' = { status: 200, body: '' };
const came: { readonly path: string | undefined; readonly body: unknown }[] = [];
const server = createServer((asked, answer) => {
  void text(asked).then((body) => {
    came.push({ path: asked.url, body: JSON.parse(body) });
    if (reply === 'hang-up') return asked.socket.destroy();
    answer.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
    return answer.end(reply.body);
  });
});

beforeAll(() => new Promise<void>((done) => server.listen(0, '127.0.0.1', done)));
afterAll(() => new Promise((done) => server.close(done)));

/** What comes of a call that is answered like this. */
function answered(with_: typeof reply) {
  reply = with_;
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const client = createLambdaClient({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${port ?? 0}`,
    credentials: { accessKeyId: 'a', secretAccessKey: 's' },
  });
  return invokeHook(() => client, 'stop-app', request);
}

test('a function is called once with the whole request, and its answer read', async () => {
  const result = { status: 'succeeded', evidence: { stopped: 3 } };
  expect(await answered({ status: 200, body: JSON.stringify(result) })).toEqual({
    is: 'result',
    result,
  });
  expect(came).toEqual([{ path: '/2015-03-31/functions/stop-app/invocations', body: request }]);
});

test.each<readonly [string, Reply | 'hang-up', unknown]>([
  [
    'an error of the function is a failure',
    {
      status: 200,
      body: '{"errorMessage":"boom","errorType":"Error"}',
      headers: { 'x-amz-function-error': 'Unhandled' },
    },
    {
      is: 'result',
      result: { status: 'failed', reason: 'the function ended with an error: boom' },
    },
  ],
  [
    'what is no result is a failure',
    { status: 200, body: '"done"' },
    { is: 'result', result: { status: 'failed' } },
  ],
  [
    'a throttled call was not begun',
    {
      status: 429,
      body: '{"message":"slow down"}',
      headers: { 'x-amzn-errortype': 'TooManyRequestsException' },
    },
    { is: 'not-begun' },
  ],
  [
    'a function that is not there cannot be called',
    {
      status: 404,
      body: '{"Message":"Function not found"}',
      headers: { 'x-amzn-errortype': 'ResourceNotFoundException' },
    },
    { is: 'refused' },
  ],
  ['a connection that breaks leaves it open', 'hang-up', { is: 'lost' }],
  [
    'so does an error of the service',
    { status: 500, body: '{}', headers: { 'x-amzn-errortype': 'ServiceException' } },
    { is: 'lost' },
  ],
])('%s', async (_, with_, expected) => {
  const before = came.length;
  expect(await answered(with_)).toMatchObject(expected as object);
  expect(came.length - before).toBe(1);
});
