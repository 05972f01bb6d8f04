// What plans for servers of DRS have them launched with: worked out for each server, refused with place and remedy, or nothing.
import { describe, expect, it } from 'vitest';
import type { Fleet } from '../../../src/core/fleet/fleet.ts';
import { readFleetDocuments } from '../../../src/core/fleet/read-fleet-documents.ts';
import { oversizedLaunches } from '../../../src/core/plan/launch-with.ts';
import { parsePlan } from '../../../src/core/plan/parse-plan.ts';
import { resolvePlan } from '../../../src/core/plan/resolve-plan.ts';
import { aDrsServer, drsId } from '../../simulator/drs/rig.ts';

const named = (n: number, name: string) => ({
  ...aDrsServer(n),
  tags: { Name: name, cluster: n === 3 ? 'DMZ' : 'core' },
});
const fleet: Fleet = readFleetDocuments([
  { items: [named(1, 'one'), named(2, 'two'), named(3, 'three')] },
]);
const file = (spec: object) => ({
  ...{ apiVersion: 'landfall/v1', kind: 'LaunchConfiguration', metadata: { name: 'baseline' } },
  spec,
});
const wishes = {
  template: { copyTags: true },
  launchTemplate: { httpTokens: 'required' },
  byTag: [{ order: 1, tags: { cluster: 'DMZ' }, launchConfiguration: { copyTags: false } }],
  byServer: [{ ids: [drsId(2)], launchTemplate: { instanceType: 'm5.large' } }],
};
const all = { name: 'all', servers: { all: true } };

function resolved(defaults: object, more: object = {}, kind = 'Drill') {
  const parsed = parsePlan({
    ...{ apiVersion: 'landfall/v1', kind, metadata: { name: 'p' } },
    spec: { defaults, waves: [all], ...more },
  });
  const outcome = parsed.ok ? resolvePlan(parsed.plan, fleet) : parsed;
  return outcome.ok
    ? { settings: outcome.waves[0]?.servers.map(({ settings }) => settings) ?? [], problems: [] }
    : {
        settings: [],
        problems: outcome.problems.map(({ path, problem }) => `${path} ${problem}`),
      };
}

describe('what servers are launched with', () => {
  it('is laid together for each: the template, its tags, the server itself', () => {
    const { settings, problems } = resolved({
      desired: { apply: 'by-policy', configuration: file(wishes) },
    });
    expect(problems).toEqual([]);
    expect(settings.map(({ launchWith }) => launchWith)).toMatchObject([
      {
        configuration: 'baseline',
        wanted: {
          settings: { copyTags: true },
          otherwise: [],
          launchTemplate: { httpTokens: 'required' },
        },
      },
      { wanted: { launchTemplate: { httpTokens: 'required', instanceType: 'm5.large' } } },
      { wanted: { settings: { copyTags: false }, otherwise: ['copyTags'] } },
    ]);
    // The whole file is on no server's record.
    expect(settings.map(({ desired }) => desired)).toEqual(
      Array.from({ length: 3 }, () => ({ apply: 'by-policy' })),
    );
  });

  it('is what the nearest layer names, whole; who applies it is laid over by itself', () => {
    const own = file({ template: { copyTags: false } });
    const { settings } = resolved(
      { desired: { apply: 'by-policy', configuration: file(wishes) } },
      { servers: [{ servers: { ids: [drsId(1)] }, desired: { configuration: own } }] },
    );
    expect(settings[0]?.launchWith?.wanted).toMatchObject({ settings: { copyTags: false } });
    expect(settings[0]?.launchWith?.wanted).not.toHaveProperty('launchTemplate');
    expect(settings[0]?.desired).toEqual({ apply: 'by-policy' });
  });

  it('is nothing that a wave sets where a person sets it, or where the file is for other targets', () => {
    const elsewhere = file({ ...wishes, byServer: [], targets: ['drs:999999999999:eu-west-1'] });
    for (const desired of [
      { configuration: file(wishes) },
      { apply: 'by-command', configuration: file(wishes) },
      { apply: 'by-policy', configuration: elsewhere },
      { apply: 'by-policy' },
    ]) {
      const { settings, problems } = resolved({ desired });
      expect(problems).toEqual([]);
      expect(settings.map((one) => [one.launchWith, one.desired])).toEqual(
        Array.from({ length: 3 }, () => [undefined, undefined]),
      );
    }
  });
});

describe('the servers that a file may name', () => {
  const naming = {
    apply: 'by-policy',
    configuration: file({
      byServer: [{ hostnames: ['host-2'], launchConfiguration: { copyTags: true } }],
    }),
  };
  const back = {
    ...aDrsServer(3),
    replicationDirection: 'FAILBACK',
    sourceProperties: aDrsServer(2)['sourceProperties'],
  };
  const among = (servers: object) => {
    const parsed = parsePlan({
      ...{ apiVersion: 'landfall/v1', kind: 'Drill', metadata: { name: 'p' } },
      spec: { defaults: { desired: naming }, waves: [{ name: 'some', servers }] },
    });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const whole = readFleetDocuments([{ items: [aDrsServer(1), aDrsServer(2), back] }]);
    return resolvePlan(parsed.plan, whole);
  };

  it('are also those that no wave has, but no way back of another server', () => {
    const outcome = among({ ids: [drsId(1)] });
    expect(outcome.ok && outcome.waves[0]?.servers).toHaveLength(1);
    const both = among({ ids: [drsId(1), drsId(3)] });
    expect(JSON.stringify(both.ok ? [] : both.problems)).toContain('2 servers are called');
  });
});

describe('a plan is refused', () => {
  it.each([
    [
      'that names a server which is not there',
      { apply: 'by-policy', configuration: file({ byServer: [{ ids: ['s-9'] }] }) },
      /^spec\.defaults\.desired\.configuration\.spec\.byServer\[0\]\.ids\[0\] unknown server "s-9"/,
    ],
    [
      'whose launch configuration has an unknown field',
      { configuration: file({ tenplate: {} }) },
      /^spec\.defaults\.desired\.configuration\.spec .*tenplate/,
    ],
    [
      'that names a file and writes it out, too',
      { launchConfigurationFile: 'a.yaml', configuration: file({}) },
      /^spec\.defaults\.desired\.configuration stands beside launchConfigurationFile/,
    ],
    [
      'that has it applied on approval, and asks nobody',
      { apply: 'on-approval', configuration: file(wishes) },
      /^spec\.waves\[0\] the settings of 3 servers of wave all are applied on approval, and nobody is asked before drill/,
    ],
  ])('%s', (_, desired, said) => {
    const { problems } = resolved({ desired });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(said);
  });

  it('that protects and launches nothing; not where a person sets it', () => {
    const desired = { apply: 'by-policy', configuration: file(wishes) };
    expect(resolved({ desired }, {}, 'Protection').problems).toEqual([
      'spec.waves[0] 3 servers of wave all are to be set before their first launch, and none is launched',
    ]);
    const drilled = { desired, phases: ['protect', 'drill'] };
    expect(resolved(drilled, {}, 'Protection').problems).toEqual([]);
    const byPeople = { desired: { ...desired, apply: 'by-command' } };
    expect(resolved(byPeople, {}, 'Protection').problems).toEqual([]);
  });

  it('that a recovery asks nobody for, but not one that is approved', () => {
    const desired = { apply: 'on-approval', configuration: file(wishes) };
    expect(resolved({ desired }, {}, 'Recovery').problems).toEqual([
      'spec.waves[0] the settings of 3 servers of wave all are applied on approval, and nobody is asked before recover',
    ]);
    const gates = { recover: { approval: {} } };
    expect(resolved({ desired, gates }, {}, 'Recovery').problems).toEqual([]);
  });

  it('whose servers are to be set to more than a record holds, each wish counted once', () => {
    const launchWith = (text: string) => ({
      settings: {
        launchWith: {
          configuration: 'baseline',
          wanted: { settings: { text }, otherwise: [], otherActions: {} },
        },
      },
    });
    const large = 'x'.repeat(120_000);
    const same = [launchWith(large), launchWith(large), { settings: {} }];
    expect([...oversizedLaunches(same, ['w'])]).toEqual([]);
    const [problem] = [...oversizedLaunches([...same, launchWith(`y${large}`)], ['w'])];
    expect(problem?.problem).toMatch(/has 240\d{3} characters as JSON, more than 200000/);
  });
});
