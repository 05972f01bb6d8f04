import { describe, expect, test } from 'vitest';
import { Chronicle } from '../../src/cli/chronicle.ts';
import { controlPlaneCost, dollars } from '../../src/cli/control-plane-cost.ts';
import type { Rehearsed } from '../../src/cli/rehearsal.ts';
import { type SummarySubject, summaryRecord, summaryText } from '../../src/cli/summary.ts';
import { at, told } from './_events.ts';

const use = {
  servers: 2,
  transitions: 50,
  invocations: { poll: 10, park: 6 },
  ticks: { run: 8, skipped: 2, looked: 16 },
  events: 100,
  plannedServers: 3,
  store: { reads: 400, writes: 80 },
};

describe('the cost of the control plane', () => {
  test('adds up what each service asks for', () => {
    const cost = controlPlaneCost(use);
    expect(cost.stepFunctions).toBeCloseTo(50 * 0.000025, 12);
    // Polls: 8 × 0.5 s + 16 × 3 ms + 2 × 50 ms at 1 GB; six steps of 0.1 s at 0.5 GB.
    expect(cost.lambda).toBeCloseTo(16 * 2e-7 + (4.148 + 0.3) * 0.0000166667, 12);
    expect(cost.eventBridge).toBeCloseTo(110e-6, 12);
    expect(cost.dynamoDb).toBeCloseTo(80 * 2 * 0.625e-6 + 400 * 0.125e-6, 12);
    expect(cost.total).toBeCloseTo(
      cost.stepFunctions + cost.lambda + cost.eventBridge + cost.dynamoDb,
      12,
    );
    expect(cost.perServer).toBeCloseTo(cost.total / 2, 12);
  });

  test('is nothing where nothing was done', () => {
    const none = { reads: 0, writes: 0 };
    const idle = { run: 0, skipped: 0, looked: 0 };
    expect(
      controlPlaneCost({
        servers: 0,
        transitions: 0,
        invocations: {},
        ticks: idle,
        events: 0,
        store: none,
      }),
    ).toEqual({ stepFunctions: 0, lambda: 0, eventBridge: 0, dynamoDb: 0, total: 0, perServer: 0 });
  });

  test.each([
    [0, '$0'],
    [0.000941, '$0.00094'],
    [0.0381, '$0.038'],
    [12.5, '$12.50'],
  ])('%d is written as %s', (amount, text) => expect(dollars(amount)).toBe(text));
});

const rehearsed: Rehearsed = {
  outcome: 'not-all-succeeded',
  servers: { succeeded: 1, skipped: 0, 'rolled-back': 0, failed: 2, frozen: 0 },
  virtualSeconds: 3600,
  apiCalls: { 'mgn:DescribeSourceServers': 1200, 'mgn:StartTest': 1 },
  events: 100,
  plannedServers: 3,
  transitionsPerServer: 16.66666,
  executions: 9,
  invocations: { poll: 10, park: 6 },
  ticks: { run: 8, skipped: 2, failed: 0, looked: 16 },
  seed: 7,
  startedAt: at(0),
  endedAt: at(60),
  orders: [],
};

function aSubject(): SummarySubject {
  const chronicle = new Chronicle();
  const failed = { outcome: 'failed', code: 'LaunchFailed', reason: 'no capacity' };
  for (const event of [
    told(0, 'Wave Started', { servers: 3 }),
    told(0, 'Wave Stage Started', { phase: 'test', servers: 3, cohort: 1, attempts: 1 }),
    told(30, 'Wave Server Wait Ended', {
      phase: 'test',
      wait: 'StartTest',
      hostname: 'b',
      waitedSeconds: 900,
      ended: 'met',
      reasons: [{ since: at(15), reason: '20 jobs run' }],
    }),
    told(50, 'Wave Server Phase Ended', { phase: 'test', status: 'failed' }),
    told(60, 'Wave Server Outcome', {
      sourceServerId: 's-1',
      outcome: 'succeeded',
      reason: 'went through',
    }),
    told(60, 'Wave Server Outcome', {
      sourceServerId: 's-2',
      hostname: 'evil\u001b[2J',
      ...failed,
    }),
    told(60, 'Wave Server Outcome', { sourceServerId: 's-3', ...failed }),
    told(60, 'Wave Concluded'),
  ]) {
    chronicle.told(event);
  }
  return {
    plan: 'p',
    servers: 3,
    rehearsed,
    chronicle: chronicle.read(),
    cost: controlPlaneCost({ ...use, servers: 3 }),
    wallSeconds: 1.23,
    approveAfter: 0,
    out: 'out/p',
  };
}

describe('the summary', () => {
  test('reads so', () => {
    expect(summaryText(aSubject())).toMatchInlineSnapshot(`
      "Plan p: 3 servers in 1 wave: not every server succeeded.
      Virtual time 2026-01-31 12:00:00 to 2026-01-31 13:00:00 UTC (1 h), rehearsed in 1.2 s with seed 7.

      Outcomes: 1 succeeded · 0 skipped · 0 rolled-back · 2 failed · 0 frozen
      failed:
        LaunchFailed: no capacity
          evil\\u{1b}[2J (s-2)
          s-3

      Wave p.w: 3 servers, 1 h
        2026-01-31 12:00:00  2026-01-31 13:00:00  test  3 servers  1 h  1 failed

      Waits, those that took most in all first
        phase  waited               times  median  longest  who waited longest, and why
        test   for its test launch      1  15 min  15 min   b: 20 jobs run

      1,201 API calls
        1,200  mgn:DescribeSourceServers
            1  mgn:StartTest

      100 events; 8 polls (2 more had nothing to do).
      16.7 state transitions a server.
      Control plane, estimated: $0.00053 a server, $0.0016 for 3 servers (Step Functions $0.0013, Lambda $0.000077, EventBridge $0.00011, DynamoDB $0.00015).

      Logs are in out/p. What became of one server, and whether every promise was kept:
        landfall explain SERVER out/p
        landfall check out/p"
    `);
  });

  test('says what is open where the rehearsal was interrupted', () => {
    const subject = aSubject();
    const text = summaryText({
      ...subject,
      servers: 10,
      rehearsed: { ...rehearsed, outcome: 'interrupted' },
    });
    expect(text).toContain('INTERRUPTED before every server had its outcome');
    expect(text).toContain('7 without an outcome');
  });

  test('as a record holds nothing that differs from one run to the next', () => {
    const { wallSeconds: _, out: __, ...subject } = aSubject();
    const { cost } = subject;
    expect(summaryRecord(subject)).toEqual({
      outcome: 'not-all-succeeded',
      servers: rehearsed.servers,
      virtualSeconds: 3600,
      apiCalls: rehearsed.apiCalls,
      events: 100,
      transitionsPerServer: 16.667,
      costPerServerUsd: Number(cost.perServer.toFixed(6)),
      seed: 7,
      ticks: rehearsed.ticks,
      startedAt: at(0),
      endedAt: at(60),
      ends: subject.chronicle.ends,
      plan: 'p',
      plannedServers: 3,
      executions: 9,
      invocations: rehearsed.invocations,
      phases: [],
    });
  });

  test('says how many approvals were asked for, and who gave them', () => {
    const subject = aSubject();
    const approvals = { requested: 3, given: 1, denied: 1, expired: 0 };
    const asked = {
      ...subject,
      chronicle: { ...subject.chronicle, approvals },
      approveAfter: 3600,
    };
    expect(summaryText(asked)).toContain(
      'Approvals: 3 asked for, 1 given, 1 denied, 1 not answered; a simulated approver approved after 1 h (--approve-after).',
    );
    expect(summaryText({ ...asked, approveAfter: 'never' })).toContain(
      'nobody was there to approve (--approve-after never).',
    );
    expect(summaryRecord(asked)).toMatchObject({
      approvals: { ...approvals, approveAfterSeconds: 3600 },
    });
  });
});

test('of a programme it says what came of each plan, and of the agents between them', () => {
  const plan = {
    plan: 'migrate',
    at: at(0),
    status: 'started',
    said: 'started migrate.all',
  } as const;
  const late = {
    plan: 'protect',
    at: null,
    status: 'not-started',
    said: 'no\u001b servers',
  } as const;
  const agent = { server: 's-1', at: at(5), drsServer: 's-9', said: 'replicates to us-west-2' };
  const none = { server: 's-2', at: at(6), drsServer: null, said: 'DRS is not initialized' };
  const subject: SummarySubject = {
    ...aSubject(),
    rehearsed: { ...rehearsed, programme: [plan, late], drsAgents: [agent, none] },
  };
  const text = summaryText(subject);
  expect(text).toMatch(/migrate +started +started migrate\.all/);
  expect(text).toMatch(/protect +not started +no.+ servers/);
  expect(text).not.toContain('\u001b');
  expect(text).toContain('Agents of DRS installed: 1.');
  expect(text).toContain('Not on the instance of s-2: DRS is not initialized.');
  expect(summaryRecord(subject)).toMatchObject({
    programme: [plan, late],
    drsAgents: [agent, none],
  });
  expect(summaryRecord(aSubject())).not.toHaveProperty('programme');
});
