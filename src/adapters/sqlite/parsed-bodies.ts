interface Parsed {
  readonly text: string;
  readonly body: unknown;
}

// Enough for the records of some 3,000 servers; a larger store only parses more often.
const mostCharacters = 32 * 1024 * 1024;

/**
 * Parses the bodies of listings, each text once: most of what one tick lists stands as the last one left it. The same
 * text at the same place answers the same frozen value, so nobody can change what another reader is given.
 */
export class ParsedBodies {
  readonly #partitions = new Map<string, Map<string, Parsed>>();
  #characters = 0;

  /** Answers the value of a JSON text that was read at a place. */
  at(partition: string, sort: string, text: string): unknown {
    const bodies = this.#partitions.get(partition);
    const known = bodies?.get(sort);
    if (known !== undefined && known.text === text) return known.body;
    const body: unknown = JSON.parse(text);
    freeze(body);
    this.#keep(partition, sort, { text, body }, known);
    return body;
  }

  #keep(partition: string, sort: string, parsed: Parsed, before: Parsed | undefined): void {
    this.#characters += parsed.text.length - (before?.text.length ?? 0);
    if (this.#characters > mostCharacters) {
      this.#partitions.clear();
      this.#characters = parsed.text.length;
    }
    const bodies = this.#partitions.get(partition) ?? new Map<string, Parsed>();
    bodies.set(sort, parsed);
    this.#partitions.set(partition, bodies);
  }
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const member of Object.values(value)) freeze(member);
  Object.freeze(value);
}
