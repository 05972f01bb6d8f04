import type { CallRecord, Envelope, ExecutionLine, Logs } from '../../src/trace/forms.ts';

export const account = '111122223333';
export const region = 'eu-central-1';
const startMs = Date.parse('2024-03-04T12:00:00.000Z');
const wave = 'wave/programme/wave-1';

/** The instant so many minutes after the start. */
export function at(minute: number): string {
  return new Date(startMs + minute * 60_000).toISOString();
}

/** The key by which the checker names a server. */
export function keyOf(id: string): string {
  return `${account}/${region}/${id}`;
}

export interface DraftCall {
  minute: number;
  operation: string;
  caller?: string;
  input?: Record<string, unknown>;
  status?: number;
  error?: string | null;
  answerLost?: true;
  output?: unknown;
  requestId?: string;
}

export interface DraftEvent {
  minute: number;
  type: string;
  stream: string;
  detail: Record<string, unknown>;
}

/** A trace before it is put in order and numbered: tests add, alter and remove what they are about. */
export interface Draft {
  calls: DraftCall[];
  events: DraftEvent[];
  executions: ExecutionLine[];
}

/** Builds the logs of a small rehearsal that keeps every promise, after the change that a test makes. */
export function aTrace(change: (draft: Draft) => void = () => undefined): Logs & {
  api: CallRecord[];
  events: Envelope[];
  executions: ExecutionLine[];
} {
  const draft = aGoodDraft();
  change(draft);
  const sequences = new Map<string, number>();
  const events = draft.events
    .toSorted((a, b) => a.minute - b.minute)
    .map((event) => {
      const sequence = (sequences.get(event.stream) ?? 0) + 1;
      sequences.set(event.stream, sequence);
      return envelope(event, sequence);
    });
  const again = events.find((event) => event['detail-type'] === 'Wave Started');
  return {
    api: draft.calls.toSorted((a, b) => a.minute - b.minute).map(record),
    // Delivered twice, as at-least-once allows.
    events: again === undefined ? events : [...events, structuredClone(again)],
    executions: draft.executions,
  };
}

export function startTest(
  minute: number,
  ids: string[],
  job: string,
  more: Partial<DraftCall> = {},
) {
  return jobCall('StartTest', minute, ids, job, more);
}

export function startCutover(
  minute: number,
  ids: string[],
  job: string,
  more: Partial<DraftCall> = {},
) {
  return jobCall('StartCutover', minute, ids, job, more);
}

export function terminate(
  minute: number,
  ids: string[],
  job: string,
  more: Partial<DraftCall> = {},
) {
  return jobCall('TerminateTargetInstances', minute, ids, job, more);
}

function jobCall(
  operation: string,
  minute: number,
  ids: string[],
  job: string,
  more: Partial<DraftCall>,
): DraftCall {
  return {
    minute,
    operation,
    status: 202,
    input: { sourceServerIDs: ids, tags: { 'landfall:intent': `intent-of-${job}` } },
    output: { job: { jobID: job } },
    ...more,
  };
}

/** A call about one server, its answer the server's document. */
export function act(
  minute: number,
  operation: string,
  id: string,
  state: string,
  more: Partial<DraftCall> = {},
): DraftCall {
  return {
    minute,
    operation,
    input: { sourceServerID: id },
    output: { sourceServerID: id, lifeCycle: { state } },
    ...more,
  };
}

/** An event of a server's own stream. */
export function seen(
  minute: number,
  type: string,
  id: string,
  detail: Record<string, unknown> = {},
): DraftEvent {
  return {
    minute,
    type,
    stream: `mgn/${account}/${region}/${id}`,
    detail: { accountId: account, region, sourceServerId: id, ...detail },
  };
}

/** The first event of a server, with the lifecycle that it comes with. */
export function discovered(minute: number, id: string, current: string | null) {
  return seen(minute, 'Source Server Discovered', id, { previous: null, current });
}

/** A change of a server's lifecycle. */
export function lifecycle(minute: number, id: string, previous: string, current: string) {
  return seen(minute, 'Source Server Lifecycle State Change', id, { previous, current });
}

/** An event that a wave tells of a server. */
export function ofWave(
  minute: number,
  type: string,
  id: string,
  detail: Record<string, unknown>,
): DraftEvent {
  return {
    minute,
    type,
    stream: `${wave}/${id}`,
    detail: { accountId: account, region, sourceServerId: id, ...detail },
  };
}

export function execution(name: string, more: Partial<ExecutionLine> = {}): ExecutionLine {
  return {
    name,
    stateMachine: 'cutover',
    parent: 'wave-1',
    status: 'SUCCEEDED',
    startedAt: at(0),
    stoppedAt: at(60),
    transitions: 20,
    historyEvents: 80,
    error: null,
    cause: null,
    ...more,
  };
}

/** s-1 goes the whole way with a lost answer; s-2 needs a second cutover; s-3 came as CUTOVER; s-4 is skipped. */
function aGoodDraft(): Draft {
  const reads = Array.from({ length: 40 }, (_, i) => ({
    minute: i * 10,
    operation: 'DescribeSourceServers',
    input: {},
  }));
  return {
    calls: [
      ...reads,
      startTest(20, ['s-1', 's-2'], 'job-1', { answerLost: true }),
      act(45, 'ChangeServerLifeCycleState', 's-1', 'READY_FOR_CUTOVER'),
      act(45, 'ChangeServerLifeCycleState', 's-2', 'READY_FOR_CUTOVER'),
      terminate(50, ['s-1', 's-2'], 'job-2'),
      startCutover(80, ['s-1', 's-2'], 'job-3'),
      act(115, 'ChangeServerLifeCycleState', 's-2', 'READY_FOR_CUTOVER'),
      terminate(120, ['s-2'], 'job-4'),
      startCutover(150, ['s-2'], 'job-5'),
      finalize(200, 's-1', 'i-13'),
      act(210, 'MarkAsArchived', 's-1', 'CUTOVER'),
      finalize(220, 's-2', 'i-25'),
      act(230, 'MarkAsArchived', 's-2', 'CUTOVER'),
      act(30, 'MarkAsArchived', 's-3', 'CUTOVER'),
      runHook(76, 's-2', 'freeze.stop/1.1'),
      startDrill(250, ['s-5'], 'job-7'),
      startRecovery(251, ['s-6'], 'job-9'),
      endDrill(300, ['i-51']),
      extend(192, 's-1'),
      reverseFrom(12, 'i-71'),
      startRecovery(14, ['s-8'], 'job-11'),
      reverseFrom(30, 'i-81'),
      endDrill(35, ['i-71']),
      recoverNetworks(249, ['sn-1', 'sn-2']),
    ],
    events: [
      {
        minute: 1,
        type: 'Drill Schedule Started',
        stream: 'schedule/monthly',
        detail: { plan: 'monthly', date: '2024-03-04', run: 'programme' },
      },
      waveTold(1, 'Wave Started', { servers: 5, windowed: ['cutover'], soakSeconds: 1200 }),
      waveTold(75, 'Wave Window Opened', { phase: 'cutover', opensAt: at(70), closesAt: at(160) }),
      discovered(0, 's-1', 'READY_FOR_TEST'),
      discovered(0, 's-2', 'READY_FOR_TEST'),
      discovered(0, 's-3', 'CUTOVER'),
      discovered(0, 's-4', 'NOT_READY'),
      lifecycle(30, 's-1', 'READY_FOR_TEST', 'TESTING'),
      lifecycle(30, 's-2', 'READY_FOR_TEST', 'TESTING'),
      launched(40, 's-1', 'test', 'job-1', 'i-11'),
      launched(40, 's-2', 'test', 'job-1', 'i-21'),
      lifecycle(50, 's-1', 'TESTING', 'READY_FOR_CUTOVER'),
      lifecycle(50, 's-2', 'TESTING', 'READY_FOR_CUTOVER'),
      launched(65, 's-1', 'terminate', 'job-2', 'i-11', { launchStatus: 'TERMINATED' }),
      phaseEnded(70, 's-1', 'test', 1, 'succeeded'),
      phaseEnded(70, 's-2', 'test', 1, 'succeeded'),
      waveTold(3, 'Wave Paused', { by: 'joe', at: at(3), reason: 'lunch', scope: 'wave' }),
      waveTold(5, 'Wave Resumed', { ended: 'pause', by: 'joe', at: at(5), scope: 'wave' }),
      lifecycle(90, 's-1', 'READY_FOR_CUTOVER', 'CUTTING_OVER'),
      lifecycle(90, 's-2', 'READY_FOR_CUTOVER', 'CUTTING_OVER'),
      launched(110, 's-1', 'cutover', 'job-3', 'i-13'),
      launched(110, 's-2', 'cutover', 'job-3', 'i-23', { usedPreviousSnapshot: true }),
      healthy(111, 's-1', 'job-3', 'i-13'),
      phaseEnded(112, 's-1', 'cutover', 1, 'succeeded'),
      lifecycle(120, 's-2', 'CUTTING_OVER', 'READY_FOR_CUTOVER'),
      phaseEnded(140, 's-2', 'cutover', 1, 'failed'),
      lifecycle(160, 's-2', 'READY_FOR_CUTOVER', 'CUTTING_OVER'),
      launched(170, 's-2', 'cutover', 'job-5', 'i-25', { snapshotEndedAt: at(165) }),
      hook(76, 's-2', 'freeze', 'started', {
        key: keyOfHook('s-2', 'freeze.stop/1.1'),
        undo: true,
      }),
      hook(112, 's-2', 'switch', 'started'),
      hook(113, 's-2', 'switchBack', 'started'),
      hook(114, 's-2', 'switchBack', 'succeeded'),
      hook(139, 's-2', 'thaw', 'succeeded'),
      hook(171, 's-2', 'afterSnapshot', 'started', { jobId: 'job-5' }),
      healthy(171, 's-2', 'job-5', 'i-25'),
      phaseEnded(172, 's-2', 'cutover', 2, 'succeeded'),
      ofWave(95, 'Wave Server Held', 's-2', { expiresAt: at(900), reason: 'somebody else' }),
      ofWave(100, 'Wave Server Resumed', 's-2', { at: at(100), by: 'jane' }),
      waveTold(180, 'Wave Approval Requested', { phase: 'finalize', cohort: 1 }),
      waveTold(185, 'Wave Approval Given', { phase: 'finalize', cohort: 1, by: 'jane' }),
      yielded(188, ['s-6']),
      waveTold(186, 'Wave Stage Started', { phase: 'finalize', cohort: 1, attempts: 1 }),
      ofWave(190, 'Wave Server Signed Off', 's-1', { instanceId: 'i-13', planHash: 'abc' }),
      ofWave(190, 'Wave Server Signed Off', 's-2', { instanceId: 'i-25', planHash: 'abc' }),
      ofWave(194, 'Wave Server Extended', 's-1', { extensionId: 's-71' }),
      phaseEnded(195, 's-1', 'extend', 1, 'succeeded'),
      lifecycle(210, 's-1', 'CUTTING_OVER', 'CUTOVER'),
      archived(220, 's-1'),
      lifecycle(230, 's-2', 'CUTTING_OVER', 'CUTOVER'),
      archived(240, 's-2'),
      archived(40, 's-3'),
      outcome(220, 's-1', 'succeeded'),
      outcome(240, 's-2', 'succeeded'),
      outcome(40, 's-3', 'succeeded'),
      outcome(2, 's-4', 'skipped'),
      instanceCame(270, 's-5', 'i-51', { jobId: 'job-7' }),
      instanceGone(310, 's-5', 'i-51'),
      instanceCame(275, 's-6', 'i-61', { jobId: 'job-9', isDrill: false }),
      instanceCame(9, 's-7', 'i-71', { jobId: 'job-of-others', isDrill: false }),
      failbackStep(12, 's-7', 'reversed', 'i-71', 's-8'),
      instanceCame(20, 's-8', 'i-81', { jobId: 'job-11', isDrill: false }),
      phaseEnded(25, 's-7', 'failback', 1, 'succeeded'),
      failbackStep(30, 's-7', 'reprotected', 'i-71', 's-8'),
      waveTold(31, 'Wave Approval Requested', { phase: 'vacate', cohort: 1 }),
      waveTold(32, 'Wave Approval Given', { phase: 'vacate', cohort: 1, by: 'jane' }),
      outcome(40, 's-7', 'succeeded'),
      waveTold(241, 'Wave Concluded', { outcomes: { succeeded: 4, skipped: 1, failed: 0 } }),
    ],
    executions: [
      execution('wave-1', { stateMachine: 'wave', parent: null, stoppedAt: at(241) }),
      execution('cutover-s-1'),
      execution('cutover-s-2', { stoppedAt: at(120) }),
      execution('cutover-s-3', { stoppedAt: at(2), transitions: 18 }),
      execution('cutover-s-4', { stoppedAt: at(1), transitions: 4 }),
      execution('cutover-s-5', { stoppedAt: at(4), transitions: 20 }),
      execution('cutover-s-6', { stoppedAt: at(5), transitions: 20 }),
    ],
  };
}

/** A drill of servers of DRS. */
export function startDrill(minute: number, ids: readonly string[], jobID: string): DraftCall {
  return {
    minute,
    operation: 'StartRecovery',
    input: {
      isDrill: true,
      sourceServers: ids.map((sourceServerID) => ({ sourceServerID })),
      tags: { 'landfall:intent': `drill-${jobID}` },
    },
    output: { job: { jobID } },
  };
}

/** A real recovery of servers of DRS. */
export function startRecovery(minute: number, ids: readonly string[], jobID: string): DraftCall {
  const { input, ...call } = startDrill(minute, ids, jobID);
  return { ...call, input: { ...input, isDrill: false } };
}

/** A recovery of source networks. */
export function recoverNetworks(minute: number, ids: readonly string[]): DraftCall {
  return {
    minute,
    operation: 'StartSourceNetworkRecovery',
    input: { sourceNetworks: ids.map((sourceNetworkID) => ({ sourceNetworkID })), tags: {} },
    output: { job: { jobID: `networks-${minute}` } },
  };
}

/** An extension of a server into another account. */
export function extend(minute: number, id: string): DraftCall {
  const sourceServerArn = `arn:aws:drs:${region}:${account}:source-server/${id}`;
  return {
    minute,
    operation: 'CreateExtendedSourceServer',
    input: { sourceServerArn, tags: {} },
    output: { sourceServer: { sourceServerID: 's-71' } },
  };
}

/** The end of drill instances. */
export function endDrill(minute: number, recoveryInstanceIDs: readonly string[]): DraftCall {
  return {
    minute,
    operation: 'TerminateRecoveryInstances',
    input: { recoveryInstanceIDs },
    output: { job: { jobID: `end-${minute}` } },
  };
}

/** A replication that is reversed, from a recovery instance. */
export function reverseFrom(minute: number, recoveryInstanceID: string): DraftCall {
  return { minute, operation: 'ReverseReplication', input: { recoveryInstanceID } };
}

/** A step of a failback, by a reversed server of the same Region. */
export function failbackStep(
  minute: number,
  id: string,
  step: string,
  instanceId: string,
  reversed: string,
): DraftEvent {
  const reversedArn = `arn:aws:drs:${region}:${account}:source-server/${reversed}`;
  return ofWave(minute, 'Wave Server Failback Step', id, { step, instanceId, reversedArn });
}

/** A recovery instance that is found, of a drill where nothing else is said. */
export function instanceCame(
  minute: number,
  id: string,
  instance: string,
  more: Record<string, unknown> = {},
): DraftEvent {
  return ofInstance(minute, 'Recovery Instance Discovered', id, instance, {
    ...{ isDrill: true, previous: null, current: 'RUNNING' },
    ...more,
  });
}

/** A recovery instance that is gone. */
export function instanceGone(minute: number, id: string, instance: string): DraftEvent {
  const is = { previous: true, current: false };
  return ofInstance(minute, 'Recovery Instance Presence Change', id, instance, is);
}

function ofInstance(
  minute: number,
  type: string,
  id: string,
  instance: string,
  detail: Record<string, unknown>,
): DraftEvent {
  return {
    minute,
    type,
    stream: `recovery-instance/drs/${account}/${region}/${instance}`,
    detail: {
      accountId: account,
      region,
      sourceServerId: id,
      recoveryInstanceId: instance,
      ...detail,
    },
  };
}

export function finalize(minute: number, id: string, instance: string): DraftCall {
  return act(minute, 'FinalizeCutover', id, 'CUTOVER', {
    output: { lifeCycle: { state: 'CUTOVER' }, launchedInstance: { ec2InstanceID: instance } },
  });
}

/** The key of a try of a hook. */
export function keyOfHook(id: string, what: string): string {
  return `programme.wave-1/${id}/${what}`;
}

/** A call of the function of a hook that tells it to run. */
export function runHook(minute: number, id: string, what: string): DraftCall {
  const input = { ask: 'run', key: keyOfHook(id, what), server: { sourceServerId: id } };
  return { minute, operation: 'Invoke', input, output: { status: 'succeeded' } };
}

/** A command that runs the document of a hook. */
export function sendCommand(minute: number, id: string, what: string): DraftCall {
  return { ...runHook(minute, id, what), operation: 'SendCommand' };
}

/** How far a hook is. */
export function hook(
  minute: number,
  id: string,
  point: string,
  status: string,
  more: Record<string, unknown> = {},
): DraftEvent {
  return ofWave(minute, 'Wave Server Hook Run', id, {
    ...{ point, status, hook: 'stop', key: keyOfHook(id, `${point}.stop/1.1`) },
    ...more,
  });
}

function archived(minute: number, id: string): DraftEvent {
  return seen(minute, 'Source Server Archived', id, { previous: false, current: true });
}

export function launched(
  minute: number,
  id: string,
  kind: string,
  jobId: string,
  instanceId: string,
  more: Record<string, unknown> = {},
) {
  return seen(minute, 'Source Server Launch Result', id, {
    kind,
    launchStatus: 'LAUNCHED',
    jobId,
    instanceId,
    usedPreviousSnapshot: false,
    ...more,
  });
}

export function healthy(minute: number, id: string, jobId: string, instanceId: string) {
  return ofWave(minute, 'Wave Server Healthy', id, { kind: 'cutover', jobId, instanceId });
}

export function phaseEnded(
  minute: number,
  id: string,
  phase: string,
  attempt: number,
  status: string,
) {
  return ofWave(minute, 'Wave Server Phase Ended', id, { phase, attempt, status });
}

export function outcome(minute: number, id: string, end: string) {
  return ofWave(minute, 'Wave Server Outcome', id, { outcome: end, reason: 'as planned' });
}

/** A recovery takes servers over from the wave. */
export function yielded(minute: number, ids: readonly string[]): DraftEvent {
  const drill = 'programme.wave-1';
  return waveTold(minute, 'Wave Drill Yielded', {
    ...{ wave: drill, drill, recovery: 'region-loss.all' },
    ...{ servers: ids.length, serverIds: ids, at: at(minute) },
  });
}

/** An event of the wave. */
export function waveTold(
  minute: number,
  type: string,
  detail: Record<string, unknown>,
): DraftEvent {
  return { minute, type, stream: wave, detail };
}

function record({ minute, ...call }: DraftCall): CallRecord {
  return {
    at: at(minute),
    caller: 'landfall',
    service: 'mgn',
    accountId: account,
    region,
    input: {},
    status: 200,
    error: null,
    ...call,
  };
}

function envelope({ minute, type, stream, detail }: DraftEvent, sequence: number): Envelope {
  const eventId = `${stream.replaceAll('/', '.')}.${sequence}`;
  return {
    version: '0',
    id: `envelope-${eventId}`,
    'detail-type': type,
    source: stream.startsWith('wave/') ? 'landfall.wave' : 'landfall.mgn',
    account,
    time: at(minute),
    region,
    resources: [],
    detail: { schemaVersion: '1', eventId, stream, sequence, observedAt: at(minute), ...detail },
  };
}
