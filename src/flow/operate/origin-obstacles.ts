// In: a plan whose servers fail back, and what a dry run has seen of them. Out: the targets that they came from and that the
// deployment does not poll: there is no way back to those. Pure; called by the dry run.
import { originTarget } from '../../core/observation/origins-of.ts';
import type { Observation } from '../../core/observation.ts';
import type { ResolvedServer } from '../../core/plan/resolve-plan.ts';
import { type Target, targetName } from '../../core/target.ts';
import type { Obstacle } from './obstacles.ts';

/** Says which origins nobody polls, each once with its servers. */
export function originObstacles(
  servers: readonly ResolvedServer[],
  known: (server: ResolvedServer) => Observation | undefined,
  targets: readonly Target[],
): readonly Obstacle[] {
  const polled = new Set(targets.map(targetName));
  const unpolled = new Map<string, string[]>();
  for (const server of servers) {
    if (!server.settings.phases.includes('reverse')) continue;
    const origin = originTarget(server.target, known(server)?.drs?.origin);
    if (origin === undefined || polled.has(targetName(origin))) continue;
    const name = targetName(origin);
    unpolled.set(name, [...(unpolled.get(name) ?? []), server.sourceServerId]);
  }
  return [...unpolled].map(([target, ids]) => ({
    severity: 'blocks',
    kind: 'target-not-polled',
    target,
    servers: ids,
    message: `${ids.length} servers came from ${target}, which the deployment does not poll`,
    remedy: `add ${target} to the targets of the deployment and deploy it again`,
  }));
}
