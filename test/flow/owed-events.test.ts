import { describe, expect, it } from 'vitest';
import type { PendingEvent } from '../../src/core/event/stream.ts';
import { conclude } from '../../src/flow/conclude.ts';
import { change } from '../../src/flow/records/documents.ts';
import { place } from '../../src/flow/records/place.ts';
import { nextStage } from '../../src/flow/steps/next-stage.ts';
import { sweep } from '../../src/flow/sweep.ts';
import { ready } from '../simulator/rig.ts';
import {
  aFlow,
  aRunningWave,
  aWave,
  type Flow,
  memberOf,
  of,
  planned,
  subject,
  target,
} from './_recorder.ts';

const ofWave = (flow: Flow) =>
  flow.events
    .filter((entry) => entry.source === 'landfall.wave')
    .map((entry) => String(entry.detail['eventId']));
const owed = async (flow: Flow) => (await flow.body(place.target(target)))?.owedWaves;
const refuseWaves = (flow: Flow, refuse: boolean) => {
  flow.hooks.refuses = (entry) => refuse && entry.source === 'landfall.wave';
};
const ended = (flow: Flow, n: number) =>
  conclude(flow.ports, { subject: of(n), phase: 'replicate', status: 'succeeded' });

describe('events of a wave that the bus refuses', () => {
  it('go out with the next tick, which is due at once, and are read for only then', async () => {
    const flow = aFlow([ready(1), ready(2)]);
    await aRunningWave(flow, [planned(1), planned(2)]);
    await flow.tick(60);
    const before = ofWave(flow).length;
    refuseWaves(flow, true);
    await ended(flow, 1);
    expect(ofWave(flow)).toHaveLength(before);
    expect(await owed(flow)).toEqual(['p.w']);
    expect((await flow.body(place.target(target)))?.nextTickAt).toBe(flow.now());
    refuseWaves(flow, false);
    expect(await flow.tick(60)).toMatchObject({ tick: 'done', published: 1 });
    expect(ofWave(flow).slice(before)).toHaveLength(1);
    expect([(await memberOf(flow, 1)).pending, await owed(flow)]).toEqual([[], []]);
    expect(await flow.tick(900)).toMatchObject({ published: 0 });
  });

  it('are noted anew as long as the bus refuses them, once each', async () => {
    const flow = aFlow([ready(1), ready(2)]);
    await aRunningWave(flow, [planned(1), planned(2)]);
    refuseWaves(flow, true);
    await ended(flow, 1);
    await ended(flow, 2);
    expect(await owed(flow)).toEqual(['p.w']);
    expect(await flow.tick(60)).toMatchObject({ tick: 'done', published: 0 });
    expect(await owed(flow)).toEqual(['p.w']);
    refuseWaves(flow, false);
    expect(await flow.tick(60)).toMatchObject({ tick: 'done', published: 2 });
    expect(await owed(flow)).toEqual([]);
  });

  it('go out although the target itself cannot be read', async () => {
    const flow = aFlow([ready(1)]);
    refuseWaves(flow, true);
    await aWave(flow, [planned(1)]);
    refuseWaves(flow, false);
    flow.force.describeSourceServers = async () => ({
      ok: false,
      refusal: { kind: 'ambiguous', errorName: 'Http503', message: 'no', culprits: [] },
    });
    await nextStage(flow.ports, { subject });
    const told = ofWave(flow).length;
    await flow.tick(60).catch(() => {});
    expect(ofWave(flow).slice(0, told)).toContain('wave/p/w/1');
  });
});

describe('events of a wave that a crash left behind', () => {
  const left = (sequence: number, at: string): PendingEvent => ({
    source: 'landfall.wave',
    detailType: 'Wave Server Healthy',
    resources: [],
    time: at,
    detail: {
      schemaVersion: 1,
      eventId: `left/${sequence}`,
      stream: 'left',
      sequence,
      observedAt: at,
    },
  });
  const leave = (flow: Flow) =>
    change(flow.ports.store, place.waveServer(subject.wave, of(1).server), (server) =>
      server === undefined
        ? undefined
        : {
            ...server,
            sequence: server.sequence + 1,
            pending: [left(server.sequence + 1, flow.now())],
          },
    );

  it('go out with the hourly sweep', async () => {
    const flow = aFlow([ready(1)]);
    await aWave(flow, [planned(1)]);
    await leave(flow);
    expect(await sweep(flow.ports, [target])).toMatchObject({ waves: 1, published: 1 });
    expect(ofWave(flow).at(-1)).toMatch(/^left\//);
    expect(await sweep(flow.ports, [target])).toMatchObject({ waves: 1, published: 0 });
  });

  it('go out with the tick after one that died', async () => {
    const flow = aFlow([ready(1)]);
    await aWave(flow, [planned(1)]);
    await leave(flow);
    await change(flow.ports.store, place.target(target), (record) =>
      record === undefined ? undefined : { ...record, leaseUntil: flow.now() },
    );
    expect(await flow.tick(900)).toMatchObject({ tick: 'done', published: 1 });
    expect(ofWave(flow).at(-1)).toMatch(/^left\//);
  });
});
