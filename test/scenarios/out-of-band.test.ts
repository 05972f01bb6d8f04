// People who act in the console while a wave runs, as CloudTrail tells of them: told once, and held where the plan says so.
import { describe, expect, test } from 'vitest';
import { type Instant, plusSeconds, toMs } from '../../src/core/time.ts';
import { runOrder } from '../../src/flow/operate/run-order.ts';
import type { JsonObject, Parameters } from '../../src/simulator/simulator.ts';
import { agentBased, discovered, serverId } from './_fleet.ts';
import {
  actsOn,
  brisk,
  casesOf,
  endings,
  eventsOf,
  expectPromisesKept,
  rehearse,
  type Story,
  type Told,
} from './_rehearse.ts';

const deadlines = 'deadlines: { replicate: P2D, test: PT2H, cutover: PT3H, finalize: PT3H }';
const telling = `{ defaults: { ${deadlines} }, waves: [{ name: wave-1, servers: { all: true } }] }`;
const holding = `{ defaults: { ${deadlines}, policy: { outOfBand: hold, holdTimeout: P2D } }, waves: [{ name: wave-1, servers: { all: true } }] }`;

/** A person who resumes the first server so many hours after it was held. */
function resumedAfter(hours: number): Pick<Story, 'whenTold' | 'around'> {
  let dueAt: Instant | undefined;
  return {
    whenTold: [
      {
        event: ({ 'detail-type': type }) => type === 'Wave Server Held',
        happens: ({ ports }) => {
          dueAt = plusSeconds(ports.clock.now(), hours * 3600);
        },
      },
    ],
    around: async (ports, _name, run) => {
      if (dueAt !== undefined && toMs(ports.clock.now()) >= toMs(dueAt)) {
        dueAt = undefined;
        const order = {
          order: 'resume' as const,
          scope: { kind: 'servers' as const, wave: 'story.wave-1', servers: [serverId(1)] },
          by: 'ben',
          reason: 'agreed',
        };
        const replies = [await runOrder(ports, order), await runOrder(ports, order)];
        expect(replies.map(({ status }) => status)).toEqual(['done', 'already']);
      }
      return run(ports);
    },
  };
}

function story(
  action: string,
  on: string,
  after: string,
  more: {
    readonly spec?: string;
    readonly parameters?: Partial<Parameters>;
    readonly resumed?: number;
  } = {},
): Promise<Told> {
  return rehearse({
    fleet: [agentBased(1), agentBased(2)],
    spec: more.spec ?? holding,
    faults: [
      `{ fault: console-action, action: ${action}, on: ${on}, after: ${after}, attempts: 6, servers: { ids: [${serverId(1)}] } }`,
    ],
    parameters: { ...brisk, trailEventDelaySeconds: [1, 1], ...more.parameters },
    ...(more.resumed === undefined ? {} : resumedAfter(more.resumed)),
  });
}

/** What was told of calls that took effect. */
const actions = (told: Told): readonly JsonObject[] =>
  eventsOf(told, 'Source Server Out-of-Band Action').filter((e) => e['errorCode'] === null);

const attempts = (told: Told): readonly JsonObject[] =>
  eventsOf(told, 'Source Server Out-of-Band Action').filter((e) => e['errorCode'] !== null);

describe('a plan that only has it told', () => {
  test('names who it was without the address, and lets the wave go on as ever', async () => {
    const told = await story('revert-cutover', 'cutting-over', 'PT7M', { spec: telling });
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
    expect(actions(told)).toMatchObject([
      {
        sourceServerId: serverId(1),
        wave: 'story.wave-1',
        operation: 'ChangeServerLifeCycleState',
        errorCode: null,
        caller: {
          type: 'AssumedRole',
          accountId: '111122223333',
          principal: expect.stringContaining('role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_'),
          session: '…@example.com',
        },
      },
    ]);
    expect(told.text.events).not.toContain('anna@');
    expect(eventsOf(told, 'Wave Server Held')).toEqual([]);
    expectPromisesKept(told);
  });

  test('an attempt that the service refused is told with its error', async () => {
    const told = await story('delete', 'testing', 'PT1M', { spec: telling });
    expect(actions(told)).toEqual([]);
    expect(attempts(told)[0]).toMatchObject({
      operation: 'DeleteSourceServer',
      errorCode: 'ConflictException',
    });
    expectPromisesKept(told);
  });
});

describe('a plan that holds', () => {
  test('a held server is let alone until a person resumes it; the others go on', async () => {
    const told = await story('revert-cutover', 'cutting-over', 'PT7M', {
      resumed: 8,
    });
    // Eight hours are longer than the deadline of the cutover: it did not pass while the server was held.
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
    expect(eventsOf(told, 'Wave Server Held')).toMatchObject([
      {
        sourceServerId: serverId(1),
        reason: expect.stringMatching(/ called ChangeServerLifeCycleState at /),
      },
    ]);
    expect(eventsOf(told, 'Wave Server Resumed')).toMatchObject([
      { sourceServerId: serverId(1), reason: 'agreed', by: 'ben' },
    ]);
    expect(casesOf(told, 'held-server-left-alone')).toBeGreaterThan(0);
    expectPromisesKept(told, ['held-server-left-alone', 'finalize-after-launch']);
  });

  test('nobody resumes it: it ends frozen, and nothing more was done for it', async () => {
    const told = await story('revert-cutover', 'cutting-over', 'PT7M');
    expect(endings(told)).toEqual(['1 frozen HoldExpired', '2 succeeded']);
    expect(actsOn(told, serverId(1)).at(-1)).toBe('StartCutover');
    expect(told.virtualSeconds).toBeGreaterThan(2 * 86_400);
    expectPromisesKept(told, ['held-server-left-alone']);
  });

  test('an attempt that was refused holds nobody', async () => {
    const told = await story('delete', 'testing', 'PT1M');
    expect(attempts(told).length).toBeGreaterThan(0);
    expect(eventsOf(told, 'Wave Server Held')).toEqual([]);
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
  });

  test('who disconnects a server, has it held; resumed, it fails with the reason', async () => {
    const told = await story('disconnect', 'ready-for-cutover', 'PT0S', {
      resumed: 1,
    });
    expect(endings(told)).toEqual(['1 failed ServerDisconnected', '2 succeeded']);
    expectPromisesKept(told);
  });

  test('a call that is told again after the resume holds nobody again, and is told once', async () => {
    const told = await story('revert-cutover', 'cutting-over', 'PT7M', {
      resumed: 1,
      parameters: { trailEventDuplicateProbability: 1, trailEventDelaySeconds: [1, 7200] },
    });
    expect(actions(told)).toHaveLength(1);
    expect(eventsOf(told, 'Wave Server Held')).toHaveLength(1);
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
    expectPromisesKept(told);
  });

  test('without a trail a job of somebody else holds its server, too', async () => {
    const told = await story('start-cutover', 'ready-for-cutover', 'PT7M', {
      resumed: 2,
      parameters: { trailEventDropProbability: 1 },
    });
    expect(actions(told)).toEqual([]);
    expect(eventsOf(told, 'Wave Server Held')).toMatchObject([
      { reason: expect.stringMatching(/^somebody else began the job mgnjob-/) },
    ]);
    expect(endings(told)).toEqual(['1 succeeded', '2 succeeded']);
    expectPromisesKept(told, ['held-server-left-alone']);
  });

  test('without a trail a move of its life cycle that cannot be ours holds it, and is told once', async () => {
    const told = await story('revert-cutover', 'cutting-over', 'PT19M', {
      parameters: { trailEventDropProbability: 1 },
    });
    const byOthers = (type: string) =>
      eventsOf(told, type).filter((e) => JSON.stringify(e['cause']) === '{"kind":"somebody-else"}');
    expect(byOthers('Source Server Lifecycle State Change')).toMatchObject([
      { sourceServerId: serverId(1), previous: 'CUTTING_OVER', current: 'READY_FOR_CUTOVER' },
    ]);
    expect(eventsOf(told, 'Wave Server Held')).toMatchObject([
      {
        reason:
          'its life cycle went from CUTTING_OVER to READY_FOR_CUTOVER, and it was not Landfall that did it',
      },
    ]);
    expect(endings(told)).toEqual(['1 frozen HoldExpired', '2 succeeded']);
    expectPromisesKept(told, ['held-server-left-alone']);
  });
});

test('a clean wave tells of nobody, however late and often its own calls are told', async () => {
  const told = await rehearse({
    fleet: [agentBased(1), discovered(2), agentBased(3)],
    spec: holding,
    parameters: {
      ...brisk,
      trailEventDuplicateProbability: 0.5,
      trailEventDelaySeconds: [0, 3600],
    },
  });
  expect(endings(told)).toEqual(['1 succeeded', '2 succeeded', '3 succeeded']);
  expect(told.text.events).not.toContain('Out-of-Band');
  expect(told.text.events).not.toContain('Wave Server Held');
  expect(told.text.events).not.toContain('somebody-else');
  expectPromisesKept(told);
});
