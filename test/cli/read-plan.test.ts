import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFleet } from '../../src/cli/read-fleet.ts';
import { readPlan, readPlanText } from '../../src/cli/read-plan.ts';
import { largestPlanBytes } from '../../src/cli/read-text-file.ts';
import { printProblems } from '../../src/core/fleet/problem.ts';
import { readFleetDocuments } from '../../src/core/fleet/read-fleet-documents.ts';
import { resolvePlan } from '../../src/core/plan/resolve-plan.ts';
import { phaseNames } from '../../src/core/plan/settings.ts';
import { aFleet } from '../core/plan/_examples.ts';
import { aDrsServer } from '../simulator/drs/rig.ts';
import { aDirectory, example } from './_files.ts';

const { directory, write } = aDirectory();

const smallest = `apiVersion: landfall/v1
kind: Migration
metadata: { name: p }
spec:
  waves:
    - name: a
      servers: { all: true }
`;

function refusal(text: string): string {
  const read = readPlanText(text, 'plan.yaml');
  return read.ok ? 'read' : printProblems(read.problems);
}

describe('the example plans', () => {
  it.each([
    ['first-wave', ['mixed-40', 'mixed-40.vcenter-clients'], [40]],
    ['agent-based', ['agent-based-120'], [120]],
    ['agentless', ['agentless-805', 'agentless-805.vcenter-clients'], [805]],
    ['programme-3-waves', ['agent-based-120'], [15, 18, 87]],
  ])('%s resolves on its fleet', async (name, fleets, sizes) => {
    const plan = await readPlan(example(`plans/${name}.yaml`));
    const read = await readFleet(fleets.map((fleet) => example(`fleets/${fleet}.json`)));
    const resolution = plan.ok && read.ok ? resolvePlan(plan.plan, read.fleet) : undefined;
    expect(resolution?.ok && resolution.waves.map((wave) => wave.servers.length)).toEqual(sizes);
  });
});

describe('readPlan', () => {
  it('reads the smallest plan of docs/plan.md', () => {
    const page = readFileSync(new URL('../../docs/plan.md', import.meta.url), 'utf8');
    const [, block = ''] = /```yaml\n([^`]*)```/.exec(page) ?? [];
    expect(refusal(block)).toBe('read');
  });

  it('refuses a list as a key without a word of the YAML library’s own', async () => {
    const warnings: string[] = [];
    const listener = ({ message }: Error) => void warnings.push(message);
    process.on('warning', listener);
    expect(refusal(`${smallest}? [a, b]\n: c\n`)).toContain('unknown field');
    await new Promise(setImmediate);
    process.off('warning', listener);
    expect(warnings).toEqual([]);
  });

  it('reads a plan in JSON as well', () => {
    const document = {
      apiVersion: 'landfall/v1',
      kind: 'Migration',
      metadata: { name: 'p' },
      spec: { waves: [{ name: 'a', servers: { all: true } }] },
    };
    const yaml = readPlanText(smallest, 'plan.yaml');
    expect(readPlanText(JSON.stringify(document), 'x')).toMatchObject({ ok: true, plan: document });
    expect(yaml).toMatchObject({ ok: true, plan: document });
  });

  it('reads anchors and aliases', () => {
    const text = smallest
      .replace('name: a', 'name: &name a')
      .replace('{ all: true }', '{ tags: { wave: *name } }');
    expect(readPlanText(text, 'x')).toMatchObject({
      ok: true,
      plan: { spec: { waves: [{ servers: { tags: { wave: 'a' } } }] } },
    });
  });

  it('tells the line of every problem of the form, all at once', () => {
    const text = `${smallest.replace('kind: Migration', 'kind: Migration\nextra: 1')}      phases:
        - replicate
        - reboot
    - name: b
`;
    expect(
      refusal(text)
        .split('\n')
        .map((line) => line.split('  ').slice(0, 3).join('  ')),
    ).toEqual([
      `plan.yaml:11  spec.waves[0].phases[1]  is "reboot", not ${phaseNames.join(' or ')}`,
      'plan.yaml:12  spec.waves[1].servers  is missing',
      'plan.yaml:3  extra  unknown field "extra"',
    ]);
  });

  it('tells the line of problems that only the fleet brings up', () => {
    const read = readPlanText(
      smallest.replace('{ all: true }', '\n        ids:\n          - s-x\n'),
      'plan.yaml',
    );
    const resolution = read.ok ? resolvePlan(read.plan, aFleet(1)) : undefined;
    const problems = read.ok && resolution?.ok === false ? read.locate(resolution.problems) : [];
    expect(problems.map(({ file, line, path }) => [file, line, path])).toEqual([
      ['plan.yaml', 9, 'spec.waves[0].servers.ids[0]'],
    ]);
  });

  it.each([
    ['an empty plan', '', /the plan is empty/],
    ['a plan of comments', '# nothing\n', /the plan is empty/],
    ['a list', '- 1\n', /^plan.yaml:1 {2}the plan is a list of 1, not an object/],
    ['a second document', `${smallest}---\na: 1\n`, /^plan.yaml:9? ?.*a second document begins/],
    ['a key twice', `${smallest}kind: Migration\n`, /^plan.yaml:8 {2}Map keys must be unique/],
    ['a tab', 'a:\n\tb: 1\n', /^plan.yaml:2 {2}Tabs are not allowed/],
    ['an open quote', 'a: "b\n', /^plan.yaml:\d {2}Missing closing "quote/],
    ['an unknown tag', 'a: !secret b\n', /^plan.yaml:1 {2}Unresolved tag: !secret/],
    [
      'an unknown alias',
      'a: *b\n',
      /^plan.yaml:1 .*Unresolved alias|cannot be read: Unresolved alias/,
    ],
    ['a merge key', smallest.replace('{ name: p }', '{ name: p, <<: {} }'), /unknown field "<<"/],
    ['deep lists', '['.repeat(100_000), /nested too deeply|YAML/],
    ['deep blocks', '- '.repeat(100_000), /nested too deeply|YAML|list of 1/],
    ['terminal codes', `"\\e[2J": 1\n${smallest}`, /^plan.yaml:1 {2}\["\\u001b\[2J"\]/],
  ])('refuses %s', (_, text, expected) => {
    expect(refusal(text)).toMatch(expected);
  });

  it('refuses aliases that multiply', () => {
    const bomb = Array.from({ length: 30 }, (_, i) =>
      i === 0 ? 'a0: &a0 [x, x]' : `a${i}: &a${i} [*a${i - 1}, *a${i - 1}]`,
    );
    expect(refusal(bomb.join('\n'))).toMatch(/Excessive alias count.* → write the values out/);
    expect(refusal('a: &a [*a]')).not.toBe('read');
  });

  it('refuses what is no readable file, or is too large', async () => {
    for (const file of [directory, join(directory, 'none'), '/dev/zero']) {
      expect((await readPlan(file)).ok).toBe(false);
    }
    const large = await readPlan(write('large', ' '.repeat(largestPlanBytes + 1)));
    expect(large.ok ? '' : printProblems(large.problems)).toMatch(/is larger than 384 KiB/);
  });

  it('reads or refuses any mutated plan, never throws', { timeout: 30_000 }, () => {
    const texts = ['first-wave', 'programme-3-waves'].map((name) =>
      readFileSync(example(`plans/${name}.yaml`), 'utf8'),
    );
    const edit = fc.record({
      at: fc.nat(3000),
      removed: fc.nat(12),
      added: fc.oneof(
        fc.constantFrom(
          ...[
            '\n',
            '  ',
            '- ',
            ': ',
            '{',
            '}',
            '[',
            ']',
            '"',
            '&a ',
            '*a',
            '!!',
            '? ',
            '<<: ',
            '\t',
          ],
          ...['---\n', '%YAML 1.1\n', '.nan', '0x1F', '~', '__proto__: 1\n', '\u0000', '|\n'],
        ),
        fc.string({ maxLength: 6 }),
      ),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.array(edit, { minLength: 1, maxLength: 4 }),
        (text, edits) => {
          const mutated = edits.reduce(
            (yaml, { at, removed, added }) => yaml.slice(0, at) + added + yaml.slice(at + removed),
            text,
          );
          const read = readPlanText(mutated, 'plan.yaml');
          if (read.ok) resolvePlan(read.plan, aFleet(3));
          else expect(read.problems).not.toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('own rules in a file', () => {
  const plan = (more: string) =>
    `apiVersion: landfall/v1\nkind: Migration\nmetadata: { name: a }\nspec: { defaults: { preflight: { ${more} } }, waves: [{ name: w, servers: { all: true } }] }\n`;
  const rules = (when: string) =>
    `apiVersion: landfall/v1\nkind: PreflightRules\nrules: [{ id: own/a, severity: warning, phases: [test], when: ${when}, message: m, remedy: r }]\n`;
  const written = async (more: string, text: string) => {
    await write('rules.yaml', text);
    return readPlan(await write('plan-with-rules.yaml', plan(more)));
  };

  it('become part of the plan, as if they stood in it', async () => {
    const read = await written('rulesFile: rules.yaml', rules('{ fact: tier, is: 0 }'));
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    expect(read.plan.spec.defaults?.preflight).toEqual({
      own: [
        {
          id: 'own/a',
          severity: 'warning',
          phases: ['test'],
          when: { fact: 'tier', is: 0 },
          message: 'm',
          remedy: 'r',
        },
      ],
    });
  });

  it.each([
    ['rulesFile: none.yaml', rules('{ fact: tier, is: 0 }'), /none\.yaml/],
    ['rulesFile: rules.yaml', rules('{ fact: secret, is: 0 }'), /fact/],
    ['rulesFile: rules.yaml', rules('{ code: "1" }'), /when/],
    ['rulesFile: rules.yaml', '{', /./],
    ['rules: { no-such-rule: off }', '', /no-such-rule/],
  ])('%s is refused whole, by its place', async (more, text, said) => {
    const read = await written(more, text);
    expect(read.ok).toBe(false);
    expect(JSON.stringify(read.ok ? [] : read.problems)).toMatch(said);
  });
});

describe('a launch configuration in a file', () => {
  const plan = (servers: string) =>
    `apiVersion: landfall/v1
kind: Drill
metadata: { name: a }
spec:
  defaults:
    desired: { apply: by-policy, launchConfigurationFile: launch.yaml }
  waves:
    - name: w
      servers: { ${servers} }
`;
  const launch = (spec: string) =>
    `apiVersion: landfall/v1\nkind: LaunchConfiguration\nmetadata: { name: baseline }\nspec:\n  ${spec}\n`;
  const written = async (text: string, servers = 'all: true') => {
    await write('launch.yaml', text);
    return readPlan(await write('plan-that-launches.yaml', plan(servers)));
  };

  it('becomes part of the plan, so that no file is needed later', async () => {
    const read = await written(launch('template: { copyTags: true }'));
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    expect(read.plan.spec.defaults?.desired).toMatchObject({
      apply: 'by-policy',
      configuration: { metadata: { name: 'baseline' }, spec: { template: { copyTags: true } } },
    });
    expect(read.plan.spec.defaults?.desired).not.toHaveProperty('launchConfigurationFile');
  });

  it('is refused with its own file and line, together with what else is wrong', async () => {
    const read = await written(launch('template: { copyTags: maybe }\n  tenplate: {}'));
    const problems = read.ok ? [] : read.problems;
    expect(problems.map(({ file, line }) => [file?.split('/').at(-1), line])).toEqual([
      ['launch.yaml', 5],
      ['launch.yaml', 4],
    ]);
    const missing = await readPlan(
      await write('plan-without.yaml', plan('all: true').replace('launch.yaml', 'none.yaml')),
    );
    expect(JSON.stringify(missing.ok ? [] : missing.problems)).toMatch(/none\.yaml/);
  });

  it('that does not fit the servers is found at its own line, the plan at that of the plan', async () => {
    const read = await written(
      launch('byServer:\n    - hostnames: [nobody]'),
      'ids: [s-00000000000000099]',
    );
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    const resolution = resolvePlan(read.plan, readFleetDocuments([{ items: [aDrsServer(1)] }]));
    const found = read.locate(resolution.ok ? [] : resolution.problems);
    expect(found.map(({ file, line }) => [file?.split('/').at(-1), line])).toEqual([
      ['launch.yaml', 6],
      ['plan-that-launches.yaml', 9],
    ]);
  });
});
