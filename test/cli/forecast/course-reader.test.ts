import { describe, expect, test } from 'vitest';
import type { ToldEvent } from '../../../src/cli/chronicle.ts';
import { CourseReader } from '../../../src/cli/forecast/course-reader.ts';
import { at, told } from '../_events.ts';

const courseOf = (...events: readonly ToldEvent[]) => {
  const reader = new CourseReader();
  for (const event of events) reader.told(event);
  return reader.read(3, at(0));
};
const begun = (minute: number, phase: string) =>
  told(minute, 'Wave Stage Started', { phase, servers: 2, cohort: 1, attempts: 1 });
const ended = (minute: number, phase: string, server: string, more = {}) =>
  told(minute, 'Wave Server Phase Ended', {
    ...{ phase, sourceServerId: server, hostname: server, status: 'succeeded' },
    ...more,
  });
const waited = (
  minute: number,
  since: number,
  wait: string,
  server: string,
  reasons: readonly (readonly [number, string])[] = [],
) =>
  told(minute, 'Wave Server Wait Ended', {
    ...{ wait, sourceServerId: server, since: at(since), waitedSeconds: (minute - since) * 60 },
    reasons: reasons.map(([from, reason]) => ({ since: at(from), reason })),
  });

describe('the course of a rehearsal', () => {
  const course = courseOf(
    told(0, 'Wave Started', { servers: 2 }),
    begun(0, 'replicate'),
    waited(8, 1, 'launchable', 's-1'),
    ended(9, 'replicate', 's-1'),
    waited(20, 1, 'launchable', 's-2', [
      [1, 'lag 9 min, above 1 min'],
      [17, 'within limits for 1 of 3 polls and 1 min of 3 min'],
    ]),
    ended(21, 'replicate', 's-2'),
    told(22, 'Wave Preflight Blocked', { phase: 'cutover' }),
    told(40, 'Wave Preflight Blocked', { phase: 'cutover' }),
    told(52, 'Wave Preflight Cleared', { phase: 'cutover' }),
    told(53, 'Wave Window Awaited', { phase: 'cutover', servers: 2, cohort: 1 }),
    begun(113, 'cutover'),
    ended(120, 'cutover', 's-1', { status: 'failed', failure: { code: 'LaunchFailed' } }),
    ended(150, 'cutover', 's-2', { status: 'failed', failure: { code: 'WindowClosed' } }),
    told(200, 'Wave Concluded', {}),
  );
  const stages = course.waves[0]?.stages ?? [];

  test('has the stages in order, each until its last server is through', () => {
    expect(stages.map(({ name, startedAt, endedAt }) => [name, startedAt, endedAt])).toEqual([
      ['replicate', at(0), at(21)],
      ['preflight of cutover', at(22), at(52)],
      ['window of cutover', at(53), at(113)],
      ['cutover', at(113), at(150)],
    ]);
    expect([course.seed, course.waves[0]?.wave, course.waves[0]?.concludedAt]).toEqual([
      3,
      'w',
      at(200),
    ]);
  });

  test('says who was last, and what its time went into', () => {
    expect(stages[0]).toMatchObject({
      lastServer: 's-2',
      spent: [
        { cause: 'data-transfer', seconds: 16 * 60 },
        { cause: 'sustained-lag', seconds: 3 * 60 },
        { cause: 'pace', seconds: 2 * 60 },
      ],
      needsSeconds: 21 * 60,
      cutByWindow: 0,
    });
    expect(stages.slice(1, 3).map(({ spent }) => spent)).toEqual([
      [{ cause: 'preflight', seconds: 1800 }],
      [{ cause: 'window', seconds: 3600 }],
    ]);
  });

  test('counts for the needs of a phase whom a window gave back, and not whom a fault stopped', () => {
    expect(stages[3]).toMatchObject({ failed: 2, cutByWindow: 1, needsSeconds: 37 * 60 });
    const failed = courseOf(
      told(0, 'Wave Started', { servers: 1 }),
      begun(0, 'test'),
      ended(9, 'test', 's-1', { status: 'failed', failure: { code: 'LaunchFailed' } }),
      told(20, 'Wave Concluded', {}),
    );
    expect(failed.waves[0]?.stages[0]?.needsSeconds).toBeUndefined();
  });

  test('leaves soak and the window of a phase out of its needs', () => {
    const { waves } = courseOf(
      told(0, 'Wave Started', { servers: 1 }),
      begun(0, 'finalize'),
      waited(90, 1, 'signable', 's-1', [
        [1, 'soaks until 2026-03-05T10:00:00.000Z'],
        [61, 'its window opens at 2026-03-05T10:00:00.000Z'],
      ]),
      ended(94, 'finalize', 's-1'),
      told(95, 'Wave Concluded', {}),
    );
    expect(waves[0]?.stages[0]?.needsSeconds).toBe(5 * 60);
  });

  test('takes an event that is told again for one', () => {
    const again = ended(9, 'replicate', 's-1');
    const { waves } = courseOf(
      told(0, 'Wave Started', { servers: 1 }),
      begun(0, 'replicate'),
      ...[again, again],
      told(20, 'Wave Concluded', {}),
    );
    expect(waves[0]?.stages).toHaveLength(1);
    expect(waves[0]?.stages[0]?.failed).toBe(0);
  });
});
