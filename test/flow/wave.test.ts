import { describe, expect, it } from 'vitest';
import { plusSeconds } from '../../src/core/time.ts';
import { conclude } from '../../src/flow/conclude.ts';
import { executionArn, readExecutionName } from '../../src/flow/execution-name.ts';
import { park } from '../../src/flow/park.ts';
import { react } from '../../src/flow/react.ts';
import { place } from '../../src/flow/records/place.ts';
import type { WaveServer } from '../../src/flow/records/wave-records.ts';
import { startPlan, startReadyWaves } from '../../src/flow/start-wave.ts';
import { archiveWaves } from '../../src/flow/steps/archive-waves.ts';
import { concludeWave } from '../../src/flow/steps/conclude-wave.ts';
import { nextStage } from '../../src/flow/steps/next-stage.ts';
import { prepareWave } from '../../src/flow/steps/prepare-wave.ts';
import { sweep } from '../../src/flow/sweep.ts';
import { aServer, ready } from '../simulator/rig.ts';
import {
  aFlow,
  aPlanOf,
  aRunningWave,
  arnOf,
  at,
  aWave,
  executionOf,
  type Flow,
  machine,
  machines,
  memberOf,
  of,
  ourselves,
  planned,
  refused,
  serverId,
  startAt,
  subject,
  target,
} from './_recorder.ts';

const preparation = {
  subject,
  machines,
  execution: executionOf(machine('wave'), subject.wave),
};
const succeed = (flow: Flow, n: number, phase: 'replicate' | 'test' | 'cutover' | 'finalize') =>
  conclude(flow.ports, { subject: of(n), phase, status: 'succeeded' });
const detailTypes = (flow: Flow) => flow.events.map((e) => e.detailType);
const discovered = (n: number) =>
  aServer(n, { lifeCycle: 'DISCOVERED', replication: 'STOPPED', agentless: true });

describe('startPlan', () => {
  it('writes the plan down, settings once, and starts what depends on nothing', async () => {
    const flow = aFlow([]);
    const plan = aPlanOf([planned(1), planned(2)], {}, [
      { name: 'a' },
      { name: 'b', dependsOn: ['a'] },
    ]);
    expect(await startPlan(flow.ports, plan, machine('wave'))).toEqual({
      status: 'started',
      waves: ['p.a'],
    });
    expect(flow.started).toEqual([
      { machine: machine('wave'), name: 'p.a', input: { wave: 'p.a', plan: 'p', name: 'a' } },
    ]);
    expect(await flow.body(place.plannedWave('p', 'b'))).toEqual({
      plan: 'p',
      planHash: 'h1',
      name: 'b',
      dependsOn: ['a'],
      policy: plan.waves[0]?.policy,
      settings: [planned(1).settings],
      servers: [1, 2].map((n) => ({
        id: serverId(n),
        arn: arnOf(n),
        hostname: `host-${n}`,
        tier: 0,
        settings: 0,
      })),
    });
  });

  it('starts nothing twice', async () => {
    const flow = aFlow([ready(1)]);
    await aWave(flow, [planned(1)]);
    flow.writes.length = 0;
    expect(await startPlan(flow.ports, aPlanOf([planned(1)]), machine('wave'))).toEqual({
      status: 'started',
      waves: [],
    });
    expect(flow.started).toHaveLength(1);
    expect(flow.writes).toEqual([]);
  });

  it('starts a dependent wave when all that it depends on has concluded', async () => {
    const flow = aFlow([ready(1)]);
    const plan = aPlanOf([planned(1)], {}, [{ name: 'w' }, { name: 'v', dependsOn: ['w'] }]);
    await startPlan(flow.ports, plan, machine('wave'));
    await flow.tick();
    await prepareWave(flow.ports, preparation);
    expect(await startReadyWaves(flow.ports, 'p', machine('wave'))).toEqual([]);
    await concludeWave(flow.ports, { subject });
    const told = flow.events.at(-1);
    expect(told?.detailType).toBe('Wave Concluded');
    const happening = {
      source: 'landfall.wave',
      'detail-type': 'Wave Concluded',
      resources: [],
      detail: told?.detail ?? {},
    };
    expect(await react(flow.ports, happening, { wave: machine('wave'), ourselves })).toEqual({
      did: 'started',
      waves: ['p.v'],
    });
    expect(flow.started.map((s) => s.name)).toEqual(['p.w', 'p.v']);
  });
});

describe('prepareWave', () => {
  it('waits until the poller has seen the target', async () => {
    const flow = aFlow([ready(1)]);
    await startPlan(flow.ports, aPlanOf([planned(1)]), machine('wave'));
    await expect(prepareWave(flow.ports, preparation)).rejects.toMatchObject({
      name: 'TransientFailure',
      message: 'AnswerIncomplete: mgn:111122223333:us-east-1 has not been polled yet',
    });
    expect((await flow.body(place.target(target)))?.paces).toEqual({
      'p.w': { minSeconds: 60, maxSeconds: 900 },
    });
    await flow.tick();
    expect(await prepareWave(flow.ports, preparation)).toEqual({ servers: 1 });
  });

  it('has its targets looked at at once, however long nothing was under way there, and only when it begins', async () => {
    const flow = aFlow([ready(1)]);
    await startPlan(flow.ports, aPlanOf([planned(1)]), machine('wave'));
    await flow.tick();
    flow.advance(30);
    const nextTickAt = async () => (await flow.body(place.target(target)))?.['nextTickAt'];
    expect(await nextTickAt()).not.toBe(flow.now());
    await prepareWave(flow.ports, preparation);
    expect(await nextTickAt()).toBe(flow.now());
    const began = flow.now();
    flow.advance(5);
    await prepareWave(flow.ports, preparation);
    expect(await nextTickAt()).toBe(began);
  });

  it('begins without, when nobody polls the target for some minutes: its servers wait inside the wave', async () => {
    const flow = aFlow([ready(1)]);
    await startPlan(flow.ports, aPlanOf([planned(1)]), machine('wave'));
    await expect(prepareWave(flow.ports, { ...preparation, retryCount: 5 })).rejects.toMatchObject({
      name: 'TransientFailure',
    });
    expect(await prepareWave(flow.ports, { ...preparation, retryCount: 6 })).toEqual({
      servers: 1,
    });
    expect(await flow.body(place.waveServer('p.w', serverId(1)))).toMatchObject({
      arrivalUnknown: true,
    });
  });

  it('writes the wave and its servers down, each with the place where it begins', async () => {
    const flow = aFlow([
      ready(1),
      ready(2, { lifeCycle: 'TESTING' }),
      discovered(3),
      ready(4, { more: { isArchived: true } }),
      aServer(5, { lifeCycle: 'CUTOVER', replication: 'DISCONNECTED' }),
    ]);
    const wave = await aWave(
      flow,
      [1, 2, 3, 4, 5, 6].map((n) => planned(n)),
    );
    expect(wave).toMatchObject({
      wave: 'p.w',
      planHash: 'h1',
      home: target,
      order: [1, 2, 3, 4, 5, 6].map(serverId),
      cohort: [],
      machines,
      held: null,
      concludedAt: null,
      sequence: 1,
      pending: [],
    });
    const members = await flow.all<WaveServer>(place.waveServer('p.w', ''));
    expect(members.map(({ arrival, needsSlot }) => [arrival, needsSlot])).toEqual([
      [{ enter: 'replicate' }, false],
      [{ enter: 'test' }, false],
      [{ enter: 'replicate' }, true],
      [{ outcome: 'skipped', reason: 'already archived when the wave began' }, false],
      [{ enter: 'finalize' }, false],
      [
        {
          outcome: 'failed',
          failure: {
            code: 'ServerVanished',
            message: 'the service did not list the server when the wave began',
          },
          reason:
            'the service did not list the server when the wave began; check its id and Region',
        },
        false,
      ],
    ]);
    expect((await flow.body(place.server(target, serverId(1))))?.wave).toBe('p.w');
    expect(detailTypes(flow).filter((t) => t.startsWith('Wave'))).toEqual(['Wave Started']);
  });

  it('changes nothing when it is repeated, and goes on where a crash left it', async () => {
    const flow = aFlow([ready(1), ready(2)]);
    await startPlan(flow.ports, aPlanOf([planned(1), planned(2)]), machine('wave'));
    await flow.tick();
    flow.hooks.beforePut = (partition, sort) => {
      if (partition === 'wave/p.w' && sort.endsWith(serverId(2))) throw new Error('killed');
    };
    await expect(prepareWave(flow.ports, preparation)).rejects.toThrow('killed');
    flow.hooks.beforePut = () => {};
    expect(await prepareWave(flow.ports, preparation)).toEqual({ servers: 2 });
    flow.writes.length = 0;
    expect(await prepareWave(flow.ports, preparation)).toEqual({ servers: 2 });
    expect(flow.writes).toEqual([]);
    expect(detailTypes(flow).filter((t) => t === 'Wave Started')).toHaveLength(1);
  });

  it('refuses a wave that no plan knows, one without servers, and a broken record', async () => {
    const flow = aFlow([ready(1)]);
    await expect(prepareWave(flow.ports, preparation)).rejects.toMatchObject({
      name: 'InvalidInput',
      message: 'ContractBroken: plan p has no wave w on record',
    });
    await startPlan(flow.ports, aPlanOf([]), machine('wave'));
    await expect(prepareWave(flow.ports, preparation)).rejects.toMatchObject({
      message: 'ContractBroken: wave p.w has no servers',
    });
    const broken = aFlow([ready(1)]);
    const odd = { ...planned(1), arn: 'no arn' };
    await startPlan(broken.ports, aPlanOf([odd]), machine('wave'));
    await expect(prepareWave(broken.ports, preparation)).rejects.toMatchObject({
      message: `ContractBroken: the record of ${serverId(1)} is broken`,
    });
  });
});

describe('nextStage', () => {
  it('begins a cohort and runs its first stage, the same when asked again', async () => {
    const flow = aFlow([ready(1), discovered(2)]);
    const stage = await aRunningWave(flow, [planned(1), planned(2)]);
    expect(stage).toEqual({
      action: 'run',
      servers: [1, 2].map((n) => ({
        server: serverId(n),
        wave: 'p.w',
        phase: 'replicate',
        attempt: 1,
        machine: machines.replicate,
      })),
    });
    expect((await flow.body(place.target(target)))?.slotReservations).toEqual({ 'p.w': 1 });
    expect((await memberOf(flow, 1)).started).toEqual({
      phase: 'replicate',
      attempt: 1,
      at: startAt,
    });
    expect(detailTypes(flow)).toContain('Wave Stage Started');
  });

  it('runs again what a crash kept from running, under the same attempt', async () => {
    const flow = aFlow([ready(1)]);
    const stage = await aRunningWave(flow, [planned(1)]);
    expect(await nextStage(flow.ports, { subject })).toEqual(stage);
    expect((await memberOf(flow, 1)).started?.attempt).toBe(1);
  });

  it('freezes a server whose execution ran and left no result', async () => {
    const flow = aFlow([ready(1)]);
    await aRunningWave(flow, [planned(1)]);
    const name = `p.w.${serverId(1)}.replicate.1`;
    flow.executions.set(executionOf(machines.replicate, name), { status: 'ABORTED' });
    expect(await nextStage(flow.ports, { subject })).toEqual({ action: 'conclude', servers: [] });
    expect((await memberOf(flow, 1)).outcome).toMatchObject({
      outcome: 'frozen',
      code: 'ExecutionDied',
    });
  });

  it('goes through all phases to the end', async () => {
    const flow = aFlow([ready(1)]);
    await aRunningWave(flow, [planned(1)]);
    const phases = ['replicate', 'test', 'cutover', 'finalize'] as const;
    const seen: string[] = [];
    for (const phase of phases) {
      await succeed(flow, 1, phase);
      const stage = await nextStage(flow.ports, { subject });
      seen.push(stage.servers[0]?.phase ?? stage.action);
    }
    expect(seen).toEqual(['test', 'cutover', 'finalize', 'conclude']);
    expect((await memberOf(flow, 1)).outcome).toMatchObject({
      outcome: 'succeeded',
      evidence: { jobId: null, seen: { lifecycle: 'READY_FOR_TEST' } },
      nextAction: 'nothing',
      reason: 'went through finalize',
    });
    expect(detailTypes(flow).filter((t) => t === 'Wave Server Outcome')).toHaveLength(1);
  });

  it('holds the wave once, and goes on when a person resumes it', async () => {
    const flow = aFlow([ready(1), ready(2)]);
    await aRunningWave(flow, [planned(1), planned(2)], {
      onFailure: 'hold',
      tolerate: { count: 0 },
    });
    await conclude(flow.ports, {
      subject: of(1),
      phase: 'replicate',
      status: 'failed',
      error: { Error: 'ReplicationStalled', Cause: 'c' },
    });
    await succeed(flow, 2, 'replicate');
    expect(await nextStage(flow.ports, { subject })).toEqual({ action: 'wait', servers: [] });
    expect(await nextStage(flow.ports, { subject })).toEqual({ action: 'wait', servers: [] });
    expect(detailTypes(flow).filter((t) => t === 'Wave Held')).toHaveLength(1);
    flow.advance(60);
    await flow.store.put(
      'wave/p.w',
      'command',
      { resumedAt: flow.now(), pauses: [], aborted: false },
      0,
    );
    expect(await nextStage(flow.ports, { subject })).toMatchObject({
      action: 'run',
      servers: [{ server: serverId(2), phase: 'test' }],
    });
    expect(await flow.body(place.wave('p.w'))).toMatchObject({
      held: null,
      acknowledgedFailures: 1,
    });
    expect(detailTypes(flow).filter((t) => t === 'Wave Resumed')).toHaveLength(1);
  });

  it('concludes an aborted wave', async () => {
    const flow = aFlow([ready(1), ready(2)]);
    await aRunningWave(flow, [planned(1), planned(2)]);
    await succeed(flow, 1, 'replicate');
    await succeed(flow, 2, 'replicate');
    const command = { resumedAt: null, pauses: [], aborted: true };
    await flow.store.put('wave/p.w', 'command', command, 0);
    expect(await nextStage(flow.ports, { subject })).toEqual({ action: 'conclude', servers: [] });
    expect((await memberOf(flow, 1)).outcome?.code).toBe('WaveAborted');
  });

  it('waits for slots where none is free, and says since when', async () => {
    const flow = aFlow([discovered(1)]);
    flow.force.quotas = async () => ({ ok: true, value: { 'L-9A599620': 0 } });
    expect(await aRunningWave(flow, [planned(1)])).toEqual({ action: 'wait', servers: [] });
    await nextStage(flow.ports, { subject });
    expect((await flow.body(place.wave('p.w')))?.awaitingSlotsSince).toBe(startAt);
    flow.advance(30 * 86_400);
    expect(await nextStage(flow.ports, { subject })).toMatchObject({ action: 'conclude' });
    expect((await memberOf(flow, 1)).outcome?.outcome).toBe('skipped');
  });

  it('lets servers that need no slot begin where more than the quota are active', async () => {
    const flow = aFlow([ready(1), ready(2)]);
    flow.force.quotas = async () => ({ ok: true, value: { 'L-9A599620': 1 } });
    expect(await aRunningWave(flow, [planned(1)])).toMatchObject({
      action: 'run',
      servers: [{ server: serverId(1) }],
    });
  });

  it('counts the slots again when another wave took them in the meantime', async () => {
    const flow = aFlow([discovered(1)]);
    flow.force.quotas = async () => ({ ok: true, value: { 'L-9A599620': 1 } });
    await aWave(flow, [planned(1)]);
    let once = true;
    flow.hooks.beforePut = async (partition, sort) => {
      if (!once || sort !== 'target') return;
      once = false;
      const { body, version = 0 } = (await flow.store.get(partition, sort)) ?? {};
      await flow.store.put(
        partition,
        sort,
        { ...(body as object), slotReservations: { 'p.other': 1 } },
        version,
      );
    };
    expect(await nextStage(flow.ports, { subject })).toEqual({ action: 'wait', servers: [] });
    expect((await flow.body(place.target(target)))?.slotReservations).toEqual({ 'p.other': 1 });
  });

  it('refuses a wave that is not on record', async () => {
    await expect(nextStage(aFlow([]).ports, { subject })).rejects.toMatchObject({
      name: 'InvalidInput',
      message: 'ContractBroken: there is no wave p.w',
    });
  });
});

describe('concludeWave', () => {
  it('freezes whoever is still open, gives back pace and slots, and tells the end once', async () => {
    const flow = aFlow([ready(1), discovered(2)]);
    await aRunningWave(flow, [planned(1), planned(2)]);
    const input = { Error: 'States.Runtime', Cause: 'too large' };
    const outcomes = { succeeded: 0, skipped: 0, 'rolled-back': 0, failed: 0, frozen: 2 };
    expect(await concludeWave(flow.ports, { subject, input })).toEqual({ outcomes });
    expect((await memberOf(flow, 1)).outcome).toMatchObject({
      outcome: 'frozen',
      code: 'ExecutionDied',
      nextAction: 'look at the server in the console, then move it in another wave',
      reason: "the wave's execution ended while the server was open: States.Runtime: too large",
    });
    expect(await flow.body(place.target(target))).toMatchObject({
      paces: {},
      slotReservations: {},
    });
    expect(flow.events.at(-1)).toMatchObject({
      detailType: 'Wave Concluded',
      detail: { outcomes, servers: 2, plan: 'p' },
    });
    const told = flow.events.length;
    expect(await concludeWave(flow.ports, { subject })).toEqual({ outcomes });
    expect(flow.events).toHaveLength(told);
  });

  it.each([undefined, null, {}, 'text'])('gives no reason where none came: %j', async (input) => {
    const flow = aFlow([ready(1)]);
    await aRunningWave(flow, [planned(1)]);
    await concludeWave(flow.ports, { subject, input });
    expect((await memberOf(flow, 1)).outcome?.reason).toMatch(/no reason given$/);
  });

  it('is tried again until the bus has taken every event', async () => {
    const flow = aFlow([ready(1)]);
    await aRunningWave(flow, [planned(1)]);
    const refuse = (detailType: string) => {
      flow.hooks.refuses = (entry) => entry.detailType === detailType;
      return concludeWave(flow.ports, { subject });
    };
    const busy = { name: 'TransientFailure', code: 'AnswerIncomplete' };
    await expect(refuse('Wave Server Outcome')).rejects.toMatchObject(busy);
    await expect(refuse('Wave Concluded')).rejects.toMatchObject(busy);
    await expect(refuse('none')).resolves.toBeDefined();
    const tail = detailTypes(flow).slice(-2);
    expect(tail).toEqual(['Wave Server Outcome', 'Wave Concluded']);
    expect(new Set(flow.published()).size).toBe(flow.published().length);
  });

  it('has nothing to conclude where no wave was written', async () => {
    const flow = aFlow([]);
    expect(await concludeWave(flow.ports, { subject })).toEqual({
      outcomes: { succeeded: 0, skipped: 0, 'rolled-back': 0, failed: 0, frozen: 0 },
    });
    expect(flow.events).toEqual([]);
  });
});

describe('conclude', () => {
  it('records a result once and tells it once', async () => {
    const flow = aFlow([ready(1)]);
    await aRunningWave(flow, [planned(1)]);
    expect(await succeed(flow, 1, 'replicate')).toEqual({ status: 'succeeded' });
    flow.advance(60);
    await succeed(flow, 1, 'replicate');
    expect((await memberOf(flow, 1)).results).toEqual([
      {
        ...{ phase: 'replicate', attempt: 1, status: 'succeeded', endedAt: startAt },
        eventId: 'wave/p/w/s-00000000000000001/1',
      },
    ]);
    expect(detailTypes(flow).filter((t) => t === 'Wave Server Phase Ended')).toHaveLength(1);
  });

  it('refuses a server that the wave does not have', async () => {
    await expect(succeed(aFlow([]), 1, 'replicate')).rejects.toMatchObject({
      name: 'InvalidInput',
    });
  });

  it('publishes what an earlier refusal left, in order', async () => {
    const flow = aFlow([ready(1)]);
    await aRunningWave(flow, [planned(1)]);
    flow.hooks.refuses = () => true;
    await succeed(flow, 1, 'replicate');
    flow.hooks.refuses = () => false;
    await succeed(flow, 1, 'test');
    const ended = flow.events.filter((e) => e.detailType === 'Wave Server Phase Ended');
    expect(ended.map((e) => [e.detail['phase'], e.detail['sequence']])).toEqual([
      ['replicate', 1],
      ['test', 2],
    ]);
  });
});

describe('sweep', () => {
  const died = { status: 'FAILED', error: 'States.Runtime', cause: 'too large' } as const;
  const nameOf = (n: number, phase = 'replicate') => `p.w.${serverId(n)}.${phase}.1`;
  const setAll = (flow: Flow, n: number, status: typeof died | { status: 'RUNNING' }) =>
    flow.executions.set(executionOf(machines.replicate, nameOf(n)), status);

  it('finds a dead execution, withdraws its waits and puts its end on record', async () => {
    const flow = aFlow([ready(1), ready(2)]);
    await aRunningWave(flow, [planned(1), planned(2)]);
    await park(flow.ports, {
      subject: of(1),
      phase: 'replicate',
      wait: 'launchable',
      token: 't',
      place: at(1, 'replicate', 'AwaitLaunchable'),
    });
    setAll(flow, 1, died);
    setAll(flow, 2, { status: 'RUNNING' });
    flow.executions.set(executionOf(machine('wave'), 'p.w'), { status: 'RUNNING' });
    expect(await sweep(flow.ports, [target])).toEqual({
      waves: 1,
      executions: 2,
      published: 0,
      died: [nameOf(1)],
    });
    expect(await flow.all(place.wait(target, ''))).toEqual([]);
    expect((await memberOf(flow, 1)).results).toMatchObject([
      { status: 'failed', failure: { code: 'ExecutionDied' } },
    ]);
    expect((await memberOf(flow, 2)).results).toEqual([]);
    expect(await sweep(flow.ports, [target])).toEqual({
      waves: 1,
      executions: 1,
      published: 0,
      died: [],
    });
  });

  it('leaves what runs, what is not there yet, and what ended well', async () => {
    const flow = aFlow([ready(1), ready(2)]);
    await aRunningWave(flow, [planned(1), planned(2)]);
    flow.executions.set(executionOf(machines.replicate, nameOf(1)), { status: 'SUCCEEDED' });
    expect(await sweep(flow.ports, [target])).toEqual({
      waves: 1,
      executions: 2,
      published: 0,
      died: [],
    });
    expect((await memberOf(flow, 1)).results).toEqual([]);
  });

  it('concludes a wave whose own execution died', async () => {
    const flow = aFlow([ready(1)]);
    await aRunningWave(flow, [planned(1)]);
    flow.executions.set(executionOf(machine('wave'), 'p.w'), { status: 'ABORTED' });
    expect(await sweep(flow.ports, [target])).toMatchObject({ died: ['p.w'] });
    expect((await memberOf(flow, 1)).outcome?.reason).toMatch(/ABORTED: the wave execution ended$/);
    expect((await flow.body(place.wave('p.w')))?.concludedAt).toBe(startAt);
    expect(await sweep(flow.ports, [target])).toEqual({
      waves: 0,
      executions: 0,
      published: 0,
      died: [],
    });
  });

  it('tells the end of a wave that the bus refused when its machine gave up', async () => {
    const flow = aFlow([ready(1)]);
    await aRunningWave(flow, [planned(1)]);
    flow.hooks.refuses = (entry) => entry.detailType === 'Wave Concluded';
    await expect(concludeWave(flow.ports, { subject })).rejects.toMatchObject({
      name: 'TransientFailure',
    });
    flow.hooks.refuses = () => false;
    await sweep(flow.ports, [target]);
    expect(flow.events.at(-1)?.detailType).toBe('Wave Concluded');
  });

  it('looks at nothing where nothing runs', async () => {
    expect(await sweep(aFlow([]).ports, [target])).toEqual({
      waves: 0,
      executions: 0,
      published: 0,
      died: [],
    });
  });

  it('reads the names of phase executions, and knows their ARNs', () => {
    expect(readExecutionName(nameOf(1))).toEqual({
      subject: { wave: 'p.w', server: serverId(1), attempt: 1 },
      phase: 'replicate',
    });
    for (const name of ['p.w', 'x', `p.w.${serverId(1)}.nap.1`, '']) {
      expect(readExecutionName(name)).toBeUndefined();
    }
    expect(executionArn(`${machines.test}:3`, 'n')).toBe(executionOf(machines.test, 'n'));
  });
});

describe('react', () => {
  const happening = (source: string, is: object = {}) => ({
    source,
    'detail-type': 'x',
    resources: [],
    detail: {},
    ...is,
  });
  const to = (flow: Flow, h: ReturnType<typeof happening>) =>
    react(flow.ports, h, { wave: machine('wave'), ourselves });

  it('hastens the look at a server that MGN tells of', async () => {
    const flow = aFlow([ready(1)]);
    await flow.tick();
    const native = happening('aws.mgn', { resources: [arnOf(1), 'arn:aws:ec2:::x'] });
    expect(await to(flow, native)).toEqual({ did: 'hastened', targets: 1 });
    expect((await flow.body(place.target(target)))?.nextTickAt).toBe(plusSeconds(flow.now(), 20));
    flow.writes.length = 0;
    await to(flow, native);
    expect(flow.writes).toEqual([]);
  });

  it('cleans up after a phase execution that died', async () => {
    const flow = aFlow([ready(1)]);
    await aRunningWave(flow, [planned(1)]);
    const name = `p.w.${serverId(1)}.replicate.1`;
    expect(await to(flow, happening('aws.states', { detail: { name } }))).toEqual({
      did: 'cleaned-up',
      execution: name,
    });
    expect((await memberOf(flow, 1)).results).toHaveLength(1);
  });

  it('does nothing about what is not for us', async () => {
    const flow = aFlow([]);
    const because = async (h: ReturnType<typeof happening>) => {
      const reaction = await to(flow, h);
      return reaction.did === 'nothing' ? reaction.because : reaction;
    };
    expect(await because(happening('aws.mgn'))).toBe('no target named that is polled');
    expect(await because(happening('aws.states'))).toBe('no execution name');
    expect(await because(happening('aws.states', { detail: { name: 'p.w' } }))).toBe(
      'p.w is no phase of a wave',
    );
    const stranger = `q.v.${serverId(1)}.test.1`;
    expect(await because(happening('aws.states', { detail: { name: stranger } }))).toBe(
      `${stranger} is no phase of a wave`,
    );
    expect(await because(happening('landfall.wave', { 'detail-type': 'Wave Concluded' }))).toBe(
      'no plan named',
    );
    expect(await because(happening('aws.s3'))).toBe('aws.s3 x is not for us');
    expect(flow.writes).toEqual([]);
  });
});

describe('archiveWaves', () => {
  const wave = (n: number, is: object = {}) => ({ waveID: `wave-${n}`, isArchived: false, ...is });
  const archivedIn = (n: number, application: string) =>
    ready(n, { more: { isArchived: true, applicationID: application } });

  async function emptied(): Promise<Flow> {
    const flow = aFlow([ready(1), ready(2)]);
    await aRunningWave(flow, [planned(1), planned(2)]);
    for (const phase of ['replicate', 'test', 'cutover', 'finalize'] as const) {
      await succeed(flow, 1, phase);
    }
    await nextStage(flow.ports, { subject });
    await conclude(flow.ports, { subject: of(2), phase: 'replicate', status: 'failed' });
    await nextStage(flow.ports, { subject });
    flow.force.listWaves = async () => ({ ok: true, value: [wave(1), wave(2)] });
    flow.force.listApplications = async () => ({
      ok: true,
      value: [
        { applicationID: 'app-1', waveID: 'wave-1' },
        { applicationID: 'app-2', waveID: 'wave-2' },
      ],
    });
    flow.force.describeSourceServers = async () => ({
      ok: true,
      value: [archivedIn(1, 'app-1'), archivedIn(2, 'app-2')],
    });
    return flow;
  }

  it('archives the waves of MGN that its succeeded servers leave empty, and no others', async () => {
    const flow = await emptied();
    const archived: string[] = [];
    flow.force.archiveWave = async (id) => {
      archived.push(id);
      return { ok: true, value: {} };
    };
    expect(await archiveWaves(flow.ports, { subject })).toEqual({ archived: ['wave-1'] });
    expect(archived).toEqual(['wave-1']);
  });

  it('leaves a wave open that somebody changed, and tries again what passes by itself', async () => {
    const flow = await emptied();
    flow.force.archiveWave = async () => refused('conflict');
    expect(await archiveWaves(flow.ports, { subject })).toEqual({ archived: [] });
    flow.force.archiveWave = async () => refused('throttled');
    const busy = { name: 'TransientFailure' };
    await expect(archiveWaves(flow.ports, { subject })).rejects.toMatchObject(busy);
    flow.force.listWaves = async () => refused('ambiguous');
    await expect(archiveWaves(flow.ports, { subject })).rejects.toMatchObject(busy);
  });

  it('asks for nothing more where MGN has no waves', async () => {
    const flow = await emptied();
    flow.force.listWaves = async () => ({ ok: true, value: [] });
    flow.force.listApplications = async () => refused('other');
    expect(await archiveWaves(flow.ports, { subject })).toEqual({ archived: [] });
  });
});
