const pattern =
  /^(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|\+00:00)$/;

/**
 * Says the milliseconds after 1970 of an ISO 8601 instant in UTC. NaN where the text is none, so that
 * every comparison with it is false and only the rule about times speaks of it.
 */
export function utcMs(text: string): number {
  const match = pattern.exec(text);
  if (match === null) return Number.NaN;
  const day = Number(match[3]);
  // Date.parse lets 30 February pass as 1 March.
  if (day > 28 && day > daysInMonth(Number(match[1]), Number(match[2]))) return Number.NaN;
  return Date.parse(text);
}

function daysInMonth(year: number, month: number): number {
  return (Date.UTC(year, month, 1) - Date.UTC(year, month - 1, 1)) / 86_400_000;
}
