import { expect, onTestFinished, test } from 'vitest';
import { createEventBridgeBus } from '../../../src/adapters/aws/event-bridge-bus.ts';
import { InvalidInput } from '../../../src/core/failure.ts';
import type { BusEntry } from '../../../src/flow/ports.ts';
import { clientsOverHttp, type Scripted } from '../../contracts/scripted-service.ts';

const anEntry = (eventId: string, filler = ''): BusEntry => ({
  source: 'landfall.mgn',
  detailType: 'Source Server Lifecycle State Change',
  detail: { eventId, filler },
  resources: ['arn:aws:mgn:eu-central-1:111122223333:source-server/s-0123456789abcdef0'],
  time: '2024-03-04T16:20:07.000Z',
});
const entries = (count: number, filler = '') =>
  Array.from({ length: count }, (_, n) => anEntry(`e-${n}`, filler));
const accepted = (count: number): Scripted => ({
  status: 200,
  body: JSON.stringify({
    FailedEntryCount: 0,
    Entries: Array.from({ length: count }, (_, n) => ({ EventId: `id-${n}` })),
  }),
});

async function aBus(script: readonly Scripted[]) {
  const service = await clientsOverHttp(script);
  onTestFinished(() => service.close());
  const heard: string[] = [];
  const bus = createEventBridgeBus(service.clients.eventBridge(), {
    busName: 'landfall',
    onRefusal: (refusal) => heard.push(refusal.errorName),
  });
  const sent = () =>
    service.requests.map(
      (request) => (JSON.parse(request.body) as { Entries: { Detail: string }[] }).Entries,
    );
  return { bus, heard, sent, requests: service.requests };
}

test('an event goes out as EventBridge wants it', async () => {
  const { bus, sent, requests } = await aBus([accepted(1)]);
  expect(await bus.publish([anEntry('e-1')])).toEqual([]);
  expect(requests.map((request) => request.operation)).toEqual(['AWSEvents.PutEvents']);
  expect(sent()).toEqual([
    [
      {
        EventBusName: 'landfall',
        Source: 'landfall.mgn',
        DetailType: 'Source Server Lifecycle State Change',
        Detail: '{"eventId":"e-1","filler":""}',
        Resources: ['arn:aws:mgn:eu-central-1:111122223333:source-server/s-0123456789abcdef0'],
        Time: 1709569207,
      },
    ],
  ]);
});

test('no events make no call', async () => {
  const { bus, requests } = await aBus([]);
  expect(await bus.publish([])).toEqual([]);
  expect(requests).toEqual([]);
});

test('a call carries ten events, in order', async () => {
  const { bus, sent } = await aBus([accepted(10), accepted(10), accepted(3)]);
  expect(await bus.publish(entries(23))).toEqual([]);
  expect(sent().map((batch) => batch.length)).toEqual([10, 10, 3]);
  expect(sent().flatMap((batch) => batch.map((entry) => entry.Detail))).toEqual(
    entries(23).map((entry) => JSON.stringify(entry.detail)),
  );
});

test('a call carries 256 KB, counted in bytes', async () => {
  const { bus, sent } = await aBus([accepted(2), accepted(2), accepted(1)]);
  expect(await bus.publish(entries(5, 'é'.repeat(60_000)))).toEqual([]);
  expect(sent().map((batch) => batch.length)).toEqual([2, 2, 1]);
});

test('an event that no call can carry is refused before anything is sent', async () => {
  const { bus, requests } = await aBus([accepted(1)]);
  const tooBig = anEntry('e-1', 'x'.repeat(256 * 1024));
  await expect(bus.publish([anEntry('e-0'), tooBig])).rejects.toThrow(InvalidInput);
  expect(requests).toEqual([]);
});

test('entries that are refused by themselves come back by their index', async () => {
  const partly: Scripted = {
    status: 200,
    body: JSON.stringify({
      FailedEntryCount: 2,
      Entries: [
        { EventId: 'id-0' },
        { ErrorCode: 'ThrottlingException', ErrorMessage: 'slow' },
        { ErrorCode: 'InternalFailure' },
      ],
    }),
  };
  const { bus, heard } = await aBus([accepted(10), partly]);
  expect(await bus.publish(entries(13))).toEqual([11, 12]);
  expect(heard).toEqual(['ThrottlingException', 'InternalFailure']);
});

test.each<[string, Scripted, string]>([
  [
    'is throttled',
    { status: 400, body: '{"__type":"ThrottlingException","message":"Rate exceeded"}' },
    'ThrottlingException',
  ],
  ['is never answered', 'hang-up', 'ECONNRESET'],
  ['is answered by a broken gateway', { status: 502, body: '<html>' }, 'Http502'],
  [
    'may not be made',
    { status: 400, body: '{"__type":"AccessDeniedException","message":"no"}' },
    'AccessDeniedException',
  ],
])('when a call %s, its entries come back and the others go out', async (_, answer, name) => {
  const { bus, heard, requests } = await aBus([accepted(10), answer, accepted(2)]);
  expect(await bus.publish(entries(22))).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
  expect(heard).toHaveLength(1);
  if (name !== 'ECONNRESET') expect(heard).toEqual([name]);
  expect(requests).toHaveLength(3);
});

test('an answer that says nothing of an entry does not count as accepted', async () => {
  const { bus, heard } = await aBus([{ status: 200, body: '{"FailedEntryCount":1,"Entries":[]}' }]);
  expect(await bus.publish(entries(2))).toEqual([0, 1]);
  expect(heard).toEqual(['AnswerUnreadable', 'AnswerUnreadable']);
});
