import { ListWavesCommand } from '@aws-sdk/client-mgn';
import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import { describe, expect, test } from 'vitest';
import { createClients } from '../../../src/adapters/aws/clients.ts';
import {
  inProcessTransport,
  type WireResponse,
} from '../../../src/adapters/aws/in-process-transport.ts';
import { askForDocument, refusalOfError } from '../../../src/adapters/aws/wire-call.ts';

const generations = {
  'the older SDK': (response: WireResponse) => {
    const mgn = clientsAnswering(response).mgn();
    return askForDocument(new ListWavesCommand({}), (command) => mgn.send(command));
  },
  'the newer SDK': (response: WireResponse) => {
    const states = clientsAnswering(response).stepFunctions();
    const command = new DescribeExecutionCommand({ executionArn: 'arn' });
    return askForDocument(command, (sent) => states.send(sent));
  },
};

function clientsAnswering(response: WireResponse) {
  return createClients({
    region: 'eu-west-3',
    requestHandler: inProcessTransport(() => response),
    credentials: { accessKeyId: '111122223333', secretAccessKey: 'none' },
  });
}

describe.each(Object.entries(generations))('over %s', (_, ask) => {
  test('a document comes as it was on the wire, nulls left out, with its date', async () => {
    const headers = { Date: 'Mon, 04 Mar 2024 16:20:07 GMT' };
    const body = '{"unknown":{"x":null,"list":[{"y":null,"z":0}]},"status":"NEW"}';
    expect(await ask({ status: 200, headers, body })).toStrictEqual({
      ok: true,
      value: { unknown: { list: [{ z: 0 }] }, status: 'NEW' },
      answeredAt: '2024-03-04T16:20:07.000Z',
    });
  });

  test('an empty answer is an empty document', async () => {
    expect(await ask({ status: 204, headers: {}, body: '' })).toEqual({ ok: true, value: {} });
  });

  test.each(['[]', '"text"', 'null', '{"half":'])('%s is unreadable', async (body) => {
    expect(await ask({ status: 200, headers: {}, body })).toMatchObject({
      ok: false,
      refusal: { kind: 'ambiguous', errorName: 'AnswerUnreadable' },
    });
  });

  test('a refusal keeps its name and whom it blames', async () => {
    const headers = { 'x-amzn-errortype': 'ConflictException' };
    const body =
      '{"__type":"ConflictException","message":"busy","resourceId":"s-0123456789abcdef0"}';
    expect(await ask({ status: 409, headers, body })).toEqual({
      ok: false,
      refusal: {
        kind: 'conflict',
        errorName: 'ConflictException',
        message: 'busy',
        culprits: ['s-0123456789abcdef0'],
      },
    });
  });

  test('a lost answer is ambiguous', async () => {
    expect(await ask({ status: 200, headers: {}, body: '', answerLost: true })).toMatchObject({
      ok: false,
      refusal: { kind: 'ambiguous', errorName: 'TimeoutError' },
    });
  });
});

describe('an error that no service had a part in', () => {
  test.each([
    ['a thrown text', 'text'],
    ['a plain error', new Error('bug')],
    ['a wrong argument', Object.assign(new TypeError('bug'), { code: 'ERR_INVALID_ARG_TYPE' })],
  ])('%s is thrown again', (_, error) => {
    expect(() => refusalOfError(error)).toThrow();
  });
});
