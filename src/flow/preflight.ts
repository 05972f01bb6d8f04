// In: a wave on record. Out: what its preflight knows, from the store alone; and what it found on the wave's record, told
// in one write. Called by nextStage, by the poller while a wave waits and before a launch, and by the operators' commands.
import { quotasOfService } from '../core/admission/quotas-of-service.ts';
import type { ClientContact } from '../core/change/client-silence.ts';
import { DetailType } from '../core/event/detail-type.ts';
import { cutText, type Told } from '../core/event/stream.ts';
import { effectivePauses } from '../core/order/effective-pauses.ts';
import type { Pause } from '../core/pause.ts';
import type { Phase } from '../core/plan/settings.ts';
import { findingKey, type PreflightFinding } from '../core/preflight/preflight.ts';
import type { ServerFacts, TargetFacts } from '../core/preflight/preflight-facts.ts';
import type { BlockedPhase, Checking } from '../core/review/checking.ts';
import { findingsBefore } from '../core/review/preflight.ts';
import { distinctTargets, type Target, targetName } from '../core/target.ts';
import type { Instant } from '../core/time.ts';
import { ordersOf } from './orders-of.ts';
import type { Ports } from './ports.ts';
import { read, readMany } from './records/documents.ts';
import { place } from './records/place.ts';
import type { BaselineRecord, LaunchLookRecord, ServerRecord } from './records/server-records.ts';
import type { TargetRecord } from './records/target-records.ts';
import type { WaveRecord, WaveServer } from './records/wave-records.ts';
import { recordWave, waveServersOf } from './wave-record.ts';

type CheckPorts = Pick<Ports, 'store' | 'bus' | 'clock'>;

/** Gathers what the preflight of a wave is told and what is known for it. */
export async function checkingOf(
  ports: Pick<Ports, 'store' | 'clock'>,
  wave: WaveRecord,
  members: readonly WaveServer[],
  pauses: readonly Pause[],
): Promise<Checking> {
  const open = members.filter(({ outcome }) => outcome === null);
  const targets: Record<string, TargetFacts> = {};
  const servers: ServerFacts[] = [];
  const unseenTargets: string[] = [];
  for (const target of distinctTargets(open.map((member) => member.target))) {
    const name = targetName(target);
    const own = open.filter((member) => targetName(member.target) === name);
    const { body: record } = await read(ports.store, place.target(target));
    targets[name] = await targetFacts(ports, target, record);
    servers.push(...(await serverFacts(ports, target, own)));
    if (isFirstLookComing(record, wave.wave)) unseenTargets.push(name);
  }
  return {
    plan: wave.preflight,
    facts: {
      now: ports.clock.now(),
      wave: wave.name,
      servers,
      targets,
      plan: await planFacts(ports, wave),
    },
    unseenTargets,
    cohort: wave.cohortsBegun,
    warned: wave.warned ?? [],
    pauses,
    ...(wave.blocked == null ? {} : { blocked: wave.blocked }),
  };
}

/** A round that goes through the wave's servers is under way; one that was refused tells nothing more. */
function isFirstLookComing(record: TargetRecord | undefined, wave: string): boolean {
  const { configuration, drsConfiguration: drs, unreachable = null } = record ?? {};
  if (drs !== undefined) {
    const isLookedAt = drs.lookedAt !== null && drs.surroundings?.waves.includes(wave) === true;
    return unreachable === null && drs.refused === null && !isLookedAt;
  }
  return (
    configuration !== undefined &&
    unreachable === null &&
    configuration.refused === null &&
    configuration.round !== null &&
    !configuration.waves.includes(wave)
  );
}

/** What is on record of a target that the preflight looks at. */
export async function targetFacts(
  { store }: Pick<Ports, 'store'>,
  target: Target,
  record: TargetRecord | undefined,
): Promise<TargetFacts> {
  const { body: surroundings } = await read(store, place.surroundings(target));
  const clients: Readonly<Record<string, ClientContact>> = record?.clients ?? {};
  const { configuration, drsConfiguration } = record ?? {};
  const refused = (drsConfiguration ?? configuration)?.refused?.reason;
  return {
    activeServers: record?.activeServers ?? null,
    quotas: quotasOfService(target.service, record?.quotaValues ?? {}),
    ...(record?.jobLoad === undefined
      ? {}
      : { openJobs: record.jobLoad.jobs, serversInJobs: record.jobLoad.servers }),
    clients,
    ...(surroundings === undefined ? {} : { surroundings }),
    ...(refused === undefined ? {} : { refused }),
  };
}

async function serverFacts(
  { store }: Pick<Ports, 'store'>,
  target: Target,
  members: readonly WaveServer[],
): Promise<readonly ServerFacts[]> {
  const ids = members.map(({ server }) => server);
  const records = byId(await readMany(store, place.server(target, ''), ids));
  if (target.service === 'drs') {
    const looks = byId(await readMany(store, place.launchLook(target, ''), ids));
    return members.map((member) =>
      factsOfDrsServer(member, records.get(member.server), looks.get(member.server)),
    );
  }
  const baselines = byId(await readMany(store, place.baseline(target, ''), ids));
  return members.map((member) =>
    factsOfServer(member, records.get(member.server), baselines.get(member.server)),
  );
}

function byId<T>(found: readonly { readonly sort: string; readonly body: T }[]) {
  return new Map(found.map(({ sort, body }) => [sort, body]));
}

function factsOfServer(
  member: WaveServer,
  record: ServerRecord | undefined,
  known: BaselineRecord | undefined,
): ServerFacts {
  // What an earlier wave wrote down is no baseline of this one.
  const baseline = known?.wave === member.wave ? known : undefined;
  return {
    ...factsOfMember(member, record),
    tags: known?.tags ?? {},
    drift: baseline === undefined ? {} : (record?.drift ?? {}),
    recommendedType: known?.recommendedType ?? null,
    ...(known?.vcenterClientId == null ? {} : { vcenterClientId: known.vcenterClientId }),
    ...(baseline === undefined ? {} : { baseline: baseline.aspects }),
  };
}

function factsOfDrsServer(
  member: WaveServer,
  record: ServerRecord | undefined,
  look: LaunchLookRecord | undefined,
): ServerFacts {
  return {
    ...factsOfMember(member, record),
    tags: look?.tags ?? {},
    recommendedType: look?.recommendedType ?? null,
    ...drsFacts(record, look, member.settings.recovery?.before),
  };
}

/** What is on record of a server of DRS: what its launches are set to does not depend on a wave. */
export function drsFacts(
  record: ServerRecord | undefined,
  look: LaunchLookRecord | undefined,
  pointBefore: Instant | undefined,
): Pick<ServerFacts, 'baseline' | 'drift' | 'drs'> {
  const mark = record?.launchTemplate;
  return {
    drift: record?.drift ?? {},
    baseline: {
      ...(look === undefined ? {} : { 'launch-configuration': look.launch }),
      ...(mark === undefined ? {} : { 'launch-template': mark.fields }),
    },
    drs: {
      facts: record?.drs?.facts ?? {},
      look: look ?? noLook,
      ...(pointBefore === undefined ? {} : { pointBefore }),
    },
  };
}

const noLook = {
  intoInstance: null,
  supportsNitro: null,
  isWindows: null,
  pointsKeptSeconds: null,
};

function factsOfMember(
  { server, hostname, target, tier, needsSlot, wave }: WaveServer,
  record: ServerRecord | undefined,
) {
  const other = record?.wave ?? wave;
  return {
    server,
    hostname,
    target: targetName(target),
    tier,
    facts: record?.facts ?? {},
    needsSlot,
    otherWaves: other === wave ? [] : [other],
  };
}

/** The plan's waves in its order, with what they depend on. */
async function planFacts({ store }: Pick<Ports, 'store'>, wave: WaveRecord) {
  const { body: plan } = await read(store, place.plan(wave.plan));
  const found = [];
  for (const name of plan?.waves ?? []) {
    const { body } = await read(store, place.plannedWave(wave.plan, name));
    // Which application a server belongs to is not on record; the dry run sees it.
    found.push({ name, dependsOn: body?.dependsOn ?? [], servers: [] });
  }
  return found;
}

/** Puts on record that the preflight keeps servers from a phase; told when what blocks it is new. */
export async function blockPhase(
  ports: CheckPorts,
  wave: string,
  blocked: Pick<BlockedPhase, 'phase' | 'servers' | 'findings'>,
): Promise<void> {
  await recordWave(ports, wave, (record) => {
    const { phase, servers, findings } = blocked;
    const { cohortsBegun: cohort, blocked: known } = record;
    const same = known?.phase === phase && known.cohort === cohort ? known : undefined;
    if (same !== undefined && keysOf(same.findings) === keysOf(findings)) return undefined;
    const hadNone = same === undefined || same.findings.length === 0;
    const since = hadNone ? ports.clock.now() : same.since;
    return {
      next: { ...record, blocked: { phase, cohort, since, servers, findings } },
      told:
        findings.length === 0
          ? hadNone
            ? []
            : [tellCleared(phase, cohort)]
          : [tellFindings(DetailType.WavePreflightBlocked, phase, cohort, findings)],
    };
  });
}

function keysOf(findings: readonly PreflightFinding[]): string {
  return findings.map(findingKey).toSorted().join('\n');
}

/** Puts on record that nothing keeps the wave from its phase any more; told where something was told before. */
export async function clearPhase(ports: CheckPorts, wave: string): Promise<void> {
  await recordWave(ports, wave, (record) => {
    const { blocked: known } = record;
    if (known == null) return undefined;
    const { phase, cohort, findings } = known;
    return {
      next: { ...record, blocked: null },
      told: findings.length === 0 ? [] : [tellCleared(phase, cohort)],
    };
  });
}

/** Forgets what kept the wave from a phase that it is not to begin any more; its servers' outcomes tell of it. */
export async function dropBlocked(ports: CheckPorts, wave: string): Promise<void> {
  await recordWave(ports, wave, (record) =>
    record.blocked == null ? undefined : { next: { ...record, blocked: null }, told: [] },
  );
}

/** Tells warnings, each once in a wave. */
export async function warnWave(
  ports: CheckPorts,
  wave: string,
  phase: Phase,
  findings: readonly PreflightFinding[],
): Promise<void> {
  await recordWave(ports, wave, (record) => {
    const known = record.warned ?? [];
    const fresh = findings.filter((finding) => !known.includes(findingKey(finding)));
    if (fresh.length === 0) return undefined;
    return {
      next: { ...record, warned: [...known, ...fresh.map(findingKey)] },
      told: [tellFindings(DetailType.WavePreflightWarned, phase, record.cohortsBegun, fresh)],
    };
  });
}

function tellCleared(phase: Phase, cohort: number): Told {
  return { detailType: DetailType.WavePreflightCleared, members: { phase, cohort } };
}

// So many findings, and servers of each, are named in an event; their numbers say the rest.
const namedFindings = 20;
const namedServers = 20;

function tellFindings(
  detailType: DetailType,
  phase: Phase,
  cohort: number,
  findings: readonly PreflightFinding[],
): Told {
  return {
    detailType,
    members: {
      phase,
      cohort,
      findings: findings.slice(0, namedFindings).map(({ rule, servers, message, remedy }) => ({
        rule,
        servers: servers.length,
        serverIds: servers.slice(0, namedServers),
        message: cutText(message),
        remedy: cutText(remedy),
      })),
      count: findings.length,
    },
  };
}

/**
 * Checks again what a waiting wave waits to begin, and puts what is new on record. Answers what still blocks it;
 * undefined where nothing does, so that the wave may go on.
 */
export async function checkAgain(
  ports: CheckPorts,
  waveName: string,
  phase: Phase,
  servers?: readonly string[],
): Promise<string | undefined> {
  const { body: wave } = await read(ports.store, place.wave(waveName));
  if (wave === undefined || wave.concludedAt !== null) return undefined;
  const pauses = effectivePauses(await ordersOf(ports, waveName));
  const checking = await checkingOf(ports, wave, await waveServersOf(ports, wave), pauses);
  const asked = servers ?? wave.blocked?.servers ?? [];
  const targets = new Set(
    checking.facts.servers.filter(({ server }) => asked.includes(server)).map((s) => s.target),
  );
  const unseen = checking.unseenTargets.filter((target) => targets.has(target));
  if (unseen.length > 0) return `the settings in ${unseen.join(', ')} are being looked at`;
  const findings = findingsBefore(checking, phase, asked);
  await warnWave(
    ports,
    waveName,
    phase,
    findings.filter(({ severity }) => severity === 'warning'),
  );
  const blocking = findings.filter(({ severity }) => severity === 'blocking');
  const [first] = blocking;
  if (first === undefined) return undefined;
  await blockPhase(ports, waveName, { phase, servers: asked, findings: blocking });
  return `${first.rule}: ${first.message}`;
}
