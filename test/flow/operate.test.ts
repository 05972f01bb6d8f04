// An operator's orders on the store alone: whatever dies in between, a repetition ends with one order, told once.
import { describe, expect, it } from 'vitest';
import { conclude } from '../../src/flow/conclude.ts';
import { abort } from '../../src/flow/operate/abort.ts';
import { approve } from '../../src/flow/operate/approve.ts';
import type { OrderReply } from '../../src/flow/operate/order.ts';
import { pause } from '../../src/flow/operate/pause.ts';
import { resume } from '../../src/flow/operate/resume.ts';
import { runOrder } from '../../src/flow/operate/run-order.ts';
import type { Ports } from '../../src/flow/ports.ts';
import { change } from '../../src/flow/records/documents.ts';
import { place } from '../../src/flow/records/place.ts';
import { nextStage } from '../../src/flow/steps/next-stage.ts';
import { ready } from '../simulator/rig.ts';
import {
  aFlow,
  aRunningWave,
  type Flow,
  memberOf,
  of,
  planned,
  serverId,
  subject,
} from './_recorder.ts';

const { wave } = subject;
const joe = { wave, by: 'joe', reason: 'lunch' };

/** A wave whose first stage runs; held or asking for an approval where a test wants it so. */
async function aFlowWith(is: 'running' | 'held' | 'asking'): Promise<Flow> {
  const flow = aFlow([ready(1)]);
  await aRunningWave(flow, [planned(1)]);
  await change(flow.store, place.wave(wave), (record) =>
    record === undefined
      ? undefined
      : {
          ...record,
          gates: { cutover: { approval: { timeoutSeconds: 3600 } } },
          ...(is === 'held' ? { held: { since: flow.now(), reason: 'one failed' } } : {}),
          ...(is === 'asking'
            ? {
                awaitingApproval: {
                  phase: 'cutover' as const,
                  cohort: 1,
                  since: flow.now(),
                  servers: [serverId(1)],
                },
              }
            : {}),
        },
  );
  return flow;
}

const servers = {
  scope: { kind: 'servers', wave, servers: [serverId(1)] },
  by: 'joe',
  reason: 'lunch',
} as const;

class Died extends Error {
  override readonly name = 'Died';
}

/** Ports of a process that dies before or after its n-th effect. */
function mortal(ports: Ports, effect: number, when: 'before' | 'after') {
  let effects = 0;
  const act = async <T>(run: () => Promise<T>): Promise<T> => {
    effects += 1;
    if (effects > effect) throw new Died();
    if (effects === effect && when === 'before') throw new Died();
    const answer = await run();
    if (effects === effect) throw new Died();
    return answer;
  };
  const mortalPorts: Ports = {
    ...ports,
    store: { ...ports.store, put: (...put) => act(() => ports.store.put(...put)) },
    bus: { publish: (entries) => act(() => ports.bus.publish(entries)) },
  };
  return { ports: mortalPorts, died: () => effects >= effect };
}

const orders: readonly {
  readonly name: string;
  readonly is: 'running' | 'held' | 'asking';
  readonly give: (ports: Ports) => Promise<OrderReply>;
  readonly told: readonly string[];
}[] = [
  { name: 'pause', is: 'running', give: (p) => pause(p, joe), told: ['Wave Paused'] },
  { name: 'resume', is: 'held', give: (p) => resume(p, joe), told: [] },
  {
    name: 'pause of a server',
    is: 'running',
    give: (p) => runOrder(p, { ...servers, order: 'pause' }),
    told: ['Wave Paused'],
  },
  {
    name: 'pause of everything',
    is: 'running',
    give: (p) => runOrder(p, { ...servers, order: 'pause', scope: { kind: 'stage' } }),
    told: ['Wave Paused'],
  },
  {
    name: 'hold',
    is: 'running',
    give: (p) => runOrder(p, { ...servers, order: 'hold', scope: { kind: 'wave', wave } }),
    told: ['Wave Order Given'],
  },
  {
    name: 'skip',
    is: 'asking',
    give: (p) => runOrder(p, { ...servers, order: 'skip' }),
    told: ['Wave Order Given'],
  },
  { name: 'abort', is: 'running', give: (p) => abort(p, joe), told: ['Wave Abort Requested'] },
  {
    name: 'approve',
    is: 'asking',
    give: (p) => approve(p, { ...joe, phase: 'cutover', decision: 'approved' }),
    told: [],
  },
];

describe.each(orders)('$name', ({ name, is, give, told }) => {
  it('is one order, told once, wherever the operator’s process dies before it is repeated', async () => {
    for (let effect = 1; ; effect += 1) {
      let died = false;
      for (const when of ['before', 'after'] as const) {
        const flow = await aFlowWith(is);
        const before = flow.events.length;
        const failing = mortal(flow.ports, effect, when);
        const first = await give(failing.ports).catch((error: unknown) => error);
        died ||= failing.died();
        if (failing.died()) expect(first).toBeInstanceOf(Died);
        flow.advance(30);
        const again = await give(flow.ports);
        expect(['done', 'already']).toContain(again.status);
        expect((await give(flow.ports)).status).toBe('already');
        const types = flow.events.slice(before).map((event) => event.detail['eventId']);
        expect(new Set(types).size).toBe(told.length);
        expect([...new Set(flow.events.slice(before).map(({ detailType }) => detailType))]).toEqual(
          told,
        );
        expect((await flow.body(place.wave(wave)))?.pending).toEqual([]);
        const own = (await flow.body(place.command(wave)))?.log ?? [];
        const wide = (await flow.body(place.stageCommand()))?.log ?? [];
        expect(own.length + wide.length).toBe(name === 'approve' ? 0 : 1);
      }
      if (!died) return;
      expect(effect).toBeLessThan(20);
    }
  });

  it('makes the next look due at once', async () => {
    const flow = await aFlowWith(is);
    await flow.tick();
    const where = place.target((await flow.body(place.wave(wave)))?.home ?? raise());
    expect((await flow.body(where))?.nextTickAt).not.toBe(flow.now());
    await give(flow.ports);
    expect((await flow.body(where))?.nextTickAt).toBe(flow.now());
  });

  it('of two who give it at the same moment, one gave it', async () => {
    const flow = await aFlowWith(is);
    const replies = await Promise.all([give(flow.ports), give(flow.ports)]);
    expect(replies.map(({ status }) => status).sort()).toEqual(['already', 'done']);
  });
});

describe('an operator’s orders', () => {
  it('are kept with who, when and why, the latest hundred', async () => {
    const flow = await aFlowWith('running');
    for (let i = 0; i < 60; i += 1) {
      flow.advance(1);
      await pause(flow.ports, joe);
      await resume(flow.ports, { ...joe, reason: `${'x'.repeat(600)}` });
    }
    const command = await flow.body(place.command(wave));
    expect([command?.log?.length, command?.logBefore]).toEqual([100, 20]);
    expect(command?.log?.at(-1)).toEqual({
      order: 'resume',
      ended: 'pause',
      by: 'joe',
      at: flow.now(),
      reason: `${'x'.repeat(499)}…`,
    });
    const paused = flow.events.filter(({ detailType }) => detailType === 'Wave Paused');
    expect(paused).toHaveLength(60);
    const sequences = flow.events
      .filter(({ detail }) => detail['stream'] === 'wave/p/w')
      .map(({ detail }) => detail['sequence']);
    expect(sequences).toEqual(sequences.map((_, i) => i + 1));
  });

  it('from a clock that is behind never go back in time on the wave’s stream', async () => {
    const flow = await aFlowWith('running');
    const behind = { ...flow.ports, clock: { now: () => '2000-01-01T00:00:00.000Z' } };
    await pause(behind, joe);
    await resume(behind, joe);
    const times = flow.events
      .filter(({ detail }) => detail['stream'] === 'wave/p/w')
      .map(({ time }) => time);
    expect(times).toEqual(times.toSorted());
  });
});

function raise(): never {
  throw new Error('there is no wave');
}

describe('an order that comes too late', () => {
  it('lapses at the next review, and tells once what is true now', async () => {
    const flow = aFlow([ready(1), ready(2)]);
    await aRunningWave(flow, [planned(1), planned(2)]);
    await runOrder(flow.ports, { order: 'skip', ...servers });
    // It was cut over before anybody heard of the order.
    for (const phase of ['replicate', 'test', 'cutover'] as const) {
      await conclude(flow.ports, { subject: of(1), phase, status: 'succeeded' });
    }
    await nextStage(flow.ports, { subject });
    await nextStage(flow.ports, { subject });
    const lapsed = flow.events.filter((e) => e.detailType === 'Wave Server Order Lapsed');
    expect(new Set(lapsed.map(({ detail }) => detail['eventId'])).size).toBe(1);
    expect(lapsed[0]?.detail).toMatchObject({
      order: 'skip',
      by: 'joe',
      because: 'it was cut over in the meantime',
    });
    expect((await memberOf(flow, 1)).outcome).toBeNull();
  });
});
