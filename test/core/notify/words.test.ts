import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { catalogue } from '../../../src/core/event/catalogue.ts';
import { DetailType } from '../../../src/core/event/detail-type.ts';
import { patternOf } from '../../../src/core/notify/channel.ts';
import { severities } from '../../../src/core/notify/severity.ts';
import { severityReference } from '../../../src/core/notify/severity-reference.ts';
import { severitiesOf, wordsOf } from '../../../src/core/notify/words.ts';
import { isEventPattern, patternMatches } from '../../../src/runtime/event-pattern.ts';
import { eventLike, examples, hostileEvents } from './_events.ts';

describe('the words for an event', () => {
  test('are there for every event of the catalogue', () => {
    expect(catalogue.map(({ detailType }) => detailType).toSorted()).toEqual(
      Object.values(DetailType).toSorted(),
    );
    for (const example of examples) {
      const { what } = wordsOf(example);
      expect(what.length, example['detail-type']).toBeGreaterThan(5);
      expect(what).not.toMatch(/undefined|NaN|\[object/);
    }
  });

  test.each<[string, Readonly<Record<string, unknown>>, string, string]>([
    [
      'Source Server Stalled Change',
      { current: 'AGENT_NOT_SEEN' },
      'warning',
      'replication stalls: AGENT_NOT_SEEN',
    ],
    [
      'Source Server Stalled Change',
      { previous: 'X', current: null },
      'info',
      'replication stalls no longer',
    ],
    [
      'Source Server Lag Band Change',
      { previous: 'minutes', current: 'behind' },
      'warning',
      'lag minutes → behind',
    ],
    [
      'Source Server Lag Band Change',
      { previous: 'behind', current: 'current' },
      'info',
      'lag behind → current',
    ],
    [
      'Target Quota Pressure',
      { current: 100 },
      'page',
      '100 % of the quota activeServers are reached',
    ],
    [
      'Target Quota Pressure',
      { previous: 80, current: 0 },
      'info',
      'the quota activeServers has room again',
    ],
    ['Wave Server Held', {}, 'page', 'is held, as somebody else has acted on it'],
    [
      'Source Server Out-of-Band Action',
      { errorCode: null },
      'warning',
      'somebody else called ChangeServerLifeCycleState',
    ],
    [
      'Target Out-of-Band Action',
      { errorCode: 'AccessDenied' },
      'info',
      'somebody else tried to call UpdateReplicationConfigurationTemplate',
    ],
    ['Wave Held', {}, 'page', 'is held and waits for a person'],
    [
      'Wave Concluded',
      { outcomes: { succeeded: 2 }, servers: 2 },
      'info',
      'has ended: all is done for its 2 servers',
    ],
    [
      'Wave Concluded',
      { outcomes: { succeeded: 1, failed: 1 }, servers: 2 },
      'warning',
      'has ended: 1 of 2 servers did not move',
    ],
    [
      'Wave Concluded',
      { outcomes: { failed: 1, frozen: 1 }, servers: 2 },
      'page',
      'has ended: 1 of 2 servers are frozen',
    ],
    [
      'Wave Server Outcome',
      { outcome: 'frozen', code: 'ExecutionDied' },
      'page',
      'outcome frozen, ExecutionDied',
    ],
    ['Wave Server Outcome', { outcome: 'succeeded', code: null }, 'info', 'outcome succeeded'],
    [
      'Source Server Launch Result',
      { kind: 'test', launchStatus: 'FAILED' },
      'warning',
      'the test launch failed',
    ],
    [
      'Job Ended',
      { counts: { FAILED: 2, LAUNCHED: 1 } },
      'warning',
      'a START_TEST job ended, not well for all servers',
    ],
    ['Job Ended', { counts: { LAUNCHED: 1 } }, 'info', 'a START_TEST job ended'],
  ])('of %s %j are %s: %s', (type, detail, severity, what) => {
    expect(wordsOf(eventLike(type, detail))).toMatchObject({ severity, what });
  });

  test('name only places that are there', () => {
    const headings = [...readFileSync('docs/failures.md', 'utf8').matchAll(/^#+ (.+)$/gm)].map(
      ([, title = '']) => title.toLowerCase(),
    );
    const codes = headings.filter((title) => /^[a-z]+$/.test(title));
    const told = [
      ...examples,
      ...codes.map((code) => eventLike('Wave Server Outcome', { outcome: 'failed', code })),
      eventLike('Source Server Presence Change', { current: false }),
      eventLike('Source Server Instance Health Change', { current: 'impaired' }),
      eventLike('Wave Server Wait Ended', { ended: 'expired' }),
      eventLike('Source Server Launch Result', { usedPreviousSnapshot: true }),
      eventLike('Source Server Launch Result', { launchStatus: 'FAILED' }),
      eventLike('Source Server Post-Launch Actions Change', { current: 'failed' }),
    ];
    const anchors = told.flatMap(
      (event) => /failures\.md#(\w+)/.exec(wordsOf(event).remedy ?? '')?.[1] ?? [],
    );
    expect(new Set(anchors).size).toBeGreaterThan(20);
    expect(anchors.filter((anchor) => !codes.includes(anchor))).toEqual([]);
  });

  test('say of what this version does not know that it happened', () => {
    const [example] = examples;
    const event = { ...eventLike('Wave Held', {}), 'detail-type': 'Source Server Teleported' };
    expect(example).toBeDefined();
    expect(wordsOf(event)).toEqual({ severity: 'info', what: 'Source Server Teleported' });
  });

  test('have only severities that the detail-type declares, whatever an event says', () => {
    fc.assert(
      fc.property(hostileEvents, (event) => {
        const { severity, what } = wordsOf(event);
        expect(severitiesOf(event['detail-type'])).toContain(severity);
        expect(what).not.toMatch(/[\p{Cc}\u202e\u2028]/u);
      }),
      { numRuns: 1000 },
    );
  });
});

test('docs/notifications.md says how urgent each event may be', () => {
  expect(readFileSync('docs/notifications.md', 'utf8'), 'run: npm run schemas').toContain(
    `<!-- severities -->\n\n${severityReference()}\n<!-- /severities -->`,
  );
});

describe('the pattern of a channel', () => {
  const subsets = [
    ['page'],
    ['warning'],
    ['info'],
    ['warning', 'page'],
    ['info', 'page'],
    [...severities],
  ] as const;

  test.each(subsets.map((chosen) => ({ chosen })))(
    'for $chosen takes every event of these',
    ({ chosen }) => {
      const pattern = patternOf({ severities: [...chosen] });
      if (!isEventPattern(pattern)) throw new Error('no pattern');
      expect(JSON.stringify(pattern).length).toBeLessThan(2048);
      fc.assert(
        fc.property(hostileEvents, (event) => {
          const known = severitiesOf(event['detail-type']);
          if (
            known.length === severities.length &&
            !examples.some((one) => one['detail-type'] === event['detail-type'])
          )
            return;
          if (chosen.some((one) => one === wordsOf(event).severity)) {
            expect(patternMatches(pattern, event)).toBe(true);
          }
        }),
      );
    },
  );

  test('for [page] leaves out what is never one', () => {
    const pattern = patternOf({ severities: ['page'] });
    if (!isEventPattern(pattern)) throw new Error('no pattern');
    const taken = examples
      .filter((event) => patternMatches(pattern, event))
      .map((one) => one['detail-type']);
    expect(taken).toContain('Wave Held');
    expect(taken).not.toContain('Source Server Lifecycle State Change');
  });
});
