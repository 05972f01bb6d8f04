import { describe, expect, expectTypeOf, test } from 'vitest';
import { catalogue } from '../../src/core/event/catalogue.ts';
import { exampleEvent } from '../../src/core/event/event-example.ts';
import { eventTypeName } from '../../src/core/event/event-json-schema.ts';
import * as events from '../../src/events/index.ts';

const { detailTypes, isLandfallEvent, isLifecycleStateChange, parseLandfallEvent } = events;

function exampleOf(detailType: string) {
  const entry = catalogue.find((one) => one.detailType === detailType);
  if (entry === undefined) throw new Error(`no ${detailType}`);
  return exampleEvent(entry);
}

const lifecycle = () => exampleOf('Source Server Lifecycle State Change');

describe('parseLandfallEvent', () => {
  test.each(catalogue.map((entry) => [entry.detailType, entry] as const))(
    'reads a "%s" as what it is, and only its guard says so',
    (detailType, entry) => {
      const event = exampleEvent(entry);
      expect(parseLandfallEvent(event)).toBe(event);
      expect(isLandfallEvent(event)).toBe(true);
      const guards = Object.entries(events).filter(
        ([name, one]) => /^is[A-Z]/.test(name) && name !== 'isLandfallEvent' && one !== undefined,
      ) as [string, (event: unknown) => boolean][];
      expect(guards).toHaveLength(catalogue.length);
      expect(guards.filter(([, guard]) => guard(event)).map(([name]) => name)).toEqual([
        `is${eventTypeName(detailType)}`,
      ]);
    },
  );

  test('keeps members that it does not know', () => {
    const { detail, ...rest } = lifecycle();
    const event = { ...rest, replayName: 'again', detail: { ...detail, mood: 'good' } };
    expect(parseLandfallEvent(event)).toEqual(event);
  });

  test('takes a word that AWS has added', () => {
    const { detail, ...rest } = lifecycle();
    const event = { ...rest, detail: { ...detail, current: 'HIBERNATING' } };
    expect(parseLandfallEvent(event)).toBe(event);
  });

  test('takes an event of another service that Landfall may look after', () => {
    const event = { ...lifecycle(), source: 'landfall.drs' };
    expect(parseLandfallEvent(event)).toBe(event);
  });

  test('answers a later version as unknown, whatever its form', () => {
    const { detail, ...rest } = lifecycle();
    const event = { ...rest, detail: { ...detail, schemaVersion: 2, previous: { was: 'A' } } };
    expect(parseLandfallEvent(event)).toEqual({
      'detail-type': 'unknown',
      why: 'newer',
      problem: 'its schemaVersion is 2; this version of the package reads 1',
      event,
    });
  });

  test.each([
    [
      'a detail-type that came later',
      { ...lifecycle(), 'detail-type': 'Source Server Dreaming' },
      'other-detail-type',
    ],
    ['no detail-type', { ...lifecycle(), 'detail-type': undefined }, 'other-detail-type'],
    ['an event of AWS', { ...lifecycle(), source: 'aws.mgn' }, 'other-source'],
    [
      'a member that is missing',
      { ...lifecycle(), detail: { ...lifecycle().detail, current: undefined } },
      'malformed',
    ],
    [
      'a sequence that counts from 0',
      { ...lifecycle(), detail: { ...lifecycle().detail, sequence: 0 } },
      'malformed',
    ],
    [
      'no version',
      { ...lifecycle(), detail: { ...lifecycle().detail, schemaVersion: undefined } },
      'malformed',
    ],
    ['no detail', { ...lifecycle(), detail: null }, 'not-an-event'],
    ['a list', [lifecycle()], 'not-an-event'],
    ['nothing', undefined, 'not-an-event'],
    ['text', 'Source Server Discovered', 'not-an-event'],
  ])('answers %s as unknown, and never throws', (_what, event, why) => {
    const read = parseLandfallEvent(event);
    expect(read).toMatchObject({ 'detail-type': 'unknown', why });
    expect(read).toHaveProperty('problem', expect.stringMatching(/./));
    expect(read).toHaveProperty('event', event);
    expect(isLandfallEvent(event)).toBe(false);
  });

  test('says which member is not as promised', () => {
    const { detail, ...rest } = lifecycle();
    expect(parseLandfallEvent({ ...rest, detail: { ...detail, current: 7 } })).toMatchObject({
      problem: expect.stringMatching(/^detail\.current: /),
    });
  });
});

describe('the types', () => {
  test('narrow by detail-type and by guard', () => {
    const read = parseLandfallEvent(lifecycle());
    if (read['detail-type'] === 'Wave Concluded') {
      expectTypeOf(read.detail.servers).toEqualTypeOf<number>();
    }
    if (read['detail-type'] === 'unknown') expectTypeOf(read.event).toEqualTypeOf<unknown>();
    if (!isLifecycleStateChange(read)) throw new Error('it is one');
    expectTypeOf(read.detail.sequence).toEqualTypeOf<number>();
    expectTypeOf(read.detail.hostname).toEqualTypeOf<string | undefined>();
    expectTypeOf(read['detail-type']).toEqualTypeOf<'Source Server Lifecycle State Change'>();
    expect(read.detail.current).toBe('TESTING');
  });

  test('name every detail-type', () => {
    expect(detailTypes).toEqual(catalogue.map(({ detailType }) => detailType));
  });
});
