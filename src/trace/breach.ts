import type { Breach, Evidence } from './rule.ts';
import type { Call, Told } from './trace.ts';

/** Points at a call's line. */
export function atCall(call: Call): Evidence {
  return { log: 'api', index: call.index };
}

/** Points at an event's line. */
export function atEvent(event: Told): Evidence {
  return { log: 'events', index: event.index };
}

/** A breach that a call commits. */
export function breachBy(
  call: Call,
  server: string,
  message: string,
  also: readonly Evidence[] = [],
): Breach {
  return { message, server, at: call.record.at, evidence: [atCall(call), ...also] };
}

/** A breach that an event shows. */
export function breachIn(event: Told, message: string, also: readonly Evidence[] = []): Breach {
  return {
    message,
    ...(event.server === undefined ? {} : { server: event.server }),
    at: event.detail.observedAt,
    evidence: [atEvent(event), ...also],
  };
}
