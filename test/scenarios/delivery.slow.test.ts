// A bus that refuses, for a moment or for days: nothing is lost, nothing is told twice under two names.
import { describe, expect, test } from 'vitest';
import type { BusEntry, Ports } from '../../src/flow/ports.ts';
import { place } from '../../src/flow/records/place.ts';
import type { ServerRecord } from '../../src/flow/records/server-records.ts';
import { aFlow, type Flow, serverId, target } from '../flow/_recorder.ts';
import { ready } from '../simulator/rig.ts';
import { fivePercent } from './_delivery.ts';
import { agentBased, beginning, discovered, inSync } from './_fleet.ts';
import { endings, expectPromisesKept, rehearse, type Story, type Told } from './_rehearse.ts';
import { Witness } from './_witness.ts';

const hour = 3_600_000;

/** Runs a story whose bus refuses the entries that are chosen, and holds everything against it. */
async function withBus(
  story: Story,
  refuses: (entry: BusEntry, nth: number, nowMs: number) => boolean,
): Promise<{ readonly told: Told; readonly witness: Witness; readonly refused: number }> {
  const witness = new Witness(fivePercent, { mayOwe: true });
  let nth = 0;
  let refused = 0;
  const told = await rehearse({
    ...story,
    ...witness.listens,
    around: (ports, name, run) => {
      const publish = async (entries: readonly BusEntry[]) => {
        const nowMs = Date.parse(ports.clock.now());
        const no = entries.map((entry) => {
          nth += 1;
          return refuses(entry, nth, nowMs);
        });
        const taken = entries.filter((_, i) => no[i] !== true);
        await ports.bus.publish(taken);
        refused += entries.length - taken.length;
        return entries.flatMap((_, i) => (no[i] === true ? [i] : []));
      };
      const picky: Ports = { ...ports, bus: { publish } };
      return witness.listens.around(picky, name, run);
    },
  });
  witness.settle();
  return { told, witness, refused };
}

const kinds: Pick<Story, 'fleet'> = { fleet: [agentBased(1), inSync(2), discovered(3)] };

describe('a bus that refuses', () => {
  test.each<[string, (nth: number) => boolean]>([
    ['every third entry', (nth) => nth % 3 === 0],
    ['all but every tenth entry', (nth) => nth % 10 !== 0],
    ['every other hundred in a row', (nth) => nth % 200 < 100],
  ])('%s: all of it is told, and adds up to what is on record', async (_, refuses) => {
    const { told, witness, refused } = await withBus(
      { ...kinds, goOnSeconds: 2 * 3600 },
      (__, nth) => refuses(nth),
    );
    expect(refused).toBeGreaterThan(40);
    expect(witness.complaints).toEqual([]);
    expect(witness.owing).toEqual([]);
    expect(witness.troubled).toEqual(witness.prompt);
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded', '3 succeeded']);
    expectPromisesKept(told, ['facts-chain']);
  });

  test('for three days while servers replicate: what is still so when it is back is told then', async () => {
    const from = Date.parse(beginning) + hour / 2;
    const { told, witness, refused } = await withBus(
      {
        fleet: [discovered(1, { gib: 400 }), agentBased(2, { gib: 400 })],
        spec: '{ defaults: { deadlines: { replicate: P30D } }, waves: [{ name: wave-1, servers: { all: true } }] }',
        faults: [
          '{ fault: stall, errorClass: UNSTABLE_NETWORK, on: initial-sync, within: PT2H, clearsAfter: PT20M }',
        ],
        goOnSeconds: 8 * 3600,
      },
      (_, __, nowMs) => nowMs >= from && nowMs < from + 72 * hour,
    );
    expect(refused).toBeGreaterThan(1000);
    expect(witness.complaints).toEqual([]);
    expect(witness.owing).toEqual([]);
    expect(witness.troubled).toEqual(witness.prompt);
    expect(Object.keys(told.ends)).toHaveLength(2);
    expectPromisesKept(told, ['facts-chain']);
  });
});

describe('an outbox that is full', () => {
  const states = ['TESTING', 'READY_FOR_TEST'];

  /** A flow whose only server shows a life cycle that a test sets. */
  async function aServerThatMoves() {
    const flow = aFlow([ready(1)]);
    let state = 'READY_FOR_TEST';
    flow.force.describeSourceServers = async () => ({
      ok: true,
      value: [ready(1, { lifeCycle: state })],
    });
    const look = (next: string) => {
      state = next;
      return flow.tick(6 * 3600);
    };
    await look(state);
    flow.hooks.refuses = () => true;
    for (let i = 0; i < 20; i += 1) await look(states[i % 2] ?? '');
    return { flow, look };
  }
  const recordOf = (flow: Flow) => flow.body<ServerRecord>(place.server(target, serverId(1)));
  const lifecycles = (flow: Flow) =>
    flow.events
      .filter((entry) => entry.detailType === 'Source Server Lifecycle State Change')
      .map(({ detail }) => `${detail['sequence']}: ${detail['previous']} -> ${detail['current']}`);

  test('stops the record, and not the look', async () => {
    const { flow, look } = await aServerThatMoves();
    expect((await recordOf(flow))?.pending).toHaveLength(20);
    expect(await look('CUTTING_OVER')).toMatchObject({ tick: 'done', looked: 1, changed: 0 });
    expect(await recordOf(flow)).toMatchObject({
      sequence: 21,
      facts: { lifecycle: 'READY_FOR_TEST' },
    });
  });

  test('tells what is still so once it is published: from what was recorded to what is', async () => {
    const { flow, look } = await aServerThatMoves();
    await look('TESTING');
    await look('READY_FOR_CUTOVER');
    flow.hooks.refuses = () => false;
    await look('CUTTING_OVER');
    await look('CUTTING_OVER');
    expect(lifecycles(flow)).toHaveLength(21);
    // TESTING and READY_FOR_CUTOVER came and went while nobody could be told.
    expect(lifecycles(flow).at(-1)).toBe('22: READY_FOR_TEST -> CUTTING_OVER');
    expect((await recordOf(flow))?.pending).toEqual([]);
  });

  test('says nothing of what came and went meanwhile', async () => {
    const { flow, look } = await aServerThatMoves();
    await look('TESTING');
    flow.hooks.refuses = () => false;
    await look('READY_FOR_TEST');
    await look('READY_FOR_TEST');
    expect(lifecycles(flow)).toHaveLength(20);
    expect((await recordOf(flow))?.sequence).toBe(21);
  });
});
