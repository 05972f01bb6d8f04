/** An element of an XML document. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** The text in it and in its children. */
  readonly text: string;
}

interface Open {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: XmlElement[];
  text: string;
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};
const token =
  /<\?xml [^?>]*\?>|<\/([\w:-]+)\s*>|<([\w:-]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|[^<]+/y;

/** Reads XML as strictly as a browser: what is not well-formed throws. Of the language only what pictures use is known. */
export function parseXml(xml: string): XmlElement {
  const root: Open = { name: '', attributes: {}, children: [], text: '' };
  const stack = [root];
  token.lastIndex = 0;
  while (token.lastIndex < xml.length) {
    const from = token.lastIndex;
    const found = token.exec(xml);
    const open = stack.at(-1);
    if (found === null || open === undefined) {
      throw new SyntaxError(`no XML: ${xml.slice(from, from + 60)}`);
    }
    const [whole, closing, opening, attributes = '', empty] = found;
    if (closing !== undefined) {
      if (closing !== open.name) throw new SyntaxError(`</${closing}> closes <${open.name}>`);
      stack.pop();
      const parent = stack.at(-1);
      if (parent !== undefined) {
        parent.children.push(open);
        if (parent !== root) parent.text += open.text;
      }
    } else if (opening !== undefined) {
      const element = { name: opening, attributes: read(attributes), children: [], text: '' };
      if (empty === '/') open.children.push(element);
      else stack.push(element);
    } else if (!whole.startsWith('<?')) open.text += plain(whole);
  }
  const [only] = root.children;
  if (
    stack.length !== 1 ||
    only === undefined ||
    root.children.length > 1 ||
    root.text.trim() !== ''
  ) {
    throw new SyntaxError('not one whole element');
  }
  return only;
}

function read(text: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(/([\w:-]+)="([^"]*)"/g)) {
    if (name in attributes) throw new SyntaxError(`${name} comes twice`);
    attributes[name] = plain(value);
  }
  return attributes;
}

function plain(text: string): string {
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const isAllowed =
      [9, 10, 13].includes(code) || (code >= 32 && code !== 0xfffe && code !== 0xffff);
    if (!isAllowed) throw new SyntaxError(`character ${code} may not stand in XML`);
  }
  return text.replaceAll(/&(\w*);?/g, (whole, name: string) => {
    const stands = whole.endsWith(';') ? entities[name] : undefined;
    if (stands === undefined) throw new SyntaxError(`${whole} is no entity`);
    return stands;
  });
}

/** Every element of a name, in order. */
export function elements(of: XmlElement, name: string): readonly XmlElement[] {
  return of.children.flatMap((child) => [
    ...(child.name === name ? [child] : []),
    ...elements(child, name),
  ]);
}
