import * as z from 'zod';
import type { Stretch } from '../phase.ts';
import type { HookPoint } from '../plan/hook-point.ts';
import type { Instant } from '../time.ts';

/** The version of what a function is asked. */
export const hookRequestVersion = 1;

/** What the function of a hook is asked (docs/hooks.md). */
export interface HookRequest {
  readonly version: typeof hookRequestVersion;
  /** `run`: do it. `status`: say how far the try of this key is, and do nothing. */
  readonly ask: 'run' | 'status';
  /** The try: asked to run it again, do nothing twice. */
  readonly key: string;
  readonly point: HookPoint;
  readonly hook: string;
  readonly plan: string;
  readonly wave: string;
  readonly phase: Stretch;
  readonly attempt: number;
  readonly try: number;
  /** When its time is over; a pause does not extend it. */
  readonly deadlineAt: Instant;
  readonly server: {
    readonly sourceServerId: string;
    readonly arn: string;
    readonly hostname: string | null;
    readonly accountId: string;
    readonly region: string;
  };
  /** The launched instance; null where there is none. */
  readonly instance: { readonly instanceId: string } | null;
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
}

const longestReason = 1000;
const longestEvidence = 2000;

const Result = z.looseObject({
  status: z.enum(['succeeded', 'failed', 'pending', 'unknown']),
  reason: z.string().nullish(),
  evidence: z.record(z.string(), z.unknown()).nullish(),
});

/** What a function answered. */
export interface HookResult {
  /** `unknown`: asked after a key that it never heard of. */
  readonly status: 'succeeded' | 'failed' | 'pending' | 'unknown';
  readonly reason?: string;
  readonly evidence?: Readonly<Record<string, unknown>>;
}

/** A reason as it is kept. */
export function fitReason(reason: string): string {
  return reason.slice(0, longestReason);
}

/** Reads what a function answered; whatever is no result is a failure that says so. */
export function readHookResult(answer: unknown): HookResult {
  const read = Result.safeParse(answer);
  if (!read.success) {
    const [issue] = read.error.issues;
    const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
    return {
      status: 'failed',
      reason: `its answer is no result of a hook: ${where}${issue?.message ?? 'not readable'}`,
    };
  }
  const { status, reason, evidence } = read.data;
  return {
    status,
    ...(reason == null ? {} : { reason: fitReason(reason) }),
    ...(evidence == null ? {} : { evidence: fitEvidence(evidence) }),
  };
}

/** Evidence as it is kept: whole where it is small, else said to be cut. */
export function fitEvidence(evidence: Readonly<Record<string, unknown>>) {
  const text = JSON.stringify(evidence);
  return text.length <= longestEvidence
    ? evidence
    : { cut: text.slice(0, longestEvidence), characters: text.length };
}

/** What came of calling a hook once. */
export type HookAnswer =
  | { readonly is: 'result'; readonly result: HookResult }
  /** It was certainly not begun: throttled, say. */
  | { readonly is: 'not-begun'; readonly because: string }
  /** Nobody knows whether it was called. */
  | { readonly is: 'lost'; readonly because: string }
  /** It cannot be called like this: it does not exist, or may not be called. */
  | { readonly is: 'refused'; readonly because: string }
  | { readonly is: 'probed'; readonly good: boolean; readonly found: string };
