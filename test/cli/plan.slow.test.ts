// `landfall plan` as a person runs it: what it writes and prints, and that the same inputs give the same bytes.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { inSync } from '../scenarios/_fleet.ts';
import { aDirectory } from './_files.ts';
import { type Ended, landfall, landfallUntil } from './_landfall.ts';
import { parseXml } from './forecast/_xml.ts';

const { directory, write } = aDirectory();
const fleet = write('fleet.json', JSON.stringify({ items: [inSync(1), inSync(2)] }));
const plan = write(
  'plan.yaml',
  `apiVersion: landfall/v1
kind: Migration
metadata: { name: nightly }
spec:
  waves:
    - name: a # the first
      servers: { all: true }
      gates: { cutover: { window: { timeZone: UTC, from: "20:00", to: "23:00" } } }
`,
);
const asked = ['plan', plan, '--fleet', fleet, '--seeds', '4'];
const file = (name: string) => join(directory, name);
const read = (name: string) => readFileSync(file(name), 'utf8');
let text: Ended;
let data: Ended;

beforeAll(async () => {
  text = await landfall(
    ...[...asked, '--levers', '1', '--svg', file('one.svg'), '--write-needs', file('needs.yaml')],
  );
  data = await landfall(...asked, '--levers', '1', '--svg', file('two.svg'), '--json');
});

test('prints the schedule, and draws and writes what was asked for', () => {
  expect([text.code, data.code]).toEqual([0, 0]);
  expect(text.stdout).toMatch(/^Plan nightly: 2 servers in 1 wave, from 4 rehearsals/);
  expect(text.stdout).toMatch(/window of cutover +2 servers .* window /);
  expect(text.stdout).toMatch(/ sooner +no windows before cutover +ends /);
  expect(parseXml(read('one.svg')).name).toBe('svg');
  expect(read('needs.yaml')).toMatch(/- name: a # the first[\s\S]*needs: PT\d+M/);
});

test('prints the same as data, and gives the same bytes for the same inputs', async () => {
  expect(data.stdout.trimEnd().split('\n')).toHaveLength(1);
  const told = JSON.parse(data.stdout);
  expect(told).toMatchObject({
    outcome: 'done',
    plan: 'nightly',
    servers: 2,
    seeds: [1, 2, 3, 4],
    allWell: 4,
    waves: [{ wave: 'a', concluded: 4, needs: expect.any(Array) }],
    levers: [{ name: 'no-windows', gainSeconds: expect.any(Number) }],
    criticalPath: { links: expect.any(Array) },
  });
  expect(read('two.svg')).toBe(read('one.svg'));
});

test('the plan with its needs is one that starts, and says what it was given', async () => {
  const { code, stdout } = await landfall('plan', 'diff', plan, file('needs.yaml'));
  expect(code).toBe(1);
  expect(stdout).toMatch(/^1 difference\n {2}wave a: gates\.cutover\.needsSeconds: none → \d+\n$/);
});

test('leaves nothing behind when it is interrupted', async () => {
  const many = ['--seeds', '200', '--svg', file('never.svg')];
  const ended = await landfallUntil(
    (said, interrupt) => {
      if (said.includes('of 200 rehearsals')) interrupt();
    },
    ...['plan', plan, '--fleet', fleet, ...many],
  );
  expect(ended.code).toBe(130);
  expect(ended.stderr).toContain('Interrupted; nothing was written.');
  expect([ended.stdout, existsSync(file('never.svg'))]).toEqual(['', false]);
});
