// How far a wave is with the settings that it applies to a server by itself: what differed when it looked, and what came of
// setting it. Pure; kept on the server's record in its wave.
import type { Applier, Desired } from '../plan/desired.ts';
import type { Instant } from '../time.ts';

/** What a wave has found and done of the desired settings of one server. */
export interface SettingsCourse {
  /** Null before it was looked at. */
  readonly compared: {
    readonly at: Instant;
    /** How many settings differed. */
    readonly differences: number;
    /** Why it cannot be set so, or could not be looked at; empty where it can. */
    readonly obstacles: readonly string[];
  } | null;
  /** Null before it was set. */
  readonly applied: {
    readonly at: Instant;
    readonly status: 'same' | 'done' | 'partly' | 'refused';
    /** Why not all of it was set. */
    readonly because?: string;
  } | null;
}

/** The course of a server that was not looked at yet. */
export const notBegun: SettingsCourse = { compared: null, applied: null };

/** What a wave is to do about the desired settings of a server, and how far that is. */
export interface SettingsStanding {
  readonly apply: Exclude<Applier, 'by-command'>;
  /** How many settings differed when it was looked at; null before. */
  readonly differences: number | null;
  readonly end: 'none' | 'set' | 'failed';
  /** Why not all of it was set. */
  readonly because?: string;
}

/** Says how a server stands with the settings that its wave applies; undefined where a person's command alone does. */
export function standingOfSettings(
  desired: Desired | undefined,
  { compared, applied }: SettingsCourse = notBegun,
): SettingsStanding | undefined {
  const apply = desired?.apply ?? 'by-command';
  if (apply === 'by-command') return undefined;
  const differences = compared?.differences ?? null;
  if (applied === null) return { apply, differences, end: 'none' };
  const { status, because } = applied;
  return {
    apply,
    differences,
    end: status === 'same' || status === 'done' ? 'set' : 'failed',
    ...(because === undefined ? {} : { because }),
  };
}
