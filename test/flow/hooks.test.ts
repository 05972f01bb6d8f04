// Running hooks: what is written before a call, what a pause keeps back, what comes twice, and what is left behind.
import { describe, expect, it } from 'vitest';
import type { DocumentRun } from '../../src/core/hook/command-result.ts';
import type { HookAnswer, HookRequest } from '../../src/core/hook/hook-result.ts';
import type { Hook, ServerHooks } from '../../src/core/plan/hooks-for.ts';
import { type HookAsk, lookAfterHooks, runHooks } from '../../src/flow/hooks/run-hooks.ts';
import { abort } from '../../src/flow/operate/abort.ts';
import { pause } from '../../src/flow/operate/pause.ts';
import { resume } from '../../src/flow/operate/resume.ts';
import type { Ports } from '../../src/flow/ports.ts';
import { place } from '../../src/flow/records/place.ts';
import { freezeSource } from '../../src/flow/steps/freeze-source.ts';
import { ready } from '../simulator/rig.ts';
import {
  aFlow,
  aRunningWave,
  at,
  type Flow,
  memberOf,
  of,
  planned,
  serverId,
  target,
} from './_recorder.ts';

const joe = { wave: 'p.w', by: 'joe', reason: 'lunch' };
const hook = (name: string, is: Partial<Hook> = {}): Hook => ({
  name,
  act: { kind: 'function', function: name, parameters: { room: 7 } },
  ...{ timeoutSeconds: 900, tries: 1, intervalSeconds: 60, onFailure: 'fail' },
  ...is,
});
const frozen: ServerHooks = { freeze: [hook('stop')], thaw: [hook('start')] };
const ask = (site: HookAsk['site'] = 'freeze', token = 'token'): HookAsk => ({
  ...{ subject: of(1), phase: 'cutover', site, token },
  place: at(1, 'cutover', `Run ${site}`.replace(' ', '')),
});
const result = (status: 'succeeded' | 'failed' | 'pending'): HookAnswer => ({
  is: 'result',
  result: { status },
});

/** A wave of one server with hooks, whose functions answer from a script and note what they were asked. */
async function aHookedFlow(hooks: ServerHooks, ...script: readonly HookAnswer[]) {
  const flow = aFlow([ready(1)]);
  await aRunningWave(flow, [planned(1, { hooks })]);
  const asked: HookRequest[] = [];
  const ran: DocumentRun[] = [];
  const answers = [...script];
  const ports: Ports = {
    ...flow.ports,
    hooks: {
      invoke: async (_, request) => {
        asked.push(request);
        return answers.shift() ?? result('succeeded');
      },
      runDocument: async (run) => {
        ran.push(run);
        return answers.shift() ?? result('succeeded');
      },
      probe: async () => ({ is: 'probed', good: true, found: 'fine' }),
    },
  };
  const look = () => lookAfterHooks(ports, [target], 'all', 2);
  const openNotes = () => flow.all(place.openHooks(target, ''));
  return { flow, ports, asked, ran, look, openNotes };
}

function told(flow: Flow): readonly string[] {
  return flow.events
    .filter(({ detailType }) => detailType === 'Wave Server Hook Run')
    .map(({ detail }) => `${String(detail['point'])} ${String(detail['status'])}`);
}

describe('hooks', () => {
  it('are asked with all that a function needs, and end the wait of their machine', async () => {
    const { flow, ports, asked, openNotes } = await aHookedFlow(frozen);
    expect(await runHooks(ports, ask())).toEqual({ hooks: 'ended' });
    expect(asked).toEqual([
      {
        ...{ version: 1, ask: 'run', key: `p.w/${serverId(1)}/freeze.stop/1.1`, hook: 'stop' },
        ...{ point: 'freeze', plan: 'p', wave: 'p.w', phase: 'cutover', attempt: 1, try: 1 },
        deadlineAt: '2024-03-04T16:35:07.412Z',
        server: {
          sourceServerId: serverId(1),
          arn: (await memberOf(flow, 1)).arn,
          ...{ hostname: 'host-1', accountId: target.accountId, region: target.region },
        },
        ...{ instance: null, parameters: { room: 7 } },
      },
    ]);
    expect(flow.sent.get('token')).toEqual({ success: {} });
    expect(told(flow)).toEqual(['freeze started', 'freeze succeeded']);
    expect([await openNotes(), await flow.all(place.wait(target, ''))]).toEqual([[], []]);
    expect((await memberOf(flow, 1)).hookRuns).toMatchObject([{ status: 'succeeded', looks: 0 }]);
  });

  it('run documents on the node of the source, and ask after them', async () => {
    const node = 'mi-0123456789abcdef0';
    const act = { kind: 'document', document: 'stop', parameters: { a: ['1'] }, node } as const;
    const hooks = { freeze: [hook('stop', { act })], thaw: [] };
    const { flow, ports, ran, look } = await aHookedFlow(hooks, result('pending'));
    await runHooks(ports, ask());
    flow.advance(60);
    await look();
    const startedAt = '2024-03-04T16:20:07.412Z';
    const run = {
      ...{
        target,
        document: 'stop',
        parameters: { a: ['1'] },
        node,
        point: 'freeze',
        hook: 'stop',
      },
      ...{ key: `p.w/${serverId(1)}/freeze.stop/1.1`, try: 1, startedAt },
      deadlineAt: '2024-03-04T16:35:07.412Z',
      server: { sourceServerId: serverId(1), hostname: 'host-1' },
    };
    expect(ran).toEqual([
      { ...run, ask: 'run' },
      { ...run, ask: 'status' },
    ]);
    expect(flow.sent.get('token')).toEqual({ success: {} });
  });

  it('on an instance that nobody knows fail without a call', async () => {
    const act = { kind: 'document', document: 'look', parameters: {}, node: null } as const;
    const hooks = { freeze: [hook('look', { act })], thaw: [] };
    const { flow, ports, ran } = await aHookedFlow(hooks);
    await runHooks(ports, ask());
    expect(flow.sent.get('token')).toMatchObject({
      failure: { cause: 'hook freeze look failed: its instance is not known' },
    });
    expect(ran).toEqual([]);
  });

  it('are written down and told before they are called', async () => {
    const { flow, ports } = await aHookedFlow(frozen);
    const seen: unknown[] = [];
    const invoke: Ports['hooks']['invoke'] = async () => {
      seen.push(
        (await memberOf(flow, 1)).hookRuns?.map(({ status }) => status),
        told(flow),
      );
      return result('succeeded');
    };
    await runHooks({ ...ports, hooks: { ...ports.hooks, invoke } }, ask());
    expect(seen).toEqual([['started'], ['freeze started']]);
  });

  it('are called once, however many look after them at once', async () => {
    const { flow, ports, asked, look } = await aHookedFlow(frozen, result('pending'));
    await runHooks(ports, ask());
    flow.advance(60);
    await Promise.all([look(), look(), runHooks(ports, ask())]);
    expect(asked.map((one) => one.ask)).toEqual(['run', 'status']);
    await look();
    expect(flow.sent.get('token')).toEqual({ success: {} });
  });

  it('fail the wait with what they said', async () => {
    const { flow, ports } = await aHookedFlow(frozen, result('failed'));
    await runHooks(ports, ask());
    expect(flow.sent.get('token')).toEqual({
      failure: { error: 'HookFailed', cause: 'hook freeze stop failed: no reason given' },
    });
  });

  it('end where nobody waits for them any more', async () => {
    const { flow, ports, look, openNotes } = await aHookedFlow(frozen, result('pending'));
    await runHooks(ports, ask());
    const [wait] = await flow.store.list(place.wait(target, '').partition, '');
    await flow.store.delete(place.wait(target, '').partition, wait?.sort ?? '', wait?.version ?? 0);
    expect(await look()).toEqual({ open: 1, ended: 1 });
    expect([await openNotes(), flow.sent.size]).toEqual([[], 0]);
  });
});

describe('a hook that holds its server', () => {
  it('holds it once, and ends its phase, also where the process dies in between', async () => {
    const holds = { ...frozen, freeze: [hook('stop', { onFailure: 'hold' })] };
    const { flow, ports, look } = await aHookedFlow(holds, result('failed'));
    const workflows = {
      ...ports.workflows,
      sendTaskFailure: async () => {
        throw new Error('the process died');
      },
    };
    await expect(runHooks({ ...ports, workflows }, ask())).rejects.toThrow('died');
    flow.advance(60);
    await look();
    expect(flow.sent.get('token')).toMatchObject({ failure: { error: 'ServerHeld' } });
    const held = flow.events.filter(({ detailType }) => detailType === 'Wave Server Held');
    expect(held.map(({ detail }) => detail['reason'])).toEqual([
      'hook freeze stop failed: no reason given',
    ]);
  });
});

describe('a pause', () => {
  it('has no hook begin, and begins it once it is over', async () => {
    const { flow, ports, asked, look } = await aHookedFlow(frozen);
    await pause(flow.ports, joe);
    expect(await runHooks(ports, ask())).toEqual({ hooks: 'waiting' });
    await look();
    expect(asked).toEqual([]);
    await resume(flow.ports, joe);
    await look();
    expect([asked.length, flow.sent.get('token')]).toEqual([1, { success: {} }]);
  });

  it('follows what runs to its end, and lets the machine go on afterwards', async () => {
    const { flow, ports, asked, look } = await aHookedFlow(frozen, result('pending'));
    await runHooks(ports, ask());
    await pause(flow.ports, joe);
    flow.advance(60);
    await look();
    expect(told(flow)).toEqual(['freeze started', 'freeze succeeded']);
    expect([asked.length, flow.sent.size]).toEqual([2, 0]);
    await resume(flow.ports, joe);
    await look();
    expect(flow.sent.get('token')).toEqual({ success: {} });
  });

  it('does not keep a source from being thawed, nor does an abort', async () => {
    const { flow, ports } = await aHookedFlow(frozen);
    await runHooks(ports, ask());
    await pause(flow.ports, joe);
    await abort(flow.ports, joe);
    expect(await runHooks(ports, ask('undo', 'thaw'))).toEqual({ hooks: 'ended' });
    expect(told(flow).slice(2)).toEqual(['thaw started', 'thaw succeeded']);
  });
});

describe('an abort', () => {
  it('gives up what waits for hooks, but for those that undo', async () => {
    const { flow, ports } = await aHookedFlow(frozen, result('pending'), result('pending'));
    await runHooks(ports, ask());
    await runHooks(ports, ask('undo', 'thaw'));
    await abort(flow.ports, joe);
    await flow.tick();
    expect([...flow.sent.keys()]).toEqual(['token']);
    expect(flow.sent.get('token')).toMatchObject({ failure: { error: 'WaveAborted' } });
  });
});

describe('a step', () => {
  it('asks for the hooks that come before it; one of an older machine has none', async () => {
    const { ports } = await aHookedFlow(frozen);
    await expect(freezeSource(ports, { subject: of(1), hooks: 'freeze' })).rejects.toMatchObject({
      name: 'HooksDue',
    });
    await runHooks(ports, ask());
    expect(await freezeSource(ports, { subject: of(1), hooks: 'freeze' })).toHaveProperty(
      'frozenAt',
    );
    const bare = await aHookedFlow(frozen);
    expect(await freezeSource(bare.ports, { subject: of(1) })).toHaveProperty('frozenAt');
  });
});
