import { expect, onTestFinished, test } from 'vitest';
import { createEventBridgeBus } from '../../../src/adapters/aws/event-bridge-bus.ts';
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
  const bus = createEventBridgeBus(service.clients.eventBridge, {
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

test('an event that no call can carry goes out without its largest members, and keeps nothing back', async () => {
  const { bus, heard, sent } = await aBus([accepted(3)]);
  const detail = {
    eventId: 'mgn/1',
    stream: 'mgn',
    sequence: 1,
    previous: null,
    rawError: 'x'.repeat(300 * 1024),
    other: 'y'.repeat(300 * 1024),
  };
  expect(await bus.publish([anEntry('e-0'), { ...anEntry(''), detail }, anEntry('e-2')])).toEqual(
    [],
  );
  const details = sent().map((call) => call.map((entry) => JSON.parse(entry.Detail)));
  expect(details).toEqual([
    [
      { eventId: 'e-0', filler: '' },
      {
        eventId: 'mgn/1',
        stream: 'mgn',
        sequence: 1,
        previous: null,
        truncated: true,
      },
      { eventId: 'e-2', filler: '' },
    ],
  ]);
  expect(heard).toEqual(['EntryTooLarge']);
});

test('an event whose very name is too large stays where it is, and the others go out', async () => {
  const { bus, heard, sent } = await aBus([accepted(2)]);
  const nameless = anEntry('x'.repeat(256 * 1024));
  expect(await bus.publish([anEntry('e-0'), nameless, anEntry('e-2')])).toEqual([1]);
  expect(sent().flat()).toHaveLength(2);
  expect(heard).toEqual(['EntryTooLarge']);
});

test.each([
  ['one byte less than 256 KB goes out as it is', -1, []],
  ['256 KB is cut', 0, ['EntryTooLarge']],
])('an event of %s', async (_, more, told) => {
  const { bus, heard } = await aBus([accepted(1)]);
  const empty = anEntry('e-0');
  const texts = [empty.source, empty.detailType, ...empty.resources, JSON.stringify(empty.detail)];
  const room = 256 * 1024 - 14 - texts.join('').length;
  expect(await bus.publish([anEntry('e-0', 'x'.repeat(room + more))])).toEqual([]);
  expect(heard).toEqual(told);
});

test('two events that fill a call to the last byte go out in two', async () => {
  const { bus, sent } = await aBus([accepted(1), accepted(1)]);
  const half = 128 * 1024 - 14 - 'landfall.mgn'.length - 'T'.length;
  const entry = (n: number): BusEntry => ({
    ...anEntry(''),
    detailType: 'T',
    resources: [],
    detail: { n, filler: 'x'.repeat(half - JSON.stringify({ n, filler: '' }).length) },
  });
  expect(await bus.publish([entry(0), entry(1)])).toEqual([]);
  expect(sent().map((batch) => batch.length)).toEqual([1, 1]);
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

test('what was refused is published again under the same ids, and only that', async () => {
  const throttled = { ErrorCode: 'ThrottlingException', ErrorMessage: 'slow' };
  const partly: Scripted = {
    status: 200,
    body: JSON.stringify({ FailedEntryCount: 1, Entries: [{ EventId: 'id-0' }, throttled] }),
  };
  const { bus, sent } = await aBus([partly, accepted(1)]);
  const all = entries(2);
  const refused = await bus.publish(all);
  expect(await bus.publish(all.filter((__, i) => refused.includes(i)))).toEqual([]);
  expect(sent().map((call) => call.map((entry) => JSON.parse(entry.Detail).eventId))).toEqual([
    ['e-0', 'e-1'],
    ['e-1'],
  ]);
});
