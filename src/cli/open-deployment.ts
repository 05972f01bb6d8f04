// In: which deployment a person means. Out: its outputs read, its ports open; or what stands in the way, with the
// remedy. Called by every command that works on a deployment.
import { type Problem, problemAt, shown } from '../core/fleet/problem.ts';
import type { HooksAllowed } from '../core/plan/hook-problems.ts';
import { type ListedTarget, parseTargetList } from '../core/target-list.ts';
import type { Ports, Refusal } from '../flow/ports.ts';
import { type Aws, openAws, type Stack } from './_wiring-aws.ts';
import { awsProblem } from './aws-problem.ts';
import type { DeploymentRequest } from './deployment-options.ts';
import { hooksAllowed } from './hooks-allowed.ts';

/** A deployment that commands can work on. */
export interface OpenDeployment {
  readonly stage: string;
  readonly region: string;
  /** Who asks; kept with all that is asked of a wave. */
  readonly identity: { readonly arn: string; readonly accountId: string };
  readonly stack: Stack;
  readonly outputs: DeploymentOutputs;
  readonly targets: readonly ListedTarget[];
  readonly ports: Ports;
  readonly aws: Aws;
  /** Closes all connections. */
  readonly close: () => void;
}

/** What the stack says of itself. */
export interface DeploymentOutputs {
  readonly tableName: string;
  readonly busName: string;
  /** The ARN of the wave machine's alias. */
  readonly waveMachine: string;
  readonly memberRole: string;
  readonly externalId: string;
  readonly deadLettersUrl: string;
  readonly pollFunction: string;
  /** What hooks of plans may call; undefined where the stage lets plans have no hooks. */
  readonly hooks: HooksAllowed | undefined;
}

/** A deployment, or why it cannot be worked on. */
export type DeploymentOpened =
  | { readonly ok: true; readonly deployment: OpenDeployment }
  | { readonly ok: false; readonly problems: readonly Problem[] };

const stackPrefix = 'landfall-';

/** Finds a deployment by its stack and opens it. Nothing is written. */
export async function openDeployment(request: DeploymentRequest): Promise<DeploymentOpened> {
  const problems = requestProblems(request);
  if (problems.length > 0) return { ok: false, problems };
  const opened = await openAws(request);
  if (!opened.ok) return refused(sessionProblem(opened.refusal, request.profile));
  const aws = opened.value;
  const found = await connect(aws, request.stage);
  if (!found.ok) aws.close();
  return found;
}

function refused(...problems: readonly Problem[]): {
  readonly ok: false;
  readonly problems: readonly Problem[];
} {
  return { ok: false, problems };
}

function requestProblems({ stage, endpoint }: DeploymentRequest): readonly Problem[] {
  const problems: Problem[] = [];
  if (!/^[A-Za-z][A-Za-z0-9-]{0,19}$/.test(stage)) {
    const said = `--stage ${shown(stage)} is no name of letters, digits and hyphens`;
    problems.push(problemAt([], said, 'name the stage that was deployed, e.g. --stage prod'));
  }
  const isAddress = endpoint === undefined || /^https?:$/.test(protocolOf(endpoint));
  if (!isAddress) {
    const said = `--endpoint ${shown(endpoint)} is no address`;
    problems.push(problemAt([], said, 'write it like http://127.0.0.1:4566'));
  }
  return problems;
}

function protocolOf(address: string): string {
  return URL.canParse(address) ? new URL(address).protocol : '';
}

function sessionProblem(refusal: Refusal, profile: string | undefined): Problem {
  const known = awsProblem('opening a session', refusal);
  if (profile === undefined || !/^(Credentials|Token)ProviderError$/.test(refusal.errorName)) {
    return known;
  }
  // What the SDK says of a profile that does not exist does not name it.
  return problemAt(
    [],
    `profile ${shown(profile)} gives no AWS credentials (${refusal.message})`,
    `see aws configure list-profiles, and log in: aws sso login --profile ${profile}`,
  );
}

async function connect(aws: Aws, stage: string): Promise<DeploymentOpened> {
  const name = `${stackPrefix}${stage}`;
  const identity = await aws.identity();
  if (!identity.ok) return refused(awsProblem('asking STS who you are', identity.refusal));
  const stack = await aws.stack(name);
  if (!stack.ok) return refused(awsProblem(`reading the stack ${name}`, stack.refusal));
  if (stack.value === 'missing') {
    return refused(await missing(aws, name, identity.value.accountId));
  }
  const outputs = readOutputs(stack.value);
  if (!outputs.ok) return outputs;
  const { targets } = outputs;
  return {
    ok: true,
    deployment: {
      stage,
      region: aws.region,
      identity: identity.value,
      stack: stack.value,
      outputs: outputs.outputs,
      targets,
      ports: aws.ports({
        table: outputs.outputs.tableName,
        bus: outputs.outputs.busName,
        memberRole: roleName(outputs.outputs.memberRole),
        externalId: outputs.outputs.externalId,
        targets,
      }),
      aws,
      close: aws.close,
    },
  };
}

/** The name of a role, with its path, given by its name or its ARN. */
export function roleName(role: string): string {
  return role.split(':role/').at(-1) ?? '';
}

async function missing(aws: Aws, name: string, accountId: string): Promise<Problem> {
  const others = await aws.stackNames(stackPrefix);
  const stages = others.ok ? others.value.map((one) => one.slice(stackPrefix.length)) : [];
  const remedy =
    stages.length === 0
      ? 'deploy it first (docs/deploy.md), or name its Region with --region'
      : `there is ${stages.map((stage) => `--stage ${stage}`).join(', ')}`;
  return problemAt([], `account ${accountId} has no stack ${name} in ${aws.region}`, remedy);
}

type OutputsRead =
  | {
      readonly ok: true;
      readonly outputs: DeploymentOutputs;
      readonly targets: readonly ListedTarget[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads the outputs of a stack; all that is wrong with them at once. */
export function readOutputs(stack: Stack): OutputsRead {
  const { name, status, outputs } = stack;
  const needed = ['TableName', 'BusName', 'WaveMachine'] as const;
  const absent = needed.filter((key) => (outputs[key] ?? '') === '');
  const problems = absent.map((key) =>
    problemAt([], `the stack ${name} (${status}) has no output ${key}`, 'deploy it again, whole'),
  );
  const list = parseTargetList(outputs['Targets'] ?? '');
  if (!list.ok) {
    problems.push(
      ...list.problems.map((problem) =>
        problemAt(['outputs', 'Targets'], problem, 'mend the deployment file and deploy again'),
      ),
    );
  }
  if (problems.length > 0 || !list.ok) return { ok: false, problems };
  return {
    ok: true,
    outputs: {
      tableName: outputs['TableName'] ?? '',
      busName: outputs['BusName'] ?? '',
      waveMachine: outputs['WaveMachine'] ?? '',
      memberRole: outputs['MemberRole'] ?? '',
      externalId: outputs['ExternalId'] ?? '',
      deadLettersUrl: outputs['DeadLettersUrl'] ?? '',
      pollFunction: outputs['PollFunction'] ?? '',
      hooks: hooksAllowed(outputs['HookFunctions'] ?? '', outputs['HookDocuments'] ?? ''),
    },
    targets: list.targets,
  };
}
