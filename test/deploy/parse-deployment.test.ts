import { describe, expect, test } from 'vitest';
import { targetsOf } from '../../deploy/parse-deployment.ts';
import { readDeploymentText } from '../../deploy/read-deployment.ts';
import { printProblems } from '../../src/core/fleet/problem.ts';
import { builtInDrsLimits } from '../../src/core/target-list/drs-limits.ts';
import { exampleDeployment } from './_templates.ts';

const read = (spec: string, region = 'eu-central-1') =>
  readDeploymentText(
    `apiVersion: landfall/v1\nkind: Deployment\nspec: ${spec}\n`,
    'file.yaml',
    region,
  );
const problemsOf = (text: ReturnType<typeof read>) =>
  text.ok ? [] : text.problems.map(({ line, path, problem }) => `${line} ${path} ${problem}`);
const target = (more: string) =>
  `{ service: mgn, accountId: '111122223333', regions: [eu-central-1]${more} }`;

describe('a deployment file', () => {
  test('that says nothing is filled in', () => {
    expect(read('{}')).toEqual({
      ok: true,
      spec: {
        targets: [],
        pollMinutes: 1,
        watchMinutes: 15,
        settingsHours: 12,
        retentionDays: { logs: 90, archive: 90 },
        notifications: { emails: [], channels: [] },
        alarms: {
          lagMinutes: 60,
          quotaPercent: 80,
          stalledServers: 1,
          throttledCalls: 20,
          functionErrors: 10,
        },
        endpoints: {},
        reservedConcurrency: 5,
        tags: {},
      },
    });
  });

  test('that says a part keeps the rest as it is filled in', () => {
    const found = read(
      '{ alarms: { lagMinutes: 5 }, retentionDays: { logs: 30 }, reservedConcurrency: none }',
    );
    expect(found).toMatchObject({
      ok: true,
      spec: {
        alarms: { lagMinutes: 5, quotaPercent: 80 },
        retentionDays: { logs: 30, archive: 90 },
        reservedConcurrency: 'none',
      },
    });
  });

  test('lists documents and a VPC for hooks, each by names that AWS takes', () => {
    const good =
      'documents: [AWS-RunPatchBaseline, "arn:aws:ssm:eu-central-1:444455556666:document/look"]';
    const vpc = 'vpc: { subnetIds: [subnet-01234567], securityGroupIds: [sg-01234567] }';
    expect(read(`{ hooks: { ${good}, ${vpc} } }`)).toMatchObject({
      ok: true,
      spec: { hooks: { functions: [], documents: ['AWS-RunPatchBaseline', expect.anything()] } },
    });
    const bad = problemsOf(
      read(
        '{ hooks: { documents: ["*", "arn:aws:ssm:*:444455556666:document/x"], vpc: { subnetIds: [], securityGroupIds: [default] } } }',
      ),
    );
    expect(bad.map((line) => line.split(' ')[1])).toEqual([
      'spec.hooks.documents[0]',
      'spec.hooks.documents[1]',
      'spec.hooks.vpc.subnetIds',
      'spec.hooks.vpc.securityGroupIds[0]',
    ]);
  });

  test.each(['one-account', 'many-accounts'] as const)('of the example %s is taken', (name) => {
    expect(readDeploymentText(exampleDeployment(name), name, 'eu-central-1')).toMatchObject({
      ok: true,
    });
  });

  test('that switches remedies on has their settings filled in', () => {
    expect(read('{ remedies: {} }')).toMatchObject({
      ok: true,
      spec: { remedies: { waitMinutes: 15, sameErrorServers: 3, retries: {} } },
    });
  });

  test('is refused with a budget for what no retry mends, or for what nobody knows', () => {
    const retries =
      '{ FAILED_TO_CREATE_STAGING_DISKS: 1, AGENT_SLEEPS: 1, SNAPSHOTS_FAILURE: 11, NOT_CONVERGING: 1 }';
    const found = read(`{ remedies: { waitMinutes: 0, retries: ${retries} } }`);
    expect(problemsOf(found)).toEqual([
      '3 spec.remedies.waitMinutes is 0, less than 1',
      '3 spec.remedies.retries.SNAPSHOTS_FAILURE is 11, more than 10',
      '3 spec.remedies.retries.FAILED_TO_CREATE_STAGING_DISKS unknown field "FAILED_TO_CREATE_STAGING_DISKS"',
      '3 spec.remedies.retries.AGENT_SLEEPS unknown field "AGENT_SLEEPS"',
    ]);
    const remedy = found.ok ? '' : found.problems.at(-1)?.remedy;
    expect(remedy).toMatch(/known here: AGENT_NOT_SEEN, SNAPSHOTS_FAILURE, /);
  });

  test('is refused with everything that is wrong, each with its line and a remedy', () => {
    const text = [
      'apiVersion: landfall/v2',
      'kind: Deployment',
      'spec:',
      '  targets:',
      '    - { service: ec2, accountId: 111122223333, regions: [frankfurt], access: guest }',
      '  pollMinutes: 0',
      '  retentionDays: { logs: 91 }',
      '  notifications: { emails: [nobody] }',
      '  endpoints: { mgn: "http://far.example.com" }',
      '  reservedConcurrency: some',
      '  tags: { "aws:x": y }',
      '  speed: fast',
    ].join('\n');
    const found = readDeploymentText(text, 'file.yaml', 'eu-central-1');
    expect(problemsOf(found).toSorted()).toEqual(
      [
        '1 apiVersion is "landfall/v2", which cannot stand here',
        '5 spec.targets[0].service is "ec2", which cannot stand here',
        '5 spec.targets[0].accountId is the number 111122223333, not text',
        '5 spec.targets[0].regions[0] "frankfurt" is no Region like eu-central-1',
        '5 spec.targets[0].access is "guest", which cannot stand here',
        '6 spec.pollMinutes is 0, less than 1',
        '7 spec.retentionDays.logs is 91, which cannot stand here',
        '8 spec.notifications.emails[0] "nobody" is no e-mail address',
        '9 spec.endpoints.mgn "http://far.example.com" is no https:// address (http:// is only for this machine itself)',
        '10 spec.reservedConcurrency is "some", which cannot stand here',
        '11 spec.tags["aws:x"] "aws:x" is no key of a tag',
        '12 spec.speed unknown field "speed"',
      ].toSorted(),
    );
    const printed = found.ok ? '' : printProblems(found.problems);
    expect(printed).toContain(
      'spec.targets[0].accountId  is the number 111122223333, not text  → The account',
    );
    expect(printed.split('\n').every((line) => line.includes(' → '))).toBe(true);
  });

  test('that contradicts itself is refused with every contradiction', () => {
    const other = "{ service: mgn, accountId: '444455556666', regions: [cn-north-1] }";
    const found = read(`{ targets: [${target('')}, ${target('')}, ${other}], tags: { stage: x } }`);
    expect(problemsOf(found)).toEqual([
      '3 spec.targets[1].regions[0] mgn:111122223333:eu-central-1 stands here twice',
      '3 spec.targets[2].regions[0] cn-north-1 is in aws-cn, the stack (eu-central-1) in aws',
      '3 spec.targets[2].access own is the one account of the stack: 111122223333 above, 444455556666 here',
      '3 spec.tags.stage is a tag that Landfall sets itself',
    ]);
  });

  test('of DRS has limits and no delegated administrator; of MGN it has neither', () => {
    const text = [
      'apiVersion: landfall/v1',
      'kind: Deployment',
      'spec: { targets: [',
      '  { service: drs, accountId: "111122223333", regions: [eu-west-1], access: managed, limits: { rpoSeconds: 5 } } ] }',
    ];
    const readLines = (lines: readonly string[]) =>
      readDeploymentText(lines.join('\n'), 'file.yaml', 'eu-central-1');
    expect(problemsOf(readLines(text))).toEqual([
      '4 spec.targets[0].limits.rpoSeconds is 5, less than 60',
    ]);
    const wrong = text.with(3, text[3]?.replace('rpoSeconds: 5', 'rpoSeconds: 300') ?? '');
    const mgn = '  , { service: mgn, accountId: "111122223333", regions: [eu-west-1], limits: {} }';
    const both = [...wrong.slice(0, 3), wrong[3]?.replace(' ] }', '') ?? '', mgn, '  ] }'];
    expect(problemsOf(readLines(both))).toEqual([
      '4 spec.targets[0].access DRS knows no delegated administrator: the access is own or role',
      '5 spec.targets[1].limits only targets of drs have limits',
    ]);
    const good = readLines(wrong.map((line) => line.replace('access: managed, ', '')));
    expect(good.ok && targetsOf(good.spec)).toEqual([
      {
        target: {
          partition: 'aws',
          service: 'drs',
          accountId: '111122223333',
          region: 'eu-west-1',
        },
        access: 'own',
        limits: { ...builtInDrsLimits, rpoSeconds: 300 },
      },
    ]);
  });

  test('of another partition is for a stack in that partition', () => {
    const china =
      "{ targets: [{ service: mgn, accountId: '111122223333', regions: [cn-north-1] }] }";
    expect([read(china, 'cn-northwest-1').ok, read(china, 'us-gov-west-1').ok]).toEqual([
      true,
      false,
    ]);
  });

  test('with more targets than fit into a stage is refused with the number', () => {
    const regions = Array.from({ length: 31 }, (_, i) => `eu-central-${i + 1}`);
    const two = [regions.slice(0, 17), regions.slice(17)].map(
      (some) => `{ service: mgn, accountId: '111122223333', regions: [${some.join(', ')}] }`,
    );
    expect(problemsOf(read(`{ targets: [${two.join(', ')}] }`))).toEqual([
      '3 spec.targets 31 targets, more than the 30 of one stage',
    ]);
  });

  test('may name a plain address only on this machine', () => {
    const address = (text: string) => read(`{ endpoints: { mgn: '${text}' } }`).ok;
    expect([
      address('http://127.0.0.1:9000'),
      address('http://localhost:9000/x'),
      address('https://mgn.example.com'),
      address('http://127.0.0.1.example.com'),
      address('ftp://127.0.0.1'),
      address('mgn'),
    ]).toEqual([true, true, true, false, false, false]);
  });

  test.each([
    ['no object', 'just words', 'the deployment file is "just words"'],
    ['nothing', '', 'the deployment file is empty'],
    ['bad YAML', 'a: [', /.+/],
    ['two documents', 'a: 1\n---\nb: 2', 'a second document begins'],
    ['aliases that multiply', `a: &a [${'x, '.repeat(99)}]\nb: [${'*a, '.repeat(200)}]`, /alias/],
  ])('with %s is refused, not thrown', (_, text, problem) => {
    const found = readDeploymentText(text, 'file.yaml', 'eu-central-1');
    expect(found.ok ? [] : found.problems.map((p) => p.problem)).toEqual([
      typeof problem === 'string' ? problem : expect.stringMatching(problem),
    ]);
  });
});
