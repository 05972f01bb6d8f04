// Programmes: several plans on one fleet and one clock, each started at its time.
import { describe, expect, test } from 'vitest';
import { readSubject } from '../../src/cli/read-programme.ts';
import { readRehearsal } from '../../src/cli/read-rehearsal.ts';
import { aDirectory, example } from './_files.ts';

const { write } = aDirectory();
const drill = (name: string, more = '') => `apiVersion: landfall/v1
kind: Drill
metadata: { name: ${name} }
spec: { ${more}waves: [{ name: all, servers: { all: true } }] }
`;
const schedule = 'schedule: { timeZone: UTC, every: month, on: 15, at: "01:00" }, ';
write('one.yaml', drill('one'));
write('two.yaml', drill('two'));
write('three.yaml', drill('three'));
write('monthly.yaml', drill('monthly', schedule));
const programme = (plans: string) =>
  write(
    'programme.yaml',
    `apiVersion: landfall/v1\nkind: Programme\nmetadata: { name: year }\nspec:\n  plans:\n${plans}\n`,
  );
const start = '2026-01-01T00:00:00.000Z';

test('each plan starts at the start, at an instant, so long after the start, after another, or so long after it', async () => {
  const file = programme(
    [
      '    - { plan: one.yaml }',
      '    - { plan: two.yaml, at: 2026-02-01T01:00:00+01:00 }',
      '    - { plan: monthly.yaml, in: P30D }',
      `    - { plan: ${example('plans/drill.yaml')}, after: two }`,
      '    - { plan: three.yaml, after: one, in: P1D }',
    ].join('\n'),
  );
  const read = await readSubject(file);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  expect(read).toMatchObject({ name: 'year', isProgramme: true });
  expect(read.entries.map(({ entryAt }) => entryAt(start).due)).toEqual([
    { atMs: Date.parse(start) },
    { atMs: Date.parse('2026-02-01T00:00:00Z') },
    { atMs: Date.parse('2026-01-31T00:00:00Z') },
    { after: 'two', plusMs: 0 },
    { after: 'one', plusMs: 86_400_000 },
  ]);
});

describe('a programme is refused', () => {
  test.each<[string, string, string]>([
    [
      'two times',
      '    - { plan: one.yaml, at: 2026-02-01T00:00:00Z, in: P1D }',
      'has `at`, and `in` or `after` beside it',
    ],
    ['no instant', '    - { plan: one.yaml, at: 2026-02-01 }', 'is no instant with a time zone'],
    ['no duration', '    - { plan: one.yaml, in: soon }', 'is no ISO 8601 duration'],
    ['nobody before it', '    - { plan: one.yaml, after: two }', 'no plan "two" stands before it'],
    [
      'what never concludes',
      '    - { plan: monthly.yaml }\n    - { plan: one.yaml, after: monthly }',
      'monthly has a schedule and never concludes',
    ],
    [
      'a name twice',
      '    - { plan: one.yaml }\n    - { plan: one.yaml, in: P1D }',
      'two plans are called one',
    ],
    ['a plan that is not there', '    - { plan: none.yaml }', 'none.yaml'],
  ])('for %s', async (_, plans, problem) => {
    const read = await readSubject(programme(plans));
    const problems = read.ok ? [] : read.problems;
    expect(problems.map((one) => `${one.file}:${one.line} ${one.problem}`).join('\n')).toContain(
      problem,
    );
  });
});

describe('agents of DRS', () => {
  const mixed = (agents: string, phases = '[replicate, test, cutover, finalize]') => {
    write(
      'migrate.yaml',
      `apiVersion: landfall/v1\nkind: Migration\nmetadata: { name: migrate }\nspec: { defaults: { phases: ${phases} }, waves: [{ name: all, servers: { all: true } }] }\n`,
    );
    return readSubject(
      write(
        'mixed.yaml',
        `apiVersion: landfall/v1\nkind: Programme\nmetadata: { name: mixed }\nspec:\n  drsAgents: ${agents}\n  plans: [{ plan: migrate.yaml }]\n`,
      ),
    );
  };

  test('are installed in a Region, so long after a server was finalized', async () => {
    expect(await mixed('{ region: us-west-2, in: PT4H }')).toMatchObject({
      ok: true,
      drsAgents: { region: 'us-west-2', afterSeconds: 14_400 },
    });
  });

  test.each([
    ['{ region: the west, in: PT4H }', undefined, 'mixed.yaml:5 is no Region'],
    ['{ region: us-west-2, in: soon }', undefined, 'mixed.yaml:5 is no ISO 8601 duration'],
    ['{ region: us-west-2 }', undefined, 'mixed.yaml:5'],
    [
      '{ region: us-west-2, in: PT4H }',
      '[replicate, test]',
      'mixed.yaml:5 no plan of the programme finalizes',
    ],
  ])('are refused: %s %s', async (agents, phases, problem) => {
    const read = await mixed(agents, phases);
    const problems = read.ok ? [] : read.problems;
    expect(problems.map((one) => `${one.file}:${one.line} ${one.problem}`)).toEqual([
      expect.stringContaining(problem),
    ]);
  });
});

describe('--until', () => {
  const read = (plan: string, until?: string) =>
    readRehearsal({
      ...{ plan, fleets: [example('fleets/drs-60.json')], start },
      ...(until === undefined ? {} : { until }),
    });
  const problemsOf = async (plan: string, until?: string) => {
    const found = await read(plan, until);
    return found.ok ? [] : found.problems.map(({ problem }) => problem);
  };

  test('ends the schedules of a rehearsal, so long after its start or at an instant', async () => {
    for (const until of ['P31D', '2026-02-01T00:00:00Z']) {
      const found = await read(write('m.yaml', drill('monthly', schedule)), until);
      expect(found.ok && found.input.programme).toMatchObject({
        until: '2026-02-01T00:00:00.000Z',
        entries: [{ due: { atMs: Date.parse(start) } }],
      });
    }
  });

  test('left out rehearses one run of a plan, as any plan', async () => {
    const found = await read(write('m.yaml', drill('monthly', schedule)));
    expect(found.ok && found.input.programme).toBeUndefined();
    expect(found.ok && found.input.plan.name).toBe('monthly');
  });

  test('is needed by a programme with a schedule, and means nothing without one', async () => {
    expect(await problemsOf(programme('    - { plan: monthly.yaml }'))).toEqual([
      '--until is missing, and a plan of the programme has a schedule',
    ]);
    expect(await problemsOf(example('plans/drill.yaml'), 'P1D')).toEqual([
      '--until means nothing without a schedule',
    ]);
    const plan = write('m.yaml', drill('monthly', schedule));
    for (const until of ['P0D', 'soon', '2025-12-31T00:00:00Z']) {
      expect(await problemsOf(plan, until)).toEqual([expect.stringContaining(until)]);
    }
  });
});
