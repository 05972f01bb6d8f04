// In: what a server waited for, and the reasons on record. Out: which of a few causes each second of it went into. Pure.
import { type Instant, secondsBetween } from '../time.ts';
import type { Cause, Spent } from './course.ts';

/** A wait of a server that has ended, as its event tells it. */
export interface EndedWait {
  readonly wait: string;
  readonly since: Instant;
  readonly endedAt: Instant;
  /** Why it waited, each reason from a moment on. */
  readonly reasons: readonly { readonly since: Instant; readonly reason: string }[];
}

const byWait: Readonly<Record<string, Cause>> = {
  launchable: 'data-transfer',
  drained: 'last-writes',
  healthy: 'boot',
  hooks: 'hooks',
  'hooks-before-launch': 'hooks',
  StartTest: 'launch',
  StartCutover: 'launch',
  TerminateTargetInstances: 'launch',
};

const byReason: readonly (readonly [RegExp, Cause])[] = [
  [/^within limits for /, 'sustained-lag'],
  [/^all \d+ active server slots are taken/, 'active-slots'],
  [/^vCenter client .* makes the first copy of /, 'vcenter-client'],
  [/^all \d+ (jobs are running|places in jobs are taken)/, 'job-slots'],
  [/^another job runs on the server/, 'job-slots'],
  [/^queued for the next tick/, 'pace'],
  [/^soaks until /, 'soak'],
  [/^its window opens at /, 'window'],
];

/** The cause of a wait while a reason of it held; what has no reason that tells more is of its kind. */
export function causeOf(wait: string, reason: string): Cause {
  const told = byReason.find(([pattern]) => pattern.test(reason));
  return told?.[1] ?? byWait[wait] ?? 'pace';
}

/**
 * Divides a stretch of a server's time among causes by the waits that lie in it, the longest first; what no wait covers is
 * `pace`: polls, steps, and the calls themselves.
 */
export function spentIn(
  { from, to }: { readonly from: Instant; readonly to: Instant },
  waits: readonly EndedWait[],
): readonly Spent[] {
  const whole = Math.max(0, secondsBetween(from, to));
  const sums = new Map<Cause, number>();
  let covered = 0;
  for (const { wait, since, endedAt, reasons } of waits) {
    const marks = reasons[0] === undefined ? [{ since, reason: '' }] : reasons;
    for (const [i, mark] of marks.entries()) {
      const begin = latest(i === 0 ? since : mark.since, from);
      const end = earliest(marks[i + 1]?.since ?? endedAt, to);
      const seconds = secondsBetween(begin, end);
      if (seconds <= 0) continue;
      const cause = causeOf(wait, mark.reason);
      sums.set(cause, (sums.get(cause) ?? 0) + seconds);
      covered += seconds;
    }
  }
  const rest = whole - covered;
  if (rest > 0) sums.set('pace', (sums.get('pace') ?? 0) + rest);
  return ranked(sums);
}

/** Sums of seconds by cause as a list, the longest first. */
export function ranked(sums: ReadonlyMap<Cause, number>): readonly Spent[] {
  return [...sums]
    .filter(([, seconds]) => seconds > 0)
    .map(([cause, seconds]) => ({ cause, seconds }))
    .toSorted((a, b) => b.seconds - a.seconds || (a.cause < b.cause ? -1 : 1));
}

function latest(a: Instant, b: Instant): Instant {
  return secondsBetween(a, b) > 0 ? b : a;
}

function earliest(a: Instant, b: Instant): Instant {
  return secondsBetween(a, b) < 0 ? b : a;
}
