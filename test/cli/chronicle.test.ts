import { describe, expect, test } from 'vitest';
import { Chronicle, longestReason, type ToldEvent } from '../../src/cli/chronicle.ts';
import { nobody, ProgressBoard } from '../../src/cli/progress-board.ts';
import { stretchNames } from '../../src/core/phase.ts';
import { at, told } from './_events.ts';

const of = (...events: readonly ToldEvent[]) => {
  const chronicle = new Chronicle();
  for (const event of events) chronicle.told(event);
  return chronicle.read();
};

describe('a chronicle', () => {
  test('tells the stages of a wave, each until the next begins', () => {
    const { waves } = of(
      told(0, 'Wave Started', { servers: 2 }),
      told(0, 'Wave Stage Started', { phase: 'replicate', servers: 2, cohort: 1, attempts: 1 }),
      told(5, 'Wave Server Phase Ended', { phase: 'replicate', status: 'failed' }),
      told(10, 'Wave Held', { reason: 'too many failed' }),
      told(20, 'Wave Resumed'),
      told(25, 'Wave Stage Started', { phase: 'test', servers: 1, cohort: 1, attempts: 2 }),
    );
    const stage = { cohort: 1, attempts: 1, failed: 0, reason: undefined };
    expect(waves).toEqual([
      {
        wave: 'p.w',
        servers: 2,
        startedAt: at(0),
        concludedAt: undefined,
        stages: [
          {
            ...stage,
            phase: 'replicate',
            servers: 2,
            startedAt: at(0),
            endedAt: at(10),
            failed: 1,
          },
          {
            ...stage,
            phase: 'held',
            servers: 0,
            cohort: undefined,
            startedAt: at(10),
            endedAt: at(20),
            reason: 'too many failed',
          },
          {
            ...stage,
            phase: 'test',
            servers: 1,
            attempts: 2,
            startedAt: at(25),
            endedAt: undefined,
          },
        ],
      },
    ]);
  });

  test('tells how long a wave waited for an approval; a pause ends no stage', () => {
    const { waves, approvals } = of(
      told(0, 'Wave Started', { servers: 2 }),
      told(0, 'Wave Stage Started', { phase: 'test', servers: 2, cohort: 1, attempts: 1 }),
      told(2, 'Wave Paused', { by: 'joe', reason: 'lunch' }),
      told(3, 'Wave Resumed', { ended: 'pause', by: 'joe', reason: '' }),
      told(10, 'Wave Approval Requested', { phase: 'cutover', servers: 2, cohort: 1 }),
      told(25, 'Wave Approval Given', { phase: 'cutover', cohort: 1, by: 'jane', reason: '' }),
      told(25, 'Wave Stage Started', { phase: 'cutover', servers: 2, cohort: 1, attempts: 1 }),
      told(40, 'Wave Approval Requested', { phase: 'finalize', servers: 2, cohort: 1 }),
      told(50, 'Wave Approval Denied', { phase: 'finalize', cohort: 1, reason: 'jane said no' }),
    );
    const rows = waves[0]?.stages.map(({ phase, startedAt, endedAt, reason }) => [
      phase,
      startedAt,
      endedAt,
      reason,
    ]);
    expect(rows).toEqual([
      ['test', at(0), at(10), undefined],
      ['approval of cutover', at(10), at(25), 'approved by jane'],
      ['cutover', at(25), at(40), undefined],
      ['approval of finalize', at(40), at(50), 'jane said no'],
    ]);
    expect(approvals).toEqual({ requested: 2, given: 1, denied: 1, expired: 0 });
  });

  test('sums waits up by phase and kind, and names who waited longest and why', () => {
    const wait = (minutes: number, hostname: string, ended = 'met') =>
      told(60, 'Wave Server Wait Ended', {
        phase: 'replicate',
        wait: 'launchable',
        hostname,
        waitedSeconds: minutes * 60,
        ended,
        reasons: [
          { since: at(60 - minutes), reason: `${hostname} syncs` },
          { since: at(59), reason: 'nearly there' },
        ],
      });
    expect(of(wait(10, 'a'), wait(30, 'b', 'failed'), wait(20, 'c')).waits).toEqual([
      {
        phase: 'replicate',
        wait: 'launchable',
        count: 3,
        totalSeconds: 3600,
        medianSeconds: 1200,
        longestSeconds: 1800,
        longestServer: 'b',
        longestReason: 'b syncs',
        unmet: 1,
      },
    ]);
  });

  test('counts an event that is told again once', () => {
    const end = told(1, 'Wave Server Outcome', {
      sourceServerId: 's-1',
      outcome: 'failed',
      code: null,
      reason: 'why',
    });
    expect(of(end, end).ends).toEqual([
      {
        server: 's-1',
        hostname: undefined,
        wave: 'p.w',
        outcome: 'failed',
        code: undefined,
        reason: 'why',
        at: at(1),
      },
    ]);
  });

  test('tells how long phases took; a window and a soak before them are left out', () => {
    const ended = (minute: number, phase: string, sourceServerId: string, status = 'succeeded') =>
      told(minute, 'Wave Server Phase Ended', { phase, status, sourceServerId });
    const { phases, waves } = of(
      told(0, 'Wave Started', { servers: 3 }),
      told(5, 'Wave Window Awaited', {
        phase: 'cutover',
        servers: 3,
        reason: 'outside its window',
      }),
      told(60, 'Wave Stage Started', { phase: 'cutover', servers: 3, cohort: 1, attempts: 1 }),
      ended(70, 'cutover', 's-1'),
      ended(80, 'cutover', 's-2'),
      ended(100, 'cutover', 's-3', 'failed'),
      told(100, 'Wave Stage Started', { phase: 'finalize', servers: 2, cohort: 1, attempts: 1 }),
      told(200, 'Wave Server Soak Ended', { sourceServerId: 's-1', ended: 'soaked' }),
      ended(203, 'finalize', 's-1'),
      ended(104, 'finalize', 's-2'),
    );
    expect(phases).toEqual([
      { phase: 'cutover', servers: 2, p50Seconds: 600, p95Seconds: 1200, longestSeconds: 1200 },
      { phase: 'finalize', servers: 2, p50Seconds: 180, p95Seconds: 240, longestSeconds: 240 },
    ]);
    expect(waves[0]?.stages[0]).toMatchObject({
      phase: 'window of cutover',
      endedAt: at(60),
      reason: 'outside its window',
    });
  });

  test('says nothing of what it does not know', () => {
    expect(of(told(0, 'Source Server Archived'), told(0, 'Wave Something New'))).toEqual({
      ends: [],
      waves: [],
      waits: [],
      approvals: { requested: 0, given: 0, denied: 0, expired: 0 },
      phases: [],
    });
    expect(longestReason([], at(0))).toBeUndefined();
  });
});

describe('the progress board', () => {
  test('counts every server in one place', () => {
    const board = new ProgressBoard(5);
    expect(board.counts()).toEqual({ ...nobody, waiting: 5 });
    board.told(told(0, 'Wave Server Outcome', { outcome: 'skipped' }));
    board.told(told(0, 'Wave Stage Started', { phase: 'replicate', servers: 3 }));
    expect(board.counts()).toEqual({ ...nobody, waiting: 1, replicate: 3, done: 1 });
    const end = told(1, 'Wave Server Phase Ended', { phase: 'replicate', status: 'succeeded' });
    board.told(end);
    board.told(end);
    expect(board.counts()).toEqual({ ...nobody, waiting: 2, replicate: 2, done: 1 });
    board.told(told(2, 'Wave Stage Started', { phase: 'cutover', servers: 1, wave: 'p.other' }));
    expect(board.counts()).toEqual({ ...nobody, waiting: 1, replicate: 2, cutover: 1, done: 1 });
  });

  test('never counts below zero', () => {
    const board = new ProgressBoard(1);
    board.told(told(0, 'Wave Stage Started', { phase: 'test', servers: 9 }));
    board.told(told(0, 'Wave Server Outcome', { outcome: 'failed' }));
    expect(board.counts()).toEqual({ ...nobody, done: 1 });
  });

  test.each(stretchNames)('counts servers in %s', (phase) => {
    const board = new ProgressBoard(3);
    board.told(told(0, 'Wave Stage Started', { phase, servers: 2 }));
    expect(board.counts()).toEqual({ ...nobody, waiting: 1, [phase]: 2 });
  });
});
