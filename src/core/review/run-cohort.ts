import type { Stretch } from '../phase.ts';
import { type GatedPhase, gatedPhases } from '../plan/gates.ts';
import { phaseNames } from '../plan/settings.ts';
import { type Instant, toMs } from '../time.ts';
import type { AwaitWindow, Decision } from './decision.ts';
import { approvalBefore } from './gates.ts';
import { awaitServers, isHeld } from './held-servers.ts';
import { type Need, needOf } from './need-of.ts';
import { firstLookBefore, preflightBefore } from './preflight.ts';
import { applyBefore, lookBefore, settingsDue } from './settings.ts';
import { type Entry, entryOf, soakOf } from './stage-window.ts';
import { rollBack, standStill } from './stand-still.ts';
import type { Member, WaveView } from './wave-view.ts';

const stretchOrder: readonly Stretch[] = ['rollback', ...phaseNames];

interface Due {
  readonly member: Member;
  readonly need: Extract<Need, { run: Stretch }>;
}

/**
 * A cohort's next stage: what is furthest behind first, and of a cutover, recovery or failback the lowest tier. What waits for a window
 * keeps back only what would not be through before it opens.
 */
export function runCohort(wave: WaveView, now: Instant): Decision | undefined {
  const open = wave.members.flatMap((member): readonly Due[] => {
    if (!wave.cohort.includes(member.server)) return [];
    const need = needOf(member, wave.policy);
    return need !== 'ended' && 'run' in need ? [{ member, need }] : [];
  });
  const needs = open.filter(({ member }) => !isHeld(member));
  if (needs.length === 0) return awaitServers(open.map(({ member }) => member));
  let waiting: AwaitWindow | undefined;
  for (const phase of stretchOrder) {
    const turn = turnOf(phase, needs, open);
    if (turn.length === 0) continue;
    if (phase === 'rollback') return rollBack(turn.map(({ member }) => member));
    const decision = nextOf(wave, phase, turn, now, waiting);
    if (decision === 'too-late') continue;
    if (decision.kind !== 'await-window') return decision;
    if (waiting === undefined || toMs(decision.opensAt) < toMs(waiting.opensAt)) waiting = decision;
  }
  const members = open.map(({ member }) => member);
  return waiting ?? awaitServers(members) ?? standStill(members);
}

// What comes before a server moves, and the move itself.
const upToMove: ReadonlySet<Stretch> = new Set([
  'replicate',
  'test',
  'cutover',
  'reverse',
  'failback',
]);

/** The servers whose turn a stretch is. A paused server of a lower tier keeps the tiers after it from the cutover. */
function turnOf(phase: Stretch, needs: readonly Due[], open: readonly Due[]): readonly Due[] {
  const due = needs.filter(({ member, need }) => need.run === phase && member.paused !== true);
  if (phase === 'recover') return firstTier(due, open);
  if (phase !== 'cutover' && phase !== 'failback') return due;
  const before = needs.filter(
    ({ member, need }) =>
      member.paused === true && member.phases.includes(phase) && upToMove.has(need.run),
  );
  const tier = Math.min(...[...due, ...before].map(({ member }) => member.tier));
  return due.filter(({ member }) => member.tier === tier);
}

/** Of a recovery, a tier comes only once the one before it is through: what is paused or held keeps it back as well. */
function firstTier(due: readonly Due[], open: readonly Due[]): readonly Due[] {
  const tier = Math.min(...open.map(({ member }) => member.tier));
  return due.filter(({ member }) => member.tier === tier);
}

function nextOf(
  wave: WaveView,
  phase: Stretch,
  turn: readonly Due[],
  now: Instant,
  waiting: AwaitWindow | undefined,
): Decision | 'too-late' {
  const members = turn.map(({ member }) => member);
  const gated = gatedOf(phase);
  const toSet = gated === undefined ? [] : settingsDue(wave, gated, members);
  const kept =
    gated !== undefined && toSet.length > 0
      ? keptWhileToBeSet(wave, gated, members, toSet, now)
      : keptFrom(wave, phase, members, now);
  if (kept !== undefined) {
    const waits = kept.kind === 'await-approval' || kept.kind === 'await-preflight';
    return waits && waiting !== undefined ? { ...kept, meanwhile: waiting } : kept;
  }
  const entry: Entry =
    gated === undefined ? { is: 'free', readyAt: now } : entryOf(wave, gated, members, now);
  if (entry.is === 'kept') return entry.decision;
  if (waiting !== undefined && toMs(entry.readyAt) >= toMs(waiting.opensAt)) return 'too-late';
  const set = gated === undefined ? undefined : applyBefore(gated, toSet);
  if (set !== undefined) return set;
  const soakSeconds = phase === 'finalize' ? wave.gating?.gates.finalize?.soakSeconds : undefined;
  return {
    kind: 'run',
    phase,
    servers: turn.map(({ member, need }) => {
      const soak = soakOf(wave, phase, member);
      return {
        server: member.server,
        attempt: need.attempt,
        ...(soak === undefined ? {} : { soak }),
      };
    }),
    ...(entry.window === undefined ? {} : { window: entry.window }),
    ...(soakSeconds === undefined ? {} : { soakSeconds }),
  };
}

/**
 * Whoever approves approves what is to be set as well, so that is looked at first; the preflight looks at what was set. The
 * first look at the settings as they were comes before all: drift is told against it.
 */
function keptWhileToBeSet(
  wave: WaveView,
  phase: GatedPhase,
  members: readonly Member[],
  toSet: readonly Member[],
  now: Instant,
): Decision | undefined {
  const servers = members.map(({ server }) => server);
  return (
    firstLookBefore(wave, phase, servers) ??
    lookBefore(wave, phase, toSet) ??
    approvalBefore(wave, phase, members, now)
  );
}

/** Nobody is asked for an approval while something blocks the phase; who was asked answers first. */
function keptFrom(
  wave: WaveView,
  phase: Stretch,
  members: readonly Member[],
  now: Instant,
): Decision | undefined {
  const gated = gatedOf(phase);
  const servers = members.map(({ server }) => server);
  const approval = () =>
    gated === undefined ? undefined : approvalBefore(wave, gated, members, now);
  const preflight = () => preflightBefore(wave, phase, servers, now);
  const { awaiting, cohort } = wave.gating ?? {};
  const isAsked = awaiting?.phase === phase && awaiting.cohort === cohort;
  return isAsked ? (approval() ?? preflight()) : (preflight() ?? approval());
}

function gatedOf(phase: Stretch): GatedPhase | undefined {
  return gatedPhases.find((one) => one === phase);
}
