// What an operator says to a wave: pause, resume, abort, status, a dry run; each told once, safe to repeat.
import { describe, expect, test } from 'vitest';
import { secondsBetween } from '../../src/core/time.ts';
import { abort } from '../../src/flow/operate/abort.ts';
import { approve } from '../../src/flow/operate/approve.ts';
import { type DryRun, dryRun } from '../../src/flow/operate/dry-run.ts';
import type { OrderReply } from '../../src/flow/operate/order.ts';
import { pause } from '../../src/flow/operate/pause.ts';
import { resume } from '../../src/flow/operate/resume.ts';
import type { Status } from '../../src/flow/operate/status.ts';
import { statusOf } from '../../src/flow/operate/status-of.ts';
import type { Ports } from '../../src/flow/ports.ts';
import { read } from '../../src/flow/records/documents.ts';
import { place } from '../../src/flow/records/place.ts';
import { startPlan } from '../../src/flow/start-wave.ts';
import { agentBased, discovered, inSync, serverId } from './_fleet.ts';
import {
  actsOn,
  endings,
  eventsOf,
  expectPromisesKept,
  type Moment,
  planOf,
  rehearse,
  wholeWay,
} from './_rehearse.ts';

const fleet = [inSync(1), inSync(2)];
const wave = 'story.wave-1';
const joe = { wave, by: 'joe', reason: 'lunch' };
const oneWave = '{ waves: [{ name: wave-1, servers: { all: true } }] }';

function when(type: string, phase: string | undefined, act: (ports: Ports) => Promise<unknown>) {
  return {
    event: (envelope) =>
      envelope['detail-type'] === type &&
      (phase === undefined || envelope.detail['phase'] === phase),
    happens: async ({ ports }) => {
      await act(ports);
    },
  } satisfies Moment;
}

/** Acts once, with the first call of a function so many seconds after the story began. */
function later(
  acts: readonly {
    readonly afterSeconds: number;
    readonly act: (ports: Ports) => Promise<unknown>;
  }[],
) {
  let began: string | undefined;
  const open = [...acts];
  return async (
    ports: Ports,
    _name: string,
    run: (ports: Ports) => Promise<unknown>,
  ): Promise<unknown> => {
    began ??= ports.clock.now();
    const [next] = open;
    if (next !== undefined && secondsBetween(began, ports.clock.now()) >= next.afterSeconds) {
      open.shift();
      await next.act(ports);
    }
    return run(ports);
  };
}

const kindOf = (reply: OrderReply) =>
  reply.status === 'refused' ? reply.refusal.kind : reply.status;

describe('a pause', () => {
  test('stops the wave where it is; a resume has it go on; both are told once', async () => {
    const replies: OrderReply[] = [];
    const twice = async (order: () => Promise<OrderReply>) =>
      replies.push(await order(), await order());
    const told = await rehearse({
      fleet,
      whenTold: [when('Wave Stage Started', 'cutover', (ports) => twice(() => pause(ports, joe)))],
      around: later([{ afterSeconds: 30 * 3600, act: (ports) => twice(() => resume(ports, joe)) }]),
    });
    expect(replies.map(kindOf)).toEqual(['done', 'already', 'done', 'already']);
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
    const [paused, ...more] = eventsOf(told, 'Wave Paused');
    expect([paused?.['by'], paused?.['reason'], more]).toEqual(['joe', 'lunch', []]);
    expect(eventsOf(told, 'Wave Resumed')).toMatchObject([{ ended: 'pause', by: 'joe' }]);
    const cutovers = told.logs.api.filter(({ operation }) => operation === 'StartCutover');
    for (const { at } of cutovers) {
      expect(secondsBetween(String(paused?.['observedAt']), at)).toBeGreaterThan(86_400);
    }
    expectPromisesKept(told);
  });

  test('of a wave that is still to start is told when it has', async () => {
    const spec =
      '{ waves: [{ name: wave-0, servers: { ids: [s-00000000000000001] } }, { name: wave-1, dependsOn: [wave-0], servers: { ids: [s-00000000000000002] } }] }';
    const replies: OrderReply[] = [];
    const told = await rehearse({
      fleet,
      spec,
      whenTold: [
        when('Wave Started', undefined, async (ports) => replies.push(await pause(ports, joe))),
        {
          event: (e) => e['detail-type'] === 'Wave Paused',
          happens: async ({ ports }) => {
            replies.push(await resume(ports, joe));
          },
        },
      ],
    });
    expect(replies.map(kindOf)).toEqual(['done', 'done']);
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
    expect(eventsOf(told, 'Wave Paused').map((detail) => detail['wave'])).toEqual([wave]);
    expectPromisesKept(told);
  });
});

describe('a resume', () => {
  test('answers a hold, even from a clock that is behind, and says who did', async () => {
    const told = await rehearse({
      fleet,
      spec: '{ defaults: { policy: { onFailure: hold, tolerate: 0 } }, waves: [{ name: wave-1, servers: { all: true } }] }',
      faults: [
        `{ fault: launch-failure, on: test-launch, times: 9, servers: { ids: [${serverId(2)}] } }`,
      ],
      whenTold: [
        when('Wave Held', undefined, (ports) =>
          resume({ ...ports, clock: { now: () => '2024-01-01T00:00:00.000Z' } }, joe),
        ),
      ],
    });
    expect(endings(told)).toEqual(['1 succeeded', '2 rolled-back LaunchFailed']);
    expect(eventsOf(told, 'Wave Resumed')).toMatchObject([{ ended: 'hold', by: 'joe' }]);
    expectPromisesKept(told);
  });

  test('of a wave that nobody paused or held is refused, with what helps', async () => {
    const replies: OrderReply[] = [];
    await rehearse({
      fleet,
      whenTold: [
        when('Wave Stage Started', 'test', async (ports) => {
          replies.push(await resume(ports, joe), await pause(ports, { ...joe, wave: 'p.w' }));
        }),
        when('Wave Concluded', undefined, async (ports) => {
          replies.push(await pause(ports, joe), await abort(ports, joe));
        }),
      ],
    });
    expect(replies.map(kindOf)).toEqual([
      'nothing-to-resume',
      'unknown-wave',
      'concluded',
      'concluded',
    ]);
  });
});

describe('an abort', () => {
  test('ends a wave that would replicate for weeks with the next tick', async () => {
    const told = await rehearse({
      fleet: [agentBased(1, { gib: 4000 }), inSync(2)],
      whenTold: [when('Wave Stage Started', 'replicate', (ports) => abort(ports, joe))],
    });
    expect(endings(told)).toEqual(['1 frozen WaveAborted', '2 frozen WaveAborted']);
    expect(told.virtualSeconds).toBeLessThan(3600);
    expect(actsOn(told, serverId(2))).toEqual([]);
    expect(eventsOf(told, 'Wave Abort Requested')).toMatchObject([{ by: 'joe', reason: 'lunch' }]);
    expectPromisesKept(told);
  });

  test('during the test leaves what is launched to a person, and is not taken back', async () => {
    const replies: OrderReply[] = [];
    const told = await rehearse({
      fleet,
      goOnSeconds: 7200,
      whenTold: [
        when('Source Server Launch Result', undefined, async (ports) => {
          replies.push(await abort(ports, joe), await abort(ports, joe), await resume(ports, joe));
          replies.push(await pause(ports, joe));
        }),
      ],
    });
    expect(replies.map(kindOf)).toEqual(['done', 'already', 'aborting', 'aborting']);
    expect(endings(told)).toEqual(['1 frozen WaveAborted', '2 frozen WaveAborted']);
    expect(actsOn(told, serverId(1))).toEqual(['StartTest']);
    expectPromisesKept(told);
  });

  test('ends a paused wave, and one that is still to start', async () => {
    const replies: OrderReply[] = [];
    const spec =
      '{ waves: [{ name: wave-0, servers: { ids: [s-00000000000000001] } }, { name: wave-1, dependsOn: [wave-0], servers: { ids: [s-00000000000000002] } }] }';
    const told = await rehearse({
      fleet,
      spec,
      whenTold: [
        when('Wave Started', undefined, async (ports) => {
          await pause(ports, { ...joe, wave: 'story.wave-0' });
          replies.push(await abort(ports, { ...joe, wave: 'story.wave-0' }));
          replies.push(await abort(ports, joe));
        }),
      ],
    });
    expect(endings(told)).toEqual(['1 skipped WaveAborted', '2 skipped WaveAborted']);
    expect(replies.map((reply) => 'next' in reply && reply.next.includes(`abort ${wave}`))).toEqual(
      [true, false],
    );
    expect(eventsOf(told, 'Wave Abort Requested')).toHaveLength(2);
    expectPromisesKept(told);
  });
});

test('orders while the poller is down are taken up when it is back', async () => {
  let down = false;
  const acts = later([
    {
      afterSeconds: 1200,
      act: async (ports) => {
        down = true;
        await pause(ports, joe);
        await resume(ports, joe);
        await pause(ports, { ...joe, reason: 'dinner' });
      },
    },
    {
      afterSeconds: 4 * 3600,
      act: async (ports) => {
        await resume(ports, joe);
        down = false;
      },
    },
  ]);
  const told = await rehearse({
    fleet,
    around: (ports, name, run) =>
      acts(ports, name, async (asked) => (down && name === 'poll' ? [] : run(asked))),
  });
  expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
  expect(eventsOf(told, 'Wave Paused').map(({ reason }) => reason)).toEqual(['lunch', 'dinner']);
  expect(eventsOf(told, 'Wave Resumed')).toHaveLength(2);
  expect(actsOn(told, serverId(1))).toEqual(wholeWay);
  expectPromisesKept(told);
});

describe('the status', () => {
  test('says where each wave stands, what each server waits for, and what helps', async () => {
    const seen: Status[] = [];
    const look = async (ports: Ports) => seen.push(await statusOf(ports));
    const spec =
      '{ defaults: { gates: { cutover: { approval: { by: [jane], timeout: PT4H } } } }, waves: [{ name: wave-1, servers: { ids: [s-00000000000000001] } }, { name: wave-2, dependsOn: [wave-1], servers: { ids: [s-00000000000000002] } }] }';
    const told = await rehearse({
      fleet,
      spec,
      whenTold: [
        when('Wave Approval Requested', undefined, async (ports) => {
          await look(ports);
          await approve(ports, {
            ...{ wave, phase: 'cutover', by: 'jane', reason: '' },
            decision: 'denied',
          });
        }),
        when('Wave Concluded', undefined, look),
      ],
      around: later([
        {
          afterSeconds: 1200,
          act: async (ports) => {
            await pause(ports, joe);
            await look(ports);
            await resume(ports, joe);
          },
        },
      ]),
    });
    expect(endings(told)).toEqual(['1 skipped ApprovalDenied', '2 skipped ApprovalExpired']);
    const [testing, asking, ended] = seen.map((status) => status.plans[0]?.waves ?? []);
    expect(testing?.[0]).toMatchObject({
      wave,
      state: { is: 'running' },
      paused: { by: 'joe', reason: 'lunch' },
      servers: 1,
      open: { test: 1 },
      cohort: { number: 1, servers: 1 },
      members: [{ server: serverId(1), phase: 'test', attempt: 1, waits: { for: 'healthy' } }],
      orders: [{ order: 'pause', by: 'joe' }],
    });
    expect(testing?.[0]?.help.map(({ command }) => command)).toEqual([
      `landfall resume ${wave} --reason "…"`,
      `landfall abort ${wave} --reason "…"`,
    ]);
    expect(testing?.[1]?.state).toEqual({ is: 'planned', waitsFor: ['wave-1'] });
    expect(asking?.[0]?.state).toMatchObject({
      is: 'awaiting-approval',
      phase: 'cutover',
      by: ['jane'],
      servers: [serverId(1)],
    });
    expect(asking?.[0]?.open).toEqual({ 'between phases': 1 });
    expect(asking?.[0]?.help[0]).toEqual({
      who: 'jane',
      does: 'lets the wave into cutover',
      command: `landfall approve ${wave} cutover --reason "…"`,
    });
    expect(ended?.[0]).toMatchObject({ state: { is: 'concluded' }, open: {}, help: [] });
    expect(ended?.[0]?.outcomes.skipped).toBe(1);
    expect(seen[0]?.targets).toMatchObject([
      { target: 'mgn:111122223333:us-east-1', lastTickFailed: false, unreachable: null },
    ]);
  });

  test('says why a wave is held and until when', async () => {
    const seen: Status[] = [];
    await rehearse({
      fleet,
      spec: '{ defaults: { policy: { onFailure: hold, tolerate: 0, holdTimeout: PT2H } }, waves: [{ name: wave-1, servers: { all: true } }] }',
      faults: [
        `{ fault: launch-failure, on: test-launch, times: 9, servers: { ids: [${serverId(2)}] } }`,
      ],
      whenTold: [
        when('Wave Held', undefined, async (ports) =>
          seen.push(await statusOf(ports, { plan: 'story' })),
        ),
      ],
    });
    const [held] = seen[0]?.plans[0]?.waves ?? [];
    expect(held?.state).toMatchObject({
      is: 'held',
      reason: expect.stringContaining('1 of 2 servers failed'),
    });
    expect(held?.help[0]?.command).toBe(`landfall resume ${wave} --reason "…"`);
    expect(await statusOfNothing()).toEqual([]);
  });

  async function statusOfNothing() {
    let plans: Status['plans'] | undefined;
    await rehearse({
      fleet: [inSync(1)],
      whenTold: [
        when('Wave Started', undefined, async (ports) => {
          plans = (await statusOf(ports, { plan: 'stor' })).plans;
        }),
      ],
    });
    return plans;
  }
});

describe('starting a plan', () => {
  test('is refused under another version, or with a server that another wave moves', async () => {
    const found: unknown[] = [];
    const told = await rehearse({
      fleet,
      whenTold: [
        when('Wave Stage Started', 'test', async (ports) => {
          const plan = planOf(oneWave, fleet);
          for (const one of [plan, { ...plan, hash: 'changed' }, { ...plan, name: 'other' }]) {
            const came = await startPlan(ports, one, 'arn:unused');
            found.push(came.status === 'started' ? came.waves : came.refusals);
          }
          found.push((await read(ports.store, place.plan('other'))).body);
        }),
      ],
    });
    expect(found).toMatchObject([
      [],
      [{ kind: 'plan-changed', wave }],
      [{ kind: 'server-taken', wave, servers: [serverId(1), serverId(2)] }],
      undefined,
    ]);
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
  });
});

test('two plans that share a server and start at the same moment: neither begins', async () => {
  const came: unknown[] = [];
  await rehearse({
    fleet: [inSync(1), inSync(2), inSync(3)],
    spec: '{ waves: [{ name: wave-1, servers: { ids: [s-00000000000000003] } }] }',
    whenTold: [
      when('Wave Started', undefined, async (ports) => {
        const plan = planOf(oneWave, fleet);
        const both = ['a', 'b'].map((name) => startPlan(ports, { ...plan, name }, 'arn:unused'));
        came.push(...(await Promise.all(both)).map(({ status }) => status));
        came.push((await ports.store.list('plans')).map(({ sort }) => sort));
        came.push(
          (await ports.store.list('plan/a')).length + (await ports.store.list('plan/b')).length,
        );
      }),
    ],
  });
  expect(came).toEqual(['refused', 'refused', ['story'], 0]);
});

describe('a dry run', () => {
  const targets = [
    {
      partition: 'aws',
      service: 'mgn' as const,
      accountId: '111122223333',
      region: 'us-east-1',
    },
  ];

  test('says what would happen first and what stands in the way, and writes nothing', async () => {
    const runs: DryRun[] = [];
    const servers = [inSync(1), inSync(2), discovered(3)];
    const odd = { ...inSync(2), lifeCycle: { state: 'HOVERING' } };
    const writes: string[] = [];
    await rehearse({
      fleet: [inSync(1), odd, discovered(3)],
      spec: '{ waves: [{ name: wave-1, servers: { ids: [s-00000000000000001] } }] }',
      whenTold: [
        when('Wave Stage Started', 'test', async (ports) => {
          const watched: Ports = {
            ...ports,
            store: {
              ...ports.store,
              put: async (partition, sort) => {
                writes.push(`${partition} ${sort}`);
                return 'conflict';
              },
            },
          };
          const plan = { ...planOf(oneWave, servers), name: 'next' };
          runs.push(await dryRun(watched, plan, []), await dryRun(watched, plan, targets));
        }),
      ],
    });
    expect(writes).toEqual([]);
    expect(runs[0]?.obstacles.map(({ severity, kind }) => `${severity} ${kind}`)).toEqual([
      'blocks server-taken',
      'blocks target-not-polled',
      'notes state-unknown',
    ]);
    expect(runs[1]?.obstacles.map(({ kind }) => kind)).toEqual(['server-taken', 'state-unknown']);
    expect(runs[1]?.waves).toEqual([
      {
        wave: 'next.wave-1',
        name: 'wave-1',
        servers: 3,
        dependsOn: [],
        first: {
          cohort: [1, 2, 3].map(serverId),
          next: { kind: 'stage', phase: 'replicate', servers: [1, 2, 3].map(serverId) },
          ends: [],
          slots: { 'mgn:111122223333:us-east-1': 1 },
        },
      },
    ]);
  });
});
