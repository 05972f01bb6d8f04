import fc from 'fast-check';
import { catalogue } from '../../../src/core/event/catalogue.ts';
import { exampleEvent } from '../../../src/core/event/event-example.ts';
import { ToldEvent } from '../../../src/core/notify/told-event.ts';

/** The worked example of every event in the catalogue. */
export const examples: readonly ToldEvent[] = catalogue.map((entry) => {
  const event = ToldEvent.parse(exampleEvent(entry));
  // The examples of one stream are all its seventh event.
  return { ...event, detail: { ...event.detail, eventId: `example of ${entry.detailType}` } };
});

/** An event with other members than the example of its detail-type. */
export function eventLike(
  detailType: string,
  detail: Readonly<Record<string, unknown>>,
  id = '1',
): ToldEvent {
  const example = examples.find((one) => one['detail-type'] === detailType);
  if (example === undefined) throw new Error(`no example of ${detailType}`);
  return { ...example, detail: { ...example.detail, eventId: `event-${id}`, ...detail } };
}

/** The same change of `count` servers at once. */
export function manyServers(count: number): readonly ToldEvent[] {
  return Array.from({ length: count }, (_, i) =>
    eventLike(
      'Source Server Lifecycle State Change',
      {
        previous: 'READY_FOR_TEST',
        current: 'TESTING',
        sourceServerId: `s-${i}`,
        hostname: `host-${i + 1}`,
      },
      `server-${i}`,
    ),
  );
}

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.constantFrom(
    '<!channel>',
    '<@U123|boss>',
    '<https://evil.example|click>',
    '[click](https://evil.example)',
    '**bold** _it_ `code` ~no~',
    '<at>everyone</at>',
    '{{DATE(2024-01-01,SHORT)}} ${secret}',
    '&lt;!here&gt;',
    'a\r\nSubject: b',
    '\u202egnp.exe\u0000\u2028line',
    '"}],"blocks":[{"type":"image"}]',
    'x'.repeat(5000),
    '<'.repeat(4000),
    '🧨'.repeat(2000),
  ),
);
const value = fc.oneof(
  hostile,
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.oneof(hostile, fc.dictionary(hostile, hostile, { maxKeys: 3 })), { maxLength: 4 }),
  fc.dictionary(hostile, fc.oneof(hostile, fc.integer()), { maxKeys: 4 }),
);

/** Events of every detail-type whose members say anything at all. */
export const hostileEvents: fc.Arbitrary<ToldEvent> = fc
  .record({
    example: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...examples) },
      {
        weight: 1,
        arbitrary: hostile.map((type) => ({ ...exampleOf(), 'detail-type': type || 'x' })),
      },
    ),
    id: fc.integer({ min: 0, max: 40 }),
    members: fc.dictionary(
      fc.constantFrom(
        ...['hostname', 'sourceServerId', 'wave', 'target', 'previous', 'current', 'reason', 'by'],
        ...[
          'rawError',
          'failure',
          'outcomes',
          'counts',
          'code',
          'phase',
          'outcome',
          'remedy',
          'cause',
        ],
        ...[
          'launchStatus',
          'actions',
          'servers',
          'observedAt',
          'sequence',
          'kind',
          'quota',
          'used',
        ],
      ),
      value,
      { maxKeys: 12 },
    ),
  })
  .map(({ example, id, members }) => ({
    ...example,
    detail: { ...example.detail, ...members, eventId: `event-${id}` },
  }));

function exampleOf(): ToldEvent {
  const [first] = examples;
  if (first === undefined) throw new Error('the catalogue is empty');
  return first;
}
