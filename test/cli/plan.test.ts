import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { calibrationPlans } from '../../scripts/write-calibration-plans.ts';
import { readForecast } from '../../src/cli/forecast/read-forecast.ts';
import { inSync, serverId } from '../scenarios/_fleet.ts';
import { aDirectory, example } from './_files.ts';
import { landfall } from './_landfall.ts';

const { directory, write } = aDirectory();
const fleet = write('fleet.json', JSON.stringify({ items: [inSync(1), inSync(2)] }));
const planText = (spec: string) =>
  `apiVersion: landfall/v1\nkind: Migration\nmetadata: { name: p }\nspec: ${spec}\n`;
const plan = write('plan.yaml', planText('{ waves: [{ name: a, servers: { all: true } }] }'));
const nothingElse = {
  seeds: undefined,
  levers: undefined,
  svg: undefined,
  writeNeeds: undefined,
};

describe('landfall plan', () => {
  test('refuses whatever is wrong at once, with exit code 2, and writes nothing', async () => {
    const bad = write('bad.yaml', planText('{ waves: [{ name: a, servers: { ids: [s-1] } }] }'));
    const svg = join(directory, 'missing', 'plan.svg');
    const before = readdirSync(directory);
    const { code, stdout, stderr } = await landfall(
      ...['plan', bad, '--fleet', fleet, '--seeds', '3', '--levers', 'many', '--svg', svg],
      ...['--seed', '-', '--json'],
    );
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: 'refused' });
    const said = stderr.replaceAll(directory, 'DIR').trimEnd().split('\n');
    expect(said[0]).toBe('Refused; nothing was touched.');
    expect(said.slice(1).map((line) => line.replace(/: ENOENT.*? {2}/, '  '))).toEqual([
      '--seed is "-", no whole number from 0 up  → give one, e.g. --seed 7',
      expect.stringMatching(
        /^DIR\/bad\.yaml:4 {2}spec\.waves\[0\]\.servers\.ids\[0\] {2}unknown server/,
      ),
      '--seeds is "3", no whole number from 4 to 200  → give one, e.g. --seeds 5',
      '--levers is "many", no whole number from 0 to 10  → give one, e.g. --levers 5',
      '--svg DIR/missing/plan.svg cannot be written  → name a file in a folder that exists',
    ]);
    expect(readdirSync(directory)).toEqual(before);
  });

  test('begins with 19 seeds and three levers, whatever the plan is called', async () => {
    const read = await readForecast({ ...nothingElse, rehearsal: { plan, fleets: [fleet] } });
    expect(read).toMatchObject({ ok: true, request: { seeds: 19, levers: 3, input: { seed: 1 } } });
  });

  test('refuses to write needs where no phase has a window, or where rules would be lost', async () => {
    const writeNeeds = join(directory, 'needs.yaml');
    const windowless = await readForecast({
      ...nothingElse,
      writeNeeds,
      rehearsal: { plan, fleets: [fleet] },
    });
    expect(windowless).toMatchObject({
      problems: [{ problem: expect.stringContaining('no phase of the plan has a window') }],
    });
    write(
      'own.yaml',
      'apiVersion: landfall/v1\nkind: PreflightRules\nrules: [{ id: own/named, severity: warning, phases: [test], when: { fact: hostname, missing: true }, message: has no name, remedy: give it one }]\n',
    );
    const gated = `{ defaults: { preflight: { rulesFile: own.yaml }, gates: { cutover: { window: { timeZone: UTC, from: "20:00", to: "23:00" } } } }, waves: [{ name: a, servers: { all: true } }] }`;
    const ruled = write('ruled.yaml', planText(gated));
    const elsewhere = await readForecast({
      ...nothingElse,
      writeNeeds: '/tmp/needs.yaml',
      rehearsal: { plan: ruled, fleets: [fleet] },
    });
    expect(elsewhere).toMatchObject({
      problems: [{ problem: expect.stringContaining('names rules by their path') }],
    });
    const beside = await readForecast({
      ...nothingElse,
      writeNeeds,
      rehearsal: { plan: ruled, fleets: [fleet] },
    });
    expect(beside.ok).toBe(true);
  });
});

describe('landfall plan diff', () => {
  test('ends with 0, 1 or 2, and says what differs', async () => {
    const own = `{ waves: [{ name: b, servers: { ids: [${serverId(1)}] }, policy: { attempts: 3 } }] }`;
    const other = write('other.yaml', planText(own));
    const [same, text, data, refused] = await Promise.all([
      landfall('plan', 'diff', plan, plan),
      landfall('plan', 'diff', plan, other, '--fleet', fleet),
      landfall('plan', 'diff', plan, other, '--json'),
      landfall('plan', 'diff', plan, join(directory, 'missing.yaml')),
    ]);
    expect([same.code, same.stdout]).toEqual([0, 'The plans ask for the same.\n']);
    expect(text.code).toBe(1);
    expect(text.stdout).toBe(
      [
        '4 differences',
        '  wave a: removed',
        '  wave b: added',
        `  wave b: 1 server (host-1 (${serverId(1)})) moved here from a`,
        `  wave a: 1 server (host-2 (${serverId(2)})) taken out of the plan`,
        '',
      ].join('\n'),
    );
    expect(data.code).toBe(1);
    expect(JSON.parse(data.stdout)).toEqual({
      outcome: 'done',
      same: false,
      changes: [
        { kind: 'wave-removed', wave: 'a' },
        { kind: 'wave-added', wave: 'b' },
      ],
    });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('missing.yaml');
  });
});

test('the plans of the calibration are what their script writes', async () => {
  const plans = await calibrationPlans();
  expect([...plans.keys()]).toEqual(['forty-waves.yaml', 'twelve-waves.yaml']);
  for (const [name, text] of plans) {
    expect(readFileSync(example(`plans/${name}`), 'utf8')).toBe(text);
  }
});
