import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readHooksText } from '../../src/cli/read-hooks.ts';
import { readRehearsal } from '../../src/cli/read-rehearsal.ts';

const fleet = ['examples/fleets/mixed-40.json', 'examples/fleets/mixed-40.vcenter-clients.json'];
const rehearsal = (more: object) =>
  readRehearsal({ plan: 'examples/plans/with-hooks.yaml', fleets: fleet, ...more });
const file = (entries: string) =>
  readHooksText(`apiVersion: landfall/v1\nkind: Hooks\nhooks:\n  - ${entries}\n`, 'hooks.yaml');

describe('a file of hooks', () => {
  it('says how they go; what it leaves out succeeds after half a minute', () => {
    const read = file('{ hook: a, share: 20%, times: 2 }');
    expect(read.ok && read.plays).toEqual([
      { hook: 'a', share: 0.2, times: 2, outcome: 'succeeded', durationSeconds: 30 },
    ]);
  });

  it.each([
    ['{ outcome: explodes }', 'not-heard'],
    ['{ share: 0% }', 'percentage'],
    ['{ duration: soon }', 'duration'],
    ['{ point: lunch }', 'beforeTest'],
    ['{ hok: a }', 'hok'],
  ])('is refused with its line: %s', (entries, said) => {
    const read = file(entries);
    const problems = read.ok ? [] : read.problems;
    expect(problems.map(({ problem, line }) => [problem.includes(said), line])).toEqual([
      [true, 4],
    ]);
  });

  it('is refused where it is no YAML', () => {
    expect(file('{ hook: [').ok).toBe(false);
  });

  it('of the example goes with its plan, and its strays are refused', async () => {
    const read = await rehearsal({ hooks: 'examples/hooks/one-bad-apple.yaml' });
    expect(read.ok && read.input.hooks).toHaveLength(4);
    const hooks = 'examples/hooks/one-bad-apple.yaml';
    const other = await readRehearsal({
      plan: 'examples/plans/hello-wave.yaml',
      fleets: fleet,
      hooks,
    });
    expect(other.ok ? [] : other.problems.map(({ path }) => path)).toContain('hooks[0].hook');
  });
});

it('a rehearsal with a deployment file refuses what the stage may not call', async () => {
  const read = await rehearsal({ deployment: 'examples/deployments/many-accounts.yaml' });
  expect(read.ok ? [] : read.problems.map(({ path }) => path)).toContain(
    'spec.defaults.hooks.switch[0].function',
  );
  const none = await rehearsal({ deployment: 'examples/deployments/one-account.yaml' });
  expect(none.ok ? [] : none.problems.map(({ problem }) => problem)).toContain(
    'the stage lets plans have no hooks',
  );
});

it('docs/hooks.md shows a file that is taken', () => {
  const page = readFileSync('docs/hooks.md', 'utf8');
  const blocks = [...page.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, text]) => text ?? '');
  const files = blocks.filter((text) => parse(text)?.kind === 'Hooks');
  expect(files.map((text) => readHooksText(text, 'docs/hooks.md').ok)).toEqual([true]);
});
