// In: the stage, the Region and the deployment file. Out: what serverless.yml takes from them. Called by settings.cjs,
// for the framework and for the local runtime alike.
import { existsSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { type Problem, printProblems, problemAt, shown } from '../src/core/fleet/problem.ts';
import { type Service, targetName } from '../src/core/target.ts';
import { targetListText } from '../src/core/target-list.ts';
import { alarmResources } from './alarms.ts';
import { channelExtensions, channelFunctions, channelResources } from './channels.ts';
import { dashboardResources } from './dashboard.ts';
import {
  type ChannelSpec,
  DeploymentFile,
  type DeploymentSpec,
  deploymentApiVersion,
} from './deployment-form.ts';
import { eventSchemaResources } from './event-schemas.ts';
import { functionGrants } from './grants.ts';
import { targetsOf } from './parse-deployment.ts';
import { readDeploymentText } from './read-deployment.ts';
import { type Resource, roleResources } from './roles.ts';

/** What whoever reads serverless.yml hands over. */
export interface SettingsContext {
  /** The options of the command: `stage` and `region` among them. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** The variables to read instead of the process's. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** What serverless.yml takes from the deployment file. */
export interface Settings {
  readonly stage: string;
  readonly region: string;
  /** The value of LANDFALL_TARGETS. */
  readonly targets: string;
  readonly scheduleState: 'ENABLED' | 'DISABLED';
  readonly pollRate: string;
  readonly logDays: number;
  readonly archiveDays: number;
  readonly externalId: string;
  readonly memberRole: string;
  readonly endpoints: Readonly<
    Record<'mgn' | 'drs' | 'ec2' | 'serviceQuotas' | 'sts' | 'ssm', string>
  >;
  /** The value of LANDFALL_REMEDIES, empty where nothing is mended, and whether its schedule and rule are on. */
  readonly remedies: { readonly text: string; readonly enabled: boolean };
  /** Whether that is on which targets of DRS alone need: the schedules of drills, the early look at a recovery's stages. */
  readonly drs: { readonly enabled: boolean; readonly ruleState: 'ENABLED' | 'DISABLED' };
  /**
   * The values of LANDFALL_HOOK_FUNCTIONS (`none`: hooks call none; empty: there are no hooks) and LANDFALL_HOOK_DOCUMENTS, and
   * whether the schedule that goes on with hooks is on.
   */
  readonly hooks: {
    readonly functions: string;
    readonly documents: string;
    readonly enabled: boolean;
  };
  readonly tags: Readonly<Record<string, string>>;
  readonly tagList: readonly { readonly Key: string; readonly Value: string }[];
  /** The functions of the channels, beside those that serverless.yml names itself. */
  readonly functions: Readonly<Record<string, unknown>>;
  /** The generated part of the template: roles, alarms, dashboard, subscriptions, channels, and what the framework leaves out. */
  readonly template: {
    readonly Resources: Readonly<Record<string, Resource>>;
    readonly extensions: Readonly<Record<string, Resource>>;
    readonly Outputs: Readonly<Record<string, Output>>;
  };
  /** The whole of the stack of serverless.event-schemas.yml. */
  readonly eventSchemas: Readonly<Record<string, Resource>>;
}

type HooksSpec = NonNullable<DeploymentSpec['hooks']>;

interface Output {
  readonly Description: string;
  readonly Value: string;
}

/** Thrown for settings that cannot be deployed, with every problem and its remedy. */
export class DeploymentFileRefused extends Error {
  override readonly name = 'DeploymentFileRefused';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(`the deployment is refused:\n${printProblems(problems)}`);
    this.problems = problems;
    // The framework prints the stack; where in this file it was thrown helps nobody.
    this.stack = this.message;
  }
}

const root = join(import.meta.dirname, '..');

// Lambda holds 4 KB of variables for a function; what is not of this file takes less than the rest.
const environmentBytes = 4096 - 640;
// What the function of a channel has besides, but for the ARN of its secret or topic.
const channelBytes = 400;

/** Reads the settings of a stage. Throws DeploymentFileRefused with all problems at once. */
export function readSettings({ options = {}, environment }: SettingsContext = {}): Settings {
  // biome-ignore lint/style/noProcessEnv: the framework calls this with nothing but its options
  const variables = environment ?? process.env;
  const stage = textOf(options['stage']) ?? 'prod';
  const region =
    textOf(options['region']) ??
    variables['AWS_REGION'] ??
    variables['AWS_DEFAULT_REGION'] ??
    'us-east-1';
  const problems: Problem[] = [];
  if (!/^[a-zA-Z][a-zA-Z0-9-]{0,19}$/.test(stage)) {
    const problem = `the stage ${shown(stage)} is no word of 1 to 20 letters, digits and hyphens`;
    problems.push(problemAt([], problem, 'name it with --stage, e.g. --stage prod'));
  }
  if (!/^[a-z]{2}(-[a-z]+)+-\d{1,2}$/.test(region)) {
    const problem = `the Region ${shown(region)} is no Region`;
    problems.push(problemAt([], problem, 'name it with --region, e.g. --region eu-central-1'));
  }
  const read = readFile(variables['LANDFALL_DEPLOYMENT'] ?? '', region);
  if (!read.ok) throw new DeploymentFileRefused([...problems, ...read.problems]);
  if (problems.length > 0) throw new DeploymentFileRefused(problems);
  return settingsOf(stage, region, read.spec);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function readFile(path: string, region: string) {
  if (path === '') {
    const nothing = { apiVersion: deploymentApiVersion, kind: 'Deployment', spec: {} };
    return { ok: true as const, spec: DeploymentFile.parse(nothing).spec };
  }
  const file = resolve(root, path);
  if (!existsSync(file)) {
    const remedy = 'LANDFALL_DEPLOYMENT names a file, from the folder of serverless.yml';
    return {
      ok: false as const,
      problems: [{ ...problemAt([], 'there is no such file', remedy), file }],
    };
  }
  return readDeploymentText(readFileSync(file, 'utf8'), relative(root, file), region);
}

/** The Regions in which servers of a service are reached with the functions' own credentials. */
function ownRegionsOf(targets: ReturnType<typeof targetsOf>, service: Service): readonly string[] {
  const own = targets.filter(
    ({ target, access }) => target.service === service && access === 'own',
  );
  return [...new Set(own.map(({ target }) => target.region))];
}

function settingsOf(stage: string, region: string, spec: DeploymentSpec): Settings {
  const targets = targetsOf(spec);
  const hasDrs = targets.some(({ target }) => target.service === 'drs');
  const tags = { ...spec.tags, application: 'landfall', stage };
  const tagList = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const { mgn = '', drs = '', ec2 = '', serviceQuotas = '', sts = '', ssm = '' } = spec.endpoints;
  const settings = {
    stage,
    region,
    targets: targetListText(targets),
    scheduleState: targets.length > 0 ? ('ENABLED' as const) : ('DISABLED' as const),
    watchSeconds: `${spec.watchMinutes * 60}`,
    settingsSeconds: `${spec.settingsHours * 3600}`,
    pollRate: `rate(${spec.pollMinutes} ${spec.pollMinutes === 1 ? 'minute' : 'minutes'})`,
    logDays: spec.retentionDays.logs,
    archiveDays: spec.retentionDays.archive,
    externalId: spec.externalId ?? '',
    memberRole: spec.memberRole ?? `landfall-member-${stage}`,
    endpoints: { mgn, drs, ec2, serviceQuotas, sts, ssm },
    remedies: {
      text: spec.remedies === undefined ? '' : JSON.stringify(spec.remedies),
      enabled: spec.remedies !== undefined && targets.length > 0,
    },
    hooks: {
      functions: spec.hooks === undefined ? '' : spec.hooks.functions.join() || 'none',
      documents: spec.hooks?.documents.join() ?? '',
      enabled: spec.hooks !== undefined && targets.length > 0,
    },
    drs: {
      enabled: hasDrs,
      ruleState: hasDrs ? ('ENABLED' as const) : ('DISABLED' as const),
    },
    tags,
    tagList,
  };
  refuseTooLong(settings, spec.notifications.channels);
  const watched = {
    stage,
    tagList,
    targetNames: targets.map(({ target }) => targetName(target)),
    pollMinutes: spec.pollMinutes,
    alarms: spec.alarms,
  };
  const inMembers = targets.filter(({ access }) => access !== 'own');
  const entered = {
    stage,
    tagList,
    memberAccounts: [...new Set(inMembers.map(({ target }) => target.accountId))],
    memberRole: settings.memberRole,
    hookFunctions: spec.hooks?.functions ?? [],
    hookDocuments: spec.hooks?.documents ?? [],
    hooksInVpc: spec.hooks?.vpc !== undefined,
    ownRegions: { mgn: ownRegionsOf(targets, 'mgn'), drs: ownRegionsOf(targets, 'drs') },
    actsItself: targets.some(({ access }) => access !== 'role'),
    watchesDrsItself: targets.some(
      ({ target, access }) => target.service === 'drs' && access === 'own',
    ),
  };
  const told = { stage, tagList, channels: spec.notifications.channels };
  return {
    ...settings,
    functions: channelFunctions(told),
    template: {
      Resources: {
        ...roleResources(entered),
        ...alarmResources(watched),
        ...dashboardResources(watched),
        ...subscriptions(spec.notifications.emails),
        ...channelResources(told),
      },
      extensions: { ...extensions(settings, spec), ...channelExtensions(told) },
      Outputs: outputs(settings),
    },
    eventSchemas: eventSchemaResources({ stage, tagList }),
  };
}

function refuseTooLong(
  settings: Pick<
    Settings,
    'targets' | 'externalId' | 'memberRole' | 'endpoints' | 'remedies' | 'hooks'
  >,
  channels: readonly ChannelSpec[],
) {
  const { targets, externalId, memberRole, endpoints, remedies, hooks } = settings;
  // No function has both the remedies and the hooks.
  const ofHooks = `${hooks.functions}${hooks.documents}`;
  const longest = remedies.text.length > ofHooks.length ? remedies.text : ofHooks;
  const texts = [targets, externalId, memberRole, longest, ...Object.values(endpoints)];
  const ofChannels = channels.map(
    ({ secretArn = '', topicArn = '' }) => channelBytes + secretArn.length + topicArn.length,
  );
  const bytes = texts.reduce(
    (sum, text) => sum + Buffer.byteLength(text),
    Math.max(0, ...ofChannels),
  );
  if (bytes <= environmentBytes) return;
  const problem = `the targets and addresses take ${bytes} bytes, more than the ${environmentBytes} that fit into the variables of a function`;
  throw new DeploymentFileRefused([
    problemAt(['spec', 'targets'], problem, 'move some targets to a second stage'),
  ]);
}

function inVpc({ subnetIds, securityGroupIds }: NonNullable<HooksSpec['vpc']>): Resource {
  return {
    Properties: { VpcConfig: { SubnetIds: subnetIds, SecurityGroupIds: securityGroupIds } },
  };
}

/** Outputs that are there only where they say something: CloudFormation wants a value. */
function outputs({
  targets,
  externalId,
  hooks,
}: Pick<Settings, 'targets' | 'externalId' | 'hooks'>) {
  const all: Readonly<Record<string, Output>> = {
    Targets: { Description: 'The targets that this stage looks after', Value: targets },
    ExternalId: { Description: 'The external id that the member roles ask for', Value: externalId },
    HookFunctions: {
      Description: 'The functions that hooks of plans may call',
      Value: hooks.functions,
    },
    HookDocuments: {
      Description: 'The documents of Systems Manager that hooks of plans may run',
      Value: hooks.documents,
    },
  };
  return Object.fromEntries(Object.entries(all).filter(([, { Value }]) => Value !== ''));
}

function subscriptions(emails: readonly string[]): Readonly<Record<string, Resource>> {
  return Object.fromEntries(
    emails.map((address, i) => [
      `AlarmEmail${i + 1}`,
      {
        Type: 'AWS::SNS::Subscription',
        Properties: { TopicArn: { Ref: 'AlarmTopic' }, Protocol: 'email', Endpoint: address },
      },
    ]),
  );
}

/** What the framework cannot say of what it writes itself: tags, concurrency that need not be reserved, a VPC that need not be. */
function extensions(
  { stage, tagList }: Pick<Settings, 'stage' | 'tagList'>,
  { reservedConcurrency, hooks }: DeploymentSpec,
): Readonly<Record<string, Resource>> {
  const reserved = (count: number) => ({ Properties: { ReservedConcurrentExecutions: count } });
  const tagged = { Properties: { Tags: tagList } };
  const logGroups = Object.keys(functionGrants).map(
    (name) => `${name.charAt(0).toUpperCase()}${name.slice(1)}LogGroup`,
  );
  const plain = stage.replaceAll(/[^a-zA-Z0-9]/g, '');
  const rules = [
    'reactrule1',
    'reactrule2',
    'reactrule3',
    'reactrule4',
    'metricsrule1',
    'remedyrule2',
  ].map((name) => `Landfall${plain}${name}EventBridgeRule`);
  return {
    ...Object.fromEntries([...logGroups, ...rules].map((id) => [id, tagged])),
    ...(reservedConcurrency === 'none'
      ? {}
      : { PollLambdaFunction: reserved(reservedConcurrency), SweepLambdaFunction: reserved(1) }),
    ...(hooks?.vpc === undefined ? {} : { RunHooksLambdaFunction: inVpc(hooks.vpc) }),
  };
}
