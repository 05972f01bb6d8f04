import * as z from 'zod';
import type { Chance } from '../chance.ts';
import { isJsonObject, type JsonObject, parseJson, textAt } from '../json.ts';

/** Where a page ended: how to find the place again in a list that may have changed since. */
const Mark = z.discriminatedUnion('by', [
  z.object({
    by: z.literal('order'),
    issuedAt: z.number(),
    /** The order of the last item. */
    last: z.number(),
  }),
  z.object({
    by: z.literal('anchors'),
    issuedAt: z.number(),
    /** How many items were before the next page. */
    offset: z.number().int(),
    /** What names the last items before it, the latest first. */
    anchors: z.array(z.string()),
  }),
]);
type Mark = z.output<typeof Mark>;

/** What a token is good for: nothing else may use it. */
export interface TokenUse {
  readonly chance: Chance;
  readonly now: number;
  /** How long a token is good for, in milliseconds. */
  readonly lifeMs: number;
  /** Operation, account, Region and filters of the call. */
  readonly request: string;
}

// A changed list is found again as long as one of so many items before the page is still in it.
const mostAnchors = 32;
const sealLength = 17;

/**
 * Answers one page of those items of a list that fit, and the token for the next one. With `orderOf`, a number that ascends along the list and
 * never changes for an item, every item that stays in the list comes exactly once, whatever else leaves or joins it.
 * Without it the same holds while one of the last 32 items before the page is left. Answers undefined for a token that
 * is not of this request, was changed, is too old, or whose place cannot be found any more.
 */
export function pageOf<T>(
  all: readonly T[],
  wanted: { readonly size: number; readonly token: string | undefined },
  use: TokenUse,
  orderOf?: (item: T) => number,
  fits: (item: T) => boolean = () => true,
): { readonly items: readonly T[]; readonly nextToken: string | undefined } | undefined {
  const mark = wanted.token === undefined ? undefined : opened(wanted.token, use);
  if (wanted.token !== undefined && mark === undefined) return undefined;
  if (orderOf !== undefined) {
    if (mark?.by === 'anchors') return undefined;
    return orderedPage(all, { size: wanted.size, after: mark?.last }, use, orderOf, fits);
  }
  if (mark?.by === 'order') return undefined;
  const fitting = all.filter(fits);
  const begin = mark === undefined ? 0 : beginOf(fitting, mark);
  if (begin === undefined) return undefined;
  const end = begin + wanted.size;
  const items = fitting.slice(begin, end);
  if (end >= fitting.length) return { items, nextToken: undefined };
  const anchors = fitting
    .slice(Math.max(0, end - mostAnchors), end)
    .reverse()
    .flatMap((item) => anchorOf(item) ?? []);
  return {
    items,
    nextToken: sealed({ by: 'anchors', issuedAt: use.now, offset: end, anchors }, use),
  };
}

// Looks at no more items than it needs, so that a page costs the same in a fleet of any size.
function orderedPage<T>(
  all: readonly T[],
  wanted: { readonly size: number; readonly after: number | undefined },
  use: TokenUse,
  orderOf: (item: T) => number,
  fits: (item: T) => boolean,
): { readonly items: readonly T[]; readonly nextToken: string | undefined } {
  const items: T[] = [];
  let from = wanted.after === undefined ? 0 : firstBeyond(all, wanted.after, orderOf);
  for (; from < all.length; from += 1) {
    const item = all[from];
    if (item === undefined || !fits(item)) continue;
    const last = items.at(-1);
    if (items.length < wanted.size || last === undefined) items.push(item);
    else {
      const mark: Mark = { by: 'order', issuedAt: use.now, last: orderOf(last) };
      return { items, nextToken: sealed(mark, use) };
    }
  }
  return { items, nextToken: undefined };
}

function firstBeyond<T>(all: readonly T[], order: number, orderOf: (item: T) => number): number {
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const item = all[middle];
    if (item !== undefined && orderOf(item) <= order) low = middle + 1;
    else high = middle;
  }
  return low;
}

function sealed(mark: Mark, use: TokenUse): string {
  const text = Buffer.from(JSON.stringify(mark)).toString('base64url');
  return text + sealOf(text, use);
}

function opened(token: string, use: TokenUse): Mark | undefined {
  const text = token.slice(0, -sealLength);
  if (token.slice(-sealLength) !== sealOf(text, use)) return undefined;
  const parsed = Mark.safeParse(parseJson(Buffer.from(text, 'base64url').toString()));
  if (!parsed.success || use.now - parsed.data.issuedAt > use.lifeMs) return undefined;
  return parsed.data;
}

function sealOf(text: string, { chance, request }: TokenUse): string {
  return chance.hex17('page token', request, text);
}

function beginOf<T>(
  all: readonly T[],
  { offset, anchors }: Extract<Mark, { by: 'anchors' }>,
): number | undefined {
  const [newest] = anchors;
  // Items without a name of their own, such as the lines of a log, are only ever added at the end.
  if (newest === undefined) return offset <= all.length ? offset : undefined;
  const before = all[offset - 1];
  if (before !== undefined && anchorOf(before) === newest) return offset;
  const places = new Map(all.map((item, i) => [anchorOf(item), i] as const));
  for (const anchor of anchors) {
    const place = places.get(anchor);
    if (place !== undefined) return place + 1;
  }
  return undefined;
}

function anchorOf(item: unknown): string | undefined {
  const name = typeof item === 'string' ? item : isJsonObject(item) ? nameOf(item) : undefined;
  return name === undefined ? undefined : hash(name);
}

function nameOf(item: JsonObject): string | undefined {
  const own = textAt(item, 'id') ?? textAt(item, 'arn');
  if (own !== undefined) return own;
  const [, id] =
    Object.entries(item).find(
      ([name, value]) => /I[dD]$/.test(name) && typeof value === 'string',
    ) ?? [];
  return typeof id === 'string' ? id : undefined;
}

function hash(text: string): string {
  let sum = 5381;
  for (let i = 0; i < text.length; i += 1) sum = (Math.imul(sum, 33) ^ text.charCodeAt(i)) >>> 0;
  return sum.toString(36);
}
