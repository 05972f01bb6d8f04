import { Agent, request } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serviceModels } from '../../../src/simulator/model/service-model.ts';
import { ready, serverId } from '../rig.ts';
import { face, scope } from './face-rig.ts';
import { random } from './model-traffic.ts';

interface Malformed {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

const routes = [...serviceModels].flatMap(([service, { operations }]) =>
  Object.values(operations).map(({ method, path }) => ({ service, method, path })),
);

/** What is held in memory, without what only waits to be collected: when that happens is the machine's affair. */
function heldMb(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc()');
  return process.memoryUsage().heapUsed / 1_048_576;
}

function printed(value: unknown, length: number): string {
  return encodeURIComponent(Buffer.from(JSON.stringify(value).slice(0, length)).toString());
}

function malformed(draw: () => number): Malformed {
  const one = <T>(of: readonly T[]): T => {
    const picked = of[Math.floor(draw() * of.length)];
    if (picked === undefined) throw new Error('nothing to draw from');
    return picked;
  };
  const junk = (): unknown => {
    switch (Math.floor(draw() * 14)) {
      case 0:
        return null;
      case 1:
        return draw() * 1e308 * 10 - 1e300;
      case 2:
        return -1;
      case 3:
        return '';
      case 4:
        return 'x'.repeat(Math.floor(draw() * 5000));
      case 5:
        return '\u0000\ud800💥';
      case 6:
        return draw() < 0.5;
      case 7:
        return Array.from({ length: Math.floor(draw() * 300) }, () =>
          one([1, '', serverId(1), null]),
        );
      case 8:
        return { __proto__: 1, constructor: 2, toString: 3, '': junk() };
      case 9:
        return Number.MAX_SAFE_INTEGER;
      case 10:
        return [[[[[junk()]]]]];
      case 11:
        return serverId(900 + Math.floor(draw() * 5));
      case 12:
        return one(['../../etc/passwd', '%00', "'; DROP TABLE entry;--", '${jndi:x}', '\r\nX: y']);
      default:
        return { [one(['state', 'filters', 'tags', 'sourceServerIDs'])]: junk() };
    }
  };
  const route = one(routes);
  const members = [
    'sourceServerID',
    'sourceServerIDs',
    'filters',
    'tags',
    'accountID',
    'maxResults',
    'nextToken',
    'jobID',
    'lifeCycle',
    'name',
    'waveID',
    'applicationID',
    'resourceArn',
    'sourceServers',
    'isDrill',
    'recoveryInstanceIDs',
    '__proto__',
    'replicationType',
    'launchDisposition',
    'order',
    'description',
  ];
  const object = Object.fromEntries(
    Array.from({ length: Math.floor(draw() * 5) }, () => [one(members), junk()]),
  );
  const text = JSON.stringify(object);
  const bodies = [
    () => text,
    () => text,
    () => text,
    () => text.slice(0, Math.floor(draw() * text.length)),
    () => text.replaceAll('"', one(["'", '', '""'])),
    () =>
      one([
        '',
        'null',
        '[]',
        '0',
        '"x"',
        '{',
        '}{',
        '\ufeff{}',
        '<xml/>',
        'Action=DescribeInstances&InstanceId.1=%',
      ]),
    () => '['.repeat(Math.floor(draw() * 20_000)),
    () => '{"a":'.repeat(Math.floor(draw() * 5000)),
    () => `{"tags":{${Array.from({ length: 500 }, (_, n) => `"${n}":"${n}"`).join(',')}}}`,
  ];
  const path = one([
    () => route.path.replace(/\{\w+\}/, printed(junk(), 500)),
    () => route.path.replace(/\{\w+\}/, 'arn%3Aaws'),
    () => route.path,
    () => `${route.path}?maxResults=${printed(junk(), 200)}`,
    () => `${route.path}?nextToken=${'A'.repeat(Math.floor(draw() * 3000))}`,
    () => `/tags/${one(['%', '%zz', '%E0%A4%A', '..%2f..', ''])}?tagKeys=a&tagKeys=%`,
    () =>
      one([
        '/',
        '//',
        '/%',
        '/../StartTest',
        '/_landfall/',
        '/_landfall/x',
        '/StartTest/../..',
        '*',
      ]),
    () => `/${'a'.repeat(Math.floor(draw() * 5000))}`,
    () =>
      `/_landfall/${one(['events?after=x', 'events?limit=0', 'calls?kind=y', 'advance', 'faults', 'restore'])}`,
  ])();
  const authorization = one([
    () => scope(route.service),
    () => scope(route.service),
    () => scope(route.service),
    () => scope(one(['ec2', 'sts', 'servicequotas', 's3', '', '__proto__'])),
    () =>
      scope(
        route.service,
        String(Math.floor(draw() * 1e12)).padStart(12, '0'),
        one(['eu-west-1', 'xx', 'us-gov-west-1', 'cn-north-1', 'zz-any-9']),
      ),
    () => 'AWS4-HMAC-SHA256 Credential=////',
    () => 'Bearer x',
  ])();
  const raw = one(bodies)();
  // The bodies of the control API that change the world stay out: they are not malformed.
  const body =
    draw() < 0.05
      ? Buffer.from(Array.from({ length: 50 }, () => Math.floor(draw() * 256)))
      : Buffer.from(raw);
  return {
    method: draw() < 0.8 ? route.method : one(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']),
    path: path.replace(/[^\x21-\x7e]/g, '?'),
    headers: {
      authorization,
      'content-type': one(['application/json', 'text/plain', 'application/x-www-form-urlencoded']),
      ...(draw() < 0.1
        ? { 'x-amz-target': one(['ServiceQuotasV20190624.ListServiceQuotas', 'x', '.']) }
        : {}),
      ...(draw() < 0.05
        ? { origin: one(['null', 'http://x.example', 'http://localhost', '::']) }
        : {}),
      ...(draw() < 0.05
        ? { host: one(['x.example', 'mgn.us-east-1.amazonaws.com', '[', ':', '127.0.0.1:x']) }
        : {}),
    },
    body,
  };
}

describe('10,000 malformed requests', () => {
  let f: Awaited<ReturnType<typeof face>>;
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  beforeAll(async () => {
    f = await face({ fleet: Array.from({ length: 5 }, (_, n) => ready(n)) });
  });
  afterAll(async () => {
    agent.destroy();
    await f.close();
  });

  const send = ({ method, path, headers, body }: Malformed): Promise<number> =>
    new Promise((resolve, reject) => {
      const sent = request(
        {
          agent,
          host: '127.0.0.1',
          port: f.port,
          method,
          path,
          headers: { ...headers, 'content-length': String(body.length) },
        },
        (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode ?? 0));
          response.on('error', reject);
        },
      );
      sent.setTimeout(5000, () => sent.destroy(new Error(`no answer to ${method} ${path}`)));
      sent.on('error', reject);
      sent.end(body);
    });

  test('are all answered, none with a 5xx, and leave memory as it was', async () => {
    const draw = random(20_240_304);
    const statuses = new Map<number, number>();
    const batch = async (count: number) => {
      for (let done = 0; done < count; done += 8) {
        const answers = await Promise.all(Array.from({ length: 8 }, () => send(malformed(draw))));
        for (const status of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    await batch(2000);
    const before = heldMb();
    await batch(8000);
    const grownMb = heldMb() - before;
    expect(f.defects).toEqual([]);
    expect([...statuses.keys()].filter((status) => status >= 500)).toEqual([]);
    expect([...statuses.values()].reduce((sum, n) => sum + n, 0)).toBe(10_000);
    // Refusals of many kinds, not one door that was always shut.
    expect([...statuses.keys()].sort()).toEqual(expect.arrayContaining([200, 400, 403, 404]));
    expect(grownMb).toBeLessThan(30);
    const { items } = (await f.call('DescribeSourceServers')).body;
    expect(items.map((s: { sourceServerID: string }) => s.sourceServerID)).toEqual(
      [0, 1, 2, 3, 4].map(serverId),
    );
  });
});
