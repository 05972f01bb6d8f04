// In: a file that says what DRS launches with, and which existing servers are meant. Out: what is wanted of templates and servers,
// given to what a command does with them; or every reason why the command is refused. Called by the commands on it.

import { type Problem, problemAt } from '../../core/fleet/problem.ts';
import type { LaunchConfiguration } from '../../core/plan/launch-configuration/launch-configuration-form.ts';
import { resolveLaunchConfiguration } from '../../core/plan/launch-configuration/resolve-launch-configuration.ts';
import type {
  DrsMember,
  ServerWanted,
  TemplateWanted,
} from '../../core/plan/launch-configuration/wanted.ts';
import { type Target, targetName } from '../../core/target.ts';
import { keptReason } from '../../flow/operate/order.ts';
import type { DrsSettingsPorts } from '../../flow/settings/drs/drs-settings-ports.ts';
import { listMembers } from '../../flow/settings/drs/list-members.ts';
import type { Arguments } from '../arguments.ts';
import { awsProblem } from '../aws-problem.ts';
import type { ExitCode } from '../exit-code.ts';
import { onDeployment, refuse } from '../on-deployment.ts';
import { type OpenDeployment, roleName } from '../open-deployment.ts';
import { chooseServers } from './choose-servers.ts';
import { readLaunchConfiguration } from './read-launch-configuration.ts';

/** What a command on a launch configuration works on. */
export interface TemplateRequest {
  readonly ports: DrsSettingsPorts;
  readonly configuration: LaunchConfiguration;
  readonly templates: readonly TemplateWanted[];
  readonly servers: readonly ServerWanted[];
  /** Whether existing servers were asked for; without, `servers` are all of them. */
  readonly asked: boolean;
  readonly notes: readonly string[];
  readonly by: string;
  readonly reason: string;
  readonly json: boolean;
}

/** Reads the file and the servers of its targets, and has a command work on them. */
export async function onLaunchConfiguration(
  given: Arguments,
  access: 'look' | 'change',
  act: (request: TemplateRequest) => Promise<ExitCode>,
): Promise<ExitCode> {
  const json = given.has('json');
  const read = await readLaunchConfiguration(given.one('file') ?? '');
  if (!read.ok) return refuse(read.problems, json);
  return onDeployment(given, async (deployment) => {
    const targets = drsTargets(deployment);
    if (targets.length === 0) return refuse([noTargets], json);
    const ports = drsSettingsPortsOf(deployment, access);
    const { configuration } = read;
    const wanted = configuration.spec.targets;
    const meant = targets.filter((target) => wanted?.includes(targetName(target)) ?? true);
    const found = await serversOf(ports, meant);
    if (!found.ok) return refuse(found.problems, json);
    const { servers: fleet } = found;
    const resolution = resolveLaunchConfiguration(configuration, { targets, servers: fleet });
    if (!resolution.ok) return refuse(read.locate(resolution.problems), json);
    const { templates, servers: all, notes } = resolution;
    const chosen = await chooseServers(ports, given, all, fleet);
    if (!chosen.ok) return refuse(chosen.problems, json);
    const { servers, asked } = chosen;
    const { arn: by } = deployment.identity;
    const reason = keptReason(given.one('reason') ?? '');
    return act({ ports, configuration, templates, servers, asked, notes, by, reason, json });
  });
}

/** The targets of DRS of a deployment. */
export function drsTargets({ targets }: Pick<OpenDeployment, 'targets'>): readonly Target[] {
  return targets.map(({ target }) => target).filter(({ service }) => service === 'drs');
}

/** Why a command is refused where the deployment watches no target of DRS. */
export const noTargets: Problem = problemAt(
  [],
  'the deployment has no targets of DRS',
  'name them in the deployment file and deploy again (docs/deploy.md)',
);

/** What settings of DRS are read or changed by: in member accounts, to change them takes a role of its own. */
export function drsSettingsPortsOf(
  { aws, outputs, targets, stage }: Pick<OpenDeployment, 'aws' | 'outputs' | 'targets' | 'stage'>,
  access: 'look' | 'change',
): DrsSettingsPorts {
  return aws.drsSettings({
    table: outputs.tableName,
    bus: outputs.busName,
    memberRole: access === 'look' ? roleName(outputs.memberRole) : `landfall-settings-${stage}`,
    externalId: outputs.externalId,
    targets,
  });
}

/** The servers of targets as DRS lists them now. */
async function serversOf(
  ports: DrsSettingsPorts,
  targets: readonly Target[],
): Promise<
  | { readonly ok: true; readonly servers: readonly DrsMember[] }
  | { readonly ok: false; readonly problems: readonly Problem[] }
> {
  const problems: Problem[] = [];
  const servers: DrsMember[] = [];
  for (const target of targets) {
    const answer = await listMembers(ports, target);
    if (answer.ok) servers.push(...answer.value);
    else {
      const { problem, remedy } = awsProblem('asking for its servers', answer.refusal);
      problems.push(problemAt([], `${targetName(target)}: ${problem}`, remedy));
    }
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, servers };
}
