import * as z from 'zod';
import type { Facts } from './change.ts';
import { replicationErrors } from './fleet/known-shapes.ts';
import { hopelessStalls } from './phase.ts';
import { type Instant, plusSeconds, secondsBetween, toMs } from './time.ts';

// What may be retried and how often (reference/mgn.md 5.3). A launch, a boot, a download of the staging area may pass at
// the next try; a connection hardly. Nothing that heals by itself or needs a person has a budget.
const builtInBudgets: Readonly<Record<string, number>> = {
  FAILED_TO_CREATE_SECURITY_GROUP: 3,
  FAILED_TO_LAUNCH_REPLICATION_SERVER: 3,
  FAILED_TO_BOOT_REPLICATION_SERVER: 3,
  FAILED_TO_AUTHENTICATE_WITH_SERVICE: 3,
  FAILED_TO_DOWNLOAD_REPLICATION_SOFTWARE: 3,
  FAILED_TO_PAIR_REPLICATION_SERVER_WITH_AGENT: 2,
  FAILED_TO_CONNECT_AGENT_TO_REPLICATION_SERVER: 2,
  FAILED_TO_START_DATA_TRANSFER: 2,
};

/** The most tries that an error class may be given. */
export const mostRetries = 10;

/** The error classes for which a budget may be set: all that are known, but those that no retry ever mends. */
export const retriableErrors = replicationErrors.filter((name) => !hopelessStalls.has(name));

/** How stalled replications that no wave waits for are mended; what a deployment says of it. */
export const RemedySettings = z.strictObject({
  /** From the stall to the first retry; doubled with each further one. */
  waitMinutes: z.int().min(1).max(1440).default(15),
  /** So many servers of a target with the same error class stop its retries. */
  sameErrorServers: z.int().min(2).max(1000).default(3),
  /** Whether servers of DRS are retried as well: the call is deprecated there, and may not work as expected. */
  disasterRecovery: z.boolean().default(false),
  /** Tries by error class, over the built-in ones. */
  retries: z.partialRecord(z.enum(retriableErrors), z.int().min(0).max(mostRetries)).default({}),
});
/** How stalled replications that no wave waits for are mended. */
export type RemedySettings = z.infer<typeof RemedySettings>;

/** Reads the settings from text; undefined for none, where nothing is mended. Throws a SyntaxError or ZodError else. */
export function parseRemedies(text: string): RemedySettings | undefined {
  return text === '' ? undefined : RemedySettings.parse(JSON.parse(text));
}

/** The course of a server's stalls and of what was tried; part of its record. */
export interface StallCourse {
  /** Since when its replication was seen to stall, now or at last. */
  readonly since: Instant;
  /** When it was seen to stall no longer; null while it does. */
  readonly until: Instant | null;
  /** Tries by error class; forgotten once it has run for a day. */
  readonly tries: Readonly<Record<string, number>>;
  readonly triedAt: Instant | null;
  /** The try whose end is not on record yet. */
  readonly trying: Try | null;
}

/** One try at mending a stall. */
export interface Try {
  readonly errorClass: string;
  readonly attempt: number;
  readonly budget: number;
}

// A stall that comes back sooner is the same trouble: its tries still count.
const quietSeconds = 86_400;
// A function has ended by then; a try without an end belonged to one that died.
const tryingSeconds = 600;

/** The course after a look: a stall begins, goes on or ends. */
export function courseAfter(
  before: StallCourse | undefined,
  stalled: string | null,
  now: Instant,
): StallCourse | undefined {
  if (stalled === null) {
    return before === undefined || before.until !== null ? before : { ...before, until: now };
  }
  if (before?.until === null) return before;
  if (before !== undefined && secondsBetween(before.until, now) < quietSeconds) {
    return { ...before, since: now, until: null };
  }
  return { since: now, until: null, tries: {}, triedAt: null, trying: before?.trying ?? null };
}

/** What is on record of a server, as far as a remedy depends on it. */
export interface Patient {
  readonly facts: Pick<Facts, 'present' | 'archived' | 'lifecycle' | 'stalled'>;
  readonly course: StallCourse | undefined;
  /** Why nobody but a person or a wave may touch it; undefined where nothing speaks against it. */
  readonly reserved: string | undefined;
}

/** What is to be done for a server. */
export type RemedyDecision =
  | { readonly do: 'nothing'; readonly because: string }
  /** Its stall is to be noted, so that the time since then counts. */
  | { readonly do: 'note' }
  | { readonly do: 'wait'; readonly until: Instant }
  /** A try whose end nobody told: the function that made it died. */
  | { readonly do: 'close'; readonly trying: Try }
  | ({ readonly do: 'retry' } & Try);

const nothing = (because: string): RemedyDecision => ({ do: 'nothing', because });

/** Says how often an error class may be retried. */
export function budgetOf(errorClass: string, { retries }: RemedySettings): number {
  if (hopelessStalls.has(errorClass)) return 0;
  const set = Object.entries(retries).find(([name]) => name === errorClass)?.[1];
  return set ?? builtInBudgets[errorClass] ?? 0;
}

/** Decides what to do for a server; `stopped` are the error classes of which too many servers stall. */
export function decideRemedy(
  { facts, course, reserved }: Patient,
  settings: RemedySettings,
  stopped: ReadonlySet<string>,
  now: Instant,
): RemedyDecision {
  if (course?.trying != null) {
    const since = course.triedAt ?? now;
    const overdue = secondsBetween(since, now) >= tryingSeconds;
    return overdue
      ? { do: 'close', trying: course.trying }
      : { do: 'wait', until: plusSeconds(since, tryingSeconds) };
  }
  const unfit = unfitToMend(facts) ?? reserved;
  if (unfit !== undefined) return nothing(unfit);
  const errorClass = facts.stalled ?? 'UNKNOWN';
  const budget = budgetOf(errorClass, settings);
  if (budget === 0) return nothing(`${errorClass} is not retried`);
  if (course === undefined || course.until !== null) return { do: 'note' };
  const tries = course.tries[errorClass] ?? 0;
  if (tries >= budget) return nothing(`all ${budget} retries of ${errorClass} are used`);
  if (stopped.has(errorClass)) return nothing(`too many servers stall with ${errorClass}`);
  const from = tries === 0 ? course.since : (course.triedAt ?? course.since);
  const due = plusSeconds(from, settings.waitMinutes * 60 * 2 ** tries);
  if (toMs(now) < toMs(due)) return { do: 'wait', until: due };
  return { do: 'retry', errorClass, attempt: tries + 1, budget };
}

/** Says why a server is not to be mended, whoever it belongs to; also of a look right before the call. */
export function unfitToMend(facts: Patient['facts']): string | undefined {
  if (!facts.present) return 'the service no longer lists it';
  if (facts.archived) return 'archived';
  if (facts.lifecycle === 'DISCONNECTED') return 'disconnected';
  if (facts.lifecycle === 'CUTOVER') return 'finalized';
  return facts.stalled === null ? 'not stalled' : undefined;
}

/** The course once a try is decided: counted before the call, so that it is made at most once. */
export function withTry(course: StallCourse, trying: Try, now: Instant): StallCourse {
  return {
    ...course,
    tries: { ...course.tries, [trying.errorClass]: trying.attempt },
    triedAt: now,
    trying,
  };
}

/** The course once a try has had its end. */
export function withTryEnded(course: StallCourse): StallCourse {
  return { ...course, trying: null };
}

/** The course where a try came to no call: it does not count. */
export function withoutTry(course: StallCourse, before: StallCourse): StallCourse {
  return { ...course, tries: before.tries, triedAt: before.triedAt, trying: null };
}

/** The error classes with a budget of which as many servers stall as stop their retries, with those servers. */
export function crowdedErrors(
  stalls: readonly { readonly server: string; readonly errorClass: string }[],
  settings: RemedySettings,
): ReadonlyMap<string, readonly string[]> {
  const servers = new Map<string, string[]>();
  for (const { server, errorClass } of stalls) {
    if (budgetOf(errorClass, settings) === 0) continue;
    servers.set(errorClass, [...(servers.get(errorClass) ?? []), server]);
  }
  return new Map([...servers].filter(([, ids]) => ids.length >= settings.sameErrorServers));
}
