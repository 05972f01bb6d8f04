import { describe, expect, it } from 'vitest';
import { hookProblems } from '../../../src/core/plan/hook-problems.ts';
import { parsePlan } from '../../../src/core/plan/parse-plan.ts';
import { resolvePlan } from '../../../src/core/plan/resolve-plan.ts';
import { aDocument, aFleet, aPlan, aPlanDocument, id } from './_examples.ts';

const everyone = { name: 'w', servers: { all: true } };
const node = 'mi-0123456789abcdef0';
const doc = (is: object = {}) => ({
  name: 'stop',
  document: 'stop-app',
  on: 'source',
  node,
  ...is,
});
const tagged = (n: number, value: string) => aDocument(n, { tags: { 'ssm-node': value } });
const byTag = doc({ node: '{tag:ssm-node}' });

function resolved(spec: object, fleet = aFleet(1)) {
  const resolution = resolvePlan(aPlan({ waves: [everyone], ...spec }), fleet);
  if (resolution.ok) {
    return resolution.waves.flatMap(({ servers }) => servers.map(({ settings }) => settings.hooks));
  }
  return resolution.problems.map(({ path, problem, remedy }) => [path, problem, remedy]);
}

function problemsOf(hooks: object): readonly string[] {
  const parse = parsePlan(aPlanDocument({ waves: [{ ...everyone, hooks }] }));
  return parse.ok ? [] : parse.problems.map(({ path, problem }) => `${path}: ${problem}`);
}

describe('a hook that runs a document', () => {
  it('has everything filled in', () => {
    const parameters = { services: ['web', 'db'] };
    expect(resolved({ defaults: { hooks: { beforeFreeze: [doc({ parameters })] } } })).toEqual([
      {
        beforeFreeze: [
          {
            name: 'stop',
            act: { kind: 'document', document: 'stop-app', parameters, node },
            ...{ timeoutSeconds: 900, tries: 2, intervalSeconds: 60, onFailure: 'fail' },
          },
        ],
      },
    ]);
  });

  it('on the instance names no node', () => {
    const hook = { name: 'look', document: 'AWS-RunPatchBaseline', on: 'instance', retries: 0 };
    const act = { kind: 'document', document: 'AWS-RunPatchBaseline', parameters: {}, node: null };
    expect(resolved({ defaults: { hooks: { afterCutover: [hook] } } })).toMatchObject([
      { afterCutover: [{ act, tries: 1 }] },
    ]);
  });

  it('on the source runs on the node that its tag names, or that the plan names for it', () => {
    const fleet = aFleet(0, tagged(1, node), tagged(2, 'i-0123456789abcdef0'), aDocument(3));
    const servers = [
      { servers: { ids: [id(3)] }, hooks: { beforeFreeze: [doc({ node: 'i-01234567' })] } },
    ];
    const hooks = resolved({ defaults: { hooks: { beforeFreeze: [byTag] } }, servers }, fleet);
    expect(hooks).toMatchObject(
      [node, 'i-0123456789abcdef0', 'i-01234567'].map((one) => ({
        beforeFreeze: [{ act: { node: one } }],
      })),
    );
  });

  it('is refused for all servers at once whose tag holds no node', () => {
    const fleet = aFleet(0, tagged(1, node), tagged(2, 'rm -rf /'), aDocument(3));
    expect(resolved({ defaults: { hooks: { beforeFreeze: [byTag] } } }, fleet)).toEqual([
      [
        'spec.waves[0].hooks',
        `hook beforeFreeze stop runs on sources whose tag ssm-node holds no id of a managed node: ${id(2)} (host-2), ${id(3)} (host-3)`,
        expect.stringContaining('tag these source servers in MGN'),
      ],
    ]);
  });

  it('is refused where one node is to be the source of several servers', () => {
    const waves = [1, 2, 3].map((n) => ({ name: `w${n}`, servers: { ids: [id(n)] } }));
    const hooks = { beforeFreeze: [doc()], afterFreeze: [doc()] };
    expect(resolved({ defaults: { hooks }, waves }, aFleet(3))).toEqual([
      [
        'spec.waves[1].hooks',
        `${node} is to be the source of both ${id(1)} (host-1) and ${id(2)} (host-2)`,
        expect.stringContaining('spec.servers'),
      ],
    ]);
    expect(resolved({ defaults: { hooks }, waves: waves.slice(0, 1) }, aFleet(1))).toMatchObject([
      { beforeFreeze: [{ act: { node } }], afterFreeze: [{ act: { node } }] },
    ]);
  });

  it.each([
    ['a bad name', { document: 'no name!' }, 'is no name or ARN of a document'],
    ['no place', { on: undefined, node: undefined }, 'on: is missing'],
    ['no node', { node: undefined }, 'node: is missing'],
    ['a node that is none', { node: 'host-1' }, 'is no id of a managed node'],
    ['an instance before there is one', { on: 'instance', node: undefined }, 'no instance yet'],
    ['a parameter that is no list', { parameters: { services: 'web' } }, 'is no list of texts'],
    ['a short time', { timeout: 'PT29S' }, 'is too short for a document'],
    ['attempts', { attempts: 2 }, 'means nothing to a document'],
    ['a function as well', { function: 'f' }, 'has function and document at once'],
  ])('is refused for %s', (_, is, problem) => {
    expect(problemsOf({ beforeFreeze: [doc(is)] }).join('\n')).toContain(problem);
  });

  it('is refused for a node of a launched instance', () => {
    expect(problemsOf({ afterCutover: [doc({ on: 'instance' })] }).join('\n')).toContain(
      'means nothing with on: instance',
    );
  });

  it('has its fields to itself', () => {
    const fn = { name: 'a', function: 'a' };
    expect(problemsOf({ beforeTest: [{ ...fn, on: 'source' }] }).join()).toContain(
      'means nothing to a function',
    );
    expect(problemsOf({ beforeTest: [{ ...fn, parameters: { a: ['1'] } }] }).join()).toContain(
      'is a list, which functions are not told',
    );
    expect(problemsOf({ beforeTest: [{ name: 'a', tcp: 'x:1', node }] }).join()).toContain(
      'means nothing to a probe',
    );
  });

  it('is refused at the start where the stage does not list its document', () => {
    const plan = aPlan({ waves: [{ ...everyone, hooks: { beforeFreeze: [doc()] } }] });
    expect([
      ...hookProblems(plan, { functions: ['stop-app'], documents: ['other'] }),
    ]).toMatchObject([
      {
        path: 'spec.waves[0].hooks.beforeFreeze[0].document',
        problem: '"stop-app" is not among the documents that the stage may run',
        remedy: expect.stringContaining('spec.hooks.documents'),
      },
    ]);
    expect([...hookProblems(plan, { functions: [], documents: ['stop-app'] })]).toEqual([]);
  });
});
