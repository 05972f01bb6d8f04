import type { ToldEvent } from '../../src/cli/chronicle.ts';

let sequence = 0;

/** An event of wave `p.w` as it is told, so many minutes after noon. */
export function told(
  minute: number,
  type: string,
  detail: Readonly<Record<string, unknown>> = {},
): ToldEvent {
  sequence += 1;
  const observedAt = at(minute);
  return {
    'detail-type': type,
    detail: { eventId: `e/${sequence}`, wave: 'p.w', observedAt, ...detail },
  };
}

/** So many minutes after noon. */
export function at(minute: number): string {
  return new Date(Date.parse('2026-01-31T12:00:00.000Z') + minute * 60_000).toISOString();
}
