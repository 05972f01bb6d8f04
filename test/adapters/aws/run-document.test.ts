// Run Command over HTTP: a command is sent once with the key of its try, and found again by it.
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createSsmClient } from '../../../src/adapters/aws/clients.ts';
import { createDocumentRunner } from '../../../src/adapters/aws/document-clients.ts';
import { commentOf, runDocument } from '../../../src/adapters/aws/run-document.ts';
import type { Enter } from '../../../src/adapters/aws/target-access.ts';
import type { DocumentRun } from '../../../src/core/hook/command-result.ts';
import type { Target } from '../../../src/core/target.ts';

const node = 'mi-0123456789abcdef0';
const target: Target = {
  ...{ partition: 'aws', service: 'mgn', accountId: '111122223333', region: 'us-east-1' },
};
const run: DocumentRun = {
  ...{ ask: 'run', target, document: 'stop-app', parameters: { services: ['web', 'db'] }, node },
  ...{ key: 'p.w/s-1/freeze.stop/1.1', point: 'freeze', hook: 'stop', try: 1 },
  ...{ startedAt: '2024-03-04T16:20:07.412Z', deadlineAt: '2024-03-04T16:35:07.412Z' },
  server: { sourceServerId: 's-1', hostname: null },
};
const status: DocumentRun = { ...run, ask: 'status' };
const comment = 'landfall p.w/s-1/freeze.stop/1.1';

interface Reply {
  readonly status?: number;
  readonly body: unknown;
}
let replies: (Reply | 'hang-up')[] = [];
const came: { readonly operation: string; readonly body: unknown }[] = [];
const server = createServer((request, answer) => {
  void text(request).then((body) => {
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    // Of STS, which speaks another language, only the action is looked at.
    const isJson = body.startsWith('{');
    came.push({ operation, body: isJson ? JSON.parse(body) : /Action=(\w+)/.exec(body)?.[1] });
    const reply = replies.shift() ?? { status: 500, body: {} };
    if (reply === 'hang-up') return request.socket.destroy();
    answer.writeHead(reply.status ?? 200, { 'content-type': 'application/x-amz-json-1.1' });
    return answer.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body));
  });
});
const error = (name: string, of = 400): Reply => ({
  status: of,
  body: { __type: name, message: `${name} it is` },
});

beforeAll(() => new Promise<void>((done) => server.listen(0, '127.0.0.1', done)));
afterAll(() => new Promise((done) => server.close(done)));
beforeEach(() => {
  came.length = 0;
});

const endpoint = () => {
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
};
const credentials = { accessKeyId: 'a', secretAccessKey: 's' };
const clock = { now: () => '2024-03-04T16:21:07.412Z' };

/** What comes of asking, answered like this. */
function asked(of: DocumentRun, with_: typeof replies, enter: Enter = async () => undefined) {
  replies = [...with_];
  const client = createSsmClient({ region: 'us-east-1', endpoint: endpoint(), credentials });
  return runDocument({ client: () => client, enter, clock }, of);
}

test('a command is sent once, with its key and the time that is left, and then is open', async () => {
  const sent = { Command: { CommandId: 'c-1', Status: 'Pending' } };
  expect(await asked(run, [{ body: sent }])).toEqual({
    is: 'result',
    result: {
      status: 'pending',
      reason: 'its command is sent',
      evidence: { commandId: 'c-1', status: 'Pending' },
    },
  });
  expect(came).toEqual([
    {
      operation: 'SendCommand',
      body: {
        ...{ DocumentName: 'stop-app', InstanceIds: [node], Comment: comment, TimeoutSeconds: 840 },
        Parameters: { services: ['web', 'db'] },
      },
    },
  ]);
});

test('a command whose time is nearly over has the least that Systems Manager takes', async () => {
  await asked({ ...run, deadlineAt: '2024-03-04T16:21:10.000Z' }, [{ body: {} }]);
  expect(came).toMatchObject([{ body: { TimeoutSeconds: 30 } }]);
});

test('a key that is too long for a comment stands there as its digest', () => {
  expect(commentOf(run.key)).toBe(comment);
  const [one, other] = ['1', '2'].map((nth) => commentOf(`${'wave'.repeat(30)}/1.${nth}`));
  expect(one).toMatch(/^landfall sha256:[0-9a-f]{64}$/);
  expect(one).not.toBe(other);
});

test('its end is found by the key among the commands of the node, page by page', async () => {
  const other = { CommandId: 'c-0', Comment: `${comment}0`, Status: 'Failed' };
  const ours = {
    ...{ CommandId: 'c-1', Comment: comment, Status: 'Failed', StatusDetails: 'Failed' },
    CommandPlugins: [{ Name: 'stop', Status: 'Failed', ResponseCode: 3, Output: 'still up' }],
  };
  const answer = await asked(status, [
    { body: { CommandInvocations: [other], NextToken: 'more' } },
    { body: { CommandInvocations: [ours] } },
  ]);
  expect(answer).toMatchObject({
    is: 'result',
    result: {
      status: 'failed',
      reason: 'its command ended as failed: step stop with response code 3',
      evidence: { steps: [{ name: 'stop', responseCode: 3, output: 'still up' }] },
    },
  });
  const page = {
    ...{ InstanceId: node, Details: true, MaxResults: 50 },
    Filters: [{ key: 'InvokedAfter', value: '2024-03-04T16:15:07Z' }],
  };
  expect(came).toEqual([
    { operation: 'ListCommandInvocations', body: page },
    { operation: 'ListCommandInvocations', body: { ...page, NextToken: 'more' } },
  ]);
});

test('T8: a command whose time is over is cancelled on its node; one that has ended meanwhile is not', async () => {
  const stop: DocumentRun = { ...run, ask: 'cancel' };
  const runs = { CommandId: 'c-1', Comment: comment, Status: 'InProgress' };
  expect(await asked(stop, [{ body: { CommandInvocations: [runs] } }, { body: {} }])).toMatchObject(
    {
      is: 'result',
      result: {
        status: 'failed',
        reason: expect.stringContaining('its command is cancelled'),
        evidence: { commandId: 'c-1' },
      },
    },
  );
  expect(came.at(-1)).toEqual({
    operation: 'CancelCommand',
    body: { CommandId: 'c-1', InstanceIds: [node] },
  });
  came.length = 0;
  const over = { ...runs, Status: 'Success' };
  expect(await asked(stop, [{ body: { CommandInvocations: [over] } }])).toMatchObject({
    result: { status: 'succeeded' },
  });
  expect(came.map(({ operation }) => operation)).toEqual(['ListCommandInvocations']);
});

test('T8: what may not be cancelled is refused, and what no list has is unknown', async () => {
  const stop: DocumentRun = { ...run, ask: 'cancel' };
  const runs = { CommandId: 'c-1', Comment: comment, Status: 'InProgress' };
  expect(
    await asked(stop, [{ body: { CommandInvocations: [runs] } }, error('AccessDeniedException')]),
  ).toMatchObject({ is: 'refused' });
  const none = [{ body: { CommandInvocations: [] } }, { body: { Commands: [] } }];
  expect(await asked(stop, none)).toMatchObject({ result: { status: 'unknown' } });
});

test('a command that its node does not know of yet is open, not sent anew', async () => {
  const answer = await asked(status, [
    { body: { CommandInvocations: [] } },
    { body: { Commands: [{ CommandId: 'c-1', Comment: comment, Status: 'Pending' }] } },
  ]);
  expect(answer).toMatchObject({ result: { status: 'pending', evidence: { commandId: 'c-1' } } });
  expect(came.map(({ operation }) => operation)).toEqual([
    'ListCommandInvocations',
    'ListCommands',
  ]);
});

test('only what neither list has was never sent', async () => {
  expect(await asked(status, [{ body: {} }, { body: { Commands: [] } }])).toMatchObject({
    is: 'result',
    result: { status: 'unknown' },
  });
  // A list without an end says nothing of what it did not get to.
  const endless = Array.from({ length: 40 }, () => ({ body: { NextToken: 'more' } }));
  expect(await asked(status, endless)).toMatchObject({ is: 'lost' });
});

test.each<readonly [string, DocumentRun, Reply | 'hang-up', string]>([
  ['a connection that breaks leaves it open', run, 'hang-up', 'lost'],
  ['so does an error of the service', run, error('InternalServerError', 500), 'lost'],
  ['a throttled call was not begun', run, error('ThrottlingException'), 'not-begun'],
  ['nor one to a node that does not report (yet)', run, error('InvalidInstanceId'), 'not-begun'],
  ['a document that is not there cannot be run', run, error('InvalidDocument'), 'refused'],
  ['nor one with other parameters', run, error('InvalidParameters'), 'refused'],
  ['nor one that may not be', run, error('AccessDeniedException'), 'refused'],
  ['a list that breaks off is asked again', status, 'hang-up', 'lost'],
  ['and so is a throttled one', status, error('ThrottlingException'), 'not-begun'],
])('%s', async (_, of, with_, is) => {
  expect(await asked(of, [with_])).toMatchObject({ is });
  expect(came).toHaveLength(1);
});

test('without the role of the account nothing is asked', async () => {
  const refusal = (kind: 'access-denied' | 'other') => async () =>
    ({ kind, errorName: 'E', message: 'no role', culprits: [] }) as const;
  expect(await asked(run, [], refusal('access-denied'))).toEqual({
    is: 'refused',
    because: `stop-app on ${node}: E: no role`,
  });
  expect(await asked(run, [], refusal('other'))).toMatchObject({ is: 'not-begun' });
  expect(came).toEqual([]);
});

test('a server of another account is reached in its member role, one of our own without', async () => {
  const session = `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>m</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;
  const member: Target = { ...target, accountId: '444455556666' };
  const runner = createDocumentRunner({
    targets: [{ target: member, access: 'managed' }],
    ...{ homeRegion: 'us-east-1', memberRole: 'r', externalId: '', sessionName: 'landfall', clock },
    endpoints: { ssm: endpoint(), sts: endpoint() },
    credentials,
  });
  replies = [{ body: session }, { body: {} }, { body: {} }];
  await runner({ ...run, target: member });
  await runner(run);
  expect(came.map(({ operation, body }) => operation || body)).toEqual([
    'AssumeRole',
    'SendCommand',
    'SendCommand',
  ]);
});
