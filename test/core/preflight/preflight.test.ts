import { describe, expect, test } from 'vitest';
import { publishedQuotas } from '../../../src/core/admission.ts';
import { aspects } from '../../../src/core/configuration/fields.ts';
import { aspectNames, OwnRule } from '../../../src/core/plan/own-rule.ts';
import {
  builtInPreflight,
  type PreflightPlan,
  preflightRuleIds,
} from '../../../src/core/plan/preflight-plan.ts';
import { preflight, rules } from '../../../src/core/preflight/preflight.ts';
import type {
  PreflightFacts,
  ServerFacts,
  TargetFacts,
} from '../../../src/core/preflight/preflight-facts.ts';

const name = 'mgn:111122223333:us-east-1';
const baseline = {
  'launch-configuration': {
    ec2LaunchTemplateID: 'lt-1',
    targetInstanceTypeRightSizingMethod: 'NONE',
  },
  'launch-template': { defaultVersion: '1', instanceType: 'm5.large', subnetIds: 'subnet-1' },
  'post-launch-actions': { 'action join': 'order 1, active, must succeed, Join' },
  'replication-configuration': {},
} as const;
const aServer = (is: Partial<ServerFacts> = {}): ServerFacts => ({
  server: 's-1',
  hostname: 'host-1',
  target: name,
  tier: 0,
  facts: { instanceId: null },
  needsSlot: false,
  tags: {},
  baseline,
  drift: {},
  recommendedType: 'm5.large',
  otherWaves: [],
  ...is,
});
const surroundings = {
  vcpus: { used: 0, quota: 100 },
  testInstances: [],
  subnets: { 'subnet-1': 10 },
  types: { 'm5.large': 2 },
};
const aTarget = (is: Partial<TargetFacts> = {}): TargetFacts => ({
  activeServers: 0,
  quotas: publishedQuotas,
  clients: {},
  surroundings,
  ...is,
});
const facts = (
  servers: readonly ServerFacts[],
  target: TargetFacts = aTarget(),
  is: Partial<PreflightFacts> = {},
): PreflightFacts => ({
  phase: 'test',
  wave: 'one',
  servers,
  targets: { [name]: target },
  plan: [],
  ...is,
});
const ids = (given: PreflightFacts, plan: Partial<PreflightPlan> = {}) =>
  preflight(given, { ...builtInPreflight, ...plan }).map(({ rule }) => rule);
const template = (is: object) => ({
  baseline: { ...baseline, 'launch-template': { ...baseline['launch-template'], ...is } },
});

test('where all is well nothing is found, before any phase', () => {
  for (const phase of ['protect', 'drill', 'recover', 'retire'] as const) {
    const server = onDrs({ look: { intoInstance: 'i-1' }, pointBefore: '2024-03-08T00:00:00Z' });
    const target = drsTarget({ nitroTypes: ['m5.large'], intoInstances: { 'i-1': instance } });
    expect(ids(before(phase, server, target))).toEqual([]);
  }
  for (const phase of ['replicate', 'test', 'cutover', 'finalize'] as const) {
    expect(ids(facts([aServer()], aTarget(), { phase }))).toEqual([]);
  }
});

test('what was never seen is not found', () => {
  const { baseline: _, ...blind } = aServer({ facts: {}, recommendedType: null });
  const { surroundings: __, ...nothing } = aTarget({ activeServers: null });
  expect(ids(facts([blind], nothing))).toEqual([]);
  expect(ids({ ...facts([blind]), targets: {} })).toEqual([]);
});

const drift = [{ field: 'x', expected: 'a', actual: 'b' }];
const onDrs = (
  is: { facts?: object; look?: object; pointBefore?: string } = {},
  more: Partial<ServerFacts> = {},
): ServerFacts =>
  aServer({
    drs: {
      facts: { extension: 'NOT_EXTENDED', ...is.facts },
      look: {
        intoInstance: null,
        supportsNitro: true,
        isWindows: true,
        pointsKeptSeconds: 7 * 86_400,
        ...is.look,
      },
      ...(is.pointBefore === undefined ? {} : { pointBefore: is.pointBefore }),
    },
    ...more,
  });
const launch = (is: object) => ({
  baseline: {
    ...baseline,
    'launch-configuration': { ...baseline['launch-configuration'], ...is },
  },
});
const instance = {
  state: 'stopped',
  isTagged: true,
  isWindows: true,
  architecture: 'x86_64',
  virtualization: 'hvm',
  rootDevice: 'ebs',
};
const drsTarget = (is: object = {}) => aTarget({ surroundings: { ...surroundings, ...is } });
const before = (
  phase: PreflightFacts['phase'],
  server: ServerFacts,
  target: TargetFacts = drsTarget(),
) => facts([server], target, { phase, now: '2024-03-09T00:00:00Z' });
const found: readonly (readonly [string, PreflightFacts, Partial<PreflightPlan>?])[] = [
  ['job-headroom', facts([aServer()], aTarget({ openJobs: 20, serversInJobs: 3 }))],
  [
    'active-servers',
    facts([aServer({ needsSlot: true })], aTarget({ activeServers: 150 }), { phase: 'replicate' }),
  ],
  [
    'vcpu-quota',
    facts(
      [aServer()],
      aTarget({ surroundings: { ...surroundings, vcpus: { used: 99, quota: 100 } } }),
    ),
  ],
  [
    'test-instances-left',
    facts([aServer()], aTarget({ surroundings: { ...surroundings, testInstances: ['s-9'] } })),
  ],
  ['drill-instances-left', before('drill', onDrs(), drsTarget({ testInstances: ['s-9'] }))],
  [
    'launch-template-present',
    facts([aServer({ baseline: { ...baseline, 'launch-template': {} } })]),
  ],
  ['launch-template-as-recorded', facts([aServer({ drift: { 'launch-template': drift } })])],
  ['subnet-set', facts([aServer(template({ subnetIds: '' }))])],
  [
    'free-addresses',
    facts([aServer()], aTarget({ surroundings: { ...surroundings, subnets: { 'subnet-1': 0 } } })),
  ],
  [
    'right-sizing',
    facts([
      aServer({
        recommendedType: 'c5.large',
        baseline: {
          ...baseline,
          'launch-configuration': {
            ...baseline['launch-configuration'],
            targetInstanceTypeRightSizingMethod: 'BASIC',
          },
        },
      }),
    ]),
  ],
  [
    'instance-type-offered',
    facts([aServer()], aTarget({ surroundings: { ...surroundings, types: { 'm5.large': null } } })),
  ],
  ['launch-settings-as-recorded', facts([aServer({ drift: { 'launch-configuration': drift } })])],
  [
    'replication-settings-as-recorded',
    facts([aServer({ drift: { 'replication-configuration': drift } })]),
  ],
  [
    'post-launch-actions-as-recorded',
    facts([aServer({ drift: { 'post-launch-actions': drift } })]),
  ],
  [
    'post-launch-actions-told',
    facts([aServer()], aTarget(), { phase: 'cutover' }),
    { mustSucceed: ['join', 'verify'] },
  ],
  ['configuration-readable', facts([aServer()], aTarget({ refused: 'AccessDenied: no' }))],
  ['agent-heard', facts([aServer({ facts: { agentStale: true } })])],
  [
    'vcenter-client-heard',
    facts([aServer({ vcenterClientId: 'vcc-1' })], aTarget({ clients: { 'vcc-1': 'silent' } })),
  ],
  ['free-period-ending', facts([aServer({ facts: { freePeriodUsed: 90 } })])],
  [
    'powered-off-or-template',
    facts([aServer({ tags: { powerState: 'poweredOff' } })], aTarget(), { phase: 'replicate' }),
  ],
  ['server-in-two-waves', facts([aServer({ otherWaves: ['p.other'] })])],
  [
    'dependency-in-later-wave',
    facts([aServer()], aTarget(), {
      plan: [
        { name: 'one', dependsOn: ['two'], servers: [] },
        { name: 'two', dependsOn: [], servers: [] },
      ],
    }),
  ],
  [
    'nitro-supported',
    before(
      'drill',
      onDrs({ look: { supportsNitro: false } }),
      drsTarget({ nitroTypes: ['m5.large'] }),
    ),
  ],
  ['byol-tenancy', before('protect', onDrs({}, launch({ 'licensing.osByol': 'true' })))],
  [
    'launch-into-instance',
    before(
      'drill',
      onDrs({ look: { intoInstance: 'i-1' } }),
      drsTarget({ intoInstances: { 'i-1': null } }),
    ),
  ],
  ['extension-healthy', before('drill', onDrs({ facts: { extension: 'EXTENSION_ERROR' } }))],
  [
    'launchable',
    before('drill', onDrs({ facts: { readiness: { state: 'not-ready', reasons: ['stopped'] } } })),
  ],
  ['recovery-point-kept', before('recover', onDrs({ pointBefore: '2024-03-02T12:00:00Z' }))],
  [
    'drilled-before',
    before('recover', onDrs({ facts: { drill: { state: 'due', lastAt: null } } })),
  ],
  ['launch-template-proven', before('recover', onDrs({}, { drift: { 'launch-template': drift } }))],
  [
    'settings-as-template',
    before('protect', onDrs({}, { drift: { 'post-launch-actions': drift } })),
  ],
];

const cases = found.map(([id, given, plan = {}]) => ({ id, given, plan }));

describe('each rule', () => {
  test.each(cases)('$id finds what it asks for, alone', ({ id, given, plan }) => {
    const [finding, ...others] = preflight(given, { ...builtInPreflight, ...plan });
    expect(others).toEqual([]);
    const own = given.phase === 'recover' ? 'warning' : rules.find((r) => r.id === id)?.severity;
    expect(finding).toMatchObject({ rule: id, severity: own });
    expect(finding?.message).not.toMatch(/undefined|null|\[object/);
    expect(finding?.remedy).not.toBe('');
  });

  test.each(cases)('$id can be turned off, or to the other severity', ({ id, given, plan }) => {
    expect(ids(given, { ...plan, rules: { [id]: 'off' } })).toEqual([]);
    for (const severity of ['blocking', 'warning'] as const) {
      const [finding] = preflight(given, {
        ...builtInPreflight,
        ...plan,
        rules: { [id]: severity },
      });
      expect(finding?.severity).toBe(severity);
    }
  });

  test('has a case here, a name of its own, and is known to the plan', () => {
    expect(cases.map(({ id }) => id)).toEqual(rules.map(({ id }) => id));
    expect(rules.map(({ id }) => id)).toEqual(preflightRuleIds);
    expect(aspectNames).toEqual(aspects);
  });
});

describe('before a recovery', () => {
  const broken = before('recover', onDrs({}, launch({ 'licensing.osByol': 'true' })));

  test('every rule is a warning, as a disaster does not wait, unless the plan says otherwise', () => {
    expect(preflight(broken)).toMatchObject([{ rule: 'byol-tenancy', severity: 'warning' }]);
    const strict = { ...builtInPreflight, rules: { 'byol-tenancy': 'blocking' } } as const;
    expect(preflight(broken, strict)).toMatchObject([{ severity: 'blocking' }]);
    const own = OwnRule.parse({
      id: 'own/mine',
      severity: 'blocking',
      phases: ['recover'],
      when: { fact: 'hostname', is: 'host-1' },
      message: 'is not so',
      remedy: 'make it so',
    });
    const told = preflight(broken, { ...builtInPreflight, own: [own] });
    expect(told[0]).toMatchObject({ rule: 'own/mine', severity: 'blocking' });
  });
});

describe('an instance that a server is launched into', () => {
  const told = (is: object, settings: object = {}) =>
    preflight(
      before(
        'drill',
        onDrs({ look: { intoInstance: 'i-1' } }, launch(settings)),
        drsTarget({ intoInstances: { 'i-1': { ...instance, ...is } } }),
      ),
    ).map(({ message }) => message);

  test.each([
    [{ state: 'running' }, {}, 'it is running, not stopped'],
    [{ isTagged: false }, {}, 'it lacks the tag that allows it'],
    [{ isWindows: false }, {}, 'its platform is another'],
    [{ architecture: 'arm64' }, {}, 'it is arm64, not x86_64'],
    [{ virtualization: 'paravirtual' }, {}, 'it is not HVM'],
    [{ rootDevice: 'instance-store' }, {}, 'its root volume is not of EBS'],
    [{}, { copyTags: 'true' }, 'copyTags is on'],
    [{}, { copyPrivateIp: 'true' }, 'copyPrivateIp is on'],
  ])('that is %j, with settings %j, does not do: %s', (is, settings, why) => {
    expect(told(is, settings)).toEqual([`host-1 cannot be launched into i-1: ${why}`]);
  });

  test('takes one server, and what nobody has told of it is not held against it', () => {
    expect(told({ state: null, architecture: null })).toEqual([]);
    const two = [1, 2].map((n) =>
      onDrs({ look: { intoInstance: 'i-1' } }, { server: `s-${n}`, hostname: `host-${n}` }),
    );
    const both = preflight(facts(two, drsTarget(), { phase: 'drill' }));
    expect(both.map(({ servers }) => servers)).toEqual([['s-1'], ['s-2']]);
  });
});

test('blocking findings come first, and name at most five servers in words', () => {
  const many = Array.from({ length: 9 }, (_, n) =>
    aServer({
      server: `s-${n}`,
      hostname: `host-${n}`,
      facts: { agentStale: true, freePeriodUsed: 100 },
    }),
  );
  const findings = preflight(facts(many));
  expect(findings.map(({ rule }) => rule)).toEqual(['agent-heard', 'free-period-ending']);
  expect(findings[0]?.servers).toHaveLength(9);
  expect(findings[0]?.message).toContain('host-4 and 4 more');
});

test('a type that counts against another quota takes nothing of the Standard one', () => {
  const full = { ...surroundings, vcpus: { used: 100, quota: 100 }, types: { 'g5.xlarge': 4 } };
  const gpu = aServer(template({ instanceType: 'g5.xlarge' }));
  expect(ids(facts([gpu], aTarget({ surroundings: full })))).toEqual([]);
  const relaunched = aServer({ facts: { instanceId: 'i-1' } });
  const busy = { ...full, types: { 'm5.large': 2 } };
  expect(ids(facts([relaunched], aTarget({ surroundings: busy })))).toEqual([]);
});

describe('an own rule', () => {
  const rule = (when: unknown) =>
    OwnRule.parse({
      id: 'own/mine',
      severity: 'blocking',
      phases: ['test'],
      when,
      message: 'is not so',
      remedy: 'make it so',
    });
  const finds = (when: unknown, server: Partial<ServerFacts> = {}) =>
    ids(facts([aServer(server)]), { own: [rule(when)] }).includes('own/mine');

  test.each([
    [{ fact: 'tags.Owner', missing: true }, true],
    [{ fact: 'tags.Owner', missing: false }, false],
    [{ fact: 'tags.Owner', is: 'web' }, false],
    [{ fact: 'tags.Owner', isNot: 'web' }, false],
    [{ fact: 'hostname', matches: 'host-*' }, true],
    [{ fact: 'hostname', matches: '*ost*1' }, true],
    [{ fact: 'hostname', matches: 'host' }, false],
    [{ fact: 'hostname', matches: 'host-1*1' }, false],
    [{ fact: 'tier', is: 0 }, true],
    [{ fact: 'tier', above: 0 }, false],
    [{ fact: 'tier', below: 1 }, true],
    [{ fact: 'hostname', above: 0 }, false],
    [{ fact: 'launch-template.instanceType', oneOf: ['m5.large', 'm5.xlarge'] }, true],
    [{ not: { fact: 'launch-template.instanceType', is: 'm5.large' } }, false],
    [
      {
        all: [
          { fact: 'tier', is: 0 },
          { fact: 'tags.Owner', missing: true },
        ],
      },
      true,
    ],
    [
      {
        any: [
          { fact: 'tier', is: 7 },
          { fact: 'tags.Owner', missing: false },
        ],
      },
      false,
    ],
    [{ fact: 'lifecycle', is: 'TESTING' }, false],
  ])('with %j finds a server: %s', (when, expected) => {
    expect(finds(when)).toBe(expected);
  });

  test.each([
    [{ fact: 'password', is: 'x' }],
    [{ fact: 'tags.', is: 'x' }],
    [{ fact: 'tier' }],
    [{ fact: 'tier', is: 0, above: 1 }],
    [{ all: [] }],
    [{ run: 'rm -rf' }],
  ])('with %j is refused', (when) => {
    expect(() => rule(when)).toThrow();
  });

  test('reads a long pattern of stars in no time', () => {
    const from = performance.now();
    expect(
      finds({ fact: 'hostname', matches: '*a'.repeat(100) }, { hostname: 'a'.repeat(200) }),
    ).toBe(true);
    expect(performance.now() - from).toBeLessThan(1000);
  });
});
