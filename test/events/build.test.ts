// What a subscriber gets who imports `landfall/events` without our sources: plain JavaScript and its types.
import { execFile, spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { post } from '../../src/adapters/http/post.ts';
import { catalogue } from '../../src/core/event/catalogue.ts';
import { exampleEvent } from '../../src/core/event/event-example.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const home = mkdtempSync(join(tmpdir(), 'landfall-subscriber-'));
const installed = join(home, 'node_modules/landfall');

beforeAll(async () => {
  const built = join(installed, 'events/dist');
  mkdirSync(join(installed, 'schemas'), { recursive: true });
  await run(process.execPath, [join(root, 'scripts/build-events.mjs'), built]);
  cpSync(join(root, 'schemas/events'), join(installed, 'schemas/events'), { recursive: true });
  const exported = {
    './events': { types: './events/dist/index.d.mts', default: './events/dist/index.mjs' },
    './events/schemas/*': './schemas/events/*',
  };
  writeFileSync(
    join(installed, 'package.json'),
    JSON.stringify({ name: 'landfall', type: 'module', exports: exported }),
  );
  writeFileSync(join(home, 'package.json'), JSON.stringify({ name: 'subscriber', type: 'module' }));
}, 60_000);

afterAll(() => rmSync(home, { recursive: true, force: true }));

describe('landfall/events', () => {
  test('is one module that needs nothing, of less than 200,000 bytes, and its types', () => {
    const dist = join(installed, 'events/dist');
    expect(readdirSync(dist).toSorted()).toEqual([
      'index.d.mts',
      'index.mjs',
      'landfall-events.d.mts',
      'verify-signature.d.mts',
    ]);
    const code = readFileSync(join(dist, 'index.mjs'), 'utf8');
    expect(code).not.toMatch(/\bfrom\s*["'][^"']+["']|\brequire\(|\bimport\(/);
    expect(statSync(join(dist, 'index.mjs')).size).toBeLessThan(200_000);
  });

  test('reads every event in plain JavaScript', async () => {
    writeFileSync(join(home, 'events.json'), JSON.stringify(catalogue.map(exampleEvent)));
    writeFileSync(
      join(home, 'read.mjs'),
      `import { readFileSync } from 'node:fs';
import { isWaveConcluded, parseLandfallEvent } from 'landfall/events';
import schema from 'landfall/events/schemas/wave-concluded.schema.json' with { type: 'json' };
const read = JSON.parse(readFileSync('events.json', 'utf8')).map(parseLandfallEvent);
console.log(JSON.stringify({
  types: read.map((event) => event['detail-type']),
  concluded: read.filter(isWaveConcluded).map(({ detail }) => detail.servers),
  unknown: parseLandfallEvent({ source: 'aws.mgn', detail: {} }).why,
  title: schema.title,
}));`,
    );
    const { stdout } = await run(process.execPath, ['read.mjs'], { cwd: home });
    expect(JSON.parse(stdout)).toEqual({
      types: catalogue.map(({ detailType }) => detailType),
      concluded: [24],
      unknown: 'other-source',
      title: 'Wave Concluded',
    });
  });

  test('verifies webhooks with the receiver that docs/notifications.md shows', async () => {
    const page = readFileSync(join(root, 'docs/notifications.md'), 'utf8');
    const shown = /```ts\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
    const anyPort = `.listen(0, '127.0.0.1', function () { console.log(this.address().port); })`;
    expect(shown).toContain('.listen(8080)');
    writeFileSync(join(home, 'receiver.mts'), shown.replace('.listen(8080)', anyPort));
    const key = 'a key that is long enough to sign with';
    const env = { ...process.env, LANDFALL_KEY: key };
    const child = spawn(process.execPath, ['receiver.mts'], { cwd: home, env });
    try {
      const [port] = (await once(child.stdout, 'data')) as [Buffer];
      const url = `http://127.0.0.1:${String(port).trim()}/`;
      const body = JSON.stringify(catalogue.map(exampleEvent)[0]);
      const t = Math.floor(Date.now() / 1000);
      const v1 = createHmac('sha256', key).update(`${t}.${body}`).digest('hex');
      const asked = async (header: string, sent: string) => {
        const headers = { 'landfall-signature': header };
        const reply = await post({ url, headers, body: sent }, { timeoutMs: 5000, loopback: true });
        return [reply.status, 'text' in reply ? reply.text : reply.problem];
      };
      expect(await asked(`t=${t},v1=${v1}`, body)).toEqual([204, '']);
      expect(await asked(`t=${t},v1=${v1}`, `${body} `)).toEqual([401, 'wrong']);
      expect(await asked(`t=${t - 999},v1=${v1}`, body)).toEqual([401, 'expired']);
    } finally {
      child.kill();
    }
  }, 60_000);

  test('types a subscriber that is written in TypeScript, and finds its mistakes', async () => {
    writeFileSync(
      join(home, 'subscriber.ts'),
      `import { type LandfallEvent, isLifecycleStateChange, parseLandfallEvent } from 'landfall/events';
export function told(event: unknown): string {
  const read = parseLandfallEvent(event);
  if (read['detail-type'] === 'unknown') return read.problem;
  const known: LandfallEvent = read;
  if (isLifecycleStateChange(known)) return known.detail.current ?? 'none';
  if (known['detail-type'] === 'Wave Server Outcome') {
    const outcome: 'succeeded' | 'skipped' | 'rolled-back' | 'failed' | 'frozen' = known.detail.outcome;
    return outcome;
  }
  // @ts-expect-error: not every event has it
  return known.detail.instanceId;
}
`,
    );
    const compilerOptions = {
      ...{ noEmit: true, strict: true, exactOptionalPropertyTypes: true, types: [] },
      ...{ module: 'nodenext', target: 'es2022' },
    };
    writeFileSync(
      join(home, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, files: ['subscriber.ts'] }),
    );
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const { stdout } = await run(process.execPath, [compiler], { cwd: home }).catch(
      (error: { readonly stdout: string }) => error,
    );
    expect(stdout).toBe('');
  }, 60_000);
});
