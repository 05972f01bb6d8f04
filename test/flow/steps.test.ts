import { describe, expect, it } from 'vitest';
import { isTransient, lookAfresh } from '../../src/flow/act-on-server.ts';
import { serverWait } from '../../src/flow/condition-of.ts';
import { change } from '../../src/flow/records/documents.ts';
import { place } from '../../src/flow/records/place.ts';
import { ensureReplicating } from '../../src/flow/steps/ensure-replicating.ts';
import { finalizeCutover } from '../../src/flow/steps/finalize-cutover.ts';
import { freezeSource } from '../../src/flow/steps/freeze-source.ts';
import { markAsArchived } from '../../src/flow/steps/mark-as-archived.ts';
import { markReadyForCutover } from '../../src/flow/steps/mark-ready-for-cutover.ts';
import { retryReplication } from '../../src/flow/steps/retry-replication.ts';
import { revertLifeCycle } from '../../src/flow/steps/revert-life-cycle.ts';
import { signOff } from '../../src/flow/steps/sign-off.ts';
import { aServer, ready } from '../simulator/rig.ts';
import {
  aFlow,
  aRunningWave,
  type Flow,
  memberOf,
  of,
  planned,
  refused,
  serverId,
  startAt,
  subject,
  target,
} from './_recorder.ts';

const one = { subject: of(1) };
const launched = { ec2InstanceID: 'i-0123456789abcdef0', jobID: 'mgnjob-0123456789abcdef0' };

async function withServer(
  lifeCycle: string,
  is: Parameters<typeof ready>[1] = {},
  settings: Parameters<typeof planned>[1] = {},
) {
  const flow = aFlow([ready(1, { lifeCycle, ...is })]);
  await aRunningWave(flow, [planned(1, settings)]);
  return flow;
}

/** Puts evidence on a member's record. */
async function note(flow: Flow, is: object): Promise<void> {
  await change(flow.ports.store, place.waveServer(subject.wave, serverId(1)), (member) =>
    member === undefined ? undefined : { ...member, ...is },
  );
}

/** Answers as the server would after this life cycle change by somebody. */
function seenAs(flow: Flow, lifeCycle: string, more: object = {}): void {
  flow.force.describeSourceServers = async () => ({
    ok: true,
    value: [aServer(1, { lifeCycle, lag: 'P0D', more: { ...more } })],
  });
}

describe('a step', () => {
  it('acts where it is needed, and finds it so already when it is repeated', async () => {
    const flow = await withServer('READY_FOR_TEST');
    expect(await markReadyForCutover(flow.ports, one)).toEqual({
      status: 'done',
      because: 'ChangeServerLifeCycleState',
    });
    await flow.tick(6 * 3600);
    expect(await markReadyForCutover(flow.ports, one)).toEqual({
      status: 'already-so',
      because: 'already ready for cutover',
    });
    expect(flow.called('ChangeServerLifeCycleState')).toBe(1);
  });

  it('looks afresh after a refusal, and takes "already so" as success', async () => {
    const flow = await withServer('READY_FOR_TEST');
    flow.force.changeLifeCycleState = async () => refused('validation');
    seenAs(flow, 'READY_FOR_CUTOVER');
    expect(await markReadyForCutover(flow.ports, one)).toEqual({
      status: 'already-so',
      because: 'already ready for cutover',
    });
  });

  it('fails for good when it is still needed and still refused', async () => {
    const flow = await withServer('READY_FOR_TEST');
    flow.force.changeLifeCycleState = async () =>
      refused('validation', { errorName: 'ValidationException' });
    await expect(markReadyForCutover(flow.ports, one)).rejects.toMatchObject({
      name: 'PermanentFailure',
      code: 'ApiRefused',
      message: 'ApiRefused: ChangeServerLifeCycleState: ValidationException: said no',
    });
  });

  it.each([
    ['throttled', 'ApiThrottled'],
    ['ambiguous', 'ApiRefused'],
    ['conflict', 'ApiRefused'],
  ] as const)('may be tried again after %s', async (kind, code) => {
    const flow = await withServer('READY_FOR_TEST');
    flow.force.changeLifeCycleState = async () => refused(kind);
    await expect(markReadyForCutover(flow.ports, one)).rejects.toMatchObject({
      name: 'TransientFailure',
      code,
    });
    expect(isTransient({ kind, errorName: '', message: '', culprits: [] })).toBe(
      kind !== 'conflict',
    );
  });

  it('is tried again while what it waits for is not there', async () => {
    const flow = aFlow([aServer(1, { replication: 'CONTINUOUS' })]);
    await aRunningWave(flow, [planned(1)]);
    await expect(markReadyForCutover(flow.ports, one)).rejects.toMatchObject({
      name: 'TransientFailure',
      message: 'AnswerIncomplete: not launchable: no lag is known',
    });
  });

  it('fails with the reason where the server cannot go on', async () => {
    const flow = await withServer('READY_FOR_TEST', { more: { isArchived: false } });
    seenAs(flow, 'DISCONNECTED');
    await expect(revertLifeCycle(flow.ports, one)).rejects.toMatchObject({
      name: 'PermanentFailure',
      code: 'ServerDisconnected',
    });
  });

  it('fails when the service no longer lists the server, and waits when it does not answer', async () => {
    const flow = await withServer('READY_FOR_TEST');
    const member = await memberOf(flow, 1);
    flow.force.describeSourceServers = async () => ({ ok: true, value: [] });
    await expect(lookAfresh(flow.ports, member)).rejects.toMatchObject({ code: 'ServerVanished' });
    flow.force.describeSourceServers = async () => refused('other');
    await expect(lookAfresh(flow.ports, member)).rejects.toMatchObject({
      name: 'TransientFailure',
    });
  });

  it('draws on the rate budget of its target, which fills again each minute', async () => {
    const flow = await withServer('READY_FOR_TEST');
    const member = await memberOf(flow, 1);
    for (let i = 0; i < 120; i += 1) await lookAfresh(flow.ports, member);
    const calls = flow.calls.length;
    await expect(lookAfresh(flow.ports, member)).rejects.toMatchObject({
      name: 'TransientFailure',
      code: 'ApiThrottled',
    });
    expect(flow.calls).toHaveLength(calls);
    flow.advance(60);
    await expect(lookAfresh(flow.ports, member)).resolves.toMatchObject({ present: true });
  });

  it('refuses a server that its wave does not have', async () => {
    const flow = await withServer('READY_FOR_TEST');
    await expect(markReadyForCutover(flow.ports, { subject: of(9) })).rejects.toMatchObject({
      name: 'InvalidInput',
    });
  });
});

describe('ensureReplicating', () => {
  it('says whether the server replicates', async () => {
    expect(await ensureReplicating((await withServer('READY_FOR_TEST')).ports, one)).toEqual({
      status: 'replicating',
    });
    const idle = await withServer('DISCOVERED', { replication: 'STOPPED', agentless: true });
    expect(await ensureReplicating(idle.ports, one)).toEqual({ status: 'idle' });
  });

  it('sets the replication type that the plan wants first', async () => {
    const flow = await withServer(
      'DISCOVERED',
      { replication: 'STOPPED', agentless: true },
      { replicationType: 'AGENT_BASED' },
    );
    const set: unknown[] = [];
    flow.force.updateReplicationType = async (id, type) => {
      set.push([id, type]);
      return { ok: true, value: {} };
    };
    expect(await ensureReplicating(flow.ports, one)).toEqual({ status: 'idle' });
    expect(set).toEqual([[serverId(1), 'AGENT_BASED']]);
  });
});

describe('retryReplication', () => {
  it('counts its retries by the class of the stall, and gives up beyond the budget', async () => {
    const flow = aFlow([
      ready(1, {
        replication: 'STALLED',
        info: { dataReplicationError: { error: 'AGENT_NOT_SEEN', rawError: 'silent' } },
      }),
    ]);
    await aRunningWave(flow, [planned(1)]);
    flow.force.retryDataReplication = async () => ({ ok: true, value: {} });
    for (let i = 0; i < 3; i += 1) {
      expect(await retryReplication(flow.ports, one)).toEqual({
        status: 'done',
        because: 'RetryDataReplication',
      });
    }
    expect((await memberOf(flow, 1)).retriesUsed).toEqual({ AGENT_NOT_SEEN: 3 });
    await expect(retryReplication(flow.ports, one)).rejects.toMatchObject({
      name: 'PermanentFailure',
      code: 'ReplicationStalled',
    });
  });

  it('counts nothing where nothing stalls any more', async () => {
    const flow = await withServer('READY_FOR_TEST');
    expect(await retryReplication(flow.ports, one)).toEqual({
      status: 'already-so',
      because: 'no longer stalled',
    });
    expect((await memberOf(flow, 1)).retriesUsed).toEqual({});
  });
});

describe('freezeSource', () => {
  it('keeps the first moment of an attempt, and freezes anew with the next', async () => {
    const flow = await withServer('READY_FOR_CUTOVER');
    expect(await freezeSource(flow.ports, one)).toEqual({ frozenAt: startAt });
    flow.advance(60);
    expect(await freezeSource(flow.ports, one)).toEqual({ frozenAt: startAt });
    await note(flow, { started: { phase: 'cutover', attempt: 2, at: flow.now() } });
    flow.advance(60);
    expect(await freezeSource(flow.ports, one)).toEqual({ frozenAt: flow.now() });
  });
});

describe('sign-off, finalize and archive', () => {
  const health = {
    launch: 'cutover',
    instanceId: launched.ec2InstanceID,
    jobId: null,
    at: startAt,
  };
  const cuttingOver = async () => {
    const flow = await withServer('CUTTING_OVER', { launched });
    await note(flow, { health });
    return flow;
  };

  it('sign off the healthy instance, once', async () => {
    const flow = await cuttingOver();
    expect(await signOff(flow.ports, one)).toEqual({ status: 'signed-off' });
    expect(await signOff(flow.ports, one)).toEqual({ status: 'signed-off' });
    expect((await memberOf(flow, 1)).signOff).toEqual({
      instanceId: launched.ec2InstanceID,
      planHash: 'h1',
      by: 'policy of plan p',
      at: startAt,
    });
    expect(flow.events.filter((e) => e.detailType === 'Wave Server Signed Off')).toHaveLength(1);
  });

  it('sign off nothing without a healthy instance, and nothing that is final', async () => {
    const flow = await withServer('CUTTING_OVER', { launched });
    await expect(signOff(flow.ports, one)).rejects.toMatchObject({
      name: 'PermanentFailure',
      code: 'SignOffMissing',
    });
    const final = aFlow([aServer(1, { lifeCycle: 'CUTOVER', replication: 'DISCONNECTED' })]);
    await aRunningWave(final, [planned(1)]);
    expect(await signOff(final.ports, one)).toEqual({ status: 'already-final' });
  });

  it('finalize only what was signed off for this instance and this plan', async () => {
    const flow = await cuttingOver();
    const refusal = (message: string) => ({ name: 'PermanentFailure', message });
    await expect(finalizeCutover(flow.ports, one)).rejects.toMatchObject(
      refusal('SignOffMissing: nobody has signed the cutover off'),
    );
    await signOff(flow.ports, one);
    await note(flow, { planHash: 'h2' });
    await expect(finalizeCutover(flow.ports, one)).rejects.toMatchObject(
      refusal('SignOffMissing: the plan was changed after the sign-off'),
    );
    await note(flow, { planHash: 'h1' });
    seenAs(flow, 'CUTTING_OVER', { launchedInstance: { ec2InstanceID: 'i-other' } });
    await expect(finalizeCutover(flow.ports, one)).rejects.toMatchObject({
      message: expect.stringContaining('but i-other is launched now'),
    });
    expect(flow.called('FinalizeCutover')).toBe(0);
  });

  it('finalize and archive what may be, and find it so afterwards', async () => {
    const flow = await cuttingOver();
    await signOff(flow.ports, one);
    expect(await finalizeCutover(flow.ports, one)).toEqual({
      status: 'done',
      because: 'FinalizeCutover',
    });
    for (let i = 0; i < 3; i += 1) flow.advance(3600);
    expect(await finalizeCutover(flow.ports, one)).toEqual({
      status: 'already-so',
      because: 'already finalized',
    });
    await flow.tick(6 * 3600);
    expect(await markAsArchived(flow.ports, one)).toEqual({
      status: 'done',
      because: 'MarkAsArchived',
    });
    await flow.tick(6 * 3600);
    expect(await markAsArchived(flow.ports, one)).toEqual({
      status: 'already-so',
      because: 'already archived',
    });
    expect((await flow.body(place.server(target, serverId(1))))?.facts).toMatchObject({
      lifecycle: 'CUTOVER',
      archived: true,
    });
  });

  it('revert a cutover, and nothing that was not launched', async () => {
    const flow = await cuttingOver();
    expect(await revertLifeCycle(flow.ports, one)).toEqual({
      status: 'done',
      because: 'ChangeServerLifeCycleState',
    });
    expect(await revertLifeCycle(flow.ports, one)).toEqual({
      status: 'already-so',
      because: 'life cycle READY_FOR_CUTOVER: nothing to revert',
    });
  });
});

describe('serverWait', () => {
  it('says what to wait for, and until when, from the plan and the evidence', async () => {
    const flow = await withServer('READY_FOR_CUTOVER');
    await freezeSource(flow.ports, one);
    const launch = {
      kind: 'cutover',
      jobId: 'mgnjob-1',
      launchStatus: 'LAUNCHED',
      instanceId: 'i-1',
      usedPreviousSnapshot: false,
      reason: undefined,
    };
    const health = { launch: 'cutover', instanceId: 'i-1', jobId: null, at: startAt };
    await note(flow, { launch, health });
    const member = await memberOf(flow, 1);
    const waiting = (wait: Parameters<typeof serverWait>[0], phase: string) =>
      serverWait(wait, phase, member);
    expect(waiting('drained', 'cutover')).toEqual({
      condition: {
        kind: 'drained',
        polls: 3,
        skewSeconds: 120,
        stallGraceSeconds: 900,
      },
      deadlineAt: '2024-03-05T04:20:07.412Z',
      deadlineFrom: '2024-03-04T16:20:07.412Z',
      onDeadline: 'fail',
    });
    expect(waiting('healthy', 'cutover').condition).toEqual({
      kind: 'healthy',
      launch: 'cutover',
      jobId: 'mgnjob-1',
      instanceId: 'i-1',
    });
    expect(waiting('healthy', 'test').condition).toEqual({
      kind: 'healthy',
      launch: 'test',
      jobId: undefined,
      instanceId: undefined,
    });
    expect(waiting('signable', 'finalize')).toMatchObject({
      condition: { kind: 'signable', instanceId: 'i-1' },
      deadlineAt: '2024-03-04T22:20:07.412Z',
    });
    expect(waiting('idle', 'rollback')).toEqual({
      condition: { kind: 'idle' },
      deadlineAt: '2024-03-04T22:20:07.412Z',
      deadlineFrom: '2024-03-04T16:20:07.412Z',
      onDeadline: 'fail',
    });
    expect(serverWait('archived', 'finalize', { ...member, started: null })).toEqual({
      condition: { kind: 'archived' },
      deadlineAt: null,
      deadlineFrom: null,
      onDeadline: 'fail',
    });
    expect(serverWait('signable', 'finalize', { ...member, health: null }).condition).toMatchObject(
      { instanceId: undefined },
    );
  });
});

describe('change', () => {
  it('gives up when others keep writing', async () => {
    const flow = aFlow([]);
    flow.hooks.beforePut = async (partition, sort) => {
      const version = (await flow.store.get(partition, sort))?.version ?? 0;
      await flow.store.put(partition, sort, { version }, version);
    };
    await expect(
      change<unknown>(flow.ports.store, { partition: 'a', sort: 'b' }, () => 'mine'),
    ).rejects.toMatchObject({ name: 'TransientFailure', code: 'StoreConflict' });
  });
});
