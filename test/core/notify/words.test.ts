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
    ['Wave Server Held', {}, 'page', 'is held until a person resumes it'],
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
    [
      'Source Server Configuration Drift Change',
      { current: [{ aspect: 'launch-template', field: 'instanceType' }], differences: 1 },
      'warning',
      'its settings are not what is expected',
    ],
    [
      'Source Server Configuration Drift Change',
      { current: [], differences: 0 },
      'info',
      'its settings are again what is expected',
    ],
    [
      'Target Template Drift Change',
      { changes: [{ templateId: 'lct-1', kind: 'launch', news: 'changed' }] },
      'warning',
      'templates that new servers take their settings from are no longer what they were',
    ],
    [
      'Target Template Drift Change',
      { changes: [], missing: ['launch'] },
      'warning',
      'has no template that new servers take their settings from: launch',
    ],
    [
      'Wave Preflight Blocked',
      { phase: 'cutover', findings: [], count: 0 },
      'page',
      'may not begin cutover: the preflight blocks it',
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
    ['Wave Window Awaited', {}, 'info', 'waits for the window of cutover'],
    [
      'Wave Window Opened',
      { phase: 'finalize' },
      'info',
      'goes on with finalize, within its window',
    ],
    ['Wave Window Closed', {}, 'warning', 'the window of cutover closed too early'],
    ['Wave Window Closed', { opensAt: null }, 'page', 'no window of cutover opens any more'],
    ['Wave Soak Started', { servers: 3 }, 'info', '3 cut-over servers soak'],
    ['Wave Server Soak Ended', {}, 'info', 'has soaked'],
    [
      'Wave Server Soak Ended',
      { ended: 'unhealthy' },
      'page',
      'its instance became unhealthy while it soaked',
    ],
    [
      'Source Server Readiness Change',
      {},
      'warning',
      'can be recovered, but not drilled: stalled, lag',
    ],
    [
      'Source Server Readiness Change',
      { current: { state: 'not-ready', reasons: ['disconnected'] } },
      'page',
      'can no longer be recovered: disconnected',
    ],
    [
      'Source Server Readiness Change',
      {
        previous: { state: 'not-ready', reasons: ['stopped'] },
        current: { state: 'not-ready', reasons: ['initial-sync'] },
      },
      'info',
      'cannot be recovered yet: initial-sync',
    ],
    [
      'Source Server Readiness Change',
      {
        previous: { state: 'not-ready', reasons: ['initial-sync'] },
        current: { state: 'not-ready', reasons: ['no-recovery-point'] },
      },
      'warning',
      'cannot be recovered: no-recovery-point',
    ],
    [
      'Source Server Readiness Change',
      { current: { state: 'ready', reasons: [] } },
      'info',
      'can be drilled and recovered',
    ],
    [
      'Source Server Lag Objective Change',
      {},
      'warning',
      'misses its recovery point objective of 15 min',
    ],
    [
      'Source Server Lag Objective Change',
      { current: 'kept' },
      'info',
      'keeps its recovery point objective of 15 min',
    ],
    [
      'Source Server Lag Objective Change',
      { current: null },
      'info',
      'tells no lag to hold against its recovery point objective',
    ],
    ['Source Server Recovery Point Change', {}, 'warning', 'its newest recovery snapshot is old'],
    [
      'Source Server Recovery Point Change',
      { current: 'none' },
      'warning',
      'has no recovery snapshot',
    ],
    [
      'Source Server Recovery Point Change',
      { current: 'recent' },
      'info',
      'its newest recovery snapshot is recent',
    ],
    ['Source Server Last Launch Change', {}, 'info', 'its last launch: DRILL, PENDING'],
    [
      'Source Server Last Launch Change',
      { current: { type: 'DRILL', status: 'FAILED', jobId: 'drsjob-1', at: null } },
      'warning',
      'its launch failed: DRILL',
    ],
    [
      'Source Server Last Launch Change',
      { current: { type: 'RECOVERY', status: 'FAILED', jobId: 'drsjob-1', at: null } },
      'page',
      'its launch failed: RECOVERY',
    ],
    [
      'Source Server Last Launch Change',
      { current: null },
      'info',
      'DRS tells no last launch of it',
    ],
    ['Source Server Drill Change', {}, 'warning', 'was not drilled within 90 days'],
    [
      'Source Server Drill Change',
      { current: { state: 'done', lastAt: '2026-03-04T16:19:30Z' } },
      'info',
      'was drilled',
    ],
    ['Source Server Extension Change', {}, 'warning', 'its extension from a staging account fails'],
    [
      'Source Server Extension Change',
      { current: 'EXTENDED' },
      'info',
      'is extended from a staging account',
    ],
    [
      'Source Server Extension Change',
      { current: 'NOT_EXTENDED' },
      'info',
      'is not extended from a staging account',
    ],
    [
      'Source Server Replication Direction Change',
      {},
      'info',
      'replication direction FAILOVER → FAILBACK',
    ],
    ['Source Server Reversed Direction Change', {}, 'info', 'its replication is reversed'],
    [
      'Source Server Reversed Direction Change',
      { current: null },
      'info',
      'has no server of the opposite direction any more',
    ],
    ['Source Server Agent Version Change', {}, 'info', 'agent version 3.6.0 → 3.7.0'],
    ['Recovery Instance Discovered', {}, 'info', 'a recovery instance is there, RUNNING'],
    ['Recovery Instance Presence Change', {}, 'info', 'DRS no longer lists its recovery instance'],
    ['Recovery Instance State Change', {}, 'info', 'recovery instance PENDING → RUNNING'],
    [
      'Recovery Instance State Change',
      { current: 'NOT_FOUND' },
      'warning',
      'EC2 no longer knows its recovery instance',
    ],
    ['Recovery Instance Failback State Change', {}, 'info', 'its failback is ready for launch'],
    [
      'Recovery Instance Failback State Change',
      { current: 'FAILBACK_ERROR' },
      'warning',
      'its failback fails',
    ],
    [
      'Recovery Instance Failback State Change',
      { previous: 'FAILBACK_NOT_STARTED', current: 'FAILBACK_IN_PROGRESS' },
      'info',
      'failback FAILBACK_NOT_STARTED → FAILBACK_IN_PROGRESS',
    ],
    [
      'Recovery Instance Replication State Change',
      {},
      'info',
      'replication of the way back INITIAL_SYNC → CONTINUOUS',
    ],
    [
      'Recovery Instance Stalled Change',
      {},
      'warning',
      'the way back stalls: FAILBACK_CLIENT_NOT_SEEN',
    ],
    [
      'Recovery Instance Stalled Change',
      { current: null },
      'info',
      'the way back stalls no longer',
    ],
    [
      'Recovery Instance Drill Overdue Change',
      {},
      'warning',
      'the instance of its drill is there for too long',
    ],
    [
      'Recovery Instance Drill Overdue Change',
      { current: false },
      'info',
      'the instance of its drill is no longer there for too long',
    ],
  ])('of %s %j are %s: %s', (type, detail, severity, what) => {
    expect(wordsOf(eventLike(type, detail))).toMatchObject({ severity, what });
  });

  test('name the first finding of a preflight, count the others, and say what to do about it', () => {
    const finding = { rule: 'free-addresses', message: 'no room in subnet-1', remedy: 'free some' };
    const blocked = { phase: 'cutover', findings: [finding, finding], count: 2 };
    expect(wordsOf(eventLike('Wave Preflight Blocked', blocked))).toMatchObject({
      more: 'free-addresses: no room in subnet-1; 1 more finding',
      remedy: 'free some',
    });
  });

  test('name three settings that drifted and count the others', () => {
    const current = [1, 2, 3, 4].map((n) => ({
      aspect: 'replication',
      field: `f${n}`,
      expected: null,
      actual: String(n),
    }));
    expect(
      wordsOf(eventLike('Source Server Configuration Drift Change', { current, differences: 9 }))
        .more,
    ).toBe('replication f1: none → 1; replication f2: none → 2; replication f3: none → 3; 6 more');
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
      eventLike('Wave Window Closed', { opensAt: null }),
      eventLike('Wave Server Soak Ended', { ended: 'unhealthy' }),
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

describe('the words for settings', () => {
  const next = (detailType: string, detail: object) => {
    const like = examples.find((one) => one['detail-type'] === detailType);
    if (like === undefined) throw new Error(`no example of ${detailType}`);
    return wordsOf({ ...like, detail: { ...like.detail, ...detail } }).remedy;
  };

  test('name the command of the service that the server is of', () => {
    const half = { left: 1, because: 'throttled' };
    const arn = (service: string) => `arn:aws:${service}:us-east-1:111122223333:source-server/s-1`;
    const said = (service: string) =>
      next('Source Server Settings Applied', { ...half, arn: arn(service) });
    expect(said('mgn')).toBe('See what is left: landfall settings diff');
    expect(said('drs')).toBe('See what is left: landfall drs template plan');
  });

  test('keep nobody from a recovery', () => {
    const said = (phase: string) =>
      next('Wave Server Settings Compared', { phase, differences: 0, obstacles: ['no'] });
    expect(said('drill')).toContain('Mend it before the phase is approved');
    expect(said('recover')).toContain('It is recovered with the settings that it has');
  });
});
