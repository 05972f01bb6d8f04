import { describe, expect, test } from 'vitest';
import { explainServer } from '../../src/cli/explain-server.ts';
import { findServer } from '../../src/cli/find-server.ts';
import { defaultBounds } from '../../src/trace/check-trace.ts';
import type { CallRecord, Envelope, ExecutionLine, Logs } from '../../src/trace/forms.ts';
import { indexTrace } from '../../src/trace/trace.ts';
import { at } from './_events.ts';

const [accountId, region] = ['111122223333', 'eu-central-1'];
const keyOf = (id: string) => `${accountId}/${region}/${id}`;

function anEvent(
  minute: number,
  type: string,
  id: string,
  sequence: number,
  members: Readonly<Record<string, unknown>> = {},
): Envelope {
  const isWave = type.startsWith('Wave ');
  const stream = isWave ? `wave/p/w/${id}` : `mgn/${accountId}/${region}/${id}`;
  return {
    version: '0',
    id: `${stream}/${sequence}`,
    'detail-type': type,
    source: isWave ? 'landfall.wave' : 'landfall.mgn',
    account: accountId,
    time: at(minute),
    region,
    resources: [],
    detail: {
      schemaVersion: 1,
      eventId: `${stream}/${sequence}`,
      stream,
      sequence,
      observedAt: at(minute),
      accountId,
      region,
      sourceServerId: id,
      hostname: 'web',
      wave: 'p.w',
      ...members,
    },
  };
}

function aCall(minute: number, operation: string, more: Partial<CallRecord>): CallRecord {
  return {
    at: at(minute),
    caller: 'landfall',
    service: 'mgn',
    operation,
    accountId,
    region,
    input: {},
    status: 200,
    error: null,
    ...more,
  };
}

const run: ExecutionLine = {
  name: 'p.w.s-1.test.1',
  stateMachine: 'Test',
  parent: 'p.w',
  status: 'SUCCEEDED',
  startedAt: at(1),
  stoppedAt: at(40),
  transitions: 5,
  historyEvents: 20,
  error: null,
  cause: null,
};

const logs: Logs = {
  api: [
    aCall(2, 'StartTest', {
      input: { sourceServerIDs: ['s-1', 's-2'], tags: { 'landfall:intent': 'i/1' } },
      status: 202,
      output: { job: { jobID: 'mgnjob-1' } },
    }),
    aCall(3, 'DescribeSourceServers', { input: { filters: { sourceServerIDs: ['s-1'] } } }),
    aCall(4, 'TerminateTargetInstances', {
      input: { sourceServerIDs: ['s-1'] },
      status: 409,
      error: 'ConflictException',
      caller: 'console',
    }),
  ],
  events: [
    anEvent(0, 'Source Server Discovered', 's-1', 1, { current: 'READY_FOR_TEST', previous: null }),
    anEvent(0, 'Source Server Discovered', 's-2', 1, { current: 'READY_FOR_TEST', hostname: 'db' }),
    anEvent(0, 'Source Server Discovered', 's-3', 1, { current: 'READY_FOR_TEST', hostname: 'db' }),
    anEvent(20, 'Source Server Stalled Change', 's-1', 2, {
      previous: null,
      current: 'AGENT_NOT_SEEN',
      rawError: 'gone\u001b[31m',
    }),
    anEvent(30, 'Wave Server Wait Ended', 's-1', 1, {
      wait: 'StartTest',
      phase: 'test',
      waitedSeconds: 1740,
      ended: 'failed',
      reasons: [{ since: at(1), reason: '20 jobs run' }],
    }),
    anEvent(40, 'Wave Server Phase Ended', 's-1', 2, {
      phase: 'test',
      attempt: 1,
      status: 'failed',
      code: 'LaunchFailed',
      reason: 'no capacity',
    }),
    anEvent(41, 'Wave Server Outcome', 's-1', 3, {
      outcome: 'rolled-back',
      code: 'LaunchFailed',
      reason: 'test: no capacity',
    }),
    anEvent(42, 'Source Server Something New', 's-1', 3, { colour: 'green' }),
  ],
  executions: [run, { ...run, name: 'p.w.s-2.test.1' }],
};
const trace = indexTrace(logs, defaultBounds);

describe('a server', () => {
  test('is found by id, by key and by host name in any case', () => {
    for (const name of ['s-1', keyOf('s-1'), 'WEB']) {
      expect(findServer(name, trace)).toEqual({ found: 'one', key: keyOf('s-1') });
    }
  });

  test('is not guessed where several have its name', () => {
    expect(findServer('db', trace)).toEqual({
      found: 'several',
      keys: [keyOf('s-2'), keyOf('s-3')],
    });
  });

  test('that is not there is answered with near names', () => {
    expect(findServer('wed', trace)).toEqual({ found: 'none', near: ['web'] });
    expect(findServer('nobody', trace)).toEqual({ found: 'none', near: [] });
  });
});

describe('an explanation', () => {
  test('names a phase by its execution, where one machine is that of several phases', () => {
    const back = { ...run, name: 'p.w.s-1.reprotect.2', stateMachine: 'Failback' };
    const text = explainServer(
      keyOf('s-1'),
      indexTrace({ ...logs, executions: [back] }, defaultBounds),
    );
    expect(text).toContain('PHASE reprotect (attempt 2) begins');
  });

  test('tells the whole way in order, and prints nothing that a terminal would obey', () => {
    expect(explainServer(keyOf('s-1'), trace)).toMatchInlineSnapshot(`
      "web (s-1), account 111122223333, eu-central-1
      Wave p.w: rolled-back; LaunchFailed: test: no capacity
      Longest wait: waited 29 min for its test launch, in vain
      1 changing call by Landfall, 1 by others; 5 state transitions in 1 execution.

      2026-01-31 12:00:00  seen for the first time, life cycle READY_FOR_TEST
      2026-01-31 12:01:00  PHASE test begins
      2026-01-31 12:02:00  Landfall calls StartTest with 2 servers → 202, job mgnjob-1
                             intent i/1
      2026-01-31 12:04:00  console calls TerminateTargetInstances → 409 ConflictException
                             it had no effect
      2026-01-31 12:20:00  replication stalls: AGENT_NOT_SEEN
                             the service says: gone\\u{1b}[31m
      2026-01-31 12:30:00  waited 29 min for its test launch, in vain
                             from 2026-01-31 12:01:00: 20 jobs run
      2026-01-31 12:40:00  PHASE test failed: LaunchFailed: no capacity
      2026-01-31 12:41:00  OUTCOME rolled-back, LaunchFailed: test: no capacity
                             meaning and remedy: docs/failures.md#launchfailed
      2026-01-31 12:42:00  Source Server Something New colour green"
    `);
  });

  test('counts what was done to its recovery instances, and to the server by which it comes back', () => {
    const reversed = { accountId, region: 'eu-west-1' };
    const instance = (minute: number, id: string, recoveryInstanceId: string, more = {}) =>
      anEvent(minute, 'Recovery Instance Discovered', id, minute, { recoveryInstanceId, ...more });
    const told = [
      ...logs.events.filter(({ detail }) => detail['sourceServerId'] !== 's-2'),
      anEvent(0, 'Source Server Discovered', 's-2', 1, { current: null, hostname: 'db' }),
      instance(50, 's-1', 'i-1'),
      instance(51, 's-2', 'i-2'),
      anEvent(52, 'Wave Server Failback Step', 's-1', 9, {
        ...{ step: 'reversed', instanceId: 'i-1', left: [] },
        reversedArn: `arn:aws:drs:eu-west-1:${accountId}:source-server/s-9`,
      }),
      instance(53, 's-9', 'i-9', reversed),
    ];
    const one = (minute: number, operation: string, input: CallRecord['input'], more = {}) =>
      aCall(minute, operation, { service: 'drs', input, ...more });
    const api = [
      one(60, 'ReverseReplication', { recoveryInstanceID: 'i-1' }),
      one(61, 'TerminateRecoveryInstances', { recoveryInstanceIDs: ['i-1', 'i-2'] }),
      one(62, 'StopReplication', { sourceServerID: 's-9' }, reversed),
      one(63, 'ReverseReplication', { recoveryInstanceID: 'i-9' }, reversed),
      one(
        64,
        'TerminateRecoveryInstances',
        { recoveryInstanceIDs: ['i-2'] },
        { caller: 'console' },
      ),
      one(65, 'StopReplication', { sourceServerID: 's-9' }),
    ];
    const all = indexTrace({ ...logs, api, events: told }, defaultBounds);
    // Of DRS, which has no life cycle.
    expect(explainServer(keyOf('s-2'), all)).toContain('12:00:00  seen for the first time\n');
    const said = (id: string) =>
      explainServer(id, all)
        .split('\n')
        .filter((line) => line.includes(' call'))
        .map((line) => line.replace(/^[\d-]* [\d:]* +/, ''));
    expect(said(keyOf('s-1'))).toEqual([
      '4 changing calls by Landfall, 0 by others; 5 state transitions in 1 execution.',
      'Landfall calls ReverseReplication of instance i-1 → 200',
      'Landfall calls TerminateRecoveryInstances of 2 instances → 200',
      `Landfall calls StopReplication of ${accountId}/eu-west-1/s-9 → 200`,
      'Landfall calls ReverseReplication of instance i-9 → 200',
    ]);
    expect(said(keyOf('s-2'))[0]).toMatch(/^1 changing call by Landfall, 1 by others/);
    // The one by which another comes back has its own alone.
    expect(said(`${accountId}/eu-west-1/s-9`)[0]).toMatch(/^2 changing calls by Landfall, 0 by/);
  });

  test('says what is told of servers of DRS in the words of channels', () => {
    const one = (sequence: number, type: string, detail: Readonly<Record<string, unknown>>) =>
      anEvent(sequence, type, 's-7', sequence, detail);
    const told = [
      one(1, 'Source Server Readiness Change', {
        previous: { state: 'ready', reasons: [] },
        current: { state: 'not-ready', reasons: ['stopped', 'no-recovery-point'] },
      }),
      one(2, 'Source Server Lag Objective Change', {
        ...{ previous: 'kept', current: 'missed', lagSeconds: 1800, limitSeconds: 900 },
      }),
      one(3, 'Source Server Recovery Point Change', {
        ...{ previous: 'recent', current: 'none', newestAt: null, limitSeconds: 14_400 },
      }),
    ];
    const said = explainServer(
      keyOf('s-7'),
      indexTrace({ ...logs, events: [...logs.events, ...told] }, defaultBounds),
    );
    expect(said).toContain('can no longer be recovered: stopped, no-recovery-point');
    expect(said).toContain('misses its recovery point objective of 15 min: it lags 30 min');
    expect(said).toContain('has no recovery snapshot');
    expect(said).not.toContain('{');
  });

  test('of a server that no wave holds says so', () => {
    expect(explainServer(keyOf('s-3'), trace)).toMatchInlineSnapshot(`
      "db (s-3), account 111122223333, eu-central-1
      No outcome: what is told ends before, or no wave holds this server.
      0 changing calls by Landfall, 0 by others; 0 state transitions in 0 executions.

      2026-01-31 12:00:00  seen for the first time, life cycle READY_FOR_TEST"
    `);
  });
});
