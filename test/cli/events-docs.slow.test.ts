import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { parse } from 'yaml';
import { eventsCommands } from '../../src/cli/events/events-commands.ts';
import { isEventPattern, patternMatches } from '../../src/runtime/event-pattern.ts';
import { type Deployed, deployHere } from './_deployed.ts';
import { aServerEvent, eventsOnAws } from './_events-aws.ts';
import { aDirectory, example } from './_files.ts';

vi.setConfig({ testTimeout: 180_000 });

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/subscribe.md'), 'utf8');
const blocks = [...page.matchAll(/^```(\w+)( on-aws)?\n([\s\S]*?)^```$/gm)].map(
  ([, language = '', onAws, code = '']) => ({ language, isOnAws: onAws !== undefined, code }),
);
const blockIn = (language: string) => blocks.find((one) => one.language === language)?.code ?? '';
const commands = blocks
  .filter(({ language }) => language === 'sh')
  .flatMap(({ code, isOnAws }) =>
    code
      .trim()
      .split('\n')
      .map((command) => ({ command, isOnAws })),
  );

const { directory, write } = aDirectory();
let here: Deployed;

beforeAll(async () => {
  here = await deployHere([example('fleets/agent-based-120.json')]);
  symlinkSync(join(root, 'examples'), join(directory, 'examples'));
  write('rule.json', blockIn('json'));
  // npx as a person has it: the command line of this checkout.
  const landfall = join(root, 'bin/landfall.mjs');
  write('npx', `#!/bin/sh\nshift\nexec "${process.execPath}" "${landfall}" "$@"\n`);
  chmodSync(join(directory, 'npx'), 0o755);
});
afterAll(() => here.close());

describe('docs/subscribe.md', () => {
  test.each(commands)('$command', async ({ command, isOnAws }) => {
    if (isOnAws) {
      here.reset();
      eventsOnAws(here, [aServerEvent(1, { current: 'CUTOVER' })]);
    }
    const child = spawn('sh', ['-c', command], {
      cwd: directory,
      env: { ...here.env, PATH: `${directory}:${process.env['PATH']}` },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr] = [text(child.stdout), text(child.stderr)];
    const [code] = (await once(child, 'close')) as [number];
    expect([code, code === 0 ? '' : await stderr]).toEqual([0, '']);
    expect(await stdout).not.toBe('');
  });

  test('has commands that were run', () => {
    expect(commands.length).toBeGreaterThanOrEqual(9);
    const names = [...eventsCommands.keys()];
    const unused = names.filter((name) =>
      commands.every(({ command }) => !command.startsWith(`npx landfall ${name}`)),
    );
    expect(unused).toEqual([]);
  });

  test('names no option that is not there', () => {
    for (const { command } of commands) {
      const known = [...eventsCommands].find(([name]) =>
        command.startsWith(`npx landfall ${name} `),
      );
      const takes = Object.keys(known?.[1].definition.args ?? {});
      const used =
        known === undefined ? [] : [...command.matchAll(/ --([\w-]+)/g)].map(([, one]) => one);
      expect(used.filter((one) => !takes.includes(String(one)))).toEqual([]);
    }
  });

  test('has one pattern, that of the rule in CloudFormation and that of rule.json', () => {
    const pattern: unknown = JSON.parse(blockIn('json'));
    const tags = ['!GetAtt', '!Ref'].map((tag) => ({ tag, resolve: (value: string) => value }));
    const template = parse(blockIn('yaml'), { customTags: tags }) as {
      readonly Resources: Readonly<
        Record<string, { readonly Properties: Record<string, unknown> }>
      >;
    };
    expect(template.Resources['CutoverRule']?.Properties['EventPattern']).toEqual(pattern);
    if (!isEventPattern(pattern)) throw new Error('no pattern');
    expect(patternMatches(pattern, aServerEvent(1, { current: 'CUTOVER' }))).toBe(true);
    expect(patternMatches(pattern, aServerEvent(1))).toBe(false);
  });
});
