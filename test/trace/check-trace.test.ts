import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CheckOptions, checkTrace, rules } from '../../src/trace/check-trace.ts';
import type { CallRecord, Logs } from '../../src/trace/forms.ts';
import { processorMs } from '../_processor-time.ts';
import {
  account,
  act,
  aTrace,
  at,
  type Draft,
  type DraftEvent,
  discovered,
  endDrill,
  execution,
  extend,
  failbackStep,
  finalize,
  healthy,
  hook,
  instanceCame,
  instanceGone,
  keyOf,
  launched,
  lifecycle,
  ofWave,
  outcome,
  phaseEnded,
  recoverNetworks,
  region,
  reverseFrom,
  runHook,
  seen,
  sendCommand,
  startCutover,
  startDrill,
  startRecovery,
  startTest,
  terminate,
  waveTold,
  yielded,
} from './a-trace.ts';

const summary = { servers: 5, outcomes: { succeeded: 4, skipped: 1 }, transitionsPerServer: 24.4 };

/** The names of the rules that a trace breaks. */
function broken(logs: Logs, options: CheckOptions = {}): string[] {
  return [...new Set(checkTrace(logs, options).violations.map(({ rule }) => rule))];
}

/** A wave that drilled one server, and concluded at minute 13. */
function drilledBefore(id: string): readonly DraftEvent[] {
  const stream = 'wave/drill/all';
  const ended = { outcome: 'succeeded', reason: 'went through' };
  return [
    { ...waveTold(10, 'Wave Started', { servers: 1 }), stream },
    { ...ofWave(13, 'Wave Server Outcome', id, ended), stream: `${stream}/${id}` },
    { ...waveTold(13, 'Wave Concluded', { outcomes: { succeeded: 1 } }), stream },
  ];
}

function isAbout(id: string, type: string, nth = 0) {
  let n = 0;
  return (event: DraftEvent) =>
    event.type === type && event.detail['sourceServerId'] === id && n++ === nth;
}

function find<T>(items: T[], test: (item: T) => boolean): T {
  const found = items.find(test);
  if (found === undefined) throw new Error('the good trace has no such item');
  return found;
}

function drop<T>(items: T[], test: (item: T) => boolean): void {
  items.splice(items.indexOf(find(items, test)), 1);
}

function isHookThat(point: string, status: string) {
  return ({ detail }: DraftEvent) => detail['point'] === point && detail['status'] === status;
}

/** One way to break one rule: a change of the good draft, or of the finished logs. */
interface Break {
  rule: string;
  how: string;
  draft?: (draft: Draft) => void;
  logs?: (logs: ReturnType<typeof aTrace>) => void;
  options?: CheckOptions;
}

const lost = { input: { sourceServerIDs: ['s-9'], tags: { 'landfall:intent': 'another' } } };

const breaks: Break[] = [
  {
    rule: 'sequences-gapless',
    how: 'an event is missing',
    logs: ({ events }) => drop(events, (e) => e['detail-type'] === 'Source Server Discovered'),
  },
  {
    rule: 'one-event-a-sequence',
    how: 'two ids share a place',
    logs: ({ events }) => {
      const event = structuredClone(find(events, (e) => e['detail-type'] === 'Wave Started'));
      event.detail.eventId = 'twin';
      event['detail-type'] = 'Wave Held';
      events.push(event);
    },
  },
  {
    rule: 'redelivery-identical',
    how: 'the second delivery says something else',
    logs: ({ events }) => {
      const again = events.at(-1);
      if (again !== undefined) again.detail['servers'] = 6;
    },
  },
  {
    rule: 'facts-chain',
    how: 'a change is skipped',
    draft: ({ events }) => drop(events, isAbout('s-1', 'Source Server Lifecycle State Change', 1)),
  },
  {
    rule: 'facts-chain',
    how: 'the first change does not go on from the discovery',
    draft: ({ events }) => {
      find(events, isAbout('s-1', 'Source Server Discovered')).detail['current'] = 'NOT_READY';
    },
  },
  {
    rule: 'changes-differ',
    how: 'a change changes nothing',
    draft: ({ events }) => events.push(lifecycle(250, 's-1', 'CUTOVER', 'CUTOVER')),
  },
  {
    rule: 'observed-in-order',
    how: 'a later sequence was observed earlier',
    logs: ({ events }) => {
      find(events, (e) => e['detail-type'] === 'Wave Concluded').detail.observedAt = at(0);
    },
  },
  {
    rule: 'times-valid',
    how: 'a time is in another zone',
    logs: ({ api }) => {
      const call = find(api, (c) => c.operation === 'DescribeSourceServers');
      call.at = '2024-03-04T12:00:00+01:00';
    },
  },
  {
    rule: 'times-valid',
    how: 'a day does not exist',
    logs: ({ events }) => {
      find(events, (e) => e['detail-type'] === 'Wave Started').time = '2024-02-30T12:00:00Z';
    },
  },
  {
    rule: 'stream-names-its-server',
    how: 'an event stands in another server’s stream',
    draft: ({ events }) => {
      events.push({
        ...seen(3, 'Source Server Tags', 's-4'),
        stream: `mgn/${account}/${region}/s-5`,
      });
    },
  },
  {
    rule: 'final-acts-are-told',
    how: 'the finalized server is never told as CUTOVER',
    draft: ({ events }) => drop(events, isAbout('s-1', 'Source Server Lifecycle State Change', 3)),
  },
  {
    rule: 'final-acts-are-told',
    how: 'the archived server is never told as archived',
    draft: ({ events }) => drop(events, isAbout('s-2', 'Source Server Archived')),
  },
  {
    rule: 'launches-carry-intent',
    how: 'a launch has no tag',
    draft: ({ calls }) => {
      find(calls, (c) => c.operation === 'StartTest').input = { sourceServerIDs: ['s-1', 's-2'] };
    },
  },
  {
    rule: 'intent-used-once',
    how: 'an intent is accepted twice',
    draft: ({ calls }) => {
      calls.push(startTest(20, ['s-8'], 'job-8'), startTest(21, ['s-9'], 'job-8'));
    },
  },
  {
    rule: 'server-once-a-call',
    how: 'a batch names a server twice',
    draft: ({ calls }) => calls.push(startTest(20, ['s-9', 's-9'], 'job-9')),
  },
  {
    rule: 'one-job-a-server',
    how: 'a termination begins while the launch runs',
    draft: ({ calls }) => {
      calls.push(startTest(20, ['s-9'], 'job-8'), terminate(25, ['s-9'], 'job-9'));
    },
  },
  {
    rule: 'one-launch-a-request',
    how: 'a test is launched again after a success',
    draft: ({ calls, events }) => {
      calls.push(startTest(20, ['s-1x'], 'job-8'), startTest(60, ['s-1x'], 'job-9'));
      events.push(launched(40, 's-1x', 'test', 'job-8', 'i-8'));
    },
  },
  {
    rule: 'one-termination-a-launch',
    how: 'an instance is terminated twice',
    draft: ({ calls, events }) => {
      calls.push(terminate(75, ['s-1'], 'job-9'));
      events.push(phaseEnded(78, 's-1', 'rollback', 1, 'succeeded'));
    },
  },
  {
    rule: 'lost-answer-not-repeated',
    how: 'a lost launch is tried again and refused',
    draft: ({ calls }) => {
      calls.push(
        startTest(20, ['s-9'], 'job-8', { answerLost: true }),
        startTest(21, ['s-9'], 'job-9', { ...lost, status: 409, error: 'ConflictException' }),
      );
    },
  },
  {
    rule: 'lost-answer-not-repeated',
    how: 'a launch answered by a 5xx is tried again',
    draft: ({ calls }) => {
      const status = { status: 500, error: 'InternalServerException' };
      calls.push(startTest(20, ['s-9'], 'job-8', status), startTest(21, ['s-9'], 'job-9', lost));
    },
  },
  {
    rule: 'no-drill-over-live-instance',
    how: 'a live instance is there as the drill launches',
    draft: ({ events }) => events.push(instanceCame(240, 's-5', 'i-50', { isDrill: false })),
  },
  {
    rule: 'no-drill-over-live-instance',
    how: 'nobody says that the instance is a drill’s',
    draft: ({ events }) => events.push(instanceCame(240, 's-5', 'i-50', { isDrill: null })),
  },
  {
    rule: 'only-own-instances-terminated',
    how: 'a live instance is terminated',
    draft: ({ events }) => {
      const came = find(events, ({ type }) => type === 'Recovery Instance Discovered');
      came.detail['isDrill'] = false;
    },
  },
  {
    rule: 'only-own-instances-terminated',
    how: 'an instance of somebody else’s drill is terminated',
    draft: ({ events }) => {
      const came = find(events, ({ type }) => type === 'Recovery Instance Discovered');
      came.detail['jobId'] = 'job-of-jane';
    },
  },
  {
    rule: 'only-own-instances-terminated',
    how: 'an instance is terminated that nobody was told of',
    draft: ({ calls }) => calls.push(endDrill(305, ['i-99'])),
  },
  {
    rule: 'only-own-instances-terminated',
    how: 'a recovered instance is terminated, and nobody ordered its rollback',
    draft: ({ calls }) => calls.push(endDrill(305, ['i-61'])),
  },
  {
    rule: 'no-recovery-over-live-instance',
    how: 'somebody else’s live instance is there as the recovery launches',
    draft: ({ events }) => events.push(instanceCame(240, 's-6', 'i-60', { isDrill: false })),
  },
  {
    rule: 'recovered-once',
    how: 'a server is recovered again after a try that held',
    draft: ({ calls }) => calls.push(startRecovery(300, ['s-6'], 'job-10')),
  },
  {
    rule: 'networks-recovered-once',
    how: 'one of them is recovered again',
    draft: ({ calls }) => calls.push(recoverNetworks(255, ['sn-2'])),
  },
  {
    rule: 'no-drill-after-yield',
    how: 'a drill launches a server that it has let go of',
    draft: ({ calls, events }) => {
      events.push(yielded(198, ['s-9']));
      calls.push(startDrill(200, ['s-9'], 'job-12'));
    },
  },
  {
    rule: 'no-drill-after-yield',
    how: 'a drill takes the instance of such a server away',
    draft: ({ calls, events }) => {
      events.push(instanceCame(187, 's-6', 'i-69', { jobId: 'job-7' }));
      events.push(instanceGone(197, 's-6', 'i-69'));
      calls.push(endDrill(195, ['i-69']));
    },
  },
  {
    rule: 'no-drill-after-yield',
    how: 'a hook of the drill begins for such a server',
    draft: ({ events }) => events.push(yielded(100, ['s-2'])),
  },
  {
    rule: 'extended-once',
    how: 'a lost extension is asked for again, and accepted',
    draft: ({ calls }) => {
      calls.push({ ...extend(191, 's-1'), answerLost: true });
    },
  },
  {
    rule: 'extensions-are-told',
    how: 'nobody was told as whom a server is extended',
    draft: ({ events }) => drop(events, isAbout('s-1', 'Wave Server Extended')),
  },
  {
    rule: 'no-reversal-of-drill-instance',
    how: 'the instance of a drill is reversed',
    draft: ({ calls }) => calls.push(reverseFrom(290, 'i-51')),
  },
  {
    rule: 'no-reversal-of-drill-instance',
    how: 'an instance is reversed that nobody was told of',
    draft: ({ calls }) => calls.push(reverseFrom(290, 'i-99')),
  },
  {
    rule: 'reprotected-once-back',
    how: 'a failed-back instance is reversed before its failback has succeeded',
    draft: ({ calls }) => calls.push(reverseFrom(22, 'i-81')),
  },
  {
    rule: 'reprotected-once-back',
    how: 'the failback was taken back',
    draft: ({ events }) =>
      events.push(
        phaseEnded(27, 's-7', 'rollback', 1, 'succeeded'),
        phaseEnded(33, 's-7', 'failback', 2, 'succeeded'),
      ),
  },
  {
    rule: 'vacated-once-left',
    how: 'the recovery instance goes before the server has failed back',
    draft: ({ calls }) => calls.push(endDrill(16, ['i-71'])),
  },
  {
    rule: 'vacated-once-left',
    how: 'somebody approves it only afterwards',
    draft: ({ events }) => {
      find(events, ({ detail }) => detail['phase'] === 'vacate' && 'by' in detail).minute = 36;
    },
  },
  {
    rule: 'only-own-instances-terminated',
    how: 'a failed-back instance is terminated that is protected again',
    draft: ({ calls }) => calls.push(endDrill(33, ['i-81'])),
  },
  {
    rule: 'scheduled-runs-once',
    how: 'a date of a schedule is settled twice',
    draft: ({ events }) => {
      const told = find(events, ({ type }) => type === 'Drill Schedule Started');
      events.push({ ...told, minute: told.minute + 5, type: 'Drill Schedule Missed' });
    },
  },
  {
    rule: 'scheduled-runs-once',
    how: 'a run is told that never started',
    draft: ({ events }) => {
      find(events, ({ type }) => type === 'Drill Schedule Started').detail['run'] = 'nobody';
    },
  },
  {
    rule: 'scheduled-runs-once',
    how: 'a run starts that is not told',
    draft: ({ events }) => {
      const stream = 'wave/monthly-20240401/all';
      events.push(
        { minute: 400, type: 'Wave Started', stream, detail: { servers: 0 } },
        { minute: 401, type: 'Wave Concluded', stream, detail: { outcomes: {} } },
      );
    },
  },
  {
    rule: 'quotas-kept',
    how: 'a launch is refused for a quota that nobody else has used',
    draft: ({ calls }) => {
      const over = { status: 402, error: 'ServiceQuotaExceededException' };
      calls.push(startTest(20, ['s-9'], 'job-8', over));
    },
  },
  {
    rule: 'drill-instances-gone',
    how: 'a drill leaves its instance',
    draft: ({ events }) => drop(events, ({ type }) => type === 'Recovery Instance Presence Change'),
  },
  {
    rule: 'drill-instances-gone',
    how: 'a drill instance is there for days',
    draft: ({ events }) => {
      find(events, ({ type }) => type === 'Recovery Instance Presence Change').minute =
        270 + 26 * 60;
    },
  },
  {
    rule: 'one-job-a-server',
    how: 'a second drill begins before the first has ended',
    draft: ({ calls }) => calls.push(startDrill(260, ['s-5'], 'job-8')),
  },
  {
    rule: 'finalize-after-launch',
    how: 'there was no cutover launch',
    draft: ({ calls }) => {
      const launch = calls.findIndex((c) => c.operation === 'StartCutover');
      calls[launch] = startCutover(80, ['s-2'], 'job-3');
    },
  },
  {
    rule: 'finalize-after-launch',
    how: 'the launch was reverted',
    draft: ({ calls }) =>
      calls.push(act(180, 'ChangeServerLifeCycleState', 's-1', 'READY_FOR_CUTOVER')),
  },
  {
    rule: 'finalize-after-healthy',
    how: 'the instance was never healthy',
    draft: ({ events }) => drop(events, isAbout('s-1', 'Wave Server Healthy')),
  },
  {
    rule: 'finalize-after-sign-off',
    how: 'nobody signed off',
    draft: ({ events }) => drop(events, isAbout('s-1', 'Wave Server Signed Off')),
  },
  {
    rule: 'finalize-after-sign-off',
    how: 'another instance was signed off',
    draft: ({ events }) => {
      find(events, isAbout('s-1', 'Wave Server Signed Off')).detail['instanceId'] = 'i-99';
    },
  },
  {
    rule: 'finalize-after-sign-off',
    how: 'another instance was finalized',
    draft: ({ calls }) => {
      drop(calls, (c) => c.operation === 'FinalizeCutover' && c.minute === 200);
      calls.push(finalize(200, 's-1', 'i-99'));
    },
  },
  {
    rule: 'finalize-after-sign-off',
    how: 'the sign-off came before the instance was healthy',
    draft: ({ events }) => {
      find(events, isAbout('s-1', 'Wave Server Signed Off')).minute = 100;
    },
  },
  {
    rule: 'sign-off-stands',
    how: 'a person relaunched after the sign-off',
    draft: ({ calls }) => calls.push(startCutover(195, ['s-1'], 'job-9', { caller: 'console' })),
  },
  {
    rule: 'archive-after-finalize',
    how: 'a person had finalized it',
    draft: ({ calls }) => {
      find(calls, (c) => c.operation === 'FinalizeCutover').caller = 'console';
    },
  },
  {
    rule: 'paused-untouched',
    how: 'a server of a paused wave is changed',
    draft: ({ calls }) => calls.push(act(4, 'RetryDataReplication', 's-1', 'TESTING')),
  },
  {
    rule: 'paused-untouched',
    how: 'a server that is paused by itself is changed',
    draft: ({ events, calls }) => {
      events.push(
        waveTold(100, 'Wave Paused', { scope: 'servers', servers: 1, serverIds: ['s-2'] }),
        waveTold(130, 'Wave Resumed', { ended: 'pause', scope: 'servers', serverIds: ['s-1'] }),
      );
      calls.push(act(140, 'RetryDataReplication', 's-2', 'READY_FOR_CUTOVER'));
    },
  },
  {
    rule: 'one-outcome-a-server',
    how: 'one that was taken back is followed by none',
    draft: ({ events }) => {
      events.push(ofWave(239, 'Wave Server Reopened', 's-4', { order: 'retry', by: 'joe' }));
      find(events, (e) => e.type === 'Wave Concluded').detail['outcomes'] = { succeeded: 4 };
    },
  },
  {
    rule: 'nothing-after-outcome',
    how: 'a concluded server is touched',
    draft: ({ calls }) => calls.push(act(300, 'StartReplication', 's-4', 'NOT_READY')),
  },
  {
    rule: 'nothing-after-outcome',
    how: 'a drilled server is touched that a recovery had, which was over by then',
    draft: ({ calls, events }) => {
      const stream = 'wave/region-loss/all';
      const end = { outcome: 'succeeded', reason: 'as planned' };
      events.push(
        { minute: 0, type: 'Wave Started', stream, detail: { servers: 1 } },
        { minute: 0.2, type: 'Wave Stage Started', stream, detail: { phase: 'recover' } },
        { ...ofWave(0.4, 'Wave Server Outcome', 's-4', end), stream: `${stream}/s-4` },
        { minute: 0.5, type: 'Wave Concluded', stream, detail: { outcomes: { succeeded: 1 } } },
      );
      calls.push(act(300, 'StartReplication', 's-4', 'NOT_READY'));
    },
  },
  {
    rule: 'nothing-after-outcome',
    how: 'a reversed server is touched once the server whose way back it is has concluded',
    draft: ({ calls, events }) => {
      events.push(...drilledBefore('s-8'));
      calls.push(act(45, 'StopReplication', 's-8', 'CONTINUOUS'));
    },
  },
  {
    rule: 'previous-snapshot-fails',
    how: 'it is told healthy',
    draft: ({ events }) => events.push(healthy(113, 's-2', 'job-3', 'i-23')),
  },
  {
    rule: 'previous-snapshot-fails',
    how: 'it is finalized',
    draft: ({ events }) => {
      find(events, isAbout('s-1', 'Source Server Launch Result', 2)).detail[
        'usedPreviousSnapshot'
      ] = true;
    },
  },
  {
    rule: 'phase-approved',
    how: 'a stage starts before its approval was given',
    draft: ({ events }) =>
      events.push(
        waveTold(75, 'Wave Approval Requested', { phase: 'cutover', cohort: 1 }),
        waveTold(76, 'Wave Stage Started', { phase: 'cutover', cohort: 1, servers: 2 }),
        waveTold(77, 'Wave Approval Given', { phase: 'cutover', cohort: 1 }),
      ),
  },
  {
    rule: 'phase-approved',
    how: 'a second cohort goes on the approval of the first',
    draft: ({ events }) =>
      events.push(
        waveTold(75, 'Wave Approval Requested', { phase: 'cutover', cohort: 1 }),
        waveTold(76, 'Wave Approval Given', { phase: 'cutover', cohort: 1 }),
        waveTold(77, 'Wave Stage Started', { phase: 'cutover', cohort: 1, servers: 1 }),
        waveTold(78, 'Wave Stage Started', { phase: 'cutover', cohort: 2, servers: 1 }),
      ),
  },
  {
    rule: 'launches-in-window',
    how: 'a launch comes when its window has closed',
    draft: ({ events }) => {
      find(events, (e) => e.type === 'Wave Window Opened').detail['closesAt'] = at(149);
    },
  },
  {
    rule: 'launches-in-window',
    how: 'a launch comes before its window opens',
    draft: ({ events }) => {
      find(events, (e) => e.type === 'Wave Window Opened').detail['opensAt'] = at(81);
    },
  },
  {
    rule: 'launches-in-window',
    how: 'a phase with a window enters none',
    draft: ({ events }) => drop(events, (e) => e.type === 'Wave Window Opened'),
  },
  {
    rule: 'finalize-after-soak',
    how: 'a server is finalized before it has soaked',
    draft: ({ events }) => {
      find(events, (e) => e.type === 'Wave Started').detail['soakSeconds'] = 100 * 60;
    },
  },
  {
    rule: 'approvals-answered',
    how: 'a wave goes on without an answer',
    draft: ({ events }) =>
      events.push(waveTold(75, 'Wave Approval Requested', { phase: 'cutover', cohort: 1 })),
  },
  {
    rule: 'approvals-answered',
    how: 'an answer comes that nobody asked for',
    draft: ({ events }) =>
      events.push(waveTold(75, 'Wave Approval Denied', { phase: 'cutover', cohort: 1 })),
  },
  {
    rule: 'held-server-left-alone',
    how: 'a held server is acted on',
    draft: ({ events }) => drop(events, isAbout('s-2', 'Wave Server Resumed')),
  },
  {
    rule: 'held-server-left-alone',
    how: 'a server is acted on in the last minute of its hold',
    draft: ({ events }) => {
      find(events, isAbout('s-2', 'Wave Server Resumed')).minute = 116;
    },
  },
  {
    rule: 'hook-called-once',
    how: 'a try of a hook is run twice',
    draft: ({ calls }) => calls.push(runHook(77, 's-2', 'freeze.stop/1.1')),
  },
  {
    rule: 'hook-called-once',
    how: 'a hook is run that was not told to begin',
    draft: ({ calls }) => calls.push(runHook(77, 's-2', 'freeze.other/1.1')),
  },
  {
    rule: 'hook-called-once',
    how: 'a document is run for a try that was run before',
    draft: ({ calls }) => calls.push(sendCommand(77, 's-2', 'freeze.stop/1.1')),
  },
  {
    rule: 'no-shutdown-before-snapshot',
    how: 'the log of the launch tells of no snapshot',
    draft: ({ events }) => {
      delete find(events, isAbout('s-2', 'Source Server Launch Result', 2)).detail[
        'snapshotEndedAt'
      ];
    },
  },
  {
    rule: 'no-shutdown-before-snapshot',
    how: 'a source is shut down while its launch runs',
    draft: ({ events }) => {
      find(events, (e) => e.detail['point'] === 'afterSnapshot').minute = 169;
    },
  },
  {
    rule: 'switch-back-before-termination',
    how: 'an instance that takes the traffic is terminated',
    draft: ({ events }) => {
      drop(events, isHookThat('switchBack', 'started'));
      drop(events, isHookThat('switchBack', 'succeeded'));
    },
  },
  {
    rule: 'switch-back-before-termination',
    how: 'switching back has failed',
    draft: ({ events }) => {
      find(events, isHookThat('switchBack', 'succeeded')).detail['status'] = 'failed';
    },
  },
  {
    rule: 'switch-back-before-termination',
    how: 'a finalized server is switched back',
    draft: ({ events }) => events.push(hook(225, 's-2', 'switchBack', 'started')),
  },
  {
    rule: 'thaw-after-freeze',
    how: 'a source is thawed twice',
    draft: ({ events }) => events.push(hook(139, 's-2', 'thaw', 'succeeded')),
  },
  {
    rule: 'thaw-after-freeze',
    how: 'a server that did not move is left frozen',
    draft: ({ events }) => {
      drop(events, isHookThat('thaw', 'succeeded'));
      find(events, isAbout('s-2', 'Wave Server Outcome')).detail['outcome'] = 'rolled-back';
      find(events, (e) => e.type === 'Wave Concluded').detail['outcomes'] = {
        succeeded: 3,
        skipped: 1,
        'rolled-back': 1,
      };
    },
  },
  {
    rule: 'waves-conclude',
    how: 'a wave hangs',
    draft: ({ events }) => drop(events, (e) => e.type === 'Wave Concluded'),
  },
  {
    rule: 'waves-conclude',
    how: 'a wave concludes that never started',
    draft: ({ events }) => drop(events, (e) => e.type === 'Wave Started'),
  },
  {
    rule: 'one-outcome-a-server',
    how: 'a named server has none',
    draft: ({ events }) => events.push(phaseEnded(70, 's-5', 'test', 1, 'succeeded')),
  },
  {
    rule: 'one-outcome-a-server',
    how: 'a server was promised by number',
    logs: ({ events }) => {
      for (const event of events) if (event.detail['servers'] === 5) event.detail['servers'] = 6;
    },
  },
  {
    rule: 'one-outcome-a-server',
    how: 'a server was promised by id',
    logs: ({ events }) => {
      for (const event of events) {
        if (event.detail['servers'] === 5) event.detail['servers'] = ['s-1', 's-2', 's-3', 's-5'];
      }
    },
  },
  {
    rule: 'one-outcome-a-server',
    how: 'a server has two',
    draft: ({ events }) => {
      events.push(outcome(240, 's-1', 'failed'));
      find(events, (e) => e.type === 'Wave Concluded').detail['outcomes'] = {
        succeeded: 4,
        skipped: 1,
        failed: 1,
      };
    },
  },
  {
    rule: 'outcomes-have-reasons',
    how: 'the reason is blank',
    draft: ({ events }) => {
      find(events, isAbout('s-4', 'Wave Server Outcome')).detail['reason'] = ' ';
    },
  },
  {
    rule: 'outcomes-have-reasons',
    how: 'the outcome is unknown',
    draft: ({ events }) => {
      find(events, isAbout('s-4', 'Wave Server Outcome')).detail['outcome'] = 'lost';
      find(events, (e) => e.type === 'Wave Concluded').detail['outcomes'] = {
        succeeded: 4,
        lost: 1,
      };
    },
  },
  {
    rule: 'conclusion-counts',
    how: 'the wave miscounts',
    draft: ({ events }) => {
      find(events, (e) => e.type === 'Wave Concluded').detail['outcomes'] = { succeeded: 4 };
    },
  },
  { rule: 'summary-agrees', how: 'servers are miscounted', options: { summary: { servers: 6 } } },
  {
    rule: 'summary-agrees',
    how: 'outcomes are miscounted',
    options: { summary: { outcomes: { succeeded: 5 } } },
  },
  {
    rule: 'summary-agrees',
    how: 'transitions are miscounted',
    options: { summary: { transitionsPerServer: 12 } },
  },
  {
    rule: 'executions-end',
    how: 'one is still running',
    draft: ({ executions }) =>
      executions.push(execution('late', { status: 'RUNNING', stoppedAt: null })),
  },
  {
    rule: 'executions-end',
    how: 'one stops before it starts',
    draft: ({ executions }) => executions.push(execution('odd', { startedAt: at(61) })),
  },
  {
    rule: 'reads-bounded-by-pages',
    how: 'every server is read on its own',
    draft: ({ calls }) => {
      for (let i = 0; i < 40; i += 1) {
        calls.push({
          minute: 55,
          operation: 'DescribeSourceServers',
          input: { filters: { sourceServerIDs: [`s-1${i}`] } },
        });
      }
    },
  },
  {
    rule: 'reads-bounded-by-pages',
    how: 'the configurations of more servers are read than one tick looks at',
    draft: ({ calls }) => {
      for (let i = 0; i < 21; i += 1) {
        calls.push({
          minute: 55,
          operation: 'GetLaunchConfiguration',
          input: { sourceServerID: `s-1${i}` },
        });
      }
    },
  },
  {
    rule: 'polls-bounded-by-time',
    how: 'a server is read every ten seconds',
    draft: ({ calls }) => {
      for (let i = 0; i < 360; i += 1) {
        calls.push({ minute: 60 + i / 6, operation: 'DescribeJobs', input: {} });
      }
    },
  },
  {
    rule: 'transitions-bounded',
    how: 'a machine loops',
    draft: ({ executions }) =>
      executions.push(
        execution('loop', { stateMachine: 'replicate', transitions: 61, historyEvents: 300 }),
      ),
  },
  {
    rule: 'history-bounded',
    how: 'the limit of Step Functions is met',
    draft: ({ executions }) => executions.push(execution('long', { historyEvents: 25_000 })),
  },
  {
    rule: 'transitions-do-not-grow',
    how: 'a long wait makes more transitions',
    draft: ({ executions }) =>
      executions.push(execution('slow', { stoppedAt: at(6000), transitions: 55 })),
  },
  {
    rule: 'lines-readable',
    how: 'a line is noise',
    logs: (logs) =>
      Object.assign(logs, { unreadable: [{ log: 'api', index: 3, problem: 'not JSON' }] }),
  },
  {
    rule: 'logs-hold-something',
    how: 'a log is empty',
    logs: (logs) => logs.executions.splice(0),
  },
  {
    rule: 'api-in-time-order',
    how: 'a call is late in the log',
    logs: ({ api }) => {
      api.push({ ...find(api, (c) => c.operation === 'DescribeSourceServers') });
    },
  },
  {
    rule: 'calls-answered',
    how: 'a refusal has no error',
    draft: ({ calls }) => calls.push({ minute: 5, operation: 'ListWaves', status: 400 }),
  },
  {
    rule: 'calls-answered',
    how: 'a success has an error',
    draft: ({ calls }) => calls.push({ minute: 5, operation: 'ListWaves', error: 'Conflict' }),
  },
  {
    rule: 'executions-named',
    how: 'a parent is not in the log',
    draft: ({ executions }) => executions.push(execution('orphan', { parent: 'gone' })),
  },
  {
    rule: 'executions-named',
    how: 'a name occurs twice',
    draft: ({ executions }) => executions.push(execution('cutover-s-1')),
  },
  {
    rule: 'executions-named',
    how: 'a name does not fit Step Functions',
    draft: ({ executions }) => executions.push(execution('a name with blanks')),
  },
];

describe('the good trace', () => {
  it('breaks no promise, and gives every rule something to look at', () => {
    const verdict = checkTrace(aTrace(), { summary });
    expect(verdict.violations).toEqual([]);
    expect(verdict.checked.filter(({ cases }) => cases === 0)).toEqual([]);
    expect(verdict.checked.map(({ rule }) => rule)).toEqual(rules.map(({ name }) => name));
  });

  it('says the largest executions and reads that it saw', () => {
    const notes = checkTrace(aTrace()).checked.flatMap(({ note }) => note ?? []);
    expect(notes).toEqual([
      'most reads with one operation at one instant: 1',
      'most instants with one operation in one hour: 6',
      'most transitions: cutover 20, wave 20',
    ]);
  });
});

describe('each rule', () => {
  for (const { rule, how, draft, logs, options } of breaks) {
    it(`${rule} alone is broken when ${how}`, () => {
      const trace = aTrace(draft);
      logs?.(trace);
      expect(broken(trace, options)).toEqual([rule]);
    });
  }

  it('has a trace that breaks it', () => {
    expect(
      rules.map(({ name }) => name).filter((name) => !breaks.some((b) => b.rule === name)),
    ).toEqual([]);
  });

  it('has a name of its own', () => {
    expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
  });
});

describe('what is allowed', () => {
  const allowed: [string, (draft: Draft) => void][] = [
    [
      'finalizes a server that came as CUTTING_OVER once it is healthy and signed off',
      ({ calls, events }) => {
        calls.push(finalize(200, 's-4', 'i-44'));
        find(events, isAbout('s-4', 'Source Server Discovered')).detail['current'] = 'CUTTING_OVER';
        drop(events, isAbout('s-4', 'Wave Server Outcome'));
        events.push(
          healthy(100, 's-4', 'job-0', 'i-44'),
          ofWave(190, 'Wave Server Signed Off', 's-4', { instanceId: 'i-44', planHash: 'abc' }),
          lifecycle(205, 's-4', 'CUTTING_OVER', 'CUTOVER'),
          outcome(210, 's-4', 'skipped'),
        );
      },
    ],
    [
      'recovers a server whose drill ends only then, as its wave was told to let go of it before',
      ({ calls, events }) => {
        const stream = 'wave/region-loss/all';
        const end = { outcome: 'succeeded', reason: 'as planned' };
        events.push(
          { minute: 0, type: 'Wave Started', stream, detail: { servers: 1 } },
          { minute: 1, type: 'Wave Stage Started', stream, detail: { phase: 'recover' } },
          { ...ofWave(9, 'Wave Server Outcome', 's-4', end), stream: `${stream}/s-4` },
          { minute: 9, type: 'Wave Concluded', stream, detail: { outcomes: { succeeded: 1 } } },
        );
        calls.push(startRecovery(6, ['s-4'], 'job-14'));
      },
    ],
    [
      'recovers at once what a paused drill has let go of, and what it holds',
      ({ calls, events }) => {
        const [stream, drill] = ['wave/region-loss/all', 'wave/weekly/all'];
        const end = { outcome: 'succeeded', reason: 'as planned' };
        const detail = { wave: 'weekly.all', drill: 'weekly.all', serverIds: ['s-6'] };
        events.push(
          { minute: 242, type: 'Wave Started', stream: drill, detail: { servers: 1 } },
          { minute: 242, type: 'Wave Started', stream, detail: { servers: 1 } },
          { ...ofWave(243, 'Wave Server Held', 's-6', { reason: 'x' }), stream: `${drill}/s-6` },
          { minute: 244, type: 'Wave Paused', stream: drill, detail: { by: 'joe', scope: 'wave' } },
          { minute: 245, type: 'Wave Stage Started', stream, detail: { phase: 'recover' } },
          { minute: 245, type: 'Wave Drill Yielded', stream: drill, detail },
          { ...ofWave(300, 'Wave Server Outcome', 's-6', end), stream: `${stream}/s-6` },
          { minute: 300, type: 'Wave Concluded', stream, detail: { outcomes: { succeeded: 1 } } },
          { ...ofWave(310, 'Wave Server Outcome', 's-6', end), stream: `${drill}/s-6` },
          {
            ...{ minute: 311, type: 'Wave Concluded', stream: drill },
            detail: { outcomes: { succeeded: 1 } },
          },
        );
        expect(find(calls, (call) => call.minute === 251).operation).toBe('StartRecovery');
      },
    ],
    [
      'retries a refused launch under a new intent',
      ({ calls }) => {
        calls.push(
          startTest(19, ['s-1'], 'job-0', {
            status: 409,
            error: 'ConflictException',
            output: undefined,
          }),
        );
      },
    ],
    [
      'repeats a lost launch that was adopted and had failed',
      ({ calls, events }) => {
        calls.push(
          startTest(20, ['s-9'], 'job-8', { answerLost: true }),
          startTest(60, ['s-9'], 'job-9'),
        );
        events.push(launched(40, 's-9', 'test', 'job-8', 'i-8', { launchStatus: 'FAILED' }));
      },
    ],
    [
      'archives a server of which only the answer says that it came as CUTOVER',
      ({ events }) => {
        find(events, isAbout('s-3', 'Source Server Discovered')).detail['current'] = null;
      },
    ],
    [
      'terminates again what could not be terminated',
      ({ calls, events }) => {
        find(events, isAbout('s-1', 'Source Server Launch Result', 1)).detail['launchStatus'] =
          'FAILED';
        calls.push(terminate(75, ['s-1'], 'job-9'));
        events.push(
          launched(79, 's-1', 'terminate', 'job-9', 'i-11', { launchStatus: 'TERMINATED' }),
        );
      },
    ],
    [
      'looks at a server at the instant that it changes it',
      ({ calls }) => {
        for (let i = 0; i < 40; i += 1) {
          calls.push(
            {
              minute: 15,
              operation: 'DescribeSourceServers',
              input: { filters: { sourceServerIDs: [`s-1${i}`] } },
            },
            act(15, 'StartReplication', `s-1${i}`, 'NOT_READY'),
          );
        }
      },
    ],
    [
      'looks at the configurations of twenty servers in each of two ticks at one instant',
      ({ calls }) => {
        for (let tick = 0; tick < 2; tick += 1) {
          calls.push({ minute: 55, operation: 'DescribeSourceServers', input: {} });
          for (let i = 0; i < 20; i += 1) {
            calls.push({
              minute: 55,
              operation: 'GetLaunchConfiguration',
              input: { sourceServerID: `s-1${i}` },
            });
          }
        }
      },
    ],
    [
      'fails a server back by a reversed one that a drill of its own had concluded',
      // Of its way back s-7 has its outcome at minute 40.
      ({ events }) => events.push(...drilledBefore('s-8')),
    ],
    [
      'lets a server look at itself before it finds its replication reversed already',
      ({ calls, events }) => {
        for (let i = 0; i < 40; i += 1) {
          calls.push({
            minute: 13,
            operation: 'DescribeSourceServers',
            input: { filters: { sourceServerIDs: ['s-7'] } },
          });
        }
        events.push(failbackStep(13, 's-7', 'adopted', 'i-71', 's-8'));
      },
    ],
    [
      'lets others do what they like',
      ({ calls }) => {
        for (const operation of ['StopReplication', 'DisconnectFromService']) {
          calls.push(act(350, operation, 's-4', 'STOPPED', { caller: 'console' }));
        }
      },
    ],
    [
      'knows a server by its id where an event says no account',
      ({ events }) => {
        const signOff = find(events, isAbout('s-1', 'Wave Server Signed Off'));
        signOff.detail = { instanceId: 'i-13', planHash: 'abc' };
      },
    ],
    [
      'ignores detail-types that it does not know',
      ({ events }) => events.push(waveTold(5, 'Wave Painted Blue', { colour: 'blue' })),
    ],
    [
      'takes a server that is discovered anew as it is found',
      ({ events }) => {
        events.push(
          discovered(310, 's-1', 'NOT_READY'),
          lifecycle(320, 's-1', 'NOT_READY', 'READY_FOR_TEST'),
        );
      },
    ],
    [
      'lets short executions end early',
      ({ executions }) => {
        for (let i = 0; i < 3; i += 1) {
          executions.push(execution(`early-${i}`, { stoppedAt: at(1), transitions: 3 }));
        }
        executions.push(execution('slow', { stoppedAt: at(60_000), transitions: 38 }));
      },
    ],
  ];
  for (const [fact, change] of allowed) {
    it(fact, () => expect(checkTrace(aTrace(change)).violations).toEqual([]));
  }
});

describe('a violation', () => {
  it('names the promise, the server, the time and the lines', () => {
    const { violations } = checkTrace(
      aTrace(({ calls }) => calls.push(act(300, 'StartReplication', 's-4', 'NOT_READY'))),
    );
    expect(violations).toEqual([
      {
        promise: 3,
        rule: 'nothing-after-outcome',
        server: keyOf('s-4'),
        at: at(300),
        message: 'StartReplication after the server’s outcome',
        evidence: [
          { log: 'api', index: 54 },
          { log: 'events', index: 6 },
        ],
      },
    ]);
  });

  it('counts the lines of the file where some before it could not be read', () => {
    const logs = aTrace(({ executions }) =>
      executions.push(execution('long', { historyEvents: 30_000 })),
    );
    const unreadable = [
      { log: 'executions' as const, index: 0, problem: 'noise' },
      { log: 'executions' as const, index: 2, problem: 'noise' },
      { log: 'executions' as const, index: 10, problem: 'noise' },
    ];
    const evidence = checkTrace({ ...logs, unreadable }).violations.find(
      ({ rule }) => rule === 'history-bounded',
    )?.evidence;
    expect(evidence).toEqual([{ log: 'executions', index: 9 }]);
  });
});

describe('any trace', () => {
  const change = fc.record({
    log: fc.constantFrom('api' as const, 'events' as const, 'executions' as const),
    at: fc.nat(),
    how: fc.constantFrom('delete', 'repeat', 'move', 'change'),
  });

  it('is judged without an exception, however lines are deleted, repeated, moved and changed', () =>
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), fc.anything(), (changes, value) => {
        const logs = aTrace();
        for (const step of changes) garble(logs[step.log], step.at, step.how, value);
        expect(checkTrace(logs).checked.length).toBe(rules.length);
      }),
      { numRuns: 500, examples: [[[{ log: 'events', at: 0, how: 'change' }], { toString: {} }]] },
    ));

  it('that is delivered twice in full is as good as once', () => {
    const logs = aTrace();
    expect(checkTrace({ ...logs, events: [...logs.events, ...logs.events] }).violations).toEqual(
      [],
    );
  });

  it('is judged in time that grows with its lines, not with their square', () => {
    const logs = aTrace();
    const read = find(logs.api, (call) => call.operation === 'DescribeSourceServers');
    const ids = Array.from({ length: 150 }, (_, i) => `s-${i}`);
    const judge = (calls: number) => {
      const api: CallRecord[] = Array.from({ length: calls }, (_, i) => {
        const input = i % 5 === 0 ? { filters: { sourceServerIDs: ids } } : {};
        return { ...read, operation: `Describe${i % 5}`, at: at(Math.floor(i / 5)), input };
      });
      const started = processorMs();
      const { violations } = checkTrace({ ...logs, api });
      expect([...new Set(violations.map(({ rule }) => rule))]).toEqual([]);
      return processorMs() - started;
    };
    judge(20_000);
    // Ten times the lines: a square would take a hundred times as long.
    expect(judge(200_000) / judge(20_000)).toBeLessThan(40);
  });
});

function garble(lines: object[], position: number, how: string, value: unknown): void {
  if (lines.length === 0) return;
  const index = position % lines.length;
  const line = lines[index];
  if (line === undefined) return;
  if (how === 'delete') lines.splice(index, 1);
  else if (how === 'repeat') lines.splice(index, 0, structuredClone(line));
  else if (how === 'move') lines.push(...lines.splice(index, 1));
  else garbleOpenMember(line, value);
}

// Only members that the forms leave open: the others are the reader's to refuse.
function garbleOpenMember(line: object, value: unknown): void {
  const detail = (line as { detail?: Record<string, unknown> }).detail;
  for (const member of ['servers', 'outcomes', 'previous', 'instanceId', 'sourceServerId']) {
    if (detail !== undefined) detail[member] = value;
  }
  if ('output' in line) line.output = value;
  if ('input' in line) line.input = { sourceServerIDs: value, tags: value, filters: value };
}
