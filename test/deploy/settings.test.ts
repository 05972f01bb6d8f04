import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { deploymentJsonSchema } from '../../deploy/deployment-form.ts';
import { DeploymentFileRefused, readSettings } from '../../deploy/settings.ts';
import { packageTemplate } from '../../scripts/package-template.ts';
import { formReference } from '../../src/core/plan/plan-form.ts';
import { parseRemedies } from '../../src/core/remedy.ts';
import { parseTargetList } from '../../src/core/target-list.ts';
import { loadDeployment } from '../../src/runtime/load-deployment.ts';
import { exampleDeployment } from './_templates.ts';

const root = join(import.meta.dirname, '../..');
const many = { LANDFALL_DEPLOYMENT: 'examples/deployments/many-accounts.yaml' };

function problemsOf(run: () => unknown): readonly string[] {
  try {
    run();
    return [];
  } catch (error) {
    if (!(error instanceof DeploymentFileRefused)) throw error;
    return error.problems.map(({ problem }) => problem);
  }
}

describe('the settings', () => {
  test('without a file look after nothing', () => {
    const { template: _, eventSchemas: __, ...rest } = readSettings({ environment: {} });
    expect(rest).toEqual({
      stage: 'prod',
      region: 'us-east-1',
      targets: '',
      scheduleState: 'DISABLED',
      watchSeconds: '900',
      settingsSeconds: '43200',
      pollRate: 'rate(1 minute)',
      logDays: 90,
      archiveDays: 90,
      externalId: '',
      functions: {},
      memberRole: 'landfall-member-prod',
      endpoints: { mgn: '', drs: '', ec2: '', serviceQuotas: '', sts: '', ssm: '' },
      remedies: { text: '', enabled: false },
      hooks: { functions: '', documents: '', enabled: false },
      drs: { enabled: false, ruleState: 'DISABLED' },
      tags: { application: 'landfall', stage: 'prod' },
      tagList: [
        { Key: 'application', Value: 'landfall' },
        { Key: 'stage', Value: 'prod' },
      ],
    });
  });

  test('of a file that switches remedies on say so as the function reads them', () => {
    const { remedies } = readSettings({ options: { region: 'eu-central-1' }, environment: many });
    expect(remedies.enabled).toBe(true);
    expect(parseRemedies(remedies.text)).toEqual({
      waitMinutes: 30,
      disasterRecovery: false,
      sameErrorServers: 3,
      retries: { SNAPSHOTS_FAILURE: 1, FAILED_TO_START_DATA_TRANSFER: 1 },
    });
  });

  test('of a file that lets plans have hooks switch their schedule on, and say what they may call', () => {
    const { hooks, template } = readSettings({
      options: { region: 'eu-central-1' },
      environment: many,
    });
    expect(hooks).toEqual({
      functions: 'landfall-stop-app,landfall-start-app',
      documents: 'landfall-stop-services',
      enabled: true,
    });
    expect(template.Outputs['HookDocuments']?.Value).toBe(hooks.documents);
    expect(template.Outputs['HookFunctions']?.Value).toBe(hooks.functions);
    expect(JSON.stringify(template.Resources['RunHooksRole'])).toContain(
      ':function:landfall-stop-app"',
    );
  });

  test('let hooks run the listed documents on nodes of their own account, and join the VPC', () => {
    const { template } = readSettings({
      options: { region: 'eu-central-1' },
      environment: many,
    });
    const role = JSON.stringify(template.Resources['RunHooksRole']);
    for (const region of ['eu-central-1', 'eu-west-1']) {
      const own = `${region}:\${AWS::AccountId}`;
      expect(role).toContain(`:ssm:${own}:document/landfall-stop-services"`);
      expect(role).toContain(`:ec2:${own}:instance/*"`);
      expect(role).toContain(`:ssm:${own}:managed-instance/*"`);
    }
    // Servers elsewhere are reached in their member role.
    expect(role).not.toContain(':ssm:eu-north-1:');
    expect(template.extensions['RunHooksLambdaFunction']).toEqual({
      Properties: {
        VpcConfig: {
          SubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
          SecurityGroupIds: ['sg-0123456789abcdef0'],
        },
      },
    });
  });

  test('let waves set servers, and hooks run documents, in the Regions of each service and no other', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'deployment-')), 'both.yaml');
    writeFileSync(
      file,
      `apiVersion: landfall/v1
kind: Deployment
spec:
  targets:
    - { service: mgn, accountId: "111122223333", regions: [eu-central-1] }
    - { service: drs, accountId: "111122223333", regions: [us-west-2] }
  hooks: { functions: [], documents: [stop-services] }
`,
    );
    const { Resources } = readSettings({
      options: { region: 'eu-central-1' },
      environment: { LANDFALL_DEPLOYMENT: file },
    }).template;
    const statements = JSON.stringify(Resources['ApplySettingsRole']);
    const arn = (service: string, region: string, what: string) =>
      `:${service}:${region}:\${AWS::AccountId}:${what}"`;
    expect(statements).toContain(arn('drs', 'us-west-2', 'source-server/*'));
    expect(statements).not.toContain(':drs:eu-central-1:');
    const templates = [...statements.matchAll(/"Sid":"(Set\w*LaunchTemplates)".*?:ec2:([\w-]+):/g)];
    expect(templates.map(([, sid, region]) => [sid, region])).toEqual([
      ['SetLaunchTemplates', 'eu-central-1'],
      ['SetDrsLaunchTemplates', 'us-west-2'],
    ]);
    for (const region of ['eu-central-1', 'us-west-2']) {
      expect(JSON.stringify(Resources['RunHooksRole'])).toContain(arn('ec2', region, 'instance/*'));
    }
  });

  test('without documents or a VPC grant nothing of the kind', () => {
    const { template } = readSettings({ environment: {} });
    expect(JSON.stringify(template.Resources['RunHooksRole'])).not.toMatch(/ssm:|NetworkInterface/);
    expect(template.extensions).not.toHaveProperty('RunHooksLambdaFunction');
  });

  test('switch the schedule and the rule of the remedies on and off', () => {
    const own = (environment: Readonly<Record<string, string>>) => {
      const place = { stage: 'trial', region: 'eu-central-1', partition: 'aws' };
      const accountId = '111122223333';
      const found = loadDeployment(join(root, 'serverless.yml'), {
        ...place,
        accountId,
        environment,
      });
      const names = [...found.schedules, ...found.rules].map(({ name }) => name);
      return names.filter((name) => name.startsWith('remedy-'));
    };
    expect([own({}), own(many)]).toEqual([[], ['remedy-schedule-1', 'remedy-rule-2']]);
  });

  test('look after the schedules of drills where there are targets of DRS', () => {
    const schedulesOf = (environment: Readonly<Record<string, string>>) =>
      loadDeployment(join(root, 'serverless.yml'), {
        ...{ stage: 'trial', region: 'eu-central-1', partition: 'aws' },
        accountId: '111122223333',
        environment,
      }).schedules.filter(({ functionName }) => functionName === 'sweep');
    expect(schedulesOf({}).map(({ input }) => input)).toEqual([{}]);
    expect(schedulesOf(many).map(({ input, everyMs }) => [input, everyMs])).toEqual([
      [{}, 3_600_000],
      [{ does: 'schedules' }, 300_000],
    ]);
  });

  test('of a file say its targets as the functions read them', () => {
    const found = readSettings({
      options: { stage: 'trial', region: 'eu-central-1' },
      environment: many,
    });
    const list = parseTargetList(found.targets);
    expect(
      list.ok
        ? list.targets.map(
            ({ target: t, access }) => `${t.service} ${t.accountId} ${t.region} ${access}`,
          )
        : [],
    ).toEqual([
      'mgn 111122223333 eu-central-1 own',
      'mgn 111122223333 eu-west-1 own',
      'mgn 444455556666 eu-central-1 managed',
      'drs 111122223333 eu-west-1 own',
      'mgn 777788889999 eu-north-1 role',
    ]);
    expect([found.scheduleState, found.pollRate, found.memberRole]).toEqual([
      'ENABLED',
      'rate(2 minutes)',
      'landfall-member-trial',
    ]);
  });

  test('take the Region of the options, then of the environment', () => {
    const environment = { AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-2' };
    expect([
      readSettings({ options: { region: 'eu-north-1' }, environment }).region,
      readSettings({ environment }).region,
      readSettings({ environment: { AWS_DEFAULT_REGION: 'eu-west-2' } }).region,
    ]).toEqual(['eu-north-1', 'eu-west-1', 'eu-west-2']);
  });

  test('refuse a stage, a Region and a file together', () => {
    const options = { stage: 'my_stage', region: 'frankfurt' };
    const environment = { LANDFALL_DEPLOYMENT: 'nowhere.yaml' };
    expect(problemsOf(() => readSettings({ options, environment }))).toEqual([
      'the stage "my_stage" is no word of 1 to 20 letters, digits and hyphens',
      'the Region "frankfurt" is no Region',
      'there is no such file',
    ]);
  });

  test('reserve no concurrency where the file says so', () => {
    const reserved = (environment: Record<string, string>) => {
      const { extensions } = readSettings({ environment }).template;
      return [extensions['PollLambdaFunction'], extensions['SweepLambdaFunction']];
    };
    expect(reserved({})).toEqual([
      { Properties: { ReservedConcurrentExecutions: 5 } },
      { Properties: { ReservedConcurrentExecutions: 1 } },
    ]);
  });

  test('let the functions act by themselves only where a target is reached so', () => {
    const { Resources } = readSettings({ environment: many }).template;
    const { Resources: none } = readSettings({ environment: {} }).template;
    expect(JSON.stringify(Resources['PollRole'])).toContain('mgn:StartCutover');
    expect(JSON.stringify(Resources['PollRole'])).toContain(
      '444455556666:role/landfall-member-prod',
    );
    expect(JSON.stringify(Resources['PollRole'])).not.toContain('111122223333:role');
    for (const service of ['mgn:', 'ec2:', 'servicequotas:']) {
      expect(JSON.stringify(Resources['PollRole'])).toContain(service);
      expect(JSON.stringify(none['PollRole'])).not.toContain(service);
    }
  });
});

describe('the schema that is published', () => {
  test('is that of the code', () => {
    const published: unknown = JSON.parse(
      readFileSync(join(root, 'schemas/deployment.schema.json'), 'utf8'),
    );
    expect(published, 'run: npm run schemas').toEqual(deploymentJsonSchema());
  });

  test('is documented field by field', () => {
    const tables = formReference(deploymentJsonSchema(), 'The deployment file');
    expect(readFileSync(join(root, 'docs/deploy.md'), 'utf8'), 'run: npm run schemas').toContain(
      `<!-- fields -->\n\n${tables}\n<!-- /fields -->`,
    );
    expect(tables.split('\n').filter((line) => /^\| `.*\|\s*(\(\S+\)\s*)?\|$/.test(line))).toEqual(
      [],
    );
  });

  test.each(['one-account', 'many-accounts', 'channels'] as const)(
    'takes the example %s',
    (name) => {
      const schema = z.fromJSONSchema(JSON.parse(JSON.stringify(deploymentJsonSchema())));
      expect(schema.safeParse(parse(exampleDeployment(name))).success).toBe(true);
      expect(schema.safeParse({ kind: 'Deployment' }).success).toBe(false);
    },
  );
});

describe('the outputs', () => {
  test('tell the targets and the external id where there are any', () => {
    const { Outputs } = readSettings({
      options: { region: 'eu-central-1' },
      environment: many,
    }).template;
    expect(Object.keys(Outputs)).toEqual([
      'Targets',
      'ExternalId',
      'HookFunctions',
      'HookDocuments',
    ]);
    expect(parseTargetList(Outputs['Targets']?.Value ?? '')).toMatchObject({ ok: true });
    expect(readSettings({ environment: {} }).template.Outputs).toEqual({});
  });
});

describe('serverless package', () => {
  test('stops with all that is wrong, and leaves no template', async () => {
    const deployment =
      'apiVersion: landfall/v1\nkind: Deployment\nspec:\n  pollMinutes: 99\n  speed: fast\n';
    const refused = packageTemplate({ deployment, options: ['--stage', 'no_stage'] });
    await expect(refused).rejects.toMatchObject({
      code: 1,
      stdout: expect.stringMatching(
        /the stage "no_stage" is no word[\s\S]*deployment\.yaml:4 {2}spec\.pollMinutes {2}is 99, more than 15[\s\S]*deployment\.yaml:5 {2}spec\.speed {2}unknown field/,
      ),
    });
    await expect(refused).rejects.toMatchObject({
      stdout: expect.not.stringContaining('settings.ts:'),
    });
  }, 60_000);

  test('reads the file that the variable names', async () => {
    const cli = join(root, 'node_modules/serverless/bin/serverless.js');
    const env = { ...process.env, ...many };
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        cli,
        'print',
        '--path',
        'provider.environment',
        '--format',
        'json',
        '--region',
        'eu-central-1',
      ],
      { cwd: root, env },
    );
    expect(JSON.parse(stdout)).toMatchObject({
      LANDFALL_STAGE: 'prod',
      LANDFALL_TARGETS:
        'mgn:111122223333:eu-central-1,mgn:111122223333:eu-west-1,mgn:444455556666:eu-central-1=managed,drs:111122223333:eu-west-1;rpoSeconds=600;drillDays=30,mgn:777788889999:eu-north-1=role',
      LANDFALL_EXTERNAL_ID: 'landfall-7f3a',
      LANDFALL_ENDPOINT_MGN: 'https://mgn-vpce.example.com',
    });
  }, 60_000);
});

describe('the local runtime', () => {
  const place = {
    stage: 'rehearsal',
    accountId: '111122223333',
    region: 'eu-central-1',
    partition: 'aws',
  };

  test('reads the same settings, but never a file by accident', () => {
    process.env['LANDFALL_DEPLOYMENT'] = many.LANDFALL_DEPLOYMENT;
    try {
      const without = loadDeployment(join(root, 'serverless.yml'), place);
      const withFile = loadDeployment(join(root, 'serverless.yml'), {
        ...place,
        environment: many,
      });
      const read = ({ functions, schedules }: typeof without) => [
        functions[0]?.environment['LANDFALL_TARGETS'],
        schedules[0]?.everyMs,
      ];
      expect([read(without), read(withFile)]).toEqual([
        ['', 60_000],
        [expect.stringContaining('777788889999'), 120_000],
      ]);
    } finally {
      delete process.env['LANDFALL_DEPLOYMENT'];
    }
  });
});
