import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diff, factsOf } from '../../../src/core/change.ts';
import { catalogued, detailSchema, eventSchema } from '../../../src/core/event/catalogue.ts';
import { cutTo, detailByteLimit, fitDetail } from '../../../src/core/event/fit-detail.ts';
import { cutText, number, type Stream, serverStream } from '../../../src/core/event/stream.ts';
import {
  tellChanges,
  tellLaunchResult,
  tellUnreachable,
  tellWaitEnded,
} from '../../../src/core/event/tell.ts';
import { jobStream, tellJobEnded } from '../../../src/core/event/tell-job.ts';
import { anObservation, now, target } from '../_factories.ts';

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

// The worst that can stand in a text: each takes six bytes of JSON, or four for one sign.
const worst = fc.constantFrom('\u0000', '\u0001', '\uD800', '😀', '"', 'x');
const hostileText = fc
  .tuple(worst, fc.integer({ min: 0, max: 70_000 }))
  .map(([sign, length]) => sign.repeat(Math.ceil(length / sign.length)));

const hostile = fc
  .record({
    hostname: hostileText,
    rawError: hostileText,
    tags: fc
      .tuple(fc.integer({ min: 0, max: 80 }), hostileText)
      .map(([n, text]) =>
        Object.fromEntries(Array.from({ length: n }, (_, i) => [`${i}${text}`, text])),
      ),
  })
  .map(({ rawError, ...is }) =>
    anObservation({ ...is, replication: { state: 'STALLED', errorClass: 'NEW_ERROR', rawError } }),
  );

describe('an event', () => {
  it('takes at most 240,000 bytes and stays as promised, whatever is observed', () => {
    fc.assert(
      fc.property(hostile, hostileText, (observation, text) => {
        const facts = factsOf(observation);
        const stream = serverStream(observation, 'p.w');
        const events = number(stream, 0, now, [
          ...tellChanges(diff(factsOf(anObservation()), facts), observation),
          tellLaunchResult({
            kind: 'test',
            jobId: 'mgnjob-1',
            launchStatus: 'FAILED',
            instanceId: undefined,
            usedPreviousSnapshot: false,
            reason: text,
          }),
        ]);
        expect(events.length).toBeGreaterThan(1);
        for (const { detail, detailType } of events) {
          expect(bytesOf(detail)).toBeLessThanOrEqual(detailByteLimit);
          expect(eventSchema(detailType).safeParse(detail)).toMatchObject({ success: true });
        }
      }),
      { numRuns: 40 },
    );
  });

  it('of a wait or a target takes at most 240,000 bytes too', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const trail = Array.from({ length: 12 }, () => ({ since: now, reason: text }));
        const stream: Stream = {
          source: 'landfall.wave',
          stream: 'wave/p/w/s-1',
          resources: [],
          common: { accountId: target.accountId, region: target.region, hostname: cutText(text) },
        };
        const events = number(stream, 0, now, [
          tellWaitEnded({
            name: 'launchable',
            phase: 'test',
            since: now,
            until: now,
            ended: 'met',
            trail,
          }),
          tellUnreachable({ since: now, kind: 'role-refused', reason: text, remedy: 'mend it' }),
        ]);
        for (const { detail } of events) {
          expect(bytesOf(detail)).toBeLessThanOrEqual(detailByteLimit);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('of a job with 200 servers that all failed names each of them', () => {
    const servers = Array.from({ length: 200 }, (_, i) => ({
      sourceServerId: `s-${String(i).padStart(17, '0')}`,
      launchStatus: 'FAILED',
      instanceId: undefined,
      postLaunchActions: [],
    }));
    const job = {
      jobId: 'mgnjob-1',
      arn: undefined,
      type: 'LAUNCH',
      initiatedBy: 'START_TEST',
      status: 'COMPLETED',
      createdAt: now,
      endedAt: now,
      tags: {},
      servers,
    };
    const log = servers.map(({ sourceServerId }) => ({
      event: 'LAUNCH_FAILED',
      eventData: { sourceServerID: sourceServerId, rawError: '\u0001'.repeat(65_536) },
    }));
    const stream = jobStream(target, {
      jobId: 'mgnjob-1',
      arn: null,
      type: 'LAUNCH',
      initiatedBy: 'START_TEST',
      cause: { kind: 'somebody-else' },
      wave: null,
    });
    const ended = number(stream, 3, now, tellJobEnded(job, log)).at(-1);
    const detail = ended?.detail ?? {};
    expect(bytesOf(detail)).toBeLessThanOrEqual(detailByteLimit);
    expect(detail).toMatchObject({ truncated: true });
    const entry = catalogued('Job Ended');
    const read = entry === undefined ? undefined : detailSchema(entry).parse(detail);
    expect(read?.['results']).toHaveLength(200);
  });
});

describe('fitDetail', () => {
  it('leaves what fits as it is, the very same value', () => {
    const members = { tags: { a: 'b' }, reason: 'x'.repeat(1000) };
    expect(fitDetail(members)).toBe(members);
  });

  it('lets the tags go first', () => {
    const tags = Object.fromEntries(
      Array.from({ length: 1000 }, (_, i) => [`tag-${i}`, 'x'.repeat(256)]),
    );
    expect(fitDetail({ tags, reason: 'x'.repeat(1000) })).toEqual({
      reason: 'x'.repeat(1000),
      truncated: true,
    });
  });

  it('then cuts texts, and lists only when that is not enough', () => {
    const reasons = (n: number) => Array.from({ length: n }, () => ({ reason: 'x'.repeat(1000) }));
    expect(fitDetail({ reasons: reasons(300) })).toEqual({
      reasons: Array.from({ length: 300 }, () => ({ reason: `${'x'.repeat(499)}…` })),
      truncated: true,
    });
    expect(fitDetail({ reasons: reasons(100_000) })).toEqual({
      reasons: Array.from({ length: 100 }, () => ({ reason: `${'x'.repeat(63)}…` })),
      truncated: true,
    });
  });

  it('refuses what does not even fit so', () => {
    const members = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, i) => [`member-${i}`, 'x'.repeat(64)]),
    );
    expect(() => fitDetail(members)).toThrow(/does not fit/);
  });
});

describe('cutTo', () => {
  it('leaves short text, ends what is cut in a sign, and parts no pair of surrogates', () => {
    expect([cutTo('abc', 3), cutTo('abcd', 3), cutTo('a😀bc', 3)]).toEqual(['abc', 'ab…', 'a…']);
  });
});
