// In: servers whose turn a launch is, of which the plan has the wave apply desired settings. Out: what comes before: a look at
// what differs, so that whoever approves sees it; and once the phase may begin, that it is set. Pure; called by run-cohort.
import { FailureCode } from '../failure.ts';
import type { GatedPhase } from '../plan/gates.ts';
import { allLaunches } from '../preflight/rule.ts';
import type { Decision } from './decision.ts';
import type { Member, WaveView } from './wave-view.ts';

// A call of the function that sets them takes as long as these take: a minute or two.
const serversAtOnce = 20;

const isLaunch = (phase: string) => allLaunches.some((launch) => launch === phase);

/** Says whether a server is still to be set as its plan wants it, by its wave, before anything of it is launched. */
export function awaitsSettings({
  settings,
  results,
}: Pick<Member, 'settings' | 'results'>): boolean {
  return settings?.end === 'none' && !results.some(({ phase }) => isLaunch(phase));
}

/** The servers whose settings come before the phase. No recovery fails for want of an approval of them: they are left as they are. */
export function settingsDue(
  wave: WaveView,
  phase: string,
  members: readonly Member[],
): readonly Member[] {
  if (!isLaunch(phase)) return [];
  const due = members.filter(awaitsSettings);
  return phase === 'recover' ? due.filter((member) => !isUnasked(wave, phase, member)) : due;
}

function isUnasked({ gating }: WaveView, phase: GatedPhase, { settings }: Member): boolean {
  return settings?.apply === 'on-approval' && gating?.gates[phase]?.approval === undefined;
}

/**
 * Says what comes before anybody is asked: servers whose plan wants an approval that nobody is asked for have failed, the
 * others are looked at; undefined where all of them were.
 */
export function lookBefore(
  wave: WaveView,
  phase: GatedPhase,
  due: readonly Member[],
): Decision | undefined {
  const unasked = due.filter((member) => isUnasked(wave, phase, member));
  if (unasked.length > 0) {
    const reason = `its settings are applied once ${phase} is approved, and the plan asks nobody before ${phase}`;
    return {
      kind: 'settle',
      outcomes: unasked.map(({ server }) => ({
        server,
        outcome: { outcome: 'failed', reason, code: FailureCode.SettingsNotApplied },
      })),
    };
  }
  const unseen = due.filter(({ settings }) => settings?.differences === null);
  return unseen.length === 0 ? undefined : { kind: 'compare-settings', ...some(phase, unseen) };
}

/** Has servers set, some at a time; undefined where none is left. */
export function applyBefore(phase: GatedPhase, due: readonly Member[]): Decision | undefined {
  return due.length === 0 ? undefined : { kind: 'apply-settings', ...some(phase, due) };
}

function some(phase: GatedPhase, members: readonly Member[]) {
  return { phase, servers: members.slice(0, serversAtOnce).map(({ server }) => server) };
}

/** What is to be set of servers that wait for an approval; undefined where their wave sets nothing of them. */
export function settingsAsked(
  waiting: readonly Member[],
): { readonly servers: number; readonly differences: number } | undefined {
  const due = waiting.filter(awaitsSettings);
  if (due.length === 0) return undefined;
  const differing = due.filter(({ settings }) => (settings?.differences ?? 0) > 0);
  return {
    servers: differing.length,
    differences: differing.reduce((sum, { settings }) => sum + (settings?.differences ?? 0), 0),
  };
}

/** Judges for a policy whether people must see what is to be set; undefined where the plan does not ask for people. */
export function judgeSettings(
  waiting: readonly Member[],
):
  | { readonly check: 'nothing-to-set'; readonly holds: boolean; readonly found: string }
  | undefined {
  const asked = waiting.filter(
    (member) => awaitsSettings(member) && member.settings?.apply === 'on-approval',
  );
  if (asked.length === 0) return undefined;
  const same = asked.filter(({ settings }) => settings?.differences === 0).length;
  return {
    check: 'nothing-to-set',
    holds: same === asked.length,
    found: `${same} of ${asked.length} servers are set as the plan wants`,
  };
}
