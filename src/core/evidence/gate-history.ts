// In: events of waves. Out: what happened at each gate, with what was judged there; and who decided what, when and why.
// Pure.

import {
  type Detail,
  numberIn,
  objectsIn,
  type ToldFact,
  textIn,
  textsIn,
  whenOf,
} from '../event/told.ts';
import type { Instant } from '../time.ts';

/** One thing that happened at a gate of a wave, with all that was judged. */
export interface GateEntry {
  readonly kind: 'gate';
  readonly wave: string;
  readonly gate: 'approval' | 'window' | 'preflight' | 'soak' | 'sign-off';
  /** What happened: requested, given, opened, blocked and so on. */
  readonly what: string;
  readonly at: Instant;
  readonly phase: string | null;
  readonly cohort: number | null;
  /** The server, where it is about one. */
  readonly server: string | null;
  readonly by: string | null;
  readonly reason: string | null;
  /** All that the gate judged by, as it was told. */
  readonly inputs: Detail;
}

/** A decision of a person, or of the policy that stands for one. */
export interface OrderEntry {
  readonly kind: 'order';
  readonly wave: string;
  readonly order: string;
  readonly at: Instant;
  readonly by: string;
  readonly reason: string | null;
  readonly phase: string | null;
  /** What it is about: the wave, a tier of it, servers, the plan, everything. */
  readonly scope: string;
  readonly tier: string | null;
  /** How many servers, where it is about some. */
  readonly servers: number | null;
  /** The first of them. */
  readonly serverIds: readonly string[];
}

const gateTypes: Readonly<Record<string, readonly [GateEntry['gate'], string]>> = {
  'Wave Approval Requested': ['approval', 'requested'],
  'Wave Approval Given': ['approval', 'given'],
  'Wave Approval Denied': ['approval', 'denied'],
  'Wave Approval Expired': ['approval', 'expired'],
  'Wave Approval Withdrawn': ['approval', 'withdrawn'],
  'Wave Window Awaited': ['window', 'awaited'],
  'Wave Window Opened': ['window', 'entered'],
  'Wave Window Closed': ['window', 'closed'],
  'Wave Preflight Blocked': ['preflight', 'blocked'],
  'Wave Preflight Warned': ['preflight', 'warned'],
  'Wave Preflight Cleared': ['preflight', 'cleared'],
  'Wave Soak Started': ['soak', 'started'],
  'Wave Server Soak Ended': ['soak', 'ended'],
  'Wave Server Signed Off': ['sign-off', 'signed off'],
};

// What has a field of its own, and what is the same for every event of a wave.
const apart = new Set(
  'accountId region sourceServerId arn tags hostname wave plan execution schemaVersion eventId stream sequence observedAt phase cohort by reason'.split(
    ' ',
  ),
);

/** Lists what happened at the gates of waves, in the order of the events. */
export function gateHistory(told: readonly ToldFact[]): readonly GateEntry[] {
  return told.flatMap((event): readonly GateEntry[] => {
    const known = gateTypes[event.type];
    const { detail } = event;
    if (known === undefined) return [];
    const [gate, what] = known;
    const by = textIn(detail, 'by');
    const inputs = Object.entries(detail).filter(
      // Who may approve is a list, and an input; who did is text.
      ([key]) => !apart.has(key) || (key === 'by' && by === null && detail['by'] !== null),
    );
    return [
      {
        kind: 'gate',
        wave: textIn(detail, 'wave') ?? '',
        gate,
        what: detail['ended'] === 'unhealthy' ? 'failed' : what,
        at: whenOf(event),
        phase: textIn(detail, 'phase'),
        cohort: numberIn(detail, 'cohort'),
        server: textIn(detail, 'sourceServerId'),
        by,
        reason: textIn(detail, 'reason'),
        inputs: Object.fromEntries(inputs),
      },
    ];
  });
}

/** Lists who decided what of waves, when and why, in the order of the events. */
export function orderHistory(told: readonly ToldFact[]): readonly OrderEntry[] {
  return told.flatMap((event): readonly OrderEntry[] => {
    const { type, detail } = event;
    switch (type) {
      case 'Wave Approval Given':
        return approvals(event);
      case 'Wave Approval Denied':
        return detail['by'] === null ? [] : [entry(event, 'deny')];
      case 'Wave Paused':
        return [entry(event, 'pause')];
      case 'Wave Resumed':
      case 'Wave Server Resumed':
        return textIn(detail, 'by') === null ? [] : [entry(event, 'resume')];
      case 'Wave Order Given':
        return [entry(event, textIn(detail, 'order') ?? '?')];
      case 'Wave Abort Requested':
        return [entry(event, 'abort')];
      default:
        return [];
    }
  });
}

function approvals(event: ToldFact): readonly OrderEntry[] {
  const each = objectsIn(event.detail, 'approvers');
  if (each.length === 0) return [entry(event, 'approve')];
  return each.map((one) => ({
    ...entry(event, 'approve'),
    at: textIn(one, 'at') ?? whenOf(event),
    by: textIn(one, 'by') ?? '?',
    reason: textIn(one, 'reason'),
  }));
}

function entry(event: ToldFact, order: string): OrderEntry {
  const { detail } = event;
  const server = textIn(detail, 'sourceServerId');
  return {
    kind: 'order',
    wave: textIn(detail, 'wave') ?? '',
    order,
    at: textIn(detail, 'at') ?? whenOf(event),
    by: textIn(detail, 'by') ?? '?',
    reason: textIn(detail, 'reason'),
    phase: textIn(detail, 'phase'),
    scope: textIn(detail, 'scope') ?? (server === null ? 'wave' : 'servers'),
    tier: textIn(detail, 'tier'),
    servers: server === null ? numberIn(detail, 'servers') : 1,
    serverIds: server === null ? textsIn(detail, 'serverIds') : [server],
  };
}
