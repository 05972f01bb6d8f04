import { FailureCode } from '../failure.ts';
import type { ApprovalRule, PolicyCheck } from '../plan/approval-rule.ts';
import { failuresOf, tolerated } from './stop-the-line.ts';
import type { Judged, Member, WaveView } from './wave-view.ts';

/** Judges what a policy asks for, of the servers that wait before a phase and of the wave so far. */
export function judgePolicy(
  { when }: NonNullable<ApprovalRule['policy']>,
  wave: WaveView,
  waiting: readonly Member[],
): readonly Judged[] {
  return when.map((check) => ({ check, ...checks[check](wave, waiting) }));
}

type Check = (wave: WaveView, waiting: readonly Member[]) => Omit<Judged, 'check'>;

const checks: Readonly<Record<PolicyCheck, Check>> = {
  'tests-succeeded': (_, waiting) => share(waiting, hasTested, 'servers have passed their test'),
  'instances-healthy': (_, waiting) =>
    share(waiting, (member) => member.healthySince !== undefined, 'cutover instances were healthy'),
  'no-failures': (wave) => {
    const failures = failuresOf(wave).length;
    return { holds: failures === 0, found: `${failures} servers of the wave have failed` };
  },
  'tolerance-kept': (wave) => {
    const failures = failuresOf(wave).length;
    const limit = tolerated(wave.policy, wave.members.length);
    return { holds: failures <= limit, found: `${failures} have failed, ${limit} are tolerated` };
  },
  'first-attempts': (_, waiting) => share(waiting, wentStraight, 'servers needed no second try'),
};

function share(
  members: readonly Member[],
  holds: (member: Member) => boolean,
  what: string,
): Omit<Judged, 'check'> {
  const good = members.filter(holds).length;
  return { holds: good === members.length, found: `${good} of ${members.length} ${what}` };
}

/** Says whether a server has passed its test, here or before it came; one that the plan does not test has not. */
function hasTested({ results, arrival, phases }: Member): boolean {
  const cameReady =
    'enter' in arrival && (arrival.enter === 'cutover' || arrival.enter === 'finalize');
  return (
    results.some(({ phase, status }) => phase === 'test' && status === 'succeeded') ||
    (cameReady && phases.includes('test'))
  );
}

/** Says whether nothing failed on a server's way; that a window closed on it is no failure of its own. */
function wentStraight({ results }: Member): boolean {
  return results.every(
    ({ status, failure }) => status === 'succeeded' || failure?.code === FailureCode.WindowClosed,
  );
}
