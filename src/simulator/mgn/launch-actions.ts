import type { PostLaunchAction } from '../job.ts';
import { type JsonObject, numberAt, objectAt, objectsAt, textAt } from '../json.ts';
import type { RegionState } from '../region-state.ts';
import type { SourceServer } from '../source-server.ts';
import { launchConfigurationOf, launchTemplateInForce, platformOf } from './configurations.ts';

/** A launch that is being planned, with the actions that are to fail in it. */
export interface PlannedLaunch {
  readonly jobId: string;
  readonly kind: 'test-launch' | 'cutover-launch';
  readonly launchedAt: number;
  readonly failing: readonly {
    readonly action: string;
    readonly mustSucceedForCutover: boolean;
    readonly failureReason: string;
  }[];
}

/** Says whether a server's launch configuration leaves the new instance stopped. */
export function launchesStopped(region: RegionState, server: SourceServer): boolean {
  return (
    region.world.parameters.launchDispositionEffect === 'applies' &&
    launchConfigurationOf(region, server)['launchDisposition'] === 'STOPPED'
  );
}

/**
 * Answers the post-launch actions that calls configured for a launch of a server. They run in their order, one
 * after the other, those of equal order side by side; one that takes longer than its timeout fails.
 */
export function configuredActions(
  region: RegionState,
  server: SourceServer,
  launch: PlannedLaunch,
): readonly PostLaunchAction[] {
  const { chance, parameters } = region.world;
  const { jobId } = launch;
  const planned: PostLaunchAction[] = [];
  let order: number | undefined;
  let from = launch.launchedAt;
  let until = launch.launchedAt;
  for (const action of actionsInForce(region, server, launch.kind)) {
    const { name } = action;
    if (action.order !== order) from = until;
    order = action.order;
    const drawn = chance.between(
      parameters.postLaunchActionSeconds,
      'action',
      jobId,
      server.id,
      name,
    );
    const timedOut = drawn > action.timeoutSeconds;
    const endsAt = from + Math.round(Math.min(drawn, action.timeoutSeconds) * 1000);
    until = Math.max(until, endsAt);
    const fault = launch.failing.find((f) => f.action === name);
    planned.push({
      name,
      executionId: chance.uuid('execution', jobId, server.id, name),
      endsAt,
      mustSucceedForCutover: fault?.mustSucceedForCutover ?? action.mustSucceed,
      failureReason:
        fault?.failureReason ??
        (timedOut ? `Execution timed out after ${action.timeoutSeconds} seconds` : undefined),
      document: action.document,
    });
  }
  return planned;
}

interface ActionInForce {
  readonly name: string;
  readonly order: number;
  readonly timeoutSeconds: number;
  readonly mustSucceed: boolean;
  readonly document: JsonObject;
}

function actionsInForce(
  region: RegionState,
  server: SourceServer,
  kind: PlannedLaunch['kind'],
): readonly ActionInForce[] {
  const { parameters } = region.world;
  const live = parameters.templateActionsApplyTo === 'all-servers';
  const template = live ? launchTemplateInForce(region) : undefined;
  const own = region.mgn.launchConfigurations.get(server.id);
  const settings = objectAt(own ?? template?.document ?? {}, 'postLaunchActions');
  const deployment = textAt(settings, 'deployment') ?? parameters.postLaunchDeploymentDefault;
  if (deployment === (kind === 'test-launch' ? 'CUTOVER_ONLY' : 'TEST_ONLY')) return [];
  const platform = platformOf(server);
  const byId = new Map<string, JsonObject>();
  for (const [id, action] of template?.actions ?? []) {
    const system = textAt(action, 'operatingSystem');
    if (system === undefined || platform === undefined || system === platform) byId.set(id, action);
  }
  for (const [id, action] of region.mgn.serverActions.get(server.id) ?? []) byId.set(id, action);
  const actions = [...byId.values()].filter((action) => action['active'] !== false);
  const fallback = parameters.actionTimeoutSecondsDefault;
  return [
    // Documents of the launch configuration come before all actions, in the order of their list.
    ...objectsAt(settings, 'ssmDocuments').map((given, i) => inForce(given, i, fallback)),
    ...actions
      .toSorted((a, b) => numberAt(a, 'order') - numberAt(b, 'order'))
      .map((action) => {
        const { documentIdentifier, ...rest } = action;
        return inForce(
          { ...rest, ssmDocumentName: documentIdentifier },
          numberAt(action, 'order'),
          fallback,
        );
      }),
  ];
}

function inForce(given: JsonObject, order: number, fallback: number): ActionInForce {
  const timeoutSeconds = numberAt(given, 'timeoutSeconds') || fallback;
  const mustSucceed = given['mustSucceedForCutover'] === true;
  const { parameters, externalParameters } = given;
  return {
    name: textAt(given, 'actionName') ?? '',
    order,
    timeoutSeconds,
    mustSucceed,
    document: {
      actionName: given['actionName'],
      ssmDocumentName: given['ssmDocumentName'],
      timeoutSeconds,
      mustSucceedForCutover: mustSucceed,
      ...(parameters === undefined ? {} : { parameters }),
      ...(externalParameters === undefined ? {} : { externalParameters }),
    },
  };
}
