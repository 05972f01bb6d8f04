import { printable } from '../../core/fleet/problem.ts';

/** Text of a page that is markup already: only `markup` and `verbatim` make it, so nothing from outside is. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in markup; everything but markup itself is escaped. */
export type Inset = Markup | string | number | null | undefined | readonly Inset[];

const signs: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes text from outside for elements and quoted attributes; what would hide or turn text is made visible. */
export function escaped(text: string): string {
  return printable(text).replace(/[&<>"']/g, (sign) => signs[sign] ?? '');
}

/** Writes markup; what is put in is escaped. */
export function markup(parts: TemplateStringsArray, ...insets: readonly Inset[]): Markup {
  return new Markup(parts.reduce((text, part, i) => text + textOf(insets[i - 1]) + part));
}

/** Takes a text of our own as markup. */
export function verbatim(text: string): Markup {
  return new Markup(text);
}

function textOf(inset: Inset): string {
  if (inset === null || inset === undefined) return '';
  if (inset instanceof Markup) return inset.text;
  if (typeof inset === 'string') return escaped(inset);
  if (typeof inset === 'number') return String(inset);
  return inset.map(textOf).join('');
}

/** A table whose headings stay in sight; where it has no rows it is the sentence that says so. */
export function table(
  headings: readonly string[],
  rows: readonly (readonly Inset[])[],
  empty: string,
): Markup {
  if (rows.length === 0) return markup`<p class="none">${empty}</p>\n`;
  const head = headings.map((heading) => markup`<th scope="col">${heading}</th>`);
  const body = rows.map(
    (cells) => markup`<tr>${cells.map((cell) => markup`<td>${cell}</td>`)}</tr>\n`,
  );
  return markup`<table><thead><tr>${head}</tr></thead><tbody>\n${body}</tbody></table>\n`;
}

/** Folds something away where it is long. */
export function folded(summary: Inset, content: Inset, isOpen = false): Markup {
  const open = isOpen ? verbatim(' open') : '';
  return markup`<details${open}><summary>${summary}</summary>\n${content}</details>\n`;
}
