import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { eventLine } from '../../src/cli/events/event-line.ts';
import { isWithin, readSpan } from '../../src/cli/events/event-span.ts';
import { firstDeliveries } from '../../src/cli/events/first-deliveries.ts';
import { testPattern } from '../../src/cli/events/pattern-test.ts';
import { postEvent } from '../../src/cli/events/post-events.ts';
import { type EventRead, eventsIn } from '../../src/cli/events/read-events.ts';
import { chooseRules } from '../../src/cli/events/run-replay.ts';
import { StreamProof } from '../../src/cli/events/stream-proof.ts';
import { catalogue } from '../../src/core/event/catalogue.ts';
import { aServerEvent } from './_events-aws.ts';
import { eventsLandfall } from './_events-landfall.ts';
import { aDirectory } from './_files.ts';

const { directory, write } = aDirectory();
const lines = (events: readonly object[]) =>
  events.map((one) => `${JSON.stringify(one)}\n`).join('');

function proofOf(events: readonly Readonly<Record<string, unknown>>[], isPartial = false) {
  const proof = new StreamProof();
  for (const [i, event] of events.entries()) proof.see(event, `${i + 1}`);
  return proof.verdict({ isPartial });
}

describe('what is proved of streams', () => {
  test('whole streams are proved, in whatever order they come', () => {
    const two = (sequence: number) => aServerEvent(sequence, {}, 's-22222222222222222');
    expect(
      proofOf([aServerEvent(1), two(1), aServerEvent(3), aServerEvent(2), aServerEvent(2)]),
    ).toEqual({ streams: 2, events: 4, redelivered: 1, overtaken: 1, others: 0, findings: [] });
  });

  test('every gap is named, that before the first event as well', () => {
    const { findings } = proofOf([aServerEvent(2), aServerEvent(6), aServerEvent(7)]);
    const stream = 'mgn/111122223333/eu-central-1/s-11111111111111111';
    expect(findings).toEqual([
      { kind: 'gap', stream, from: 1, to: 1, problem: '1 is missing', places: ['1'] },
      { kind: 'gap', stream, from: 3, to: 5, problem: '3 to 5 are missing', places: ['1', '2'] },
    ]);
    expect(proofOf([aServerEvent(2), aServerEvent(3)], true).findings).toEqual([]);
  });

  test('an event with two contents is named, however its members are ordered', () => {
    const first = aServerEvent(1);
    const turned = Object.fromEntries(Object.entries(first).toReversed());
    expect(proofOf([first, turned])).toMatchObject({ redelivered: 1, findings: [] });
    expect(proofOf([first, aServerEvent(1, { current: 'CUTOVER' })]).findings).toMatchObject([
      { kind: 'second-content', from: 1, places: ['1', '2'] },
    ]);
  });

  test('two events in one place of a stream are named', () => {
    const other = aServerEvent(1, { eventId: 'another' });
    expect(proofOf([aServerEvent(1), other]).findings).toMatchObject([
      { kind: 'second-id', from: 1, to: 1, places: ['1', '2'] },
    ]);
  });

  test('a step back in time is named', () => {
    const early = aServerEvent(2, { observedAt: '2025-01-01T00:00:00.000Z' });
    expect(proofOf([aServerEvent(1), early]).findings).toMatchObject([
      { kind: 'backward-time', from: 1, to: 2, problem: '2 was observed before 1' },
    ]);
  });

  test('what is no event of Landfall is counted, what claims to be one is named', () => {
    const { others, findings } = proofOf([
      { source: 'aws.mgn', detail: {} },
      { source: 'landfall.mgn', detail: { eventId: 'x' } },
      { detail: 7 },
      aServerEvent(1, { sequence: 0 }),
    ]);
    expect([others, findings.map(({ kind }) => kind)]).toEqual([
      1,
      ['unreadable', 'unreadable', 'unreadable'],
    ]);
  });

  test('law: dropping events names exactly the sequences that are missing between others', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
        (sequences) => {
          const { findings } = proofOf(sequences.map((one) => aServerEvent(one)));
          const named = findings.flatMap(({ from = 0, to = 0 }) =>
            Array.from({ length: to - from + 1 }, (_, i) => from + i),
          );
          const all = Array.from({ length: Math.max(...sequences) }, (_, i) => i + 1);
          expect(named).toEqual(all.filter((one) => !sequences.includes(one)));
        },
      ),
    );
  });
});

async function readAll(...chunks: readonly string[]): Promise<readonly EventRead[]> {
  async function* given() {
    yield* chunks;
  }
  const read: EventRead[] = [];
  for await (const one of eventsIn(given())) read.push(one);
  return read;
}

describe('events are read', () => {
  test('from JSON lines, wherever the parts break', async () => {
    expect(await readAll('{"a":', '1}\n\n{"b"', ':"\u2028"}\n{"c":3}')).toEqual([
      { line: 1, event: { a: 1 } },
      { line: 3, event: { b: '\u2028' } },
      { line: 4, event: { c: 3 } },
    ]);
  });

  test('from documents over several lines, and from lists', async () => {
    expect(await readAll('{\n "a": 1\n}\n[{"b": 2},\n {"c": 3}]')).toEqual([
      { line: 1, event: { a: 1 } },
      { line: 4, event: { b: 2 } },
      { line: 4, event: { c: 3 } },
    ]);
  });

  test('and a line that is none is named', async () => {
    expect(await readAll('{"a":1}\n{"b":\n7\n')).toEqual([
      { line: 1, event: { a: 1 } },
      { line: 2, problem: 'is not JSON' },
      { line: 3, problem: 'is no JSON object' },
    ]);
    expect(await readAll('no events\n')).toMatchObject([{ line: 1 }]);
  });
});

describe('one line an event', () => {
  test('says when, what, about whom and what changed', () => {
    expect(eventLine(aServerEvent(1, { cause: { kind: 'landfall' } }))).toBe(
      '2026-01-31 08:01:00  Source Server Lifecycle State Change  db-1 (s-11111111111111111)  READY_FOR_TEST → TESTING  cause={"kind":"landfall"}',
    );
  });

  test('holds nothing that moves, hides or forges a terminal', () => {
    expect(eventLine(aServerEvent(1, { hostname: 'a\u001b[2K\nb' }))).toContain(
      'a\\u{1b}[2K\\u{a}b',
    );
    expect(eventLine({ detail: [] })).toBe('an event without a detail-type');
  });
});

test('a delivery is the first of its event, or not', () => {
  const isFirst = firstDeliveries();
  const all = [aServerEvent(1), aServerEvent(2), aServerEvent(1), { id: 'x' }, { id: 'x' }, {}, {}];
  expect(all.map(isFirst)).toEqual([true, true, false, true, false, true, true]);
});

describe('a span', () => {
  test('takes what was observed within it, both ends included', () => {
    const read = readSpan('2026-01-31T08:01:00Z', '2026-01-31T09:02:00+01:00');
    if (!read.ok) throw new Error('refused');
    expect([0, 1, 2, 3].map((one) => isWithin(read.span, aServerEvent(one)))).toEqual([
      ...[false, true, true, false],
    ]);
    expect(isWithin(read.span, {})).toBe(false);
  });

  test.each([
    [undefined, undefined, 2],
    ['yesterday', '2026-01-31T08:00:00Z', 1],
    ['2026-01-31T08:00:00', '2026-01-31T09:00:00Z', 1],
    ['2026-01-31T09:00:00Z', '2026-01-31T08:00:00Z', 1],
    ['2026-01-31T09:00:00Z', '2026-01-31T09:00:00Z', 1],
  ])('from %s to %s is none', (from, to, problems) => {
    const read = readSpan(from, to);
    expect(read.ok ? [] : read.problems).toHaveLength(problems);
  });
});

describe('the rules that a replay goes to', () => {
  const rules = ['mine', 'asleep', 'own'].map((name) => ({
    name,
    arn: `arn:${name}`,
    isEnabled: name !== 'asleep',
  }));
  const chosen = (...names: readonly string[]) => {
    const read = chooseRules(names, rules, new Set(['own']));
    return read.ok ? read.arns : read.problems.map(({ problem }) => problem);
  };

  test('are those that are named', () => {
    expect(chosen('mine', 'mine')).toEqual(['arn:mine']);
  });

  test('are never all, none of our own, none that receives nothing', () => {
    expect(chosen()).toEqual(['no --rule says who receives the events again']);
    expect(chosen('own', 'asleep', 'mime')).toEqual([
      '--rule "own" is one of Landfall\'s own, which would act once more',
      '--rule "asleep" is disabled and receives nothing',
      '--rule "mime" is no rule of the bus; did you mean mine?',
    ]);
  });
});

/** An address that answers these statuses, the last one from then on, and remembers what it was sent. */
async function anAddress(...statuses: readonly number[]) {
  const bodies: unknown[] = [];
  const keys: unknown[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    bodies.push(JSON.parse(await text(request)));
    keys.push(request.headers['idempotency-key']);
    response.writeHead(statuses[Math.min(bodies.length, statuses.length) - 1] ?? 200).end();
  };
  const server = createServer((request, response) => void serve(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}/`, bodies, keys, close: () => server.close() };
}

describe('an event is posted', () => {
  test('with its id, and again after 503 and 429', async () => {
    const { address, bodies, keys, close } = await anAddress(503, 429, 204);
    expect(await postEvent(address, aServerEvent(1), 1)).toEqual({ ok: true });
    expect(bodies).toEqual([aServerEvent(1), aServerEvent(1), aServerEvent(1)]);
    expect(keys[0]).toBe('mgn/111122223333/eu-central-1/s-11111111111111111/1');
    close();
  });

  test('but not again where the address refuses it', async () => {
    const { address, bodies, close } = await anAddress(400);
    expect(await postEvent(address, aServerEvent(1), 1)).toEqual({
      ok: false,
      problem: 'it answered 400',
    });
    expect(bodies).toHaveLength(1);
    close();
  });

  test('and gives up where nobody answers', async () => {
    const { address, close } = await anAddress(200);
    close();
    const posted = await postEvent(address, aServerEvent(1), 1);
    expect(posted.ok ? '' : posted.problem).toContain('it gave no answer');
  });
});

describe('a pattern is tried', () => {
  const why = (pattern: object, event: Readonly<Record<string, unknown>>) => {
    const { matches, mismatch } = testPattern(pattern as never, event, 1);
    return matches ? 'match' : [mismatch?.path, mismatch?.found, mismatch?.why];
  };

  test('and says the first member that does not hold, in the order of the pattern', () => {
    const event = aServerEvent(1);
    expect(why({ source: ['landfall.mgn'] }, event)).toBe('match');
    expect(
      why({ source: ['landfall.mgn'], detail: { wave: ['w'], current: ['CUTOVER'] } }, event),
    ).toEqual(['detail.wave', [], 'alone']);
    expect(why({ detail: { current: ['CUTOVER'] }, source: ['x'] }, event)).toEqual([
      ...['detail.current', ['TESTING'], 'alone'],
    ]);
  });

  test('and says of alternatives the one that came furthest', () => {
    const pattern = { $or: [{ a: ['x'] }, { b: [1], c: [2] }] };
    expect(why(pattern, { a: 'y', b: 1, c: 3 })).toEqual(['c', [3], 'alone']);
  });

  test('and tells members that hold only in different elements of a list', () => {
    const event = { a: [{ b: 1 }, { b: 2, c: 3 }] };
    expect(why({ a: { b: [1], c: [3] } }, event)).toEqual(['a.c', [3], 'together']);
  });
});

describe('landfall events', () => {
  mkdirSync(join(directory, 'out'));
  write('out/events.jsonl', lines([aServerEvent(1), aServerEvent(2, { current: 'CUTOVER' })]));
  const out = join(directory, 'out');

  test('catalog lists every event, or tells one whole', async () => {
    const all = await eventsLandfall(['events', 'catalog', '--json']);
    const { events } = JSON.parse(all.stdout) as {
      readonly events: { readonly detailType: string }[];
    };
    expect(events.map(({ detailType }) => detailType)).toEqual(
      catalogue.map(({ detailType }) => detailType),
    );
    const one = await eventsLandfall(['events', 'catalog', 'lifecycle state']);
    expect(one.stdout).toContain(
      '{"source":["landfall.mgn"],"detail-type":["Source Server Lifecycle State Change"]}',
    );
    expect((await eventsLandfall(['events', 'catalog', 'no such'])).code).toBe(2);
  });

  test('tail --from shows a rehearsal, filtered', async () => {
    const pattern = write('rule.json', '{ "detail": { "current": [{ "prefix": "CUT" }] } }');
    const { code, stdout } = await eventsLandfall([
      ...['events', 'tail', '--from', out, '--pattern', pattern, '--json'],
    ]);
    expect([code, stdout]).toEqual([0, lines([aServerEvent(2, { current: 'CUTOVER' })])]);
  });

  test('replay prints a span as JSON lines, which verify reads from standard input', async () => {
    const span = ['--from', '2026-01-31T08:02:00Z', '--to', '2026-01-31T08:05:00Z'];
    const { code, stdout } = await eventsLandfall(['events', 'replay', out, ...span]);
    expect([code, stdout]).toEqual([0, lines([aServerEvent(2, { current: 'CUTOVER' })])]);
    const whole = await eventsLandfall(['events', 'verify', '-'], { input: stdout });
    expect([whole.code, whole.stdout]).toEqual([
      1,
      '1 event in 1 stream: 1 finding\n  gap  mgn/111122223333/eu-central-1/s-11111111111111111: 1 is missing  (standard input:1)\n',
    ]);
    const part = await eventsLandfall(['events', 'verify', '-', '--partial'], { input: stdout });
    expect(part.code).toBe(0);
  });

  test('replay posts in order, and stops where the address stops', async () => {
    const { address, bodies, close } = await anAddress(200, 400);
    const { code, stdout, stderr } = await eventsLandfall([
      ...['events', 'replay', out, '--post', address],
    ]);
    expect([code, stdout, bodies.length]).toEqual([1, '', 2]);
    expect(stderr).toContain('did not take the event of line 2: it answered 400. 1 event posted');
    close();
  });

  test('pattern test says which match and why the others do not', async () => {
    const { code, stdout, stderr } = await eventsLandfall([
      ...['events', 'pattern', 'test', '{"detail":{"current":["CUTOVER"]}}', out],
    ]);
    expect([code, stdout.split('\n'), stderr]).toEqual([
      0,
      [
        'no match  1: 2026-01-31 08:01:00  Source Server Lifecycle State Change  db-1 (s-11111111111111111)  READY_FOR_TEST → TESTING',
        '    detail.current wants "CUTOVER"; the event has "TESTING"',
        'match     2: 2026-01-31 08:02:00  Source Server Lifecycle State Change  db-1 (s-11111111111111111)  READY_FOR_TEST → CUTOVER',
        '',
      ],
      '1 of 2 events match\n',
    ]);
    const none = await eventsLandfall(['events', 'pattern', 'test', '{"source":["x"]}', out]);
    expect(none.code).toBe(1);
  });

  test.each([
    [['events', 'pattern', 'test', '{"a":[{"like":"x"}]}', '-'], '"like" is no operator'],
    [['events', 'pattern', 'test', '{"a":', '-'], 'ends too early'],
    [['events', 'pattern', 'test', 'none.json', 'none.jsonl'], 'none.jsonl  does not exist'],
    [['events', 'verify'], 'either a FILE or --live says which events'],
    [['events', 'replay', '-', '--rule', 'x'], '--rule goes without a DIR only'],
    [['events', 'tail', '--limit', 'x', '--from', '-'], '--limit is "x", no whole number'],
  ])('%j is refused', async (words, why) => {
    const { code, stdout, stderr } = await eventsLandfall(words);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(why);
  });
});
