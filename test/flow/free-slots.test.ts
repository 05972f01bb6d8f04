import { describe, expect, it } from 'vitest';
import { simulatedServices } from '../../src/cli/_wiring.ts';
import type { Target } from '../../src/core/target.ts';
import { freeSlotsOf, isReached, reserveSlots } from '../../src/flow/free-slots.ts';
import { newTarget } from '../../src/flow/hasten.ts';
import { park } from '../../src/flow/park.ts';
import { poll } from '../../src/flow/poll.ts';
import { change } from '../../src/flow/records/documents.ts';
import { place } from '../../src/flow/records/place.ts';
import type { TargetRecord } from '../../src/flow/records/target-records.ts';
import { startPlan } from '../../src/flow/start-wave.ts';
import { nextStage } from '../../src/flow/steps/next-stage.ts';
import { prepareWave } from '../../src/flow/steps/prepare-wave.ts';
import { aServer } from '../simulator/rig.ts';
import {
  aFlow,
  aPlanOf,
  executionOf,
  type Flow,
  machine,
  machines,
  planned,
  serverId,
  startAt,
  subject,
  target,
} from './_recorder.ts';

const abroad: Target = { ...target, accountId: '444455556666', region: 'eu-central-1' };
const here = 'mgn:111122223333:us-east-1';
const there = 'mgn:444455556666:eu-central-1';

function known(flow: Flow, of: Target, is: Partial<TargetRecord> = {}) {
  return change(flow.ports.store, place.target(of), (record) => ({
    ...(record ?? newTarget(of, startAt)),
    activeServers: 0,
    ...is,
  }));
}
const reservations = async (flow: Flow) => [
  (await flow.body(place.target(target)))?.slotReservations,
  (await flow.body(place.target(abroad)))?.slotReservations,
];

describe('freeSlotsOf', () => {
  it('counts by target, less what others reserved, and leaves out what cannot be reached', async () => {
    const flow = aFlow([]);
    await known(flow, target, { activeServers: 100, slotReservations: { 'p.w': 20, 'p.o': 5 } });
    await known(flow, abroad, { quotaValues: { 'L-9A599620': 10 } });
    expect(await freeSlotsOf(flow.ports, [target, abroad], 'p.w')).toEqual({
      [here]: 45,
      [there]: 10,
    });
    const unreachable = { since: startAt, kind: 'region-off', reason: 'r', remedy: 'm' } as const;
    await known(flow, target, { unreachable });
    expect(await freeSlotsOf(flow.ports, [target, abroad], 'p.w')).toEqual({ [there]: 10 });
    expect(isReached(newTarget(target, startAt))).toBe(false);
    expect(isReached(undefined)).toBe(false);
  });
});

describe('reserveSlots', () => {
  it('reserves in every target, and replaces what an earlier cohort left', async () => {
    const flow = aFlow([]);
    await known(flow, target, { slotReservations: { 'p.w': 3 } });
    await known(flow, abroad);
    const targets = [target, abroad];
    expect(await reserveSlots(flow.ports, targets, 'p.w', { [there]: 2 })).toBe(true);
    expect(await reservations(flow)).toEqual([{ 'p.w': 0 }, { 'p.w': 2 }]);
    flow.writes.length = 0;
    expect(await reserveSlots(flow.ports, targets, 'p.w', { [there]: 2 })).toBe(true);
    expect(flow.writes).toEqual([]);
  });

  it('reserves nothing where one target has too few', async () => {
    const flow = aFlow([]);
    await known(flow, target);
    await known(flow, abroad, { activeServers: 149, slotReservations: { 'p.o': 1 } });
    const slots = { [here]: 4, [there]: 1 };
    expect(await reserveSlots(flow.ports, [target, abroad], 'p.w', slots)).toBe(false);
    expect(await reservations(flow)).toEqual([{ 'p.w': 0 }, { 'p.o': 1 }]);
  });

  it('takes nothing twice when it is repeated after a crash between two targets', async () => {
    const flow = aFlow([]);
    await known(flow, target, { activeServers: 146 });
    await known(flow, abroad);
    const slots = { [here]: 4, [there]: 1 };
    flow.hooks.beforePut = (partition) => {
      if (partition === `target/${there}`) throw new Error('killed');
    };
    await expect(reserveSlots(flow.ports, [target, abroad], 'p.w', slots)).rejects.toThrow(
      'killed',
    );
    flow.hooks.beforePut = () => {};
    expect(await reserveSlots(flow.ports, [target, abroad], 'p.w', slots)).toBe(true);
    expect(await reservations(flow)).toEqual([{ 'p.w': 4 }, { 'p.w': 1 }]);
  });
});

describe('a wave over two accounts', () => {
  const discovered = (n: number, of: Target) => {
    const server = aServer(n, { lifeCycle: 'DISCOVERED', replication: 'STOPPED', agentless: true });
    return {
      ...server,
      arn: `arn:aws:mgn:${of.region}:${of.accountId}:source-server/${serverId(n)}`,
    };
  };
  const fleet = [1, 2, 3, 4].map((n) => discovered(n, n <= 2 ? target : abroad));
  const servers = [1, 2, 3, 4].map((n) => {
    const of = n <= 2 ? target : abroad;
    return {
      ...planned(n),
      target: of,
      arn: `arn:aws:mgn:${of.region}:${of.accountId}:source-server/${serverId(n)}`,
    };
  });

  async function prepared(quotaActiveServers: number): Promise<Flow> {
    const flow = aFlow(fleet, { parameters: { quotaActiveServers } });
    const ports = { ...flow.ports, serviceOf: simulatedServices(flow.simulator) };
    await startPlan(ports, aPlanOf(servers), machine('wave'));
    await poll(ports, target);
    await poll(ports, abroad);
    await prepareWave(ports, {
      subject,
      machines,
      execution: executionOf(machine('wave'), subject.wave),
    });
    return flow;
  }

  it('begins with as many as each target has slots for, and reserves them there', async () => {
    const flow = await prepared(1);
    expect(await nextStage(flow.ports, { subject })).toMatchObject({
      action: 'run',
      servers: [{ server: serverId(1) }, { server: serverId(3) }],
    });
    expect(await reservations(flow)).toEqual([{ 'p.w': 1 }, { 'p.w': 1 }]);
  });

  it('waits at home for a slot that comes free in any of them', async () => {
    const flow = await prepared(1);
    const ports = { ...flow.ports, serviceOf: simulatedServices(flow.simulator) };
    for (const of of [target, abroad]) await known(flow, of, { activeServers: 1 });
    expect(await nextStage(flow.ports, { subject })).toEqual({ action: 'wait', servers: [] });
    await park(flow.ports, {
      subject: { wave: 'p.w' },
      phase: 'wave',
      wait: 'wave',
      token: 'slots',
      place: { execution: 'wave', state: 'AwaitWave', enteredAt: startAt, retryCount: 0 },
    });
    flow.advance(60);
    await poll(ports, target);
    expect(flow.sent.size).toBe(0);
    const [waiting] = await flow.all(place.wait(target, ''));
    expect(waiting).toMatchObject({
      condition: { kind: 'slots-free', atLeast: 1, full: [here, there], unreached: [] },
      reason: '0 active slots are free, 1 are needed',
      pace: 'far',
    });
    await known(flow, abroad, { activeServers: 0 });
    // Before the slow pace comes round: a look at all servers would count the slots of this target anew.
    flow.advance(600);
    await known(flow, target, { activeServers: 1, nextTickAt: startAt });
    await poll(ports, target);
    expect(flow.sent.get('slots')).toEqual({ success: { freeSlots: 1 } });
    expect(await nextStage(flow.ports, { subject })).toMatchObject({
      action: 'run',
      servers: [{ server: serverId(3) }],
    });
  });
});
