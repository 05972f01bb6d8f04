// What a person is told of plans under way: plain data, made from what is on record. Pure.

import { type Approval, standingOf } from '../../core/condition/approved.ts';
import { type SettingsStanding, standingOfSettings } from '../../core/desired/course.ts';
import { holdDeadline, openHold } from '../../core/hold.ts';
import type { HookRun } from '../../core/hook/hook-run.ts';
import { leftByHooks } from '../../core/hook/standing.ts';
import { effectivePauses, pausedBy } from '../../core/order/effective-pauses.ts';
import { openOrder, type ServerOrder } from '../../core/order/order.ts';
import type { LeftByHooks } from '../../core/outcome/next-action.ts';
import { countOutcomes, type Outcome, type OutcomeName } from '../../core/outcome.ts';
import { extendedDeadline, isPaused, mergedPauses, type Pause } from '../../core/pause.ts';
import { launchesNothing, type Stretch } from '../../core/phase.ts';
import { awaitedApproval } from '../../core/review/gates.ts';
import { blockedUntil } from '../../core/review/preflight.ts';
import type { ApprovalRequest } from '../../core/review/wave-view.ts';
import { targetName } from '../../core/target.ts';
import { type Instant, plusSeconds } from '../../core/time.ts';
import { openExecution } from '../execution-name.ts';
import type { OrdersOnRecord } from '../orders-of.ts';
import type { OrderEntry } from '../records/order-records.ts';
import type { PlannedWave } from '../records/plan-records.ts';
import type { Unreachable } from '../records/target-records.ts';
import type { LaunchRequest, WaitRecord } from '../records/wait-records.ts';
import type { TakenOver, WaveRecord, WaveServer } from '../records/wave-records.ts';
import { waveKey } from '../wave-record.ts';
import { type Help, helpFor, helpForHeld } from './help-for.ts';
import { helpForServer } from './help-for-server.ts';
import type { WaveState } from './wave-state.ts';

/** Everything that is on record of plans under way. */
export interface Status {
  readonly at: Instant;
  readonly plans: readonly PlanStatus[];
  readonly targets: readonly TargetStatus[];
}

/** One plan that was started. */
export interface PlanStatus {
  readonly plan: string;
  readonly planHash: string;
  readonly waves: readonly WaveStatus[];
}

/** One wave of a plan. */
export interface WaveStatus {
  /** `<plan>.<wave>`, as orders name it. */
  readonly wave: string;
  readonly plan: string;
  readonly name: string;
  readonly planHash: string;
  readonly state: WaveState;
  /** Since when, by whom and why it is paused; null while it is not. A pause may lie over any state. */
  readonly paused: {
    readonly since: Instant;
    readonly by: string;
    readonly reason: string;
    /** What of it is paused: itself, its plan, or everything. */
    readonly scope: 'wave' | 'plan' | 'stage';
  } | null;
  readonly startedAt: Instant | null;
  readonly servers: number;
  readonly outcomes: Readonly<Record<OutcomeName, number>>;
  /** The servers without an outcome by what they are in: a phase, `not begun` or `between phases`. */
  readonly open: Readonly<Record<string, number>>;
  readonly cohort: { readonly number: number; readonly servers: number };
  readonly members: readonly ServerStatus[];
  /** The servers that it has taken over from drills, as it recovers them; empty where it has not. */
  readonly takenOver: TakenOver['from'];
  /** What operators have ordered, the latest last. */
  readonly orders: readonly OrderEntry[];
  /** Who can do what now, with the exact command. */
  readonly help: readonly Help[];
}

/** One server of a wave. */
export interface ServerStatus {
  readonly server: string;
  readonly hostname: string | null;
  readonly target: string;
  readonly tier: number;
  /** The phase that runs; null before, between and after phases. */
  readonly phase: Stretch | null;
  readonly attempt: number;
  readonly since: Instant | null;
  /** What it waits for; null where it waits for nothing of its own. */
  readonly waits: Waiting | null;
  /** Why nothing more is done for it, and until when at most; null while it is not held. */
  readonly held: {
    readonly since: Instant;
    readonly reason: string;
    readonly until: Instant;
  } | null;
  readonly outcome: Outcome | null;
  /** How its hooks stand; null where its plan has none, or none has begun. */
  readonly hooks: HookStatus | null;
  /** How it stands with the settings that its wave applies; null where the wave applies none. */
  readonly settings: SettingsStatus | null;
  /** The scope of the pause that holds it; null where none does. */
  readonly paused: 'stage' | 'plan' | 'wave' | 'tier' | 'server' | null;
  /** What was ordered of it and is not taken yet. */
  readonly order: ServerOrder | null;
  /** Who can do what about it now, with the exact command; empty where its wave has concluded. */
  readonly help: readonly Help[];
}

/** How a server stands with the settings that its wave applies. */
export interface SettingsStatus extends SettingsStanding {
  /** What keeps it from being set; empty where it can. */
  readonly obstacles: readonly string[];
}

/** How the hooks of a server stand. */
export interface HookStatus {
  /** The last try of any of them. */
  readonly last: Pick<HookRun, 'point' | 'name' | 'try' | 'status' | 'startedAt' | 'endedAt'> & {
    readonly reason: string | null;
  };
  /** What they have done and nobody has taken back. */
  readonly left: readonly LeftByHooks[];
}

/** What a server waits for, why, and until when at most. */
export interface Waiting {
  /** A wait, e.g. `launchable`, or a queued launch, e.g. `StartTest`. */
  readonly for: string;
  readonly reason: string;
  readonly since: Instant;
  /** With the time added that the wave was paused; null where there is none. */
  readonly deadlineAt: Instant | null;
}

/** What the poller last knew of a target. */
export interface TargetStatus {
  readonly target: string;
  readonly tick: number;
  readonly lastTickFailed: boolean;
  readonly nextTickAt: Instant;
  readonly lastSweepAt: Instant | null;
  readonly activeServers: number | null;
  readonly activeServersQuota: number;
  readonly unreachable: Unreachable | null;
  /** The waves that have it polled. */
  readonly waves: readonly string[];
}

/** All that is on record of one wave. */
export interface WavePapers {
  readonly planned: PlannedWave;
  readonly record: WaveRecord | undefined;
  readonly orders: OrdersOnRecord;
  readonly members: readonly WaveServer[];
  readonly waits: readonly WaitRecord[];
  readonly requests: readonly LaunchRequest[];
  /** The waves that it depends on and that have not concluded. */
  readonly waitsFor: readonly string[];
  /** What was answered to the approval that it waits for, in order. */
  readonly answers?: readonly Approval[];
}

/** Says how a wave stands from what is on record of it. */
export function waveStatus(papers: WavePapers, now: Instant): WaveStatus {
  const { planned, record, orders, members } = papers;
  const pauses = effectivePauses(orders);
  const statuses = members.map((member) => serverStatus(papers, member, now));
  const state = stateOf(papers, pauses, now);
  const wave = waveKey(planned.plan, planned.name);
  const paused = pauseOf(orders);
  return {
    wave,
    plan: planned.plan,
    name: planned.name,
    planHash: record?.planHash ?? planned.planHash,
    state,
    paused,
    startedAt: record?.startedAt ?? null,
    servers: record?.order.length ?? planned.servers.length,
    outcomes: countOutcomes(members.flatMap(({ outcome }) => outcome ?? [])),
    open: openBy(members, statuses),
    cohort: { number: record?.cohortsBegun ?? 0, servers: record?.cohort.length ?? 0 },
    members: statuses,
    takenOver: record?.takenOver?.from ?? [],
    orders: orders.wave?.log ?? [],
    help: [
      ...helpFor(wave, state, paused?.scope ?? null),
      ...helpForHeld(
        wave,
        statuses.filter(({ held }) => held !== null),
      ),
    ],
  };
}

function stateOf(
  { record, orders, waitsFor, waits, answers }: WavePapers,
  pauses: readonly Pause[],
  now: Instant,
): WaveState {
  if (record === undefined) {
    return waitsFor.length > 0 ? { is: 'planned', waitsFor } : { is: 'starting' };
  }
  if (record.concludedAt !== null) return { is: 'concluded', at: record.concludedAt };
  if (orders.wave?.aborted === true) return { is: 'aborting' };
  const waiting = waits.find((wait) => wait.server === null && wait.wave === record.wave);
  if (record.standsStill != null && waiting?.condition.kind === 'ordered') {
    return { is: 'stands-still', ...record.standsStill };
  }
  if (record.held !== null) {
    const { since, reason, ordered = false } = record.held;
    const at = plusSeconds(since, record.policy.holdTimeoutSeconds);
    const until = ordered ? null : extendedDeadline({ from: since, at }, pauses, now);
    return { is: 'held', since, reason, ordered, until };
  }
  const asked = record.awaitingApproval;
  if (asked !== undefined && asked !== null) {
    const rule = record.gates?.[asked.phase]?.approval;
    const at = plusSeconds(asked.since, rule?.timeoutSeconds ?? 0);
    return {
      is: 'awaiting-approval',
      phase: asked.phase,
      since: asked.since,
      until: extendedDeadline({ from: asked.since, at }, pauses, now),
      by: rule?.by ?? null,
      servers: asked.servers,
      ...answered(record, asked, answers ?? []),
    };
  }
  const { blocked = null } = record;
  if (blocked !== null && blocked.findings.length > 0) {
    const deadline = { from: blocked.since, at: blockedUntil(blocked, record.preflight) };
    return {
      is: 'blocked',
      phase: blocked.phase,
      since: blocked.since,
      until: extendedDeadline(deadline, pauses, now),
      findings: blocked.findings.map(({ rule, servers, message, remedy }) => ({
        rule,
        servers,
        message,
        remedy,
      })),
    };
  }
  const window = record.awaitingWindow;
  if (window !== undefined && window !== null && waits.some(isForWindow)) {
    const { cohort: _, ...awaited } = window;
    return { is: 'awaiting-window', ...awaited };
  }
  const slots = waits.find((wait) => wait.server === null && wait.condition.kind === 'slots-free');
  if (record.awaitingSlotsSince !== null && slots !== undefined) {
    return { is: 'awaiting-slots', since: record.awaitingSlotsSince, reason: slots.reason };
  }
  return { is: 'running' };
}

function isForWindow({ condition }: WaitRecord): boolean {
  return condition.kind === 'window-open';
}

function answered(
  { gates = {}, planHash, startedBy }: WaveRecord,
  asked: ApprovalRequest,
  answers: readonly Approval[],
): { readonly have: readonly string[]; readonly lacks: string | null } {
  const starter = startedBy === undefined ? {} : { startedBy };
  const request = awaitedApproval({ gates, planHash, ...starter }, asked);
  const standing = standingOf(request, answers);
  if (standing.is !== 'open') return { have: [], lacks: null };
  const isOne = request.approvers === undefined && standing.have.length === 0;
  return { have: standing.have.map(({ by }) => by), lacks: isOne ? null : standing.lacks };
}

function pauseOf({ stage, plan, wave }: OrdersOnRecord): WaveStatus['paused'] {
  const widest = [
    { scope: 'stage' as const, command: stage },
    { scope: 'plan' as const, command: plan },
    { scope: 'wave' as const, command: wave },
  ].find(({ command }) => isPaused(command?.pauses ?? []));
  const since = widest?.command?.pauses.at(-1)?.from;
  if (widest === undefined || since === undefined) return null;
  const order = widest.command?.log?.findLast(
    (entry) => entry.order === 'pause' && entry.scope === undefined,
  );
  return { since, by: order?.by ?? 'unknown', reason: order?.reason ?? '', scope: widest.scope };
}

function serverStatus(
  { waits, requests, orders, record }: WavePapers,
  member: WaveServer,
  now: Instant,
): ServerStatus {
  const pauses = effectivePauses(orders, member);
  const paused = pausedBy(orders, member) ?? null;
  const order = openOrder(orders, member.server, member.orderTaken) ?? null;
  const running = openExecution(member) === undefined ? null : member.started;
  const holds = orders.wave?.holds?.[member.server];
  const hold = member.outcome === null ? openHold(holds) : undefined;
  const held =
    hold === undefined
      ? null
      : { since: hold.from, reason: hold.reason, until: holdDeadline(hold, pauses, now) };
  const stops = mergedPauses([pauses, holds ?? []]);
  const until = (deadlineAt: Instant | null, from: Instant) =>
    deadlineAt === null ? null : extendedDeadline({ from, at: deadlineAt }, stops, now);
  const wait = waits.find((one) => one.server === member.server);
  const hooks = hookStatus(member);
  const request = requests.find((one) => one.server === member.server);
  const waiting: Waiting | null =
    wait !== undefined
      ? {
          for: wait.wait,
          reason: hookReason(wait, hooks) ?? wait.reason,
          since: wait.notBefore,
          deadlineAt: until(wait.deadlineAt, wait.deadlineFrom),
        }
      : request !== undefined
        ? {
            for: request.kind,
            reason: request.reason,
            since: request.requestedAt,
            deadlineAt: until(request.deadlineAt, request.deadlineFrom),
          }
        : null;
  return {
    server: member.server,
    hostname: member.hostname,
    target: targetName(member.target),
    tier: member.tier,
    phase: running?.phase ?? null,
    attempt: running?.attempt ?? 0,
    since: running?.at ?? null,
    waits:
      held === null
        ? waiting
        : { for: 'resume', reason: held.reason, since: held.since, deadlineAt: held.until },
    held,
    outcome: member.outcome,
    hooks,
    settings: settingsStatus(member),
    paused,
    order,
    help:
      record?.concludedAt === null && orders.wave?.aborted !== true
        ? helpForServer({
            ...{ member, outcome: member.outcome, paused, order },
            launched:
              running !== null && !launchesNothing(running.phase) && !waitsToLaunch(wait, request),
          })
        : [],
  };
}

function settingsStatus({ settings, desiredCourse }: WaveServer): SettingsStatus | null {
  const standing = standingOfSettings(settings.desired, desiredCourse);
  if (standing === undefined) return null;
  return { ...standing, obstacles: desiredCourse?.compared?.obstacles ?? [] };
}

function hookStatus({ settings, hookRuns = [] }: WaveServer): HookStatus | null {
  const run = hookRuns.at(-1);
  if (run === undefined) return null;
  const { point, name, status, startedAt, endedAt, reason = null } = run;
  return {
    last: { point, name, try: run.try, status, startedAt, endedAt, reason },
    left: leftByHooks(settings.hooks, hookRuns),
  };
}

/** Which hook a server waits for, and what that has said so far. */
function hookReason({ condition }: WaitRecord, hooks: HookStatus | null): string | undefined {
  if (condition.kind !== 'hooks' || hooks === null) return undefined;
  const { point, name, status, reason } = hooks.last;
  return `${point} ${name} ${status === 'started' ? 'runs' : `has ${status}`}${reason === null ? '' : `: ${reason}`}`;
}

/** Whether what a server waits for comes before any launch of its phase. */
function waitsToLaunch(wait: WaitRecord | undefined, request: LaunchRequest | undefined): boolean {
  return (
    wait?.wait === 'drained' ||
    (wait?.wait === 'idle' && wait.phase === 'retire') ||
    wait?.wait === 'hooks-before-launch' ||
    (request !== undefined && request.kind !== 'TerminateTargetInstances')
  );
}

function openBy(
  members: readonly WaveServer[],
  statuses: readonly ServerStatus[],
): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const [i, { outcome, phase }] of statuses.entries()) {
    if (outcome !== null) continue;
    const begun = members[i]?.started !== null;
    const where = phase ?? (begun ? 'between phases' : 'not begun');
    counts[where] = (counts[where] ?? 0) + 1;
  }
  return counts;
}
