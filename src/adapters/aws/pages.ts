import type { Answer, WireDocument } from '../../flow/ports.ts';
import { isDocument, unreadable } from './wire-call.ts';

type Documents = readonly WireDocument[];

/**
 * Follows a paged list of documents to its end. One refused or unreadable page refuses the whole:
 * half a list would look like servers that were removed. Its date is the first page's, the oldest.
 */
export function allPages(askPage: AskPage): Promise<Answer<Documents>> {
  return pagesUntil(askPage, () => false);
}

/**
 * Follows a paged list to its first document, past pages that are empty; a list of that one, or of none. A page that is
 * refused on the way refuses the whole.
 */
export async function firstItems(askPage: AskPage, most: number): Promise<Answer<Documents>> {
  const answer = await pagesUntil(askPage, (documents) => documents.length >= most);
  return answer.ok ? { ...answer, value: answer.value.slice(0, most) } : answer;
}

type AskPage = (page: { readonly nextToken?: string }) => Promise<Answer<WireDocument>>;

async function pagesUntil(
  askPage: AskPage,
  isEnough: (documents: Documents) => boolean,
): Promise<Answer<Documents>> {
  const documents: WireDocument[] = [];
  const seen = new Set<string>();
  const first = await askPage({});
  let page = first;
  while (page.ok) {
    const items = page.value['items'] ?? [];
    const nextToken = page.value['nextToken'];
    if (!Array.isArray(items) || !items.every(isDocument)) {
      return unreadable('the items of a page are not a list of objects');
    }
    for (const item of items) documents.push(item);
    const isLast = nextToken === undefined || nextToken === '';
    if (isLast || isEnough(documents)) return datedAs(first, documents);
    if (typeof nextToken !== 'string') return unreadable('the nextToken of a page is not text');
    // A service that repeats itself would keep this loop, and the Lambda, busy for ever.
    if (seen.has(nextToken)) return unreadable('two pages have the same nextToken');
    seen.add(nextToken);
    page = await askPage({ nextToken });
  }
  return page;
}

/** Asks for ids in groups of at most `size`, one after the other; one refused group refuses the whole. */
export async function inGroups(
  ids: readonly string[],
  size: number,
  askGroup: (group: string[]) => Promise<Answer<Documents>>,
): Promise<Answer<Documents>> {
  const documents: WireDocument[] = [];
  let first: Answer<Documents> | undefined;
  for (let start = 0; start < ids.length; start += size) {
    const group = await askGroup(ids.slice(start, start + size));
    if (!group.ok) return group;
    first ??= group;
    for (const document of group.value) documents.push(document);
  }
  return datedAs(first, documents);
}

function datedAs(first: Answer<unknown> | undefined, value: Documents): Answer<Documents> {
  const at = first?.ok ? first.answeredAt : undefined;
  return at === undefined ? { ok: true, value } : { ok: true, value, answeredAt: at };
}
