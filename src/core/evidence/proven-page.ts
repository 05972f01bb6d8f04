// In: a page and a proof. Out: the page with the proof in it, and the other way round. A page cannot hold a digest of
// itself, so its digest is that of all of it but the proof. Pure.

const begin = '<pre id="landfall-proof">';
const end = '</pre><!-- landfall-proof -->';

/** Where a page has its proof. */
export const proofPlace = `${begin}${end}`;

/** Puts a proof into a page that has the place for it. */
export function withProof(page: string, proof: string): string {
  return page.split(proofPlace).join(`${begin}${proof}${end}`);
}

/** Parts a page from its proof; undefined where it has not exactly one. */
export function partPage(
  page: string,
): { readonly page: string; readonly proof: string } | undefined {
  const [before, after, ...others] = page.split(begin);
  if (before === undefined || after === undefined || others.length > 0) return undefined;
  const [proof, rest, ...more] = after.split(end);
  if (proof === undefined || rest === undefined || more.length > 0) return undefined;
  return { page: `${before}${proofPlace}${rest}`, proof };
}
