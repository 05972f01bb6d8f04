import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RecordedSimulator } from '../../../src/simulator/http/recorded-simulator.ts';
import { Recording } from '../../../src/simulator/http/recording.ts';
import { RecordingStore } from '../../../src/simulator/http/recording-store.ts';
import type { JsonObject, SimulatorOptions } from '../../../src/simulator/simulator.ts';
import { aDrsServer } from '../drs/rig.ts';
import {
  aClient,
  accountId,
  aServer,
  faults,
  fleetFile,
  hour,
  minute,
  ready,
  region,
  serverId,
  start,
  startAt,
} from '../rig.ts';
import { ModelTraffic } from './model-traffic.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-state-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const world: SimulatorOptions = {
  fleet: [
    ...fleetFile('mixed-40.json'),
    ...Array.from({ length: 6 }, (_, n) => ready(n)),
    aServer(50, { lifeCycle: 'DISCOVERED', replication: 'STOPPED', agentless: true }),
  ],
  vcenterClients: [aClient],
  faults: faults(
    { fault: 'throttling', probability: 0.2 },
    {
      fault: 'stall',
      on: 'testing',
      after: 'PT10M',
      errorClass: 'NOT_CONVERGING',
      servers: { ids: [serverId(3)] },
    },
    {
      fault: 'console-action',
      action: 'start-test',
      after: 'PT40M',
      servers: { ids: [serverId(4)] },
    },
    { fault: 'launch-failure', probability: 0.5 },
  ),
  seed: 11,
  startAt,
  parameters: { nativeEventDropProbability: 0.3, nativeEventDelaySeconds: [0, 600] },
};

function listening(store: RecordingStore, origin: SimulatorOptions | undefined) {
  const events: JsonObject[] = [];
  const simulator = new RecordedSimulator(store, origin, {
    onEvent: (event) => events.push(event),
  });
  const call = (operation: string, input: JsonObject, caller = 'boto3', service = 'mgn') =>
    simulator.answer({
      service,
      region,
      accountId,
      caller,
      method: 'POST',
      path: `/${operation}`,
      query: {},
      headers: {},
      body: JSON.stringify(input),
    });
  return { simulator, events, call };
}

/** Reads, writes, refused and malformed calls, a long way through time. */
function live({ simulator, call }: ReturnType<typeof listening>): void {
  for (let step = 0; step < 60; step += 1) {
    simulator.advanceTo(start + step * 7 * minute);
    call('DescribeSourceServers', {});
    call('StartTest', { sourceServerIDs: [serverId(step % 6)], tags: { step: String(step) } });
    call('StartTest', { sourceServerIDs: step });
    call('TagResource', {}, 'terraform');
    if (step % 5 === 0) call('StartReplication', { sourceServerID: serverId(50) }, 'landfall');
    if (step % 7 === 3) {
      call('ChangeServerLifeCycleState', {
        sourceServerID: serverId(step % 6),
        lifeCycle: { state: 'READY_FOR_CUTOVER' },
      });
    }
    if (step === 30) {
      simulator.inject(
        faults(
          { fault: 'rescan', after: 'PT1M', servers: { share: 0.5 } },
          { fault: 'answer-lost', probability: 0.3 },
        ),
      );
    }
  }
}

/** All that a caller can see, and what it sees of the future. */
function seen({ simulator, events, call }: ReturnType<typeof listening>) {
  const from = events.length;
  const look = () =>
    ['DescribeSourceServers', 'DescribeJobs'].map((o) => call(o, { maxResults: 1000 }));
  const now = look();
  simulator.advanceTo(simulator.now + 26 * hour);
  call('StartTest', { sourceServerIDs: [serverId(5)] });
  return { now, later: look(), told: events.slice(from) };
}

describe('a recorded simulator', () => {
  test('survives a restart, and goes on as if there had been none', () => {
    const file = join(folder, 'world.db');
    const store = new RecordingStore(file);
    const first = listening(store, world);
    live(first);
    first.simulator.note();
    store.close();

    const untouched = listening(new RecordingStore(), world);
    live(untouched);
    const reopened = new RecordingStore(file);
    const second = listening(reopened, undefined);
    expect(second.simulator.now).toBe(first.simulator.now);
    expect(seen(second)).toEqual(seen(untouched));
    reopened.close();
  });

  test.each([1, 2, 3])('comes back the same after calls of every operation (seed %d)', (seed) => {
    const fleet = [...world.fleet, ...Array.from({ length: 8 }, (_, n) => aDrsServer(n))];
    const one = listening(new RecordingStore(), { ...world, fleet, faults: faults() });
    const traffic = new ModelTraffic(seed);
    const answered = new Set<string>();
    for (let n = 0; n < 3000; n += 1) {
      if (n % 10 === 0) one.simulator.advanceTo(one.simulator.now + 5 * minute);
      const request = traffic.next();
      const { status, body } = one.simulator.answer(request);
      traffic.learn(body);
      if (status < 300) answered.add(`${request.service} ${request.path.split('/')[1]}`);
    }
    // The traffic is worth something only where most operations let some of it in.
    expect(answered.size).toBeGreaterThan(60);
    const other = listening(new RecordingStore(), { ...world, fleet: [] });
    other.simulator.restore(one.simulator.snapshot());
    const reads = ['DescribeSourceServers', 'DescribeJobs', 'ListWaves', 'ListApplications'];
    const look = (of: typeof one) => [
      ...reads.map((operation) => of.call(operation, { maxResults: 1000 }).body),
      ...['DescribeSourceServers', 'DescribeRecoveryInstances', 'DescribeJobs'].map(
        (operation) => of.call(operation, {}, 'landfall', 'drs').body,
      ),
    ];
    expect(look(other)).toEqual(look(one));
    for (const of of [one, other]) of.simulator.advanceTo(of.simulator.now + 26 * hour);
    expect(look(other)).toEqual(look(one));
    // Of calls refused at the door the count is kept, not what they said.
    const kept = ({ events }: typeof one) =>
      events.filter((event) => !JSON.stringify(event).includes('"ValidationException"'));
    expect(kept(other)).toEqual(kept(one));
  });

  test('is restored from a snapshot that went through JSON', () => {
    const one = listening(new RecordingStore(), world);
    live(one);
    const text = JSON.stringify(one.simulator.snapshot());
    const other = listening(new RecordingStore(), { ...world, fleet: [], seed: 1 });
    other.simulator.restore(Recording.parse(JSON.parse(text)));
    expect(JSON.stringify(other.simulator.snapshot())).toBe(text);
    expect(seen(other)).toEqual(seen(one));
  });

  test('records writes, not reads, and of calls refused at the door only that they were', () => {
    const store = new RecordingStore();
    const { call } = listening(store, { ...world, faults: faults() });
    call('DescribeSourceServers', {});
    call('StartTest', { sourceServerIDs: [serverId(1)] });
    call('StartTest', { sourceServerIDs: [serverId(1)] });
    call('StartTest', { sourceServerIDs: 'x'.repeat(100_000) });
    call('Nonsense', {});
    expect([...store.entries()].map((entry) => entry.kind)).toEqual(['call', 'call', 'told']);
  });

  test('keeps what was done when the process dies without a word', () => {
    const file = join(folder, 'world.db');
    const store = new RecordingStore(file);
    const first = listening(store, { ...world, faults: faults() });
    first.simulator.advanceTo(start + hour);
    first.call('StartTest', { sourceServerIDs: [serverId(1)] });
    store.close();
    const second = listening(new RecordingStore(file), undefined);
    expect(second.simulator.now).toBe(start + hour);
    expect(second.call('StartTest', { sourceServerIDs: [serverId(1)] }).status).toBe(409);
  });

  test('refuses to go on as another world, and files that hold none', () => {
    const file = join(folder, 'world.db');
    const store = new RecordingStore(file);
    listening(store, world);
    store.close();
    const again = new RecordingStore(file);
    expect(() => listening(again, { ...world, seed: 12 })).toThrow(
      expect.objectContaining({ name: 'OtherOrigin' }),
    );
    expect(listening(again, world).simulator.now).toBe(start);
    again.close();
    const text = join(folder, 'notes.txt');
    writeFileSync(
      text,
      'no database at all, but long enough to be read as the head of one'.repeat(30),
    );
    expect(() => new RecordingStore(text)).toThrow(
      expect.objectContaining({ name: 'StateFileRefused' }),
    );
    expect(() => listening(new RecordingStore(), undefined)).toThrow(RangeError);
  });

  test('stays as it is where a snapshot cannot be replayed', () => {
    const one = listening(new RecordingStore(), world);
    one.call('StartTest', { sourceServerIDs: [serverId(1)] });
    const before = JSON.stringify(one.simulator.snapshot());
    const broken = Recording.parse(JSON.parse(before));
    const wrong = { ...broken, options: { ...broken.options, startAt: 'once upon a time' } };
    expect(() => one.simulator.restore(wrong)).toThrow(RangeError);
    expect(JSON.stringify(one.simulator.snapshot())).toBe(before);
  });
});
