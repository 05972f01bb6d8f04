// The levels of a target, where most ticks look at a few of its servers only.
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Observation } from '../../src/core/observation.ts';
import { newTarget } from '../../src/flow/hasten.ts';
import { keepCensus } from '../../src/flow/poll/keep-census.ts';
import { nothingSeen } from '../../src/flow/poll/tick.ts';
import { place } from '../../src/flow/records/place.ts';
import { anObservation, serverId } from '../core/_factories.ts';
import { aFlow, startAt, target } from './_recorder.ts';

const record = newTarget(target, startAt);
const lifecycles = ['NOT_READY', 'READY_FOR_TEST', 'TESTING', 'CUTOVER'];
const draw = (...of: readonly unknown[]) =>
  createHash('sha256').update(JSON.stringify(of)).digest().readUInt32BE();

function server(n: number, round: number): Observation | undefined {
  // Changes now and then; some vanish, some are archived.
  const state = draw(n, Math.floor((round + n) / 5));
  if (state % 17 === 0) return undefined;
  return anObservation({
    sourceServerId: serverId(n),
    lifecycle: lifecycles[state % 4],
    isArchived: state % 13 === 0,
    replication: {
      lagSeconds: state % 3 === 0 ? undefined : state % 5000,
      backlogBytes: state % 9,
    },
  });
}

test('are right at every tick: states as seen last, measures as of the look at everything', async () => {
  const { ports } = aFlow([]);
  const truth = new Map<string, Observation>();
  for (let round = 0; round < 60; round += 1) {
    const swept = round % 20 === 0;
    const seen = { ...nothingSeen(0), swept };
    if (swept) truth.clear();
    for (let n = 0; n < 150; n += 1) {
      if (!swept && draw('look', n, round) % 7 !== 0) continue;
      const is = server(n, round);
      const id = serverId(n);
      truth.delete(id);
      if (is === undefined) {
        if (!swept) seen.absent.add(id);
        continue;
      }
      seen.servers.set(id, is);
      if (!is.isArchived) truth.set(id, is);
    }
    const { now } = await keepCensus({ ports, target: record, seen });
    const all = [...truth.values()];
    const count = (state: string) => all.filter(({ lifecycle }) => lifecycle === state).length;
    const lags = all.flatMap(({ replication }) => replication.lagSeconds ?? []);
    expect(now.servers).toBe(all.length);
    expect(lifecycles.map((state) => now.lifecycles.get(state) ?? 0)).toEqual(
      lifecycles.map(count),
    );
    // Lag and backlog of the others are those of the last look at everything, so this one sets them right.
    if (swept) expect(now.lagSeconds?.sum).toBe(lags.reduce((a, b) => a + b, 0));
    if (swept) expect(now.lagSeconds?.max).toBe(lags.reduce((a, b) => Math.max(a, b)));
  }
});

test('are kept without a write where nothing but a measure has moved, but where all were looked at', async () => {
  const flow = aFlow([]);
  const look = async (lagSeconds: number, swept: boolean) => {
    const seen = { ...nothingSeen(0), swept };
    seen.servers.set(serverId(1), anObservation({ replication: { lagSeconds } }));
    flow.writes.length = 0;
    await keepCensus({ ports: flow.ports, target: record, seen });
    return flow.writes.length;
  };
  expect([await look(10, false), await look(10, true)]).toEqual([1, 0]);
  expect([await look(500, false), await look(500, true)]).toEqual([0, 1]);
  const held = await flow.body(place.census(target, '01'));
  expect(held).toEqual({ [serverId(1)]: ['READY_FOR_TEST', 'CONTINUOUS', 500, 0] });
});
