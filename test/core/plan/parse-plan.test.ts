import { describe, expect, it } from 'vitest';
import { printProblems } from '../../../src/core/fleet/problem.ts';
import { parsePlan } from '../../../src/core/plan/parse-plan.ts';
import { aPlanDocument } from './_examples.ts';

function problemsOf(document: unknown): readonly string[] {
  const parse = parsePlan(document);
  return parse.ok ? [] : parse.problems.map(({ path, problem }) => `${path} ${problem}`);
}

const all = { all: true };
const wave = (settings: object) =>
  aPlanDocument({ waves: [{ name: 'a', servers: all, ...settings }] });

describe('parsePlan', () => {
  it('reads the smallest plan as it stands', () => {
    const document = aPlanDocument({ waves: [{ name: 'wave-1', servers: all }] });
    expect(parsePlan(document)).toEqual({ ok: true, plan: document });
  });

  it('reads a plan that uses every field', () => {
    const settings = {
      phases: ['replicate', 'cutover'],
      thresholds: { lagSeconds: 0, backlogBytes: 0, sustainedPolls: 1, sustainedSeconds: 0 },
      deadlines: { replicate: 'P4W', test: 'PT1H30M', cutover: 'P1DT12H', finalize: 'PT0.5S' },
      stall: { grace: 'PT1M', retries: { AGENT_NOT_SEEN: 0 } },
      replicationType: 'SNAPSHOT_SHIPPING',
      poll: { minSeconds: 60, maxSeconds: 3600 },
    };
    const policy = { onFailure: 'hold', tolerate: 3, canary: 1, holdTimeout: 'P1D', attempts: 5 };
    const criteria = {
      ids: ['s-1'],
      hostnames: ['h'],
      tags: { a: 'b', c: ['d', 'e'] },
      replicationType: ['AGENT_BASED'],
      applications: ['app'],
      mgnWaves: ['w'],
    };
    const document = {
      ...aPlanDocument({
        defaults: { ...settings, policy },
        waves: [
          { name: 'a', description: 'x', servers: { ...criteria, exclude: criteria } },
          {
            name: 'b',
            servers: all,
            dependsOn: ['a'],
            tiers: [{ name: 't', servers: all }],
            ...settings,
            policy,
          },
        ],
        servers: [{ servers: { ids: ['s-1'] }, ...settings }],
      }),
      metadata: { name: 'p', description: 'x' },
    };
    expect(parsePlan(document)).toEqual({ ok: true, plan: document });
  });

  it.each([
    [undefined, [' the plan is empty']],
    [null, [' the plan is empty']],
    [[], [' the plan is a list of 0, not an object']],
    ['text', [' the plan is "text", not an object']],
    [{}, ['apiVersion is missing']],
    [{ apiVersion: 'landfall/v2' }, ['apiVersion is "landfall/v2"']],
    [{ apiVersion: 'landfall/v1' }, ['kind is missing']],
    [{ apiVersion: 'landfall/v1', kind: 'migration' }, ['kind is "migration"']],
    [{ apiVersion: 'landfall/v1', kind: 'Migration' }, ['metadata is missing', 'spec is missing']],
    [aPlanDocument({ waves: [] }), ['spec.waves has 0 entries, less than 1']],
    [aPlanDocument({ waves: [{ servers: all }] }), ['spec.waves[0].name is missing']],
    [aPlanDocument({ waves: [{ name: 'a' }] }), ['spec.waves[0].servers is missing']],
    [
      aPlanDocument({ waves: [{ name: 'Wave_1', servers: all }] }),
      ['spec.waves[0].name "Wave_1" is no name of lower-case letters, digits and single hyphens'],
    ],
    [
      aPlanDocument({ waves: [{ name: 'a'.repeat(19), servers: all }] }),
      ['spec.waves[0].name has 19 characters, more than 18'],
    ],
    [wave({ extra: 1 }), ['spec.waves[0].extra unknown field "extra"']],
    [wave({ phases: [] }), ['spec.waves[0].phases has 0 entries, less than 1']],
    [wave({ phases: ['cutover', 'test'] }), ['spec.waves[0].phases is out of order']],
    [wave({ phases: ['test', 'test'] }), ['spec.waves[0].phases names test twice']],
    [wave({ phases: ['test', 'finalize'] }), ['spec.waves[0].phases finalizes without a cutover']],
    [
      wave({ thresholds: { backlogBytes: -1, lagSeconds: 1.5 } }),
      [
        'spec.waves[0].thresholds.lagSeconds is 1.5, not a whole number',
        'spec.waves[0].thresholds.backlogBytes is -1, less than 0',
      ],
    ],
    [wave({ poll: { minSeconds: 59 } }), ['spec.waves[0].poll.minSeconds is 59, less than 60']],
    [
      wave({ poll: { maxSeconds: 3601 } }),
      ['spec.waves[0].poll.maxSeconds is 3601, more than 3600'],
    ],
    [
      wave({ deadlines: { test: 'P1M' } }),
      [
        'spec.waves[0].deadlines.test "P1M" is no ISO 8601 duration of weeks, days, hours, minutes and seconds',
      ],
    ],
    [
      wave({ deadlines: { test: 'PT0S', cutover: 'P91D' } }),
      [
        'spec.waves[0].deadlines.test "PT0S" must be longer than zero and at most P90D',
        'spec.waves[0].deadlines.cutover "P91D" must be longer than zero and at most P90D',
      ],
    ],
    [
      wave({ policy: { tolerate: '101%', attempts: 6 } }),
      [
        'spec.waves[0].policy.tolerate "101%" is no percentage like 10%',
        'spec.waves[0].policy.attempts is 6, more than 5',
      ],
    ],
    [
      wave({ stall: { retries: { AGENT_LOST: 1 } } }),
      ['spec.waves[0].stall.retries.AGENT_LOST unknown field "AGENT_LOST"'],
    ],
    [
      aPlanDocument({ waves: [{ name: 'a', servers: {} }] }),
      ['spec.waves[0].servers picks nothing'],
    ],
    [
      aPlanDocument({ waves: [{ name: 'a', servers: { all: true, ids: ['x'] } }] }),
      ['spec.waves[0].servers asks for all servers and for some by ids'],
    ],
    [
      aPlanDocument({ waves: [{ name: 'a', servers: { tags: { a: 1 } } }] }),
      ['spec.waves[0].servers.tags.a is 1'],
    ],
    [
      aPlanDocument({ waves: [{ name: 'a', servers: { all: true, exclude: { all: true } } }] }),
      [
        'spec.waves[0].servers.exclude.all unknown field "all"',
        'spec.waves[0].servers.exclude picks nothing',
      ],
    ],
    [
      aPlanDocument({
        waves: [{ name: 'a', servers: all }],
        servers: [{ servers: all, policy: { canary: 1 } }],
      }),
      ['spec.servers[0].policy a policy is for a whole wave, not for single servers'],
    ],
  ])('refuses %j', (document, problems) => {
    expect(problemsOf(document)).toEqual(problems);
  });

  it('names the fields that it knows where it meets one that it does not', () => {
    const parse = parsePlan(wave({ poll: { every: 60, MinSeconds: 60 } }));
    expect(parse.ok ? '' : printProblems(parse.problems)).toMatchInlineSnapshot(`
      "spec.waves[0].poll.every  unknown field "every"  → remove it; known here: minSeconds, maxSeconds
      spec.waves[0].poll.MinSeconds  unknown field "MinSeconds"  → write minSeconds"
    `);
  });

  it('lists all problems at once', () => {
    expect(problemsOf(wave({ extra: 1, poll: { minSeconds: 1 }, phases: [] }))).toHaveLength(3);
  });
});

describe('contradictions', () => {
  const waves = (...list: { name: string; dependsOn?: string[] }[]) =>
    aPlanDocument({ waves: list.map((w) => ({ servers: all, ...w })) });

  it.each([
    [
      waves({ name: 'a' }, { name: 'a' }),
      ['spec.waves[1].name two waves are called a, the first at [0]'],
    ],
    [waves({ name: 'a', dependsOn: ['b'] }), ['spec.waves[0].dependsOn[0] unknown wave "b"']],
    [
      waves({ name: 'a', dependsOn: ['a'] }),
      ['spec.waves[0].dependsOn[0] the wave depends on itself'],
    ],
    [
      waves({ name: 'a' }, { name: 'b', dependsOn: ['a', 'a'] }),
      ['spec.waves[1].dependsOn[1] "a" is listed twice'],
    ],
    [
      waves(
        { name: 'a', dependsOn: ['c'] },
        { name: 'b', dependsOn: ['a'] },
        { name: 'c', dependsOn: ['b'] },
      ),
      ['spec.waves[0].dependsOn the waves wait for one another: a → c → b → a'],
    ],
    [
      wave({
        tiers: [
          { name: 't', servers: all },
          { name: 't', servers: all },
        ],
      }),
      ['spec.waves[0].tiers[1].name two tiers are called t, the first at [0]'],
    ],
    [
      wave({ policy: { onFailure: 'hold', tolerate: '100%' } }),
      [
        'spec.waves[0].policy.tolerate onFailure hold can never apply, because 100% of the servers may fail',
      ],
    ],
    [
      aPlanDocument({
        defaults: { policy: { tolerate: '100%' } },
        waves: [{ name: 'a', servers: all, policy: { onFailure: 'rollback' } }],
      }),
      [
        'spec.waves[0].policy.onFailure onFailure rollback can never apply, because 100% of the servers may fail',
      ],
    ],
    [
      wave({ poll: { minSeconds: 1200 } }),
      [
        'spec.waves[0].poll.minSeconds the shortest time between polls (1200 s) is above the longest (900 s)',
      ],
    ],
    [
      aPlanDocument({
        defaults: { thresholds: { sustainedSeconds: 7200 } },
        waves: [{ name: 'a', servers: all, deadlines: { replicate: 'PT1H' } }],
      }),
      [
        'spec.waves[0].deadlines.replicate sustainedSeconds (7200) cannot be reached before the deadline of replicate (3600 s)',
      ],
    ],
    [
      wave({ thresholds: { sustainedPolls: 100 }, deadlines: { replicate: 'PT1H' } }),
      [
        'spec.waves[0].thresholds.sustainedPolls 100 polls, 60 s apart at best, do not fit before the deadline of replicate (3600 s)',
      ],
    ],
    [
      wave({ stall: { grace: 'P31D' } }),
      [
        'spec.waves[0].stall.grace a stall would be acted on after 2678400 s, but replicate ends after 2592000 s',
      ],
    ],
  ])('refuses %j', (document, problems) => {
    expect(problemsOf(document)).toEqual(problems);
  });

  it('says nothing of thresholds for a phase that the plan leaves out', () => {
    expect(
      problemsOf(wave({ phases: ['cutover'], thresholds: { sustainedSeconds: 9_999_999 } })),
    ).toEqual([]);
  });

  it('lets onFailure hold stand alone, because its tolerance is then zero', () => {
    expect(problemsOf(wave({ policy: { onFailure: 'hold' } }))).toEqual([]);
  });
});
