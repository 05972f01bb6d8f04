// Gates that a person opens: what is asked, which answers count, and what becomes of servers that nobody lets in.
import { describe, expect, test } from 'vitest';
import { secondsBetween } from '../../src/core/time.ts';
import { abort } from '../../src/flow/operate/abort.ts';
import { type ApprovalOrder, approve } from '../../src/flow/operate/approve.ts';
import type { OrderReply } from '../../src/flow/operate/order.ts';
import { pause } from '../../src/flow/operate/pause.ts';
import { resume } from '../../src/flow/operate/resume.ts';
import type { Ports } from '../../src/flow/ports.ts';
import { place } from '../../src/flow/records/place.ts';
import { discovered, inSync, serverId } from './_fleet.ts';
import { type Death, undisturbed, wrongAfter } from './_kill.ts';
import {
  actsOn,
  endings,
  eventsOf,
  expectPromisesKept,
  type Moment,
  rehearse,
  type Told,
  wholeWay,
} from './_rehearse.ts';

const fleet = [inSync(1), inSync(2), inSync(3)];
const wave = 'story.wave-1';
const gated = (gates: string, more = '') =>
  `{ defaults: { gates: ${gates}${more} }, waves: [{ name: wave-1, servers: { all: true } }] }`;

/** An operator who acts at once when an event is told. */
function when(
  type: string,
  phase: string | undefined,
  act: (ports: Ports) => Promise<unknown>,
): Moment {
  return {
    event: ({ 'detail-type': told, detail }) =>
      told === type && (phase === undefined || detail['phase'] === phase),
    happens: async ({ ports }) => {
      await act(ports);
    },
  };
}

const asked = 'Wave Approval Requested';
const order = (is: Partial<ApprovalOrder> = {}): ApprovalOrder => ({
  wave,
  phase: 'cutover',
  by: 'jane',
  reason: 'all is ready',
  decision: 'approved',
  ...is,
});
const operator = { wave, by: 'joe', reason: 'lunch' };

/** Acts the first time that a function is called so many seconds after an event was told. */
function after(seconds: number, type: string, act: (ports: Ports) => Promise<unknown>) {
  let at: string | undefined;
  let done = false;
  const moment: Moment = {
    event: (envelope) => envelope['detail-type'] === type,
    happens: ({ ports }) => {
      at = ports.clock.now();
    },
  };
  const around = async (
    ports: Ports,
    _name: string,
    run: (ports: Ports) => Promise<unknown>,
  ): Promise<unknown> => {
    if (!done && at !== undefined && secondsBetween(at, ports.clock.now()) >= seconds) {
      done = true;
      await act(ports);
    }
    return run(ports);
  };
  return { moment, around };
}

const waveTypes = (told: Told) =>
  told.logs.events
    .filter(({ detail }) => detail.stream === 'wave/story/wave-1')
    .map((event) =>
      [event['detail-type'].replace('Wave ', ''), event.detail['phase'] ?? ''].join(' ').trim(),
    );

describe('an approval', () => {
  test('lets the wave into each gated phase, and is told with who and why', async () => {
    const spec = gated(
      '{ test: { approval: {} }, cutover: { approval: { by: [jane] } }, finalize: { approval: {} } }',
    );
    const told = await rehearse({
      fleet,
      spec,
      whenTold: [
        when(asked, 'test', (ports) => approve(ports, order({ phase: 'test', by: 'joe' }))),
        when(asked, 'cutover', (ports) => approve(ports, order())),
        when(asked, 'finalize', (ports) => approve(ports, order({ phase: 'finalize' }))),
      ],
    });
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded', '3 succeeded']);
    expect(waveTypes(told)).toEqual([
      'Started',
      'Stage Started replicate',
      'Approval Requested test',
      'Approval Given test',
      'Stage Started test',
      'Approval Requested cutover',
      'Approval Given cutover',
      'Stage Started cutover',
      'Approval Requested finalize',
      'Approval Given finalize',
      'Stage Started finalize',
      'Concluded',
    ]);
    expect(eventsOf(told, asked)[1]).toMatchObject({
      phase: 'cutover',
      cohort: 1,
      servers: 3,
      serverIds: [1, 2, 3].map(serverId),
      by: ['jane'],
      planHash: 'hash-of-the-story',
    });
    expect(eventsOf(told, 'Wave Approval Given')[1]).toMatchObject({
      phase: 'cutover',
      by: 'jane',
      reason: 'all is ready',
    });
    expectPromisesKept(told, ['phase-approved', 'approvals-answered']);
  });

  test('is asked for anew by each cohort, and once for all tiers', async () => {
    const spec = `{
      defaults: { policy: { canary: 1 }, gates: { cutover: { approval: {} } } },
      waves: [{ name: wave-1, servers: { all: true }, tiers: [{ name: first, servers: { ids: [${serverId(1)}, ${serverId(2)}] } }] }] }`;
    const replies: OrderReply[] = [];
    const whenTold = [1, 2].map(
      (cohort): Moment => ({
        event: ({ 'detail-type': type, detail }) => type === asked && detail['cohort'] === cohort,
        happens: async ({ ports }) => {
          replies.push(await approve(ports, order()));
        },
      }),
    );
    const told = await rehearse({ fleet, spec, whenTold });
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded', '3 succeeded']);
    expect(eventsOf(told, asked).map(({ cohort, servers }) => [cohort, servers])).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(replies.map(({ status }) => status)).toEqual(['done', 'done']);
    expectPromisesKept(told, ['phase-approved']);
  });

  test('counts only if it answers the question: not another phase, person, plan or time', async () => {
    const replies: OrderReply[] = [];
    const told = await rehearse({
      fleet,
      spec: gated('{ cutover: { approval: { by: [jane, Approvers], timeout: PT2H } } }'),
      whenTold: [
        when('Wave Stage Started', 'test', async (ports) => {
          replies.push(await approve(ports, order()));
        }),
        when(asked, 'cutover', async (ports) => {
          const { partition, sort } = place.approval(wave, 'cutover');
          // Somebody writes past the command: the wave does not take it either.
          for (const is of [
            { by: 'joe' },
            { planHash: 'another' },
            { at: '2020-01-01T00:00:00.000Z' },
          ]) {
            const item = await ports.store.get(partition, sort);
            const body = {
              ...order(),
              at: ports.clock.now(),
              planHash: 'hash-of-the-story',
              earlier: [],
              ...is,
            };
            await ports.store.put(partition, sort, body, item?.version ?? 0);
          }
          replies.push(
            await approve(ports, order({ phase: 'finalize' })),
            await approve(ports, order({ by: 'joe' })),
            await approve(ports, order({ by: 'arn:aws:sts::111122223333:assumed-role/Joe/jane' })),
          );
        }),
      ],
    });
    expect(
      replies.map((reply) => (reply.status === 'refused' ? reply.refusal.kind : reply.status)),
    ).toEqual(['not-asked', 'not-asked', 'not-allowed', 'not-allowed']);
    expect(endings(told)).toEqual([
      '1 skipped ApprovalExpired',
      '2 skipped ApprovalExpired',
      '3 skipped ApprovalExpired',
    ]);
    expectPromisesKept(told, ['approvals-answered']);
  });

  test('of an IAM role counts by the role’s name', async () => {
    const by = 'arn:aws:sts::111122223333:assumed-role/Approvers/jane';
    const told = await rehearse({
      fleet: [inSync(1)],
      spec: gated('{ cutover: { approval: { by: [Approvers] } } }'),
      whenTold: [when(asked, 'cutover', (ports) => approve(ports, order({ by })))],
    });
    expect(endings(told)).toEqual(['1 succeeded']);
  });

  test('is given once: the first answer stands', async () => {
    const replies: OrderReply[] = [];
    const told = await rehearse({
      fleet,
      spec: gated('{ cutover: { approval: {} } }'),
      whenTold: [
        when(asked, 'cutover', async (ports) => {
          for (const is of [{}, {}, { by: 'joe', decision: 'denied' as const }]) {
            replies.push(await approve(ports, order(is)));
          }
        }),
        when('Wave Approval Given', 'cutover', async (ports) => {
          replies.push(await approve(ports, order()));
        }),
      ],
    });
    expect(replies.map(({ status }) => status)).toEqual(['done', 'already', 'refused', 'already']);
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded', '3 succeeded']);
    expect(eventsOf(told, 'Wave Approval Given')).toHaveLength(1);
    expectPromisesKept(told);
  });
});

describe('a denial', () => {
  const no = (phase: ApprovalOrder['phase']) =>
    when(asked, phase, (ports) =>
      approve(ports, order({ phase, decision: 'denied', reason: 'not today' })),
    );

  test('before the cutover skips the wave, also what has not begun', async () => {
    const told = await rehearse({
      fleet,
      spec: gated('{ cutover: { approval: {} } }', ', policy: { canary: 1 }'),
      whenTold: [no('cutover')],
    });
    expect(endings(told)).toEqual([
      '1 skipped ApprovalDenied',
      '2 skipped ApprovalDenied',
      '3 skipped ApprovalDenied',
    ]);
    expect(told.ends[serverId(1)]?.reason).toBe('jane denied cutover: not today');
    expect(actsOn(told, serverId(1))).toEqual(wholeWay.slice(0, 3));
    expect(actsOn(told, serverId(2))).toEqual([]);
    expect(eventsOf(told, 'Wave Approval Denied')).toHaveLength(1);
    expectPromisesKept(told, ['approvals-answered']);
  });

  test('before finalize takes back what is cut over, and stops no line for it', async () => {
    const told = await rehearse({
      fleet,
      spec: gated('{ finalize: { approval: {} } }', ', policy: { onFailure: hold, tolerate: 0 }'),
      whenTold: [no('finalize')],
    });
    expect(endings(told)).toEqual([
      '1 rolled-back ApprovalDenied',
      '2 rolled-back ApprovalDenied',
      '3 rolled-back ApprovalDenied',
    ]);
    expect(actsOn(told, serverId(1))).toEqual([
      ...wholeWay.slice(0, 4),
      'ChangeServerLifeCycleState',
      'TerminateTargetInstances',
    ]);
    expect(eventsOf(told, 'Wave Held')).toEqual([]);
    expectPromisesKept(told);
  });
});

describe('nobody answers', () => {
  test('before finalize: what is cut over is frozen, as its users may work on it', async () => {
    const told = await rehearse({
      fleet: [inSync(1), discovered(2)],
      spec: gated('{ finalize: { approval: { timeout: PT6H } } }'),
    });
    expect(endings(told)).toEqual(['1 frozen ApprovalExpired', '2 frozen ApprovalExpired']);
    const [request] = eventsOf(told, asked);
    const [expired] = eventsOf(told, 'Wave Approval Expired');
    const waited = secondsBetween(String(request?.['observedAt']), String(expired?.['observedAt']));
    expect(waited).toBeGreaterThanOrEqual(6 * 3600);
    expect(waited).toBeLessThan(7 * 3600);
    expectPromisesKept(told, ['approvals-answered']);
  });

  test('while the wave is paused: the time does not count', async () => {
    const back = after(10 * 3600, 'Wave Paused', (ports) => resume(ports, operator));
    const told = await rehearse({
      fleet: [inSync(1)],
      spec: gated('{ cutover: { approval: { timeout: PT6H } } }'),
      whenTold: [when(asked, 'cutover', (ports) => pause(ports, operator)), back.moment],
      around: back.around,
    });
    expect(endings(told)).toEqual(['1 skipped ApprovalExpired']);
    const [request] = eventsOf(told, asked);
    const [expired] = eventsOf(told, 'Wave Approval Expired');
    const waited = secondsBetween(String(request?.['observedAt']), String(expired?.['observedAt']));
    expect(waited).toBeGreaterThanOrEqual(16 * 3600);
    expect(waited).toBeLessThan(17 * 3600);
    expectPromisesKept(told);
  });

  test('and the wave is aborted: it ends without an answer', async () => {
    const told = await rehearse({
      fleet: [inSync(1)],
      spec: gated('{ cutover: { approval: {} } }'),
      whenTold: [when(asked, 'cutover', (ports) => abort(ports, operator))],
    });
    expect(endings(told)).toEqual(['1 frozen WaveAborted']);
    expect(told.virtualSeconds).toBeLessThan(86_400);
    expectPromisesKept(told);
  });
});

test('an answer that comes during a pause counts when the wave goes on', async () => {
  const back = after(3600, 'Wave Paused', (ports) => resume(ports, operator));
  const told = await rehearse({
    fleet: [inSync(1)],
    spec: gated('{ cutover: { approval: {} } }'),
    whenTold: [
      when(asked, 'cutover', async (ports) => {
        await pause(ports, operator);
        await approve(ports, order());
      }),
      back.moment,
    ],
    around: back.around,
  });
  expect(endings(told)).toEqual(['1 succeeded']);
  const [paused] = eventsOf(told, 'Wave Paused');
  const [given] = eventsOf(told, 'Wave Approval Given');
  expect(
    secondsBetween(String(paused?.['observedAt']), String(given?.['observedAt'])),
  ).toBeGreaterThanOrEqual(3600);
  expectPromisesKept(told);
});

test('whatever dies before or after an effect, the approved wave ends as if nobody had died', async () => {
  const phases = ['cutover', 'finalize'] as const;
  const base = await undisturbed({
    fleet: [inSync(1)],
    spec: gated('{ cutover: { approval: {} }, finalize: { approval: {} } }'),
    whenTold: phases.map((phase) =>
      when(asked, phase, (ports) => approve(ports, order({ phase }))),
    ),
  });
  expect(base.ends).toEqual(['1 succeeded']);
  const wrong: string[] = [];
  let side: Death['when'] = 'before';
  for (let effect = 1; effect <= base.effects; effect += 7) {
    wrong.push(...(await wrongAfter(base, { effect, when: side })));
    side = side === 'before' ? 'after' : 'before';
  }
  expect(wrong).toEqual([]);
});
