import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { simulate } from '../../src/cli/commands/simulate.ts';
import { parameterReference } from '../../src/cli/fault-reference.ts';
import { missingOperations, operationReference } from '../../src/cli/operation-reference.ts';
import { readParametersText } from '../../src/cli/read-parameters.ts';
import { readSimulation } from '../../src/cli/read-simulation.ts';
import { type RunningSimulation, startSimulation } from '../../src/cli/run-simulation.ts';
import { controlPath, controlRoutes } from '../../src/simulator/http/control.ts';
import { parameterTable } from '../../src/simulator/simulator.ts';
import { example } from './_files.ts';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/simulator.md'), 'utf8');
const between = (mark: string) =>
  page
    .slice(page.indexOf(`<!-- ${mark} -->`) + mark.length + 9, page.indexOf(`<!-- /${mark} -->`))
    .trim();
const blocks = (kind: string) =>
  [...page.matchAll(new RegExp(`^\`\`\`${kind}\\n([^]*?)^\`\`\``, 'gm'))].map(
    ([, text = '']) => text,
  );

describe('docs/simulator.md', () => {
  test('lists every operation and every parameter as the code has them', () => {
    expect(between('operations')).toBe(operationReference().trim());
    expect(between('parameters')).toBe(parameterReference().trim());
    expect([...missingOperations('mgn'), ...missingOperations('drs')]).toEqual([]);
  });

  test('explains every source that a parameter names', () => {
    const legend = [...page.matchAll(/^\| ([A-Z][\w, -]+) \| [^|]+ \|$/gm)].flatMap(
      ([, names = '']) => names.split(', '),
    );
    const named = parameterTable().flatMap(({ evidence }) =>
      evidence.split(/,? /).filter((word) => !/^(against|contradictory|unknown|docs)$/.test(word)),
    );
    expect([...new Set(named)].filter((name) => !legend.includes(name))).toEqual([]);
  });

  test('explains every option, and uses no other', () => {
    const known = Object.keys(simulate.definition.args ?? {});
    const rows = [...page.matchAll(/^\| (`--[^|]*(?:\\\|[^|]*)*)\|/gm)].map(([, row]) => row);
    const explained = [...rows.join(' ').matchAll(/`--([\w-]+)/g)].map(([, name]) => name);
    expect(explained.toSorted()).toEqual(known.toSorted());
    const used = page
      .replaceAll('\\\n', ' ')
      .match(/npx landfall simulate[^\n|&>]*/g)
      ?.flatMap((command) => [...command.matchAll(/--([\w-]+)/g)].map(([, name]) => name));
    expect(used?.filter((name) => !known.includes(String(name)))).toEqual([]);
  });

  test('gives parameters that are taken', () => {
    for (const text of blocks('yaml')) {
      expect(readParametersText(text, 'docs')).toMatchObject({ ok: true });
    }
    expect(blocks('yaml')).not.toEqual([]);
  });

  test('shows every route of the control API', () => {
    const shown = blocks('sh').join('');
    const missing = controlRoutes.filter(({ name }) => !shown.includes(`${controlPath}${name}`));
    expect(missing).toEqual([]);
  });
});

describe('the commands of docs/simulator.md', () => {
  let folder = '';
  let running: RunningSimulation | undefined;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'landfall-docs-'));
    symlinkSync(join(root, 'examples'), join(folder, 'examples'));
    const fleets = [
      example('fleets/mixed-40.json'),
      example('fleets/mixed-40.vcenter-clients.json'),
    ];
    const start = '2026-03-05T08:00:00Z';
    const read = await readSimulation({ fleets, port: '0', clock: 'manual', start });
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    running = await startSimulation(read.simulation, () => Date.parse(start));
  });
  afterAll(async () => {
    await running?.stop();
    rmSync(folder, { recursive: true });
  });

  test.each(blocks('sh').filter((text) => text.startsWith('curl')))('%s', async (text) => {
    const port = String(running?.face.port);
    const script = text.replaceAll('localhost:4599', `127.0.0.1:${port}`);
    const failing = script.replaceAll(/^curl /gm, 'curl --fail-with-body ');
    const run = promisify(execFile)('bash', ['-ec', failing], { cwd: folder });
    await expect(run).resolves.toMatchObject({ stderr: '' });
  });
});
