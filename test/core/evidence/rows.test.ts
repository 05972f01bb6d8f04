// What evidence makes of events: the right row, and silence about what is none of its business.
import { describe, expect, test } from 'vitest';
import { explainWay } from '../../../src/cli/explain-way.ts';
import { catalogue } from '../../../src/core/event/catalogue.ts';
import type { ToldFact } from '../../../src/core/event/told.ts';
import { deviationsOf } from '../../../src/core/evidence/deviations.ts';
import { estimatesOf, readForecast } from '../../../src/core/evidence/estimates.ts';
import { gatherEvidence } from '../../../src/core/evidence/evidence.ts';
import {
  approvalsOnRecord,
  isOfWaves,
  ordersOnRecord,
  wayOnRecord,
} from '../../../src/core/evidence/from-records.ts';
import { gateHistory, orderHistory } from '../../../src/core/evidence/gate-history.ts';
import { lagCourses } from '../../../src/core/evidence/lag-course.ts';
import { serverWays } from '../../../src/core/evidence/server-way.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 0, 31, 8, minute)).toISOString();
const told = (
  minute: number,
  type: string,
  members: Readonly<Record<string, unknown>> = {},
): ToldFact => ({ type, detail: { observedAt: at(minute), wave: 'p.w', ...members } });
const ofServer = (minute: number, type: string, members: Readonly<Record<string, unknown>> = {}) =>
  told(minute, type, { sourceServerId: 's-1', hostname: 'db', ...members });

describe('the way of a server', () => {
  test('has its end, its evidence and what to do next', () => {
    const [way, ...more] = serverWays([
      ofServer(1, 'Wave Server Wait Ended', {
        ...{ phase: 'test', wait: 'healthy', since: at(0), waitedSeconds: 60, ended: 'met' },
        reasons: [{ since: at(0), reason: 'boots' }, 'no reason'],
      }),
      ofServer(2, 'Source Server Launch Result', {
        ...{ kind: 'test', jobId: 'j-1', launchStatus: 'LAUNCHED', usedPreviousSnapshot: true },
      }),
      ofServer(3, 'Wave Server Outcome', {
        ...{ outcome: 'failed', reason: 'why', code: 'LaunchFailed', nextAction: 'mend it' },
        evidence: {
          jobId: 'j-1',
          instanceId: null,
          eventIds: ['e'],
          seen: { lifecycle: 'TESTING' },
        },
      }),
    ]);
    expect(more).toEqual([]);
    expect(way).toMatchObject({
      ...{ wave: 'p.w', server: 's-1', hostname: 'db', outcome: 'failed', endedAt: at(3) },
      ...{ jobId: 'j-1', instanceId: null, lifecycle: 'TESTING', eventIds: ['e'] },
      nextAction: 'mend it',
      waits: [{ seconds: 60, ended: 'met', reasons: [{ reason: 'boots' }] }],
      launches: [{ status: 'LAUNCHED, from the previous snapshot', jobId: 'j-1' }],
    });
  });

  test('tells what a recovery has measured, and what of it is no deviation', () => {
    const measured = {
      ...{ kind: 'recovery', instanceId: 'i-1', calledAt: at(0), pointInTimeAt: at(0) },
      ...{ rpoSeconds: 60, rpoObjectiveSeconds: 30, rpo: 'missed' },
      ...{ rtoSeconds: 600, rtoObjectiveSeconds: 600, rto: 'kept' },
    };
    const chosen = { attempt: 1, replaces: [{ instanceId: 'i-0', isDrill: true }] };
    const events = [
      ofServer(1, 'Wave Server Recovery Chosen', chosen),
      ofServer(2, 'Wave Server Recovery Measured', measured),
      ofServer(3, 'Wave Server Recovery Chosen', { attempt: 1, replaces: [] }),
      ofServer(4, 'Wave Server Recovery Measured', { ...measured, rpo: 'kept' }),
    ];
    const [way] = serverWays(events);
    expect(way?.recoveries).toMatchObject([
      { at: at(2), recovery: 'recovery', rpoSeconds: 60, rpo: 'missed', rtoSeconds: 600 },
      { at: at(4), rpo: 'kept' },
    ]);
    expect(deviationsOf(events, [], []).map(({ what, found }) => [what, found])).toEqual([
      ['replaced', 'DRS takes away i-0'],
      ['objective missed', 'RPO 60 s instead of 30 s'],
    ]);
  });

  test('tells how far a retirement, a failback or an extension came, and what of it is left', () => {
    const none = { instanceId: null, counterpartArn: null, graceUntil: null, left: [] };
    const events = [
      ofServer(1, 'Wave Server Retirement Step', {
        ...{ step: 'stopped', graceUntil: at(9), left: [], notLookedAt: [] },
      }),
      ofServer(2, 'Wave Server Retirement Step', {
        ...{ step: 'confirmed', graceUntil: null, left: ['i-1', 7, 'a snapshot'] },
        notLookedAt: ['volumes'],
      }),
      ofServer(3, 'Wave Server Failback Step', {
        ...{ step: 'vacated', instanceId: 'i-1', reversedArn: 'arn:s-9', left: ['s-9'] },
      }),
      ofServer(4, 'Wave Server Extended', { extensionArn: 'arn:s-8', extensionId: 's-8' }),
    ];
    const [way] = serverWays(events);
    expect(way?.steps).toEqual([
      {
        ...{ ...none, at: at(1), of: 'retirement', step: 'stopped', graceUntil: at(9) },
        notLookedAt: [],
      },
      {
        ...{ ...none, at: at(2), of: 'retirement', step: 'confirmed', left: ['i-1', 'a snapshot'] },
        notLookedAt: ['volumes'],
      },
      {
        ...{ ...none, at: at(3), of: 'failback', step: 'vacated', instanceId: 'i-1' },
        ...{ counterpartArn: 'arn:s-9', left: ['s-9'], notLookedAt: [] },
      },
      {
        ...{ ...none, at: at(4), of: 'extension', step: 'extended', counterpartArn: 'arn:s-8' },
        notLookedAt: [],
      },
    ]);
    expect(deviationsOf(events, [], []).map(({ what, found }) => [what, found])).toEqual([
      // A failback always leaves the way that it came by.
      ['left over', 'i-1; a snapshot'],
    ]);
  });

  test('tells of each try of a hook once, as it ended; one without an end as begun', () => {
    const run = { key: 'k-1', point: 'freeze', hook: 'stop-app', try: 1 };
    const [way] = serverWays([
      ofServer(1, 'Wave Server Hook Run', { ...run, status: 'started' }),
      ofServer(2, 'Wave Server Hook Run', {
        ...{ ...run, status: 'failed', durationSeconds: 60, reason: 'no answer' },
        evidence: '{"stopped":1}',
      }),
      ofServer(3, 'Wave Server Hook Run', { ...run, key: 'k-2', try: 2, status: 'started' }),
    ]);
    expect(way?.hooks).toEqual([
      {
        ...{ ...run, status: 'failed', at: at(2), durationSeconds: 60, reason: 'no answer' },
        evidence: '{"stopped":1}',
      },
      {
        ...{ ...run, key: 'k-2', try: 2, status: 'started', at: at(3), durationSeconds: null },
        ...{ reason: null, evidence: null },
      },
    ]);
  });

  test('has no end once it is reopened, until the next one', () => {
    const events = [
      ofServer(1, 'Wave Server Outcome', { outcome: 'failed', reason: 'x', code: 'LaunchFailed' }),
      ofServer(2, 'Wave Server Reopened', { order: 'retry', outcome: 'failed' }),
    ];
    expect(serverWays(events)).toMatchObject([{ outcome: null, code: null, endedAt: null }]);
    const again = ofServer(3, 'Wave Server Outcome', { outcome: 'succeeded', reason: 'y' });
    expect(serverWays([...events, again])).toMatchObject([{ outcome: 'succeeded', code: null }]);
  });

  test('is told of members of waves only, and survives what it cannot read', () => {
    expect(
      serverWays([
        { type: 'Source Server Launch Result', detail: { sourceServerId: 's-9' } },
        ofServer(0, 'Source Server Lag Band Change', { current: 'hour' }),
        told(1, 'Wave Held', { reason: 'x' }),
      ]),
    ).toEqual([]);
    expect(
      serverWays([ofServer(1, 'Wave Server Wait Ended', { reasons: 7, wait: null })]),
    ).toMatchObject([{ waits: [{ wait: '', seconds: 0, reasons: [] }] }]);
  });

  test('comes from records as it comes from events', () => {
    const target = { partition: 'aws', service: 'mgn' as const, accountId: '1', region: 'r' };
    const member = {
      ...{ server: 's-1', wave: 'p.w', target, hostname: 'db', health: null, outcome: null },
      results: [{ phase: 'test' as const, attempt: 1, status: 'failed' as const, endedAt: at(2) }],
    };
    const wait = { phase: 'test', wait: 'healthy', since: at(3), reasons: [] };
    const waits = [
      { ...wait, server: 's-1' },
      { ...wait, server: 's-2' },
      { ...wait, server: null },
    ];
    expect(wayOnRecord(member, waits, at(5))).toMatchObject({
      outcome: null,
      endedAt: null,
      phases: [{ phase: 'test', attempt: 1, status: 'failed', endedAt: at(2) }],
      waits: [{ seconds: 120, ended: 'waiting' }],
    });
    expect(
      wayOnRecord({ ...member, outcome: { outcome: 'failed', reason: 'x' } }, [], at(5)),
    ).toMatchObject({ outcome: 'failed', endedAt: at(2), code: null });
    const hook = {
      ...{ key: 'k', point: 'freeze' as const, name: 'stop-app', kind: 'function' as const },
      ...{ phase: 'cutover' as const, attempt: 1, try: 2, status: 'failed' as const },
      ...{ startedAt: at(3), endedAt: at(4), claimedUntil: null, lookAgainAt: at(4) },
      ...{ mustRun: false, looks: 0, reason: 'no answer' },
    };
    const way = wayOnRecord({ ...member, hookRuns: [hook] }, [], at(5));
    expect(way.hooks).toEqual([
      {
        ...{ key: 'k', at: at(4), point: 'freeze', hook: 'stop-app', try: 2, status: 'failed' },
        ...{ durationSeconds: 60, reason: 'no answer', evidence: null },
      },
    ]);
    expect(explainWay(way)).toContain('hook stop-app at freeze, try 2: failed; no answer');
  });
});

describe('gates and decisions', () => {
  test('keep what was judged, and who decided', () => {
    const judged = [{ check: 'tests-succeeded', holds: true, found: '4 of 4' }];
    const given = told(2, 'Wave Approval Given', {
      ...{ phase: 'cutover', cohort: 1, by: 'policy/p, anna', reason: 'ok', judged },
      approvers: [
        { by: 'policy/p', at: at(1), reason: 'all clear' },
        { by: 'anna', at: at(2), reason: 'seen' },
      ],
    });
    expect(gateHistory([given])).toMatchObject([
      { gate: 'approval', what: 'given', phase: 'cutover', cohort: 1, inputs: { judged } },
    ]);
    expect(orderHistory([given]).map(({ by, at: when, reason }) => [by, when, reason])).toEqual([
      ['policy/p', at(1), 'all clear'],
      ['anna', at(2), 'seen'],
    ]);
  });

  test('say nothing where nobody decided', () => {
    const silent = [
      told(1, 'Wave Resumed', { ended: 'hold' }),
      told(2, 'Wave Approval Denied', { phase: 'test', by: null, reason: 'a policy' }),
      told(3, 'Wave Stage Started', { phase: 'test' }),
    ];
    expect(orderHistory(silent)).toEqual([]);
    expect(gateHistory([told(3, 'Wave Stage Started', { phase: 'test' })])).toEqual([]);
  });

  test('come from records in the same form', () => {
    const entry = { order: 'pause', by: 'joe', at: at(1), reason: 'why' };
    const [wide] = ordersOnRecord('p.w', [entry], 'plan');
    const [told1] = orderHistory([
      told(1, 'Wave Paused', { by: 'joe', at: at(1), reason: 'why', scope: 'plan' }),
    ]);
    expect(wide).toEqual(told1);
    // A recovery that takes servers over is no person.
    expect(ordersOnRecord('p.w', [{ ...entry, order: 'yield', by: 'loss.all' }])).toEqual([]);
    const approval = { phase: 'test' as const, by: 'anna', at: at(2), reason: 'ok', planHash: 'h' };
    expect(
      approvalsOnRecord('p.w', [
        { ...approval, decision: 'approved' },
        { ...approval, decision: 'denied' },
      ]).map(({ order, phase }) => [order, phase]),
    ).toEqual([
      ['approve', 'test'],
      ['deny', 'test'],
    ]);
  });
});

describe('deviations', () => {
  const found = (events: readonly ToldFact[]) =>
    deviationsOf(events, serverWays(events), []).map(({ what, server }) => [what, server]);

  test('are what people and AWS did otherwise, and ends that are no success', () => {
    expect(
      found([
        told(1, 'Wave Paused', { by: 'joe', reason: 'x' }),
        ofServer(2, 'Source Server Stalled Change', { current: 'AGENT_NOT_SEEN' }),
        ofServer(3, 'Wave Server Soak Ended', { ended: 'unhealthy', reason: 'stopped' }),
        ofServer(4, 'Wave Server Phase Ended', { phase: 'test', status: 'failed', attempt: 2 }),
      ]),
    ).toEqual([
      ['paused', null],
      ['stalled', 's-1'],
      ['soak failed', 's-1'],
      ['phase failed', 's-1'],
      ['end', 's-1'],
    ]);
  });

  test('are drills of a schedule that fell out, though they are of no wave', () => {
    const run = { wave: undefined, plan: 'monthly', date: '2026-01-31' };
    const events = [
      told(1, 'Drill Schedule Started', { ...run, run: 'monthly-20260131' }),
      told(2, 'Drill Schedule Skipped', { ...run, because: 'frozen by calendar year-end' }),
      told(3, 'Drill Schedule Missed', { ...run, because: 'nothing began it' }),
      told(4, 'Wave Server Held', { wave: undefined, reason: 'x' }),
    ];
    expect(
      deviationsOf(events, [], []).map(({ wave, what, found: why }) => [wave, what, why]),
    ).toEqual([
      [null, 'drill skipped', 'monthly of 2026-01-31: frozen by calendar year-end'],
      [null, 'drill missed', 'monthly of 2026-01-31: nothing began it'],
    ]);
  });

  test('count what a recovery takes from a drill to the drill, and not to the recovery', () => {
    const is = { drill: 'p.w', recovery: 'loss.all', servers: 3 };
    const events = [
      told(1, 'Wave Drill Yielded', { ...is, wave: 'p.w' }),
      told(1, 'Wave Drill Yielded', { ...is, wave: 'loss.all' }),
    ];
    expect(deviationsOf(events, [], []).map(({ what, found: said }) => [what, said])).toEqual([
      ['drill yielded', '3 servers are taken over by loss.all'],
    ]);
  });

  test('name who acted, and which settings differ; settings that differ no more are none', () => {
    const drift = (current: readonly object[]) =>
      ofServer(1, 'Source Server Configuration Drift Change', { current });
    const template = { aspect: 'launch-template', field: 'instanceType' };
    const events = [
      ofServer(0, 'Wave Server Outcome', { outcome: 'succeeded', reason: 'x' }),
      drift([{ ...template, expected: 'm5.xlarge', actual: 't3.micro' }]),
      drift([]),
      ofServer(2, 'Source Server Out-of-Band Action', {
        ...{ operation: 'StartCutover', calledAt: at(2), caller: { principal: 'role/ops' } },
      }),
    ];
    expect(deviationsOf(events, serverWays(events), []).map(({ found: what }) => what)).toEqual([
      'launch-template instanceType: t3.micro instead of m5.xlarge',
      `StartCutover at ${at(2)} by role/ops`,
    ]);
  });

  test('say what every example of the catalogue tells in words', () => {
    const member = ofServer(0, 'Wave Server Outcome', { outcome: 'succeeded', reason: 'x' });
    const said = catalogue.flatMap(({ detailType, example }) => {
      const event = ofServer(1, detailType, { jobId: 'mgnjob-1', ...example });
      return deviationsOf([event], serverWays([member]), []).map(({ found: what }) => what);
    });
    expect(said.length).toBeGreaterThan(15);
    expect(said.filter((what) => /[{}[\]]|undefined|\bnull\b|\?/.test(what))).toEqual([]);
  });

  test('are not what went as planned, nor what is no wave’s', () => {
    expect(
      found([
        ofServer(1, 'Source Server Stalled Change', { current: null }),
        ofServer(2, 'Wave Server Soak Ended', { ended: 'soaked' }),
        ofServer(3, 'Wave Server Phase Ended', { phase: 'test', status: 'succeeded' }),
        ofServer(4, 'Wave Server Outcome', { outcome: 'skipped', reason: 'archived', code: null }),
        told(5, 'Wave Approval Given', { phase: 'test', by: 'anna' }),
      ]),
    ).toEqual([]);
    const stray = {
      type: 'Source Server Stalled Change',
      detail: { observedAt: at(1), sourceServerId: 's-9', current: 'AGENT_NOT_SEEN' },
    };
    expect(found([stray])).toEqual([]);
  });
});

describe('the course of lag', () => {
  const band = (minute: number, server: string, current: string) =>
    told(minute, 'Source Server Lag Band Change', { sourceServerId: server, current });
  const end = (minute: number, server: string) =>
    told(minute, 'Wave Server Outcome', { sourceServerId: server, outcome: 'succeeded' });

  test('counts servers by their bands from the start of the wave on', () => {
    const events = [
      band(0, 's-1', 'hour'),
      band(3, 's-1', 'current'),
      band(3, 's-3', 'current'),
      band(4, 's-2', 'a new band'),
      end(5, 's-1'),
      end(6, 's-2'),
    ];
    const [course] = lagCourses(events, [{ wave: 'p.w', startedAt: at(2) }], serverWays(events));
    // untold, unknown, current, minutes, hour, behind
    expect(course?.points).toEqual([
      { at: at(2), servers: [1, 0, 0, 0, 1, 0] },
      { at: at(3), servers: [1, 0, 1, 0, 0, 0] },
      { at: at(4), servers: [0, 1, 1, 0, 0, 0] },
      { at: at(5), servers: [0, 1, 0, 0, 0, 0] },
      { at: at(6), servers: [0, 0, 0, 0, 0, 0] },
    ]);
  });
});

describe('a forecast', () => {
  const wave = { wave: 'p.w', concludedAt: at(30) };
  const end = { p5: at(10), p50: at(20), p80: at(25), p95: at(40) };

  test('is held against the end of the wave that it names', () => {
    const read = readForecast({ waves: [{ wave: 'w', ends: end, servers: 3 }], seeds: 20 });
    expect(read.ok && estimatesOf(read.forecast, [wave])).toEqual([
      { kind: 'estimate', wave: 'p.w', ...end, actual: at(30), lateSeconds: 600, inside: true },
    ]);
  });

  test('is read as landfall plan prints it, a wave without ends among them', () => {
    const read = readForecast({
      outcome: 'done',
      waves: [
        { wave: 'w', servers: 2, concluded: 20, ends: end },
        { wave: 'never', concluded: 0 },
      ],
    });
    expect(read.ok && estimatesOf(read.forecast, [wave])).toMatchObject([
      { wave: 'p.w', ...end, inside: true },
    ]);
    const never = { wave: 'p.never', concludedAt: null };
    expect(read.ok && estimatesOf(read.forecast, [never])).toMatchObject([
      { p5: null, p95: null, lateSeconds: null, inside: null },
    ]);
  });

  test('says nothing that it cannot: no end yet, no bounds, another wave', () => {
    const of = (name: string, bounds: object, concludedAt: string | null) => {
      const read = readForecast({ waves: [{ wave: name, ends: bounds }] });
      if (!read.ok) throw new Error('refused');
      return estimatesOf(read.forecast, [{ ...wave, concludedAt }]);
    };
    expect(of('p.w', end, null)).toMatchObject([{ lateSeconds: null, inside: null }]);
    expect(of('w', { p50: at(20) }, at(30))).toMatchObject([{ lateSeconds: 600, inside: null }]);
    expect(of('x', end, at(30))).toEqual([]);
    expect(of('w', end, at(50))).toMatchObject([{ inside: false }]);
  });

  test('is refused with every place that is wrong', () => {
    for (const [document, places] of [
      [null, ['']],
      [
        { waves: [{ ends: {} }, { wave: 'w' }, { wave: 'w', ends: 7 }] },
        ['waves[0].wave', 'waves[2].ends'],
      ],
      [{ waves: [{ wave: 'w', ends: { p5: 'soon', p95: '2026' } }] }, ['waves[0]']],
    ] as const) {
      const read = readForecast(document);
      expect(read.ok ? [] : read.problems.map(({ path }) => path)).toEqual(places);
    }
  });
});

describe('evidence', () => {
  test('takes what is on record only where nothing was told of it', () => {
    const [way] = serverWays([
      ofServer(1, 'Wave Server Outcome', { outcome: 'failed', reason: 'x' }),
    ]);
    if (way === undefined) throw new Error('there is no way');
    const evidence = gatherEvidence({
      head: { of: 'deployment', madeBy: 'landfall', subject: 'p', until: at(9), lacks: [] },
      sources: [],
      told: [ofServer(1, 'Wave Server Outcome', { outcome: 'succeeded', reason: 'x' })],
      courses: [{ wave: 'p.w', servers: 2, startedAt: at(0), stages: [] }],
      onRecord: [way, { ...way, server: 's-2' }],
    });
    expect(evidence.servers.map(({ server, outcome }) => [server, outcome])).toEqual([
      ['s-1', 'succeeded'],
      ['s-2', 'failed'],
    ]);
    expect(evidence.waves).toMatchObject([
      { concludedAt: null, outcomes: { succeeded: 1, failed: 1 } },
    ]);
  });

  test('is of a wave, its servers and their jobs, and of nobody else', () => {
    const [waves, servers] = [new Set(['p.w']), new Set(['s-1'])];
    const of = (detail: object) => isOfWaves({ ...detail }, waves, servers);
    expect([
      of({ wave: 'p.w' }),
      of({ sourceServerId: 's-1' }),
      of({ servers: ['s-9', 's-1'] }),
    ]).toEqual([true, true, true]);
    expect([
      of({ wave: 'p.x' }),
      of({ sourceServerId: 's-9' }),
      of({ servers: 3 }),
      of({}),
    ]).toEqual([...[false, false, false, false]]);
  });
});
