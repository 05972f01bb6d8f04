import { factsOf, takesActiveSlot } from '../change.ts';
import type { Observation } from '../observation.ts';
import { builtInPreflight } from '../plan/preflight-plan.ts';
import type { ResolvedServer, ResolvedWave } from '../plan/resolve-plan.ts';
import { type Phase, phaseNames } from '../plan/settings.ts';
import { targetName } from '../target.ts';
import { findingKey, type PreflightFinding, preflight } from './preflight.ts';
import type { PlanWaveFacts, ServerFacts, TargetFacts } from './preflight-facts.ts';

/** What is known of a server beside what the service says of it: what a poller has on record. */
export type OnRecord = Pick<ServerFacts, 'baseline' | 'drift' | 'otherWaves'>;

/** A finding on a wave of a plan that is not started yet. */
export interface PlanFinding extends PreflightFinding {
  readonly wave: string;
}

/**
 * Asks the preflight of each wave of a plan before it is started, phase by phase, on what is known now; what is the same
 * before several phases is found once.
 */
export function planFindings(
  waves: readonly ResolvedWave[],
  seen: {
    readonly observations: ReadonlyMap<string, Observation>;
    readonly onRecord: ReadonlyMap<string, OnRecord>;
    readonly targets: Readonly<Record<string, TargetFacts>>;
  },
): readonly PlanFinding[] {
  const plan = waves.map((wave) => planWave(wave, seen.observations));
  return waves.flatMap((wave) => {
    const servers = wave.servers.map((server) =>
      serverFacts(
        server,
        seen.observations.get(server.sourceServerId),
        seen.onRecord.get(server.sourceServerId),
      ),
    );
    const said = new Set<string>();
    return phaseNames.flatMap((phase) => {
      const asked = servers.filter((_, i) => goesThrough(wave.servers[i], phase));
      if (asked.length === 0) return [];
      const facts = { phase, wave: wave.name, servers: asked, targets: seen.targets, plan };
      return preflight(facts, wave.preflight ?? builtInPreflight).flatMap((finding) => {
        const key = findingKey({ ...finding, phase: 'replicate' });
        if (said.has(key)) return [];
        said.add(key);
        return [{ ...finding, wave: wave.name }];
      });
    });
  });
}

function goesThrough(server: ResolvedServer | undefined, phase: Phase): boolean {
  return server?.settings.phases.includes(phase) === true;
}

function planWave(
  { name, dependsOn, servers }: ResolvedWave,
  observations: ReadonlyMap<string, Observation>,
): PlanWaveFacts {
  return {
    name,
    dependsOn,
    servers: servers.map(({ sourceServerId }) => {
      const application = observations.get(sourceServerId)?.applicationId;
      return { server: sourceServerId, ...(application === undefined ? {} : { application }) };
    }),
  };
}

function serverFacts(
  { sourceServerId, hostname, target, tier }: ResolvedServer,
  observation: Observation | undefined,
  onRecord: OnRecord | undefined,
): ServerFacts {
  const facts = observation === undefined ? {} : factsOf(observation);
  const client = observation?.vcenterClientId;
  return {
    server: sourceServerId,
    hostname: hostname ?? null,
    target: targetName(target),
    tier,
    facts,
    needsSlot: observation !== undefined && !takesActiveSlot(factsOf(observation)),
    tags: observation?.tags ?? {},
    recommendedType: observation?.recommendedType ?? null,
    drift: onRecord?.drift ?? {},
    otherWaves: onRecord?.otherWaves ?? [],
    ...(client === undefined ? {} : { vcenterClientId: client }),
    ...(onRecord?.baseline === undefined ? {} : { baseline: onRecord.baseline }),
  };
}
