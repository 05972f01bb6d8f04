import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { example } from './_files.ts';
import { landfall } from './_landfall.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const project = example('subscriber');
const out = mkdtempSync(join(tmpdir(), 'landfall-'));
afterAll(() => rmSync(out, { recursive: true }));

/** Runs Node in the example, with `landfall/events` as after its npm install. */
function run(args: readonly string[], input = '') {
  const installed = new URL('_events-package.ts', import.meta.url).href;
  const env = { PATH: process.env['PATH'], NODE_OPTIONS: `--import ${installed}` };
  return spawnSync(process.execPath, args, { cwd: project, env, input, encoding: 'utf8' });
}

let events: readonly string[] = [];
beforeAll(async () => {
  const fleet = ['mixed-40.json', 'mixed-40.vcenter-clients.json'].map((one) =>
    example(`fleets/${one}`),
  );
  const { code } = await landfall(
    ...['rehearse', example('plans/hello-wave.yaml'), '--fleet', fleet[0] ?? ''],
    ...['--vcenter-clients', fleet[1] ?? '', '--out', out],
  );
  expect(code).toBe(0);
  events = readFileSync(join(out, 'events.jsonl'), 'utf8').trimEnd().split('\n');
});

test('the tests of the example pass', () => {
  const { status, stdout } = run(['--test', 'test/subscriber.test.js']);
  expect([
    status,
    /^. pass (\d+)$/m.exec(stdout)?.[1],
    /^. fail (\d+)$/m.exec(stdout)?.[1],
  ]).toEqual([0, '7', '0']);
});

test('it rebuilds the end of a rehearsal, however the events come', () => {
  const whole = run(['src/main.js'], `${events.join('\n')}\n`);
  expect([whole.status, whole.stderr]).toEqual([
    0,
    `${events.length} deliveries: ${events.length} taken, 0 early, 0 repeated\n`,
  ]);
  const rows = whole.stdout.trimEnd().split('\n');
  expect(rows).toHaveLength(40);
  expect(
    rows.filter((row) => /archived .* hello-wave\.wave-1 {2}(succeeded|skipped)$/.test(row)),
  ).toHaveLength(38);
  // Every seventh late by a hundred, every fifth twice.
  const late = events.map((one, i) => ({ one, at: i % 7 === 0 ? i + 100.5 : i }));
  const turned = late
    .toSorted((a, b) => a.at - b.at)
    .flatMap(({ one }, i) => (i % 5 === 0 ? [one, one] : [one]));
  const other = run(['src/main.js'], `${turned.join('\n')}\n`);
  expect([other.status, other.stdout]).toEqual([0, whole.stdout]);
  expect(other.stderr).toMatch(/ [1-9]\d* early, [1-9]\d* repeated\n$/);
});

test('and names what never came', () => {
  const lost = events.findIndex((one) => one.includes('"sequence":3,'));
  const { status, stdout } = run(['src/main.js'], events.toSpliced(lost, 1).join('\n'));
  expect(status).toBe(1);
  expect(stdout).toMatch(/^missing: \S+ 3$/m);
});
