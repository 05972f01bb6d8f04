/** A value of an event, and which element of which list it stands in, from the outermost list on. */
export interface Found {
  readonly value: unknown;
  readonly within: Within;
}

/** Elements of lists of one event: the list itself and the position in it. */
export type Within = readonly (readonly [list: readonly unknown[], index: number])[];

/**
 * Finds the values at a path of an event, which are its texts, numbers, true, false and null: a list has those of its
 * elements, an object has none. A `.` parts the keys, and a key that has one in it is found as well.
 */
export function valuesAt(event: unknown, path: string): readonly Found[] {
  const found: Found[] = [];
  collect(event, path, [], found);
  return found;
}

/** Joins two places in lists; undefined where they are two elements of one list. */
export function together(a: Within, b: Within): Within | undefined {
  const more = b.filter(([list]) => !a.some(([other]) => other === list));
  const isOne = b.every(([list, index]) => a.every(([one, at]) => one !== list || at === index));
  return isOne ? [...a, ...more] : undefined;
}

function collect(node: unknown, path: string | undefined, within: Within, found: Found[]): void {
  if (Array.isArray(node)) {
    for (const [i, element] of node.entries()) {
      collect(element, path, [...within, [node, i]], found);
    }
  } else if (isObject(node)) {
    if (path === undefined) return;
    for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
      const key = path.slice(0, dot);
      if (Object.hasOwn(node, key)) collect(node[key], path.slice(dot + 1), within, found);
    }
    if (Object.hasOwn(node, path)) collect(node[path], undefined, within, found);
  } else if (path === undefined && node !== undefined) found.push({ value: node, within });
}

/** Tells a JSON object from every other value. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
