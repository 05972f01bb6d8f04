import type { Stretch } from '../phase.ts';
import type { HookPoint } from '../plan/hook-point.ts';
import type { Hook } from '../plan/hooks-for.ts';
import type { Instant } from '../time.ts';

/** Where in the machines hooks are due, with the points that are gone through there, in order. */
export const hookSites = {
  'test-launch': ['beforeTest'],
  tested: ['afterTest', 'validateTest'],
  freeze: ['beforeFreeze', 'freeze', 'afterFreeze'],
  'cutover-launch': ['beforeCutover'],
  launched: ['afterSnapshot'],
  'drill-launch': ['beforeDrill'],
  drilled: ['afterDrill', 'validateDrill'],
  'recover-launch': ['beforeRecover'],
  recovered: ['afterRecover', 'validateRecover', 'switch'],
  'cut-over': ['afterCutover', 'validateCutover', 'switch'],
  'take-back': ['switchBack'],
  undo: ['thaw'],
} as const satisfies Readonly<Record<string, readonly HookPoint[]>>;
/** A place in the machines where hooks are due. */
export type HookSite = keyof typeof hookSites;
/** The places, by name. */
export const hookSiteNames = [
  'test-launch',
  'tested',
  'freeze',
  'cutover-launch',
  'launched',
  'drill-launch',
  'drilled',
  'recover-launch',
  'recovered',
  'cut-over',
  'take-back',
  'undo',
] as const satisfies readonly HookSite[];

/** One try of a hook: its intent, written before the call, and what came of it. */
export interface HookRun {
  /** `PLAN.WAVE/SERVER/POINT.NAME/ATTEMPT.TRY`: the same try has the same key, however often it is asked for. */
  readonly key: string;
  readonly point: HookPoint;
  readonly name: string;
  readonly kind: Hook['act']['kind'];
  readonly phase: Stretch;
  /** The attempt of the phase that it belongs to. */
  readonly attempt: number;
  readonly try: number;
  /** The job of the launch whose snapshot was taken; only at afterSnapshot. */
  readonly jobId?: string;
  readonly status: HookStatus;
  readonly startedAt: Instant;
  readonly endedAt: Instant | null;
  /** Until when somebody is about to call, or calls; a claim that has passed is of a call whose end nobody knows. */
  readonly claimedUntil: Instant | null;
  /** When it is asked after, or tried, next. */
  readonly lookAgainAt: Instant;
  /** Whether it is known not to have begun, so that it may be called again under its key. */
  readonly mustRun: boolean;
  /** How often its function or document was asked after, or its probe tried. */
  readonly looks: number;
  readonly reason?: string;
  readonly evidence?: Readonly<Record<string, unknown>>;
}

/** How far a try is. */
export type HookStatus = 'started' | 'succeeded' | 'failed' | 'skipped';

/** The latest tries that are kept on a server's record; each was told when it began and ended. */
const mostRuns = 100;

/** Puts a try on record: a new one last, a known one in its place. */
export function withRun(runs: readonly HookRun[], run: HookRun): readonly HookRun[] {
  return runs.some(({ key }) => key === run.key)
    ? runs.map((known) => (known.key === run.key ? run : known))
    : [...runs.slice(1 - mostRuns), run];
}
