import { extendedDeadline, isPaused, type Pause } from './pause.ts';
import { type Instant, later, plusSeconds, toMs } from './time.ts';

/** A stretch during which nothing more is done for one server of a wave, until a person resumes it. */
export interface ServerHold extends Pause {
  /** Why, in one sentence. */
  readonly reason: string;
  /** When nobody resumed it by then, its server ends as frozen. */
  readonly expiresAt: Instant;
  /** Who resumed it, and why; absent while it lasts. */
  readonly resumed?: { readonly by: string; readonly reason: string };
}

/** The holds of a wave's servers, by server. */
export type ServerHolds = Readonly<Record<string, readonly ServerHold[]>>;

/** The hold that lasts; undefined where the server is not held. */
export function openHold(holds: readonly ServerHold[] | undefined): ServerHold | undefined {
  const last = holds?.at(-1);
  return last !== undefined && isPaused([last]) ? last : undefined;
}

/** When a hold expires, with the time that its wave was paused added to it. */
export function holdDeadline(hold: ServerHold, pauses: readonly Pause[], now: Instant): Instant {
  return extendedDeadline({ from: hold.from, at: hold.expiresAt }, pauses, now);
}

/**
 * Puts a server on hold for something that happened at an instant. Undefined where it is held already, or where a
 * person has resumed it since: what comes late, or twice, holds nobody up again.
 */
export function heldSince(
  holds: readonly ServerHold[] | undefined,
  happenedAt: Instant,
  how: { readonly reason: string; readonly timeoutSeconds: number; readonly now: Instant },
): readonly ServerHold[] | undefined {
  if (openHold(holds) !== undefined) return undefined;
  const resumedAt = holds?.at(-1)?.until;
  if (resumedAt != null && toMs(happenedAt) <= toMs(resumedAt)) return undefined;
  const { reason, timeoutSeconds, now } = how;
  return [
    ...(holds ?? []),
    { from: now, until: null, reason, expiresAt: plusSeconds(now, timeoutSeconds) },
  ];
}

/** Ends the hold that lasts; undefined where none does. */
export function resumedHolds(
  holds: readonly ServerHold[] | undefined,
  { at, by, reason }: { readonly at: Instant; readonly by: string; readonly reason: string },
): readonly ServerHold[] | undefined {
  const open = openHold(holds);
  if (holds === undefined || open === undefined) return undefined;
  // A hold never ends before it began, whatever two clocks say.
  return [...holds.slice(0, -1), { ...open, until: later(at, open.from), resumed: { by, reason } }];
}
