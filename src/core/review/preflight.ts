import { FailureCode } from '../failure.ts';
import { extendedDeadline } from '../pause.ts';
import type { Stretch } from '../phase.ts';
import { builtInPreflight, type PreflightPlan } from '../plan/preflight-plan.ts';
import { type Phase, phaseNames } from '../plan/settings.ts';
import { findingKey, type PreflightFinding, preflight } from '../preflight/preflight.ts';
import { launchPhases } from '../preflight/rule.ts';
import { type Instant, plusSeconds, toMs } from '../time.ts';
import type { BlockedPhase, Checking } from './checking.ts';
import type { Decision } from './decision.ts';
import { isCutOver } from './launch-left.ts';
import type { WaveView } from './wave-view.ts';

/** All findings before servers begin a phase. */
export function findingsBefore(
  { plan, facts }: Pick<Checking, 'plan' | 'facts'>,
  phase: Phase,
  servers: readonly string[],
): readonly PreflightFinding[] {
  const asked = new Set(servers);
  const own = facts.servers.filter(({ server }) => asked.has(server));
  return preflight({ ...facts, phase, servers: own }, plan ?? builtInPreflight);
}

/** When a blocked phase is given up, without the time that the wave is paused. */
export function blockedUntil(
  { since }: Pick<BlockedPhase, 'since'>,
  plan: PreflightPlan | undefined,
): Instant {
  return plusSeconds(since, (plan ?? builtInPreflight).timeoutSeconds);
}

/**
 * Says what the preflight asks for before servers of a cohort begin a phase; undefined where they may. A warning is
 * told once; what blocks is waited on, and after the plan's deadline its servers are given up.
 */
export function preflightBefore(
  wave: WaveView,
  stretch: Stretch,
  servers: readonly string[],
  now: Instant,
): Decision | undefined {
  const { checking } = wave;
  const phase = phaseNames.find((name) => name === stretch);
  if (checking === undefined || phase === undefined) return undefined;
  const { blocked, cohort } = checking;
  const unseen = firstLookBefore(wave, phase, servers);
  if (unseen !== undefined) return unseen;
  const findings = findingsBefore(checking, phase, servers);
  const warnings = findings.filter(
    (finding) => finding.severity === 'warning' && !checking.warned.includes(findingKey(finding)),
  );
  if (warnings.length > 0) return { kind: 'warn', phase, findings: warnings };
  const blocking = findings.filter(({ severity }) => severity === 'blocking');
  if (blocking.length === 0) {
    return blocked === undefined ? undefined : { kind: 'clear-preflight', phase: blocked.phase };
  }
  const same = blocked?.phase === phase && blocked.cohort === cohort ? blocked : undefined;
  return same !== undefined && isOver(checking, same, now)
    ? giveUp(wave, phase, servers, blocking)
    : { kind: 'await-preflight', phase, servers, findings: blocking };
}

/** Waits for the first look at the settings of servers before a launch; undefined where it was taken. */
export function firstLookBefore(
  { checking }: WaveView,
  phase: Phase,
  servers: readonly string[],
): Decision | undefined {
  return checking !== undefined && isUnseen(checking, phase, servers)
    ? { kind: 'await-preflight', phase, servers, findings: [] }
    : undefined;
}

// A recovery waits for no look: what is known must do.
const waitsForLook: ReadonlySet<Phase> = new Set([...launchPhases, 'drill']);

/** Only launches depend on what a look at configurations shows, and a look that is under way ends soon. */
function isUnseen(
  { unseenTargets, facts }: Checking,
  phase: Phase,
  servers: readonly string[],
): boolean {
  if (!waitsForLook.has(phase)) return false;
  const asked = new Set(servers);
  return facts.servers.some(
    ({ server, target }) => asked.has(server) && unseenTargets.includes(target),
  );
}

function isOver({ plan, pauses }: Checking, blocked: BlockedPhase, now: Instant): boolean {
  const deadline = { from: blocked.since, at: blockedUntil(blocked, plan) };
  return toMs(now) >= toMs(extendedDeadline(deadline, pauses, now));
}

function giveUp(
  wave: WaveView,
  phase: Phase,
  servers: readonly string[],
  blocking: readonly PreflightFinding[],
): Decision {
  const [first] = blocking;
  const why = `${phase} was kept from starting for too long: ${first?.rule ?? ''}: ${first?.message ?? ''}`;
  const cutOver = new Set(wave.members.filter(isCutOver).map(({ server }) => server));
  return {
    kind: 'settle',
    outcomes: servers.map((server) => ({
      server,
      outcome: cutOver.has(server)
        ? {
            outcome: 'frozen' as const,
            reason: `cut over but not finalized: ${why}`,
            code: FailureCode.PreflightBlocked,
          }
        : { outcome: 'skipped' as const, reason: why, code: FailureCode.PreflightBlocked },
    })),
  };
}
