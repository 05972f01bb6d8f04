// In: what is on record of servers, approvals and orders. Out: the same rows that events give, as far as records tell.
// Pure.
import type { Approval } from '../condition/approved.ts';
import type { HealthEvidence } from '../gate.ts';
import type { HookRun } from '../hook/hook-run.ts';
import type { Outcome } from '../outcome.ts';
import type { PhaseResult } from '../review/wave-view.ts';
import type { Target } from '../target.ts';
import { type Instant, secondsBetween } from '../time.ts';
import type { OrderEntry } from './gate-history.ts';
import type { HookWay, LaunchWay, ServerWay, WaitWay } from './server-way.ts';

/** What is on record of one server in its wave. */
export interface MemberOnRecord {
  readonly server: string;
  readonly wave: string;
  readonly target: Target;
  readonly hostname: string | null;
  readonly results: readonly PhaseResult[];
  readonly health: HealthEvidence | null;
  readonly outcome: Outcome | null;
  readonly hookRuns?: readonly HookRun[];
}

/** A wait, or a queued launch, that has not ended. */
export interface OpenWait {
  readonly server: string | null;
  readonly phase: string;
  readonly wait: string;
  readonly since: Instant;
  readonly reasons: readonly { readonly since: Instant; readonly reason: string }[];
}

/** The way of a server as far as its records tell it, at a moment. */
export function wayOnRecord(
  member: MemberOnRecord,
  waits: readonly OpenWait[],
  now: Instant,
): ServerWay {
  const { server, wave, target, hostname, outcome, health } = member;
  const evidence = outcome?.evidence;
  return {
    kind: 'server',
    wave,
    server,
    hostname,
    accountId: target.accountId,
    region: target.region,
    outcome: outcome?.outcome ?? null,
    code: outcome?.code ?? null,
    reason: outcome?.reason ?? null,
    endedAt: outcome === null ? null : (member.results.at(-1)?.endedAt ?? null),
    jobId: evidence?.jobId ?? null,
    instanceId: evidence?.instanceId ?? health?.instanceId ?? null,
    lifecycle: evidence?.seen?.lifecycle ?? null,
    replicationState: evidence?.seen?.replicationState ?? null,
    eventIds: evidence?.eventIds ?? [],
    nextAction: outcome?.nextAction ?? null,
    phases: member.results.map(({ phase, attempt, status, endedAt, failure }) => ({
      phase,
      attempt,
      status,
      endedAt,
      durationSeconds: null,
      code: failure?.code ?? null,
      message: failure?.message ?? null,
    })),
    waits: waits.filter((wait) => wait.server === server).map((wait) => openWait(wait, now)),
    launches: health === null ? [] : [healthyLaunch(health)],
    hooks: (member.hookRuns ?? []).map(hookOnRecord),
    recoveries: [],
    steps: [],
  };
}

function hookOnRecord(run: HookRun): HookWay {
  const { key, startedAt, endedAt, point, name: hook, status, reason = null, evidence } = run;
  return {
    key,
    at: endedAt ?? startedAt,
    point,
    hook,
    try: run.try,
    status,
    durationSeconds: endedAt === null ? null : Math.round(secondsBetween(startedAt, endedAt)),
    reason,
    evidence: evidence === undefined ? null : JSON.stringify(evidence),
  };
}

function openWait({ phase, wait, since, reasons }: OpenWait, now: Instant): WaitWay {
  return { phase, wait, since, seconds: secondsBetween(since, now), ended: 'waiting', reasons };
}

function healthyLaunch({ launch, at, jobId, instanceId }: HealthEvidence): LaunchWay {
  return { at, kind: launch, status: 'healthy', jobId, instanceId, reason: null };
}

/** An order that is on record for a wave, its plan or everything. */
export interface OrderOnRecord {
  readonly order: string;
  readonly scope?: {
    readonly tier?: string;
    readonly servers: number;
    readonly serverIds: readonly string[];
  };
  readonly by: string;
  readonly at: Instant;
  readonly reason: string;
}

/** Says what people ordered of a wave, from its own log or a wider one; that a drill yields, nobody has ordered. */
export function ordersOnRecord(
  wave: string,
  log: readonly OrderOnRecord[],
  wide?: 'plan' | 'stage',
): readonly OrderEntry[] {
  const given = log.filter(({ order }) => order !== 'yield');
  return given.map(({ order, scope, by, at, reason }) => ({
    kind: 'order',
    wave,
    order,
    at,
    by,
    reason,
    phase: null,
    scope: wide ?? (scope === undefined ? 'wave' : scope.tier === undefined ? 'servers' : 'tier'),
    tier: scope?.tier ?? null,
    servers: scope?.servers ?? null,
    serverIds: scope?.serverIds ?? [],
  }));
}

/** Says who answered a wave's approvals, from their records. */
export function approvalsOnRecord(
  wave: string,
  answers: readonly Approval[],
): readonly OrderEntry[] {
  return answers.map(({ phase, decision, by, at, reason }) => ({
    kind: 'order',
    wave,
    order: decision === 'approved' ? 'approve' : 'deny',
    at,
    by,
    reason,
    phase,
    scope: 'wave',
    tier: null,
    servers: null,
    serverIds: [],
  }));
}

/** The events of some waves among all that a bus told: theirs, and those of their servers. */
export function isOfWaves(
  detail: Readonly<Record<string, unknown>>,
  waves: ReadonlySet<string>,
  servers: ReadonlySet<string>,
): boolean {
  const { wave, sourceServerId, servers: several } = detail;
  if (typeof wave === 'string') return waves.has(wave);
  if (typeof sourceServerId === 'string') return servers.has(sourceServerId);
  return Array.isArray(several) && several.some((one) => servers.has(one));
}
