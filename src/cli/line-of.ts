import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type LineCounter,
  type Node,
} from 'yaml';
import type { Path } from '../core/fleet/problem.ts';

/** The line of a place, or of the nearest place around it that the file has. */
export function lineOf(
  document: Document.Parsed,
  at: Path,
  lines: LineCounter,
): number | undefined {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const key of at) {
    if (isAlias(node)) node = node.resolve(document);
    let next: unknown;
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
      if (!isPair(pair)) break;
      offset = startOf(pair.key) ?? offset;
      next = pair.value;
    } else if (isSeq(node) && typeof key === 'number') {
      next = node.items[key];
      offset = startOf(next) ?? offset;
    } else break;
    node = next;
  }
  return offset === undefined ? undefined : lines.linePos(offset).line;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? rangeOf(node)?.[0] : undefined;
}

function rangeOf(node: Node) {
  return node.range ?? undefined;
}
