type Members = Readonly<Record<string, unknown>>;

/** The most bytes of a detail as JSON in UTF-8: EventBridge takes 256 KB a call, the envelope included. */
export const detailByteLimit = 240_000;

// What eventId, stream, sequence and times of an event may take beside its members.
const headRoom = 8_000;

// Texts get shorter before anything is left out of a list.
const steps = [
  ...[500, 250, 100, 64].map((text) => ({ text, list: Number.POSITIVE_INFINITY })),
  ...[100, 25, 5].map((list) => ({ text: 64, list })),
] as const;

type Step = (typeof steps)[number];

/**
 * Cuts an event's members until they fit into one entry of EventBridge: first the tags go, then texts and at last lists
 * get shorter, all alike. What was cut says so in `truncated`; what fits comes back as it is.
 */
export function fitDetail(members: Members): Members {
  if (fits(members)) return members;
  const { tags: _tags, ...untagged } = members;
  let last: Members = { ...untagged, truncated: true };
  for (const step of steps) {
    if (fits(last)) return last;
    last = { ...shorterMembers(untagged, step), truncated: true };
  }
  if (fits(last)) return last;
  throw new RangeError(`an event does not fit: its members are ${Object.keys(members).join(', ')}`);
}

function fits(members: Members): boolean {
  const text = JSON.stringify(members);
  const most = detailByteLimit - headRoom;
  // A character of JSON takes at most three bytes in UTF-8.
  return text.length * 3 <= most || new TextEncoder().encode(text).length <= most;
}

function shorterMembers(members: Members, step: Step): Members {
  return Object.fromEntries(
    Object.entries(members).map(([name, value]) => [name, shorter(value, step)]),
  );
}

function shorter(value: unknown, step: Step): unknown {
  if (typeof value === 'string') return cutTo(value, step.text);
  if (Array.isArray(value)) return value.slice(0, step.list).map((item) => shorter(item, step));
  if (typeof value !== 'object' || value === null) return value;
  return shorterMembers(Object.fromEntries(Object.entries(value)), step);
}

/** Cuts text to a length, the last character saying so; no pair of surrogates is parted. */
export function cutTo(text: string, length: number): string {
  if (text.length <= length) return text;
  const cut = text.slice(0, length - 1);
  return `${/[\uD800-\uDBFF]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}
