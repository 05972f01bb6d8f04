// Ids are remembered for so many events; a delivery is repeated within minutes.
const remembered = 20_000;

/** Answers a question that says of each delivery whether it is the first of its event; others are always first. */
export function firstDeliveries(): (event: Readonly<Record<string, unknown>>) => boolean {
  const seen = new Set<string>();
  return ({ id, detail }) => {
    const own =
      typeof detail === 'object' && detail !== null && 'eventId' in detail ? detail.eventId : id;
    if (typeof own !== 'string') return true;
    if (seen.has(own)) return false;
    seen.add(own);
    const [oldest] = seen;
    if (seen.size > remembered && oldest !== undefined) seen.delete(oldest);
    return true;
  };
}
