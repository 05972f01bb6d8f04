import { factsOf, takesActiveSlot } from '../change.ts';
import { launchLookOf } from '../configuration/launch-look.ts';
import type { Observation } from '../observation.ts';
import { builtInPreflight } from '../plan/preflight-plan.ts';
import type { ResolvedServer, ResolvedWave } from '../plan/resolve-plan.ts';
import { type Phase, phaseNames } from '../plan/settings.ts';
import { targetName } from '../target.ts';
import type { Instant } from '../time.ts';
import { findingKey, type PreflightFinding, preflight } from './preflight.ts';
import type { DrsServerFacts, PlanWaveFacts, ServerFacts, TargetFacts } from './preflight-facts.ts';

/** What is known of a server beside what the service says of it: what a poller has on record. */
export type OnRecord = Pick<ServerFacts, 'baseline' | 'drift' | 'drs' | 'otherWaves'>;

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
    readonly now?: Instant;
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
      const { targets, now } = seen;
      const about = { phase, wave: wave.name, servers: asked, targets, plan };
      const facts = now === undefined ? about : { ...about, now };
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
  { sourceServerId, hostname, target, tier, settings }: ResolvedServer,
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
    ...(observation?.drs === undefined
      ? {}
      : { drs: drsFactsOf(observation, onRecord?.drs, settings.recovery?.before) }),
  };
}

/** What the service tells now counts before what is on record. */
function drsFactsOf(
  observation: Observation,
  known: DrsServerFacts | undefined,
  pointBefore: Instant | undefined,
): DrsServerFacts {
  const look = launchLookOf(observation, {}, undefined);
  const extension = observation.drs?.stagingArea.status ?? null;
  return {
    facts: { ...known?.facts, extension },
    look: {
      intoInstance: known?.look.intoInstance ?? null,
      pointsKeptSeconds: known?.look.pointsKeptSeconds ?? null,
      supportsNitro: look.supportsNitro,
      isWindows: look.isWindows,
    },
    ...(pointBefore === undefined ? {} : { pointBefore }),
  };
}
