import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { readLaunchConfigurationText } from '../../../../src/cli/drs/read-launch-configuration.ts';
import { driftAction } from '../../../../src/core/desired/drs/drift-action.ts';
import {
  freezesOf,
  launchConfigurationJsonSchema,
} from '../../../../src/core/plan/launch-configuration/launch-configuration-form.ts';
import { resolveLaunchConfiguration } from '../../../../src/core/plan/launch-configuration/resolve-launch-configuration.ts';
import type { DrsMember } from '../../../../src/core/plan/launch-configuration/wanted.ts';
import { formReference } from '../../../../src/core/plan/plan-form.ts';
import type { Target } from '../../../../src/core/target.ts';

const [here, there]: [Target, Target] = [
  { partition: 'aws', service: 'drs', accountId: '111122223333', region: 'eu-central-1' },
  { partition: 'aws', service: 'drs', accountId: '111122223333', region: 'eu-west-1' },
];
const member = (n: number, tags: Readonly<Record<string, string>> = {}, target = here) =>
  ({
    ...{ sourceServerId: `s-0000000000000000${n}`, target, tags },
    ...{ hostname: `host-${n}`, fqdn: `host-${n}.corp` },
  }) satisfies DrsMember;
const join = '8a6bc7c2-4f2b-4c4f-9d0e-0a1b2c3d4e5f';
const scan = '1b2c3d4e-0000-4c4f-9d0e-0a1b2c3d4e5f';

const text = (spec: object) =>
  JSON.stringify(
    { apiVersion: 'landfall/v1', kind: 'LaunchConfiguration', metadata: { name: 'b' }, spec },
    null,
    1,
  );
const read = (spec: object) => {
  const found = readLaunchConfigurationText(text(spec), 'launch.yaml');
  if (!found.ok) throw new Error(JSON.stringify(found.problems));
  return found.configuration;
};
const refusals = (spec: object) => {
  const found = readLaunchConfigurationText(text(spec), 'launch.yaml');
  return found.ok ? [] : found.problems.map(({ path, problem }) => `${path}: ${problem}`);
};
const resolved = (
  spec: object,
  servers: readonly DrsMember[] = [member(1)],
  targets: readonly Target[] = [here],
) => resolveLaunchConfiguration(read(spec), { targets, servers });
const wanted = (...given: Parameters<typeof resolved>) => {
  const found = resolved(...given);
  if (!found.ok) throw new Error(JSON.stringify(found.problems));
  return found;
};
const problems = (...given: Parameters<typeof resolved>) => {
  const found = resolved(...given);
  return found.ok ? [] : found.problems.map(({ path, problem }) => `${path}: ${problem}`);
};

describe('what is laid over what', () => {
  test('the template, then tags in their order, then single servers, field by field', () => {
    const spec = {
      template: {
        copyTags: true,
        licensing: { osByol: true },
        exportBucketArn: 'arn:aws:s3:::the-bucket',
      },
      launchTemplate: { subnetId: 'subnet-00000001', tags: { a: '1' } },
      byTag: [
        { order: 20, tags: { tier: 'db' }, launchConfiguration: { launchDisposition: 'STOPPED' } },
        {
          order: 10,
          tags: { os: ['win'] },
          launchConfiguration: { launchDisposition: 'STARTED', copyTags: false },
        },
        { order: 10, tags: { tier: 'db' }, launchTemplate: { tags: { b: '2' } } },
      ],
      byServer: [{ hostnames: ['HOST-1.corp'], launchTemplate: { subnetId: 'subnet-00000002' } }],
    };
    const { servers, templates, notes } = wanted(spec, [
      member(1, { tier: 'db', os: 'win' }),
      member(2, { tier: 'app' }),
    ]);
    expect(templates).toMatchObject([
      {
        target: here,
        settings: {
          copyTags: true,
          'licensing.osByol': true,
          exportBucketArn: 'arn:aws:s3:::the-bucket',
        },
      },
    ]);
    expect(servers).toMatchObject([
      {
        settings: { copyTags: false, launchDisposition: 'STOPPED', 'licensing.osByol': true },
        otherwise: ['copyTags', 'launchDisposition'],
        launchTemplate: { subnetId: 'subnet-00000002', tags: { a: '1', b: '2' } },
      },
      {
        settings: { copyTags: true, 'licensing.osByol': true },
        otherwise: [],
        launchTemplate: { subnetId: 'subnet-00000001', tags: { a: '1' } },
      },
    ]);
    expect(servers[1]?.settings).not.toHaveProperty('exportBucketArn');
    expect(notes).toEqual([]);
  });

  test('does not depend on the order in which entries are written', () => {
    const entries = [
      { order: 1, tags: { a: '1' }, launchConfiguration: { copyTags: true, copyPrivateIp: true } },
      { order: 2, tags: { b: '1' }, launchConfiguration: { copyTags: false } },
    ];
    const servers = [member(1, { a: '1', b: '1' })];
    const [one, other] = [entries, entries.toReversed()].map(
      (byTag) => wanted({ byTag }, servers).servers[0]?.settings,
    );
    expect(one).toEqual({ copyTags: false, copyPrivateIp: true });
    expect(other).toEqual(one);
  });

  test('launch actions by their ids: a later layer changes one, or takes it away', () => {
    const spec = {
      launchActions: {
        [join]: { name: 'join', actionCode: 'AWS-A', order: 5 },
        [scan]: { name: 'scan', actionCode: 'AWS-B', order: 6 },
      },
      byServer: [
        { ids: ['s-00000000000000001'], launchActions: { [join]: { order: 9 }, [scan]: 'none' } },
      ],
    };
    const { servers, templates } = wanted(spec, [member(1), member(2)]);
    expect(Object.keys(templates[0]?.actions ?? {})).toEqual([join, scan]);
    expect(servers[0]?.actions).toEqual({
      [join]: {
        ...{ name: 'join', actionCode: 'AWS-A', order: 9, optional: false, active: true },
        ...{ actionVersion: '$DEFAULT', category: 'OTHER', description: '', parameters: {} },
      },
    });
    expect(Object.keys(servers[0]?.otherActions ?? {})).toEqual([scan, join]);
    expect(servers[1]?.otherActions).toEqual({});
  });

  test('a target has what is for it alone, and servers of other targets have not', () => {
    const spec = {
      template: { copyTags: true },
      forTargets: [{ targets: ['drs:111122223333:eu-west-1'], template: { copyTags: false } }],
    };
    const found = wanted(spec, [member(1), member(2, {}, there)], [here, there]);
    expect(found.templates.map(({ settings }) => settings['copyTags'])).toEqual([true, false]);
    expect(found.servers.map(({ settings }) => settings['copyTags'])).toEqual([true, false]);
    const only = { ...spec, targets: ['drs:111122223333:eu-west-1'] };
    const one = wanted(only, [member(1), member(2, {}, there)], [here, there]);
    expect(one.templates.map(({ target }) => target.region)).toEqual(['eu-west-1']);
    expect(one.servers.map(({ server }) => server)).toEqual(['s-00000000000000002']);
  });

  test('what says nothing wants nothing', () => {
    expect(wanted({})).toMatchObject({
      templates: [{ settings: {} }],
      servers: [{ settings: {}, otherwise: [] }],
    });
    expect(wanted({}).servers[0]).not.toHaveProperty('actions');
  });
});

describe('what is refused', () => {
  test('entries of one order that contradict each other about a server', () => {
    const byTag = [
      { order: 1, tags: { a: '1' }, launchTemplate: { instanceType: 'm5.large' } },
      { order: 1, tags: { b: '1' }, launchTemplate: { instanceType: 'm5.xlarge' } },
    ];
    expect(problems({ byTag }, [member(1, { a: '1' }), member(2, { b: '1' })])).toEqual([]);
    expect(
      problems({ byTag }, [member(1, { a: '1', b: '1' }), member(2, { a: '1', b: '1' })]),
    ).toEqual([
      'spec.byTag[1]: contradicts spec.byTag[0] about launchTemplate.instanceType (both are for host-1)',
    ]);
    const agreeing = byTag.map((one) => ({ ...one, launchTemplate: { instanceType: 'm5.large' } }));
    expect(problems({ byTag: agreeing }, [member(1, { a: '1', b: '1' })])).toEqual([]);
    const byServer = [
      { ids: ['s-00000000000000001'], launchConfiguration: { copyTags: true } },
      { hostnames: ['host-1'], launchConfiguration: { copyTags: false } },
    ];
    expect(problems({ byServer })).toEqual([
      'spec.byServer[1]: contradicts spec.byServer[0] about launchConfiguration.copyTags (both are for host-1)',
    ]);
  });

  test('names that nobody has, each with its place; tags that nobody has are only told', () => {
    const spec = {
      targets: ['drs:111122223333:eu-central-1', 'drs:999999999999:eu-central-1'],
      forTargets: [{ targets: ['drs:111122223333:eu-west-1'], template: {} }],
      byServer: [{ ids: ['s-1'], hostnames: ['host-9', 'host-2'], launchConfiguration: {} }],
      byTag: [{ order: 1, tags: { tier: 'db' } }],
    };
    const two = [member(1), { ...member(2), sourceServerId: 's-3' }, member(2)];
    expect(problems(spec, two)).toEqual([
      'spec.targets[1]: the stage does not watch "drs:999999999999:eu-central-1"',
      'spec.forTargets[0].targets[0]: the stage does not watch "drs:111122223333:eu-west-1"',
      'spec.forTargets[0].targets[0]: drs:111122223333:eu-west-1 is not under spec.targets',
      'spec.byServer[0].ids[0]: unknown server "s-1"',
      'spec.byServer[0].hostnames[0]: unknown host name "host-9"',
      'spec.byServer[0].hostnames[1]: 2 servers are called "host-2"',
    ]);
    expect(wanted({ byTag: spec.byTag }).notes).toEqual([
      'spec.byTag[0] picks no server: check its tags',
    ]);
  });

  test('what cannot be true together', () => {
    expect(problems({ template: { launchIntoSourceInstance: true, copyTags: true } })).toEqual([
      'spec.template: launchIntoSourceInstance needs copyTags and copyPrivateIp false: a failback could not begin',
    ]);
    const into = {
      launchIntoInstanceProperties: { launchIntoEC2InstanceID: 'i-0123456789abcdef0' },
    };
    const byServer = [{ hostnames: ['host-1'], launchConfiguration: into }];
    expect(problems({ template: { copyPrivateIp: true }, byServer })).toEqual([
      'spec.byServer[0]: launchIntoInstanceProperties needs copyTags and copyPrivateIp false (host-1)',
    ]);
    const actions = {
      [join]: { name: 'join', actionCode: 'AWS-A', order: 5 },
      [scan]: { name: 'scan', actionCode: 'AWS-B', order: 5 },
    };
    expect(problems({ launchActions: actions })).toContain(
      `spec.launchActions: launch actions ${join} and ${scan} have the same order`,
    );
    expect(problems({ launchActions: { [join]: { order: 5 } } })).toContain(
      `spec.launchActions: launch action ${join} has no name and no actionCode`,
    );
  });

  test('a file that is not of the form, with every problem at once', () => {
    const found = refusals({
      template: {
        copyTag: true,
        exportBucketArn: 'bucket',
        targetInstanceTypeRightSizingMethod: 'X',
      },
      launchActions: { join: {} },
      byTag: [{ tags: {} }],
      drift: { mode: 'fix', freezes: ['xmas'] },
    });
    expect(found.map((one) => one.split(':')[0])).toEqual([
      ...['spec.template.targetInstanceTypeRightSizingMethod', 'spec.template.exportBucketArn'],
      ...['spec.template.exportBucketArn', 'spec.template', 'spec.launchActions.join'],
      ...['spec.byTag[0].order', 'spec.byTag[0].tags'],
    ]);
    expect(refusals({ drift: { mode: 'fix', freezes: ['xmas'] } })).toEqual([
      'spec.drift.freezes[0]: there is no calendar "xmas" under spec.calendars',
    ]);
  });
});

describe('drift', () => {
  const frozen = read({
    calendars: { xmas: [{ timeZone: 'UTC', begins: '2026-12-20', ends: '2026-12-31' }] },
  });
  const at = (now: string) => driftAction('fix-outside-freeze', freezesOf(frozen), now);

  test('is fixed outside of a freeze, and only reported within it', () => {
    expect(at('2026-12-19T23:59:59.000Z')).toEqual({ does: 'fix' });
    expect(at('2026-12-24T12:00:00.000Z')).toEqual({
      does: 'report',
      because: 'frozen by calendar xmas until 2027-01-01T00:00:00.000Z',
    });
    expect(at('2027-01-01T00:00:00.000Z')).toEqual({ does: 'fix' });
  });

  test('is fixed, put back or reported whenever that is said', () => {
    const [freezes, now] = [freezesOf(frozen), '2026-12-24T12:00:00.000Z'];
    expect(driftAction('fix', freezes, now)).toEqual({ does: 'fix' });
    expect(driftAction('restore', freezes, now)).toEqual({ does: 'restore' });
    expect(driftAction('report', freezes, now)).toEqual({ does: 'report' });
  });
});

describe('the form', () => {
  const file = (path: string) =>
    readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8');
  const remedy = 'run: node scripts/write-schemas.ts';

  test('is published as JSON Schema, which takes and refuses what the code does', () => {
    const published = JSON.parse(file('schemas/launch-configuration.schema.json'));
    expect(published, remedy).toEqual(launchConfigurationJsonSchema());
    const schema = z.fromJSONSchema(published);
    expect(schema.safeParse(JSON.parse(text({ template: { copyTags: true } }))).success).toBe(true);
    expect(schema.safeParse(JSON.parse(text({ template: { copyTag: true } }))).success).toBe(false);
  });

  test('is documented field by field', () => {
    const reference = formReference(launchConfigurationJsonSchema(), 'The file');
    expect(file('docs/drs-templates.md'), remedy).toContain(
      `<!-- fields -->\n\n${reference}\n<!-- /fields -->`,
    );
    const undescribed = reference
      .split('\n')
      .filter((line) => line.startsWith('| `') && /\|\s*(\(\S+\)\s*)?\|$/.test(line));
    expect(undescribed).toEqual([]);
  });

  test('takes the examples', () => {
    const [, page = ''] = /```yaml\n([\s\S]*?)```/.exec(file('docs/drs-templates.md')) ?? [];
    for (const given of [page, file('examples/launch-configurations/baseline.yaml')]) {
      expect(readLaunchConfigurationText(given, 'x')).toMatchObject({ ok: true });
    }
  });
});
