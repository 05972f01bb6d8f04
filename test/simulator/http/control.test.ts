import { afterEach, describe, expect, test } from 'vitest';
import { LogRing } from '../../../src/simulator/http/log-ring.ts';
import { paceText, readPace, VirtualClock } from '../../../src/simulator/http/virtual-clock.ts';
import {
  aClient,
  accountId,
  aServer,
  day,
  hour,
  minute,
  ready,
  region,
  serverId,
  start,
  startAt,
} from '../rig.ts';
import { face, scope } from './face-rig.ts';

const open: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function opened(...given: Parameters<typeof face>) {
  const f = await face(...given);
  open.push(f);
  return f;
}

const iso = (ms: number) => new Date(ms).toISOString();

describe('virtual time', () => {
  test('is told, and moved by seconds or to an instant', async () => {
    const f = await opened({ fleet: [ready(1)] });
    expect((await f.control('GET', 'clock')).body).toEqual({
      now: startAt,
      clock: 'manual',
      nextEventAt: null,
    });
    await f.call('StartTest', { sourceServerIDs: [serverId(1)] });
    const busy = (await f.control('GET', 'clock')).body;
    expect(Date.parse(busy.nextEventAt)).toBeGreaterThan(start);
    const after = await f.control('POST', 'advance', { seconds: 90.5 });
    expect(after).toMatchObject({ status: 200, body: { now: iso(start + 90_500) } });
    const to = iso(start + hour);
    expect((await f.control('POST', 'advance', { to })).body.now).toBe(to);
    const { items } = (await f.call('DescribeJobs')).body;
    expect(items[0].status).toBe('COMPLETED');
  });

  test.each([
    ['', 'neither'],
    ['{"seconds": -1}', 'neither'],
    ['{"seconds": 1, "to": "x"}', 'neither'],
    ['{"to": "tomorrow"}', 'no instant'],
    [`{"to": "${iso(start - 1)}"}`, 'never runs backwards'],
    [`{"seconds": ${(367 * day) / 1000}}`, 'at most 366 days'],
  ])('refuses the advance %s', async (body, message) => {
    const f = await opened();
    const answer = await f.control('POST', 'advance', body);
    expect(answer).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining(message) },
    });
    expect(f.simulator.now).toBe(start);
  });

  test('follows the wall as fast as it was told, from where an advance left it', async () => {
    let wall = 1000;
    const f = await opened({}, { pace: 60, wall: () => wall });
    wall += 10_000;
    expect((await f.control('GET', 'clock')).body).toMatchObject({
      now: iso(start + 10 * minute),
      clock: 'x60',
    });
    await f.control('POST', 'advance', { seconds: 3600 });
    wall += 1000;
    expect((await f.control('GET', 'clock')).body.now).toBe(
      iso(start + 10 * minute + hour + minute),
    );
  });

  test('is read as real, manual or a factor, and nothing else', () => {
    expect(['real', 'manual', 'x60', 'x0.5'].map(readPace)).toEqual(['real', 'manual', 60, 0.5]);
    expect(['', 'x', 'x0', '60', 'x-1', 'x1e3', 'fast'].map(readPace)).toEqual(
      Array(7).fill(undefined),
    );
    expect([60, 'real' as const].map(paceText)).toEqual(['x60', 'real']);
  });

  test('never runs backwards when the wall does', () => {
    let wall = 1000;
    const clock = new VirtualClock('real', () => wall, start);
    wall = 0;
    expect(clock.now()).toBe(start);
  });
});

describe('faults from outside', () => {
  const file = (...list: object[]) => ({ apiVersion: 'landfall/v1', kind: 'Faults', faults: list });

  test('befall calls, launches and servers from then on', async () => {
    const f = await opened({ fleet: [ready(1), ready(2), ready(3)] });
    const launch = async (n: number) =>
      (await f.call('StartTest', { sourceServerIDs: [serverId(n)] })).status;
    expect(await launch(1)).toBe(202);
    await f.control('POST', 'advance', { seconds: 3600 });
    const injected = await f.control(
      'POST',
      'faults',
      file(
        { fault: 'launch-failure', servers: { ids: [serverId(1)] } },
        {
          fault: 'stall',
          after: 'PT1M',
          errorClass: 'NOT_CONVERGING',
          servers: { ids: [serverId(2)] },
        },
        { fault: 'throttling', operations: ['DescribeJobs'], retryAfterSeconds: 3 },
        {
          fault: 'server-disconnected',
          on: 'ready-for-test',
          after: 'PT2M',
          servers: { ids: [serverId(3)] },
        },
      ),
    );
    expect(injected).toMatchObject({ status: 200, body: { injected: 4 } });
    expect((await f.call('DescribeJobs')).status).toBe(429);
    // The second launch is the first that the fault sees.
    expect(await launch(1)).toBe(202);
    await f.control('POST', 'advance', { seconds: 1800 });
    const { items } = (await f.call('DescribeSourceServers')).body;
    expect(items[1].dataReplicationInfo.dataReplicationState).toBe('STALLED');
    expect(items[2].lifeCycle.state).toBe('DISCONNECTED');
    const status = f.events.after(0, 1000).filter(({ text }) => text.includes('LAUNCH_FAILED'));
    expect(status).not.toEqual([]);
  });

  test('kill and revive vCenter clients', async () => {
    const f = await opened({ vcenterClients: [aClient] });
    await f.control('POST', 'advance', { seconds: 3600 });
    const dead = { fault: 'vcenter-client-dead', after: 'PT10M', revivesAfter: 'PT1H' };
    await f.control('POST', 'faults', file(dead));
    const silence = async (seconds: number) => {
      await f.control('POST', 'advance', { seconds });
      const authorization = scope('mgn');
      const { items } = (await f.send('GET', '/DescribeVcenterClients', { authorization })).body;
      return f.simulator.now - Date.parse(items[0].lastSeenDatetime);
    };
    expect(await silence(300)).toBeLessThan(3 * minute);
    expect(await silence(2400)).toBeGreaterThan(30 * minute);
    expect(await silence(3600)).toBeLessThan(3 * minute);
  });

  test('make reads stale from the moment they come', async () => {
    const f = await opened({ fleet: [ready(1)] });
    await f.control('POST', 'advance', { seconds: 3600 });
    await f.control('POST', 'faults', file({ fault: 'stale-reads', staleSeconds: 60 }));
    await f.control('POST', 'advance', { seconds: 600 });
    const state = async () => (await f.call('DescribeSourceServers')).body.items[0].lifeCycle.state;
    await f.call('StartTest', { sourceServerIDs: [serverId(1)] });
    expect(await state()).toBe('READY_FOR_TEST');
    await f.control('POST', 'advance', { seconds: 61 });
    expect(await state()).toBe('TESTING');
  });

  test.each([
    ['faults: [', 'problems'],
    ['{}', 'problems'],
    [JSON.stringify(file({ fault: 'meteor' })), 'problems'],
    [
      `a: &a [x,x]\nb: &b [*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c]\ne: [*d,*d,*d,*d]`,
      'message',
    ],
  ])('are refused with what is wrong: %.30s', async (body, member) => {
    const f = await opened();
    const answer = await f.control('POST', 'faults', body);
    expect(answer.status).toBe(400);
    expect(answer.body).toHaveProperty(member);
    expect(f.defects).toEqual([]);
  });
});

describe('the logs', () => {
  test('tell native and CloudTrail-style events, and calls, with their numbers', async () => {
    const f = await opened({
      fleet: [aServer(1, { replication: 'INITIAL_SYNC', lifeCycle: 'NOT_READY' })],
      parameters: { trailEventDelaySeconds: [60, 60] },
    });
    await f.call('StopReplication', { sourceServerID: serverId(1) });
    await f.call('StartReplication', { sourceServerID: serverId(1) });
    await f.control('POST', 'advance', { seconds: 86_400 });
    const trail = (await f.control('GET', 'events?kind=cloudtrail')).body;
    expect(trail.items.map((e: { detail: { eventName: string } }) => e.detail.eventName)).toEqual([
      'StopReplication',
      'StartReplication',
    ]);
    const native = (await f.control('GET', 'events?kind=native')).body;
    expect(native.items.at(-1)).toMatchObject({
      sequence: expect.any(Number),
      source: 'aws.mgn',
      'detail-type': 'MGN Source Server Lifecycle State Change',
    });
    const { latest, items } = (await f.control('GET', 'calls?after=1&limit=5')).body;
    expect({ latest, items }).toMatchObject({
      latest: 2,
      items: [{ sequence: 2, operation: 'StartReplication', status: 200, error: null }],
    });
  });

  test.each(['events?after=x', 'calls?limit=0', 'events?kind=all', 'calls?limit=10001'])(
    'refuse %s',
    async (name) => {
      expect((await (await opened()).control('GET', name)).status).toBe(400);
    },
  );

  test('hold the last lines only, by number and by size', () => {
    const ring = new LogRing(3, 40);
    for (let n = 1; n <= 10; n += 1) ring.add({ n });
    expect(ring.after(0, 10).map((line) => line.sequence)).toEqual([8, 9, 10]);
    expect(ring.after(9, 10).map((line) => line.text)).toEqual(['{"n":10}']);
    expect(ring.after(10, 10)).toEqual([]);
    ring.add({ long: 'x'.repeat(100) });
    expect(ring.after(0, 10).map((line) => line.sequence)).toEqual([11]);
    const undo = ring.clear();
    ring.add({ n: 1 });
    expect(ring.after(0, 10)).toEqual([{ sequence: 1, text: '{"n":1}' }]);
    undo();
    expect(ring.latest).toBe(11);
  });
});

describe('snapshots', () => {
  test('go from one simulator to another', async () => {
    const one = await opened({ fleet: [ready(1)] });
    await one.call('StartTest', { sourceServerIDs: [serverId(1)] });
    await one.control('POST', 'advance', { seconds: 3600 });
    const snapshot = (await one.control('GET', 'snapshot')).text;
    const other = await opened();
    const restored = await other.control('POST', 'restore', snapshot);
    expect(restored).toMatchObject({ status: 200, body: { now: iso(start + hour) } });
    const read = async (f: typeof one) => (await f.call('DescribeSourceServers')).text;
    expect(await read(other)).toBe(await read(one));
  });

  test.each(['', '{}', '{"format":"landfall-simulator/9"}'])('refuse %j', async (body) => {
    const f = await opened({ fleet: [ready(1)] });
    expect((await f.control('POST', 'restore', body)).status).toBe(400);
    expect((await f.call('DescribeSourceServers')).body.items).toHaveLength(1);
  });
});

describe('what happens without a call', () => {
  const where = { accountId, region };

  test('an agent is installed on a host, whose replication begins', async () => {
    const f = await opened();
    const host = { hostname: 'web-1', disks: [{ deviceName: '/dev/sda', bytes: 2 ** 30 }] };
    const installed = await f.control('POST', 'agents', { ...where, host });
    expect(installed.status).toBe(200);
    const { items } = (await f.call('DescribeSourceServers')).body;
    expect(items).toMatchObject([
      { sourceServerID: installed.body.sourceServerID, lifeCycle: { state: 'NOT_READY' } },
    ]);
    const refused = await f.control('POST', 'agents', { ...where, host: { hostname: 'web-2' } });
    expect(refused).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('disks') },
    });
  });

  test('files are put where an import reads them, and read where an export wrote them', async () => {
    const f = await opened();
    const file = { ...where, bucket: 'inventory', key: 'servers.csv' };
    const read = () => f.control('GET', `objects?${new URLSearchParams(file)}`);
    expect((await read()).status).toBe(404);
    const put = await f.control('POST', 'objects', { ...file, text: 'a,b\n' });
    expect(put.status).toBe(200);
    expect((await read()).body).toEqual({ text: 'a,b\n' });
    expect((await f.control('POST', 'objects', { ...where, key: 'x' })).status).toBe(400);
  });

  test('both are in a snapshot', async () => {
    const f = await opened();
    await f.control('POST', 'objects', { ...where, bucket: 'b', key: 'k', text: 'v' });
    const host = { hostname: 'web-1', disks: [{ deviceName: '/dev/sda', bytes: 2 ** 30 }] };
    await f.control('POST', 'agents', { ...where, host });
    await f.control('POST', 'advance', { seconds: 86_400 });
    const other = await opened();
    await other.control('POST', 'restore', (await f.control('GET', 'snapshot')).text);
    for (const look of [
      (of: typeof f) =>
        of.control('GET', `objects?${new URLSearchParams({ ...where, bucket: 'b', key: 'k' })}`),
      (of: typeof f) => of.call('DescribeSourceServers'),
    ]) {
      expect((await look(other)).text).toBe((await look(f)).text);
    }
  });
});

test('the control API says that it is there, and what is not', async () => {
  const f = await opened();
  expect((await f.control('GET', 'health')).body).toEqual({ status: 'ok', now: startAt });
  expect((await f.control('GET', 'nothing')).status).toBe(404);
  expect(await f.control('GET', 'advance')).toMatchObject({
    status: 405,
    headers: { allow: 'POST' },
  });
});
