// What moves, hides or forges text wherever it is shown: controls, separators of lines, marks that turn the writing
// direction, zero-width characters, tags of Unicode and halves of surrogate pairs.
const unseen =
  /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]+/gu;

/** Text from outside as one line of visible characters, cut to a length, the last character saying so. */
export function plainText(text: string, length: number): string {
  const visible = text.replace(unseen, ' ').replaceAll(/ {2,}/g, ' ').trim();
  if (visible.length <= length) return visible;
  return `${visible.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
