import { describe, expect, it } from 'vitest';
import { hookProblems } from '../../../src/core/plan/hook-problems.ts';
import { parsePlan } from '../../../src/core/plan/parse-plan.ts';
import { resolvePlan } from '../../../src/core/plan/resolve-plan.ts';
import { aFleet, aPlan, aPlanDocument } from './_examples.ts';

const everyone = { name: 'w', servers: { all: true } };
const fn = (name: string, is: object = {}) => ({ name, function: name, ...is });

function problemsOf(hooks: unknown): readonly string[] {
  const parse = parsePlan(aPlanDocument({ waves: [{ ...everyone, hooks }] }));
  if (!parse.ok) return parse.problems.map(({ path, problem }) => `${path}: ${problem}`);
  const resolved = resolvePlan(parse.plan, aFleet(1));
  return resolved.ok ? [] : resolved.problems.map(({ path, problem }) => `${path}: ${problem}`);
}

function hooksIn(spec: object) {
  const resolved = resolvePlan(aPlan({ waves: [everyone], ...spec }), aFleet(2));
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.problems));
  return resolved.waves.flatMap((wave) => wave.servers.map(({ settings }) => settings.hooks));
}

describe('the hooks of a server', () => {
  it('are not even there where the plan names none', () => {
    const resolved = resolvePlan(aPlan({ waves: [everyone] }), aFleet(1));
    const [server] = resolved.ok ? (resolved.waves[0]?.servers ?? []) : [];
    expect(Object.keys(server?.settings ?? {})).not.toContain('hooks');
  });

  it('have everything filled in', () => {
    const [hooks] = hooksIn({
      defaults: {
        hooks: {
          beforeTest: [fn('tell', { parameters: { room: 7 }, retries: 0, timeout: 'PT1H' })],
          validateTest: [{ name: 'shop', http: 'http://{privateIp}/', interval: 'PT2M' }],
          afterCutover: [{ name: 'ssh', tcp: '{privateIp}:22', onFailure: 'continue' }],
        },
      },
    });
    expect(hooks).toEqual({
      beforeTest: [
        {
          name: 'tell',
          act: { kind: 'function', function: 'tell', parameters: { room: 7 } },
          ...{ timeoutSeconds: 3600, tries: 1, intervalSeconds: 60, onFailure: 'fail' },
        },
      ],
      validateTest: [
        {
          name: 'shop',
          act: { kind: 'http', url: 'http://{privateIp}/', status: 200 },
          ...{ timeoutSeconds: 5, tries: 10, intervalSeconds: 120, onFailure: 'fail' },
        },
      ],
      afterCutover: [
        {
          name: 'ssh',
          act: { kind: 'tcp', address: '{privateIp}:22' },
          ...{ timeoutSeconds: 5, tries: 10, intervalSeconds: 60, onFailure: 'continue' },
        },
      ],
    });
  });

  it('are its own before its wave’s before the defaults, point by point; [] takes a point away', () => {
    const names = hooksIn({
      defaults: { hooks: { beforeTest: [fn('a')], afterTest: [fn('a')] } },
      waves: [{ ...everyone, hooks: { afterTest: [fn('b')] } }],
      servers: [
        {
          servers: { ids: ['s-00000000000000001'] },
          hooks: { beforeTest: [], afterTest: [fn('c')] },
        },
      ],
    });
    expect(names.map((hooks) => hooks?.beforeTest?.map(({ name }) => name))).toEqual([[], ['a']]);
    expect(names.map((hooks) => hooks?.afterTest?.map(({ name }) => name))).toEqual([['c'], ['b']]);
  });
});

describe('a plan is refused', () => {
  const at = (rest: string) => `spec.waves[0].hooks.${rest}`;
  it.each([
    ['nothing', { beforeTest: [{ name: 'a' }] }, at('beforeTest[0]: does nothing')],
    [
      'two things',
      { beforeTest: [fn('a', { tcp: 'x:1' })] },
      at('beforeTest[0]: has function and tcp at once'),
    ],
    ['a bad name', { beforeTest: [fn('a', { function: 'no name!' })] }, 'no name or ARN'],
    [
      'attempts of a function',
      { beforeTest: [fn('a', { attempts: 2 })] },
      'means nothing to a function',
    ],
    [
      'retries of a probe',
      { afterTest: [{ name: 'a', tcp: '{privateIp}:1', retries: 1 }] },
      'means nothing to a probe',
    ],
    [
      'an instance before there is one',
      { beforeTest: [{ name: 'a', tcp: '{privateIp}:1' }] },
      'nobody knows at beforeTest',
    ],
    ['a name that nobody fills in', { afterTest: [{ name: 'a', tcp: '{ip}:1' }] }, 'names {ip}'],
    ['no address', { afterTest: [{ name: 'a', http: 'ftp://x/' }] }, 'is no http:// or https://'],
    [
      'a password',
      { afterTest: [{ name: 'a', http: 'http://u:p@x/' }] },
      'is no http:// or https://',
    ],
    ['no port', { afterTest: [{ name: 'a', tcp: '{privateIp}' }] }, 'is no HOST:PORT'],
    ['a long probe', { afterTest: [{ name: 'a', tcp: 'x:1', timeout: 'PT1M' }] }, 'is too long'],
    [
      'a short interval',
      { afterTest: [{ name: 'a', tcp: 'x:1', interval: 'PT5S' }] },
      'is too short',
    ],
    ['one name twice', { beforeTest: [fn('a'), fn('a')] }, 'is the name of two hooks'],
    [
      'an undo that may fail',
      { thaw: [fn('a', { onFailure: 'continue' })] },
      'cannot stand at thaw',
    ],
    ['a freeze without a thaw', { freeze: [fn('a')] }, 'nothing thaws it'],
    ['a switch without a way back', { switch: [fn('a')] }, 'nothing switches it back'],
  ])('for %s', (_, hooks, problem) => {
    expect(problemsOf(hooks).join('\n')).toContain(problem);
  });

  it('not where it says that nothing has to be undone', () => {
    expect(problemsOf({ freeze: [fn('a')], thaw: [], switch: [fn('a')], switchBack: [] })).toEqual(
      [],
    );
  });

  it('at its start for functions that the stage may not call, and for any hook where it has none', () => {
    const plan = aPlan({
      defaults: { hooks: { beforeTest: [fn('a'), fn('b')], afterTest: [] } },
      waves: [{ ...everyone, hooks: { afterTest: [{ name: 'ssh', tcp: 'x:22' }] } }],
    });
    expect([...hookProblems(plan, { functions: ['a'], documents: [] })]).toMatchObject([
      {
        path: 'spec.defaults.hooks.beforeTest[1].function',
        remedy: expect.stringContaining('listed are a'),
      },
    ]);
    expect([...hookProblems(plan, undefined)].map(({ path }) => path)).toEqual([
      'spec.defaults.hooks',
      'spec.waves[0].hooks',
    ]);
    expect([...hookProblems(plan, { functions: ['a', 'b'], documents: [] })]).toEqual([]);
    expect([...hookProblems(aPlan({ waves: [everyone] }), undefined)]).toEqual([]);
  });
});
