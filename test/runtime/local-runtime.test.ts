import { describe, expect, test } from 'vitest';
import type { ExecutionLine } from '../../src/runtime/asl/execution.ts';
import type { EventEnvelope } from '../../src/runtime/event-bus.ts';
import { loadDeployment } from '../../src/runtime/load-deployment.ts';
import { LocalRuntime, type RuntimeSnapshot } from '../../src/runtime/local-runtime.ts';
import { VirtualClock } from '../../src/runtime/virtual-clock.ts';
import { failWith, start } from './_machines.ts';

const place = {
  stage: 'test',
  accountId: '111122223333',
  region: 'eu-central-1',
  partition: 'aws',
};
const deployment = loadDeployment('test/runtime/fixtures/good/serverless.yml', place);

interface Site {
  readonly runtime: LocalRuntime;
  readonly clock: VirtualClock;
  readonly lines: ExecutionLine[];
  readonly events: [string, EventEnvelope][];
  readonly calls: [string, unknown, string][];
}

interface Options {
  readonly invoke?: (name: string, payload: Record<string, unknown>, site: Site) => unknown;
  readonly worldEvents?: number[];
  readonly snapshot?: RuntimeSnapshot;
}

function site({ invoke, worldEvents = [], snapshot }: Options = {}): Site {
  const clock = new VirtualClock(snapshot?.nowMs ?? start);
  const lines: ExecutionLine[] = [];
  const events: [string, EventEnvelope][] = [];
  const calls: [string, unknown, string][] = [];
  const due = [...worldEvents];
  const runtime = new LocalRuntime(
    {
      ...place,
      deployment,
      clock,
      seed: 7,
      invoke: async (name, payload) => {
        calls.push([name, payload, clock.now()]);
        return invoke?.(name, payload as Record<string, unknown>, made);
      },
      world: {
        nextEventAt: () => due[0],
        advanceTo: (ms) => {
          while (due[0] !== undefined && due[0] <= ms) {
            due.shift();
            made.runtime.publishNative({
              source: 'aws.mgn',
              'detail-type': 'MGN Source Server Launch Result',
              detail: { state: 'TEST_LAUNCH_SUCCEEDED' },
            });
          }
        },
      },
      onExecutionEnded: (line) => lines.push(line),
      onBusEvent: (bus, envelope) => events.push([bus, envelope]),
    },
    snapshot,
  );
  const made: Site = { runtime, clock, lines, events, calls };
  return made;
}

const at = (seconds: number) => new Date(start + seconds * 1000).toISOString();

describe('time', () => {
  test('a schedule calls its function with its input, first after one period, until the deadline', async () => {
    const made = site();
    expect(await made.runtime.run(() => false, { virtualDeadline: start + 150_000 })).toBe(
      'deadline',
    );
    expect([made.calls, made.clock.now()]).toEqual([
      [
        ['pollTarget', { target: 'mgn' }, at(60)],
        ['pollTarget', { target: 'mgn' }, at(120)],
      ],
      at(150),
    ]);
  });

  test('a run ends as soon as its condition holds', async () => {
    const made = site();
    expect(await made.runtime.run(() => made.calls.length === 2)).toBe('done');
    expect(made.clock.now()).toBe(at(120));
  });

  test('the world is brought to every instant at which it has something to do', async () => {
    const made = site({ worldEvents: [start + 5000, start + 7000] });
    await made.runtime.run(() => made.events.length === 2);
    expect(made.events.map(([bus, { source, time }]) => [bus, source, time])).toEqual([
      ['default', 'aws.mgn', '2024-03-04T16:20:05Z'],
      ['default', 'aws.mgn', '2024-03-04T16:20:07Z'],
    ]);
  });

  test('a world that stands still is an error, not an endless loop', async () => {
    const clock = new VirtualClock(start);
    const runtime = new LocalRuntime({
      ...place,
      deployment,
      clock,
      seed: 1,
      invoke: async () => null,
      world: { nextEventAt: () => start, advanceTo: () => undefined },
    });
    await expect(runtime.run(() => false)).rejects.toThrow(/stands still/);
  });
});

describe('calls', () => {
  test('functions run one at a time, in the order in which they were asked for', async () => {
    let open = 0;
    const made = site({
      invoke: async () => {
        open += 1;
        expect(open).toBe(1);
        await new Promise((done) => setImmediate(done));
        open -= 1;
      },
    });
    for (const n of [1, 2, 3]) made.runtime.enqueue('react', { n });
    await made.runtime.run(() => made.calls.length === 3);
    expect(made.calls.map(([, payload]) => payload)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
  });

  test('a failed asynchronous call is tried again as Lambda does, then counted as given up', async () => {
    const made = site({
      invoke: (name) => (name === 'react' ? failWith('TransientFailure') : null),
    });
    made.runtime.enqueue('react', {});
    await made.runtime.run(() => false, { virtualDeadline: start + 600_000 });
    expect(made.calls.filter(([name]) => name === 'react').map(([, , when]) => when)).toEqual([
      at(0),
      at(60),
    ]);
    expect(made.runtime.counters.deadLetters).toEqual({ react: 1 });
  });
});

describe('events', () => {
  const entry = {
    source: 'landfall.wave',
    detailType: 'Wave Concluded',
    detail: { eventId: 'e' },
    resources: [],
    time: '2024-03-04T16:20:00.123Z',
  };

  test('an entry reaches the functions whose rules take it, as EventBridge delivers it', async () => {
    const made = site();
    expect(await made.runtime.bus.publish([entry, { ...entry, source: 'other' }])).toEqual([]);
    await made.runtime.run(() => made.calls.length === 1);
    expect(made.calls).toEqual([
      [
        'react',
        {
          version: '0',
          id: made.events[0]?.[1].id,
          'detail-type': 'Wave Concluded',
          source: 'landfall.wave',
          account: '111122223333',
          time: '2024-03-04T16:20:00Z',
          region: 'eu-central-1',
          resources: [],
          detail: { eventId: 'e' },
        },
        at(0),
      ],
    ]);
    expect(made.events.map(([bus]) => bus)).toEqual(['fleet-events-test', 'fleet-events-test']);
  });

  test('an entry above 256 KB is not accepted', async () => {
    const made = site();
    const large = { ...entry, detail: { text: 'x'.repeat(256 * 1024) } };
    expect(await made.runtime.bus.publish([entry, large])).toEqual([1]);
    expect(made.runtime.counters.events).toBe(1);
  });

  test('an execution that dies is told on the default bus; one that succeeds only to rules that ask', async () => {
    const made = site();
    const arn = made.runtime.stateMachineArn('Phase');
    const begun = await made.runtime.workflows.startExecution(arn, 'one', { n: 1 });
    if (begun === 'name-taken') throw new Error(begun);
    expect(made.runtime.abort(begun.executionArn, 'WaveAborted', 'asked')).toBe(true);
    expect(made.events.map(([bus, { source, detail }]) => [bus, source, detail])).toEqual([
      [
        'default',
        'aws.states',
        {
          executionArn: begun.executionArn,
          stateMachineArn: arn,
          name: 'one',
          status: 'ABORTED',
          startDate: start,
          stopDate: start,
          input: '{"n":1}',
          inputDetails: { included: true },
          output: null,
          outputDetails: null,
          error: 'WaveAborted',
          cause: 'asked',
        },
      ],
    ]);
  });

  test('an event on another bus is not heard, and an unknown bus is an error', async () => {
    const made = site();
    await made.runtime.busNamed('default').publish([entry]);
    await made.runtime.run(() => true);
    expect(made.calls).toEqual([]);
    expect(() => made.runtime.busNamed('nobody')).toThrow(/no event bus/);
  });
});

describe('a wave', () => {
  // The poller parks what it is given, and releases it an hour later.
  const release: Options['invoke'] = async (name, payload, own) => {
    if (name !== 'pollTarget' || typeof payload['token'] !== 'string') return;
    const token = payload['token'];
    own.clock.at(
      own.clock.nowMs() + 3_600_000,
      () => void own.runtime.workflows.sendTaskSuccess(token, { n: payload['n'] }),
    );
  };
  const requested = {
    source: 'x',
    detailType: 'Wave Requested',
    detail: {},
    resources: [],
    time: '2024-03-04T16:20:00.000Z',
  };

  test('is started by its event, runs its phases, and every execution leaves its line', async () => {
    const made = site({ invoke: release });
    await made.runtime.bus.publish([requested]);
    await made.runtime.run(() => made.lines.length === 5);
    const wave = made.lines[4];
    expect(
      made.lines.map(({ name, stateMachine, parent, status }) => [
        name.replace(/^[-0-9a-f]{36}/, 'id'),
        stateMachine,
        parent === wave?.name ? 'wave' : parent === null ? null : 'child',
        status,
      ]),
    ).toEqual([
      ['server-1', 'Phase', 'child', 'SUCCEEDED'],
      ['server-2', 'Phase', 'child', 'SUCCEEDED'],
      ['id', 'Wave/Servers', 'wave', 'SUCCEEDED'],
      ['id', 'Wave/Servers', 'wave', 'SUCCEEDED'],
      ['id_WaveStarts', 'Wave', null, 'SUCCEEDED'],
    ]);
    expect(wave).toEqual({
      name: wave?.name,
      stateMachine: 'Wave',
      parent: null,
      status: 'SUCCEEDED',
      startedAt: at(0),
      stoppedAt: at(3600),
      transitions: 1,
      historyEvents: 8,
      error: null,
      cause: null,
    });
    expect(made.runtime.counters).toMatchObject({
      executions: 5,
      running: 0,
      transitions: 5,
      invocations: { pollTarget: 61 },
    });
  });

  test('two runs give the same, byte for byte', async () => {
    const run = async () => {
      const made = site({ invoke: release });
      await made.runtime.bus.publish([requested]);
      await made.runtime.run(() => made.lines.length === 5);
      return JSON.stringify([made.lines, made.events, made.calls]);
    };
    expect(await run()).toBe(await run());
  });

  test('a snapshot between any two things that happen goes on to the same end', async () => {
    const parks: Options['invoke'] = async (name, payload, own) => {
      if (name === 'pollTarget' && typeof payload['token'] === 'string' && payload['n'] === 1) {
        await own.runtime.workflows.sendTaskSuccess(payload['token'], 'at once');
      }
    };
    const to = start + 200_000;
    const whole = site({ invoke: parks });
    await whole.runtime.bus.publish([requested]);
    await whole.runtime.run(() => false, { virtualDeadline: to });
    let made = site({ invoke: parks });
    await made.runtime.bus.publish([requested]);
    const lines: ExecutionLine[] = [];
    const calls: unknown[] = [];
    for (;;) {
      const did = await made.runtime.runOne();
      if (!did) {
        const next = made.clock.nextAt();
        if (next === undefined || next > to) break;
        made.clock.advanceTo(next);
      }
      lines.push(...made.lines.splice(0));
      calls.push(...made.calls.splice(0));
      made = site({
        invoke: parks,
        snapshot: JSON.parse(JSON.stringify(made.runtime.snapshot())) as RuntimeSnapshot,
      });
    }
    expect([lines, calls]).toEqual([whole.lines, whole.calls]);
    expect(made.runtime.counters).toEqual(whole.runtime.counters);
  });
});

describe('workflows', () => {
  test('say of each token once that it was released', async () => {
    let token = '';
    const made = site({
      invoke: (_, payload) => {
        token = String(payload['token']);
      },
    });
    const { workflows } = made.runtime;
    const begun = await workflows.startExecution(made.runtime.stateMachineArn('Phase'), 'one', {
      n: 1,
    });
    await made.runtime.run(() => token !== '');
    expect([
      await workflows.sendTaskFailure(token, 'ServerVanished', 'gone'),
      await workflows.sendTaskFailure(token, 'ServerVanished', 'gone'),
      await workflows.sendTaskSuccess('unknown', {}),
      await made.runtime.sendTaskHeartbeat(token),
    ]).toEqual(['released', 'already-released', 'already-released', 'already-released']);
    await made.runtime.run(() => made.lines.length === 1);
    expect(
      await workflows.describeExecution(begun === 'name-taken' ? '' : begun.executionArn),
    ).toEqual({
      status: 'FAILED',
      error: 'ServerVanished',
      cause: 'gone',
    });
    expect(await workflows.describeExecution('arn:nobody')).toBe('not-found');
  });

  test('the same start twice is one execution, another input is refused, an unknown machine is an error', async () => {
    const { runtime } = site();
    const arn = runtime.stateMachineArn('Phase');
    const first = await runtime.workflows.startExecution(arn, 'one', { n: 1 });
    expect(await runtime.workflows.startExecution(`${arn}:1`, 'one', { n: 1 })).toEqual(first);
    expect(await runtime.workflows.startExecution(arn, 'one', { n: 2 })).toBe('name-taken');
    await expect(runtime.workflows.startExecution(`${arn}:2`, 'two', {})).rejects.toThrow(
      /no-such-machine/,
    );
    expect(() => runtime.stateMachineArn('Nobody')).toThrow(/no state machine/);
    expect(
      runtime.runningExecutions().map(({ name, status, stoppedAt }) => [name, status, stoppedAt]),
    ).toEqual([['one', 'RUNNING', null]]);
    expect(runtime.abortAll('Interrupted', 'by hand')).toBe(1);
  });
});
