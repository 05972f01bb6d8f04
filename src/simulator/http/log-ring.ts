/** A line of a log with its number, counted from 1. */
export interface NumberedLine {
  readonly sequence: number;
  /** JSON text. */
  readonly text: string;
}

/** Keeps the last lines of a log: at most so many, and at most so many characters in all. */
export class LogRing {
  readonly #mostLines: number;
  readonly #mostCharacters: number;
  #lines: NumberedLine[] = [];
  /** The first line that is kept; what is before it waits to be cut off in one go. */
  #first = 0;
  #characters = 0;
  #added = 0;

  constructor(mostLines = 10_000, mostCharacters = 32 * 1_048_576) {
    this.#mostLines = mostLines;
    this.#mostCharacters = mostCharacters;
  }

  /** Adds a line as JSON, and drops the oldest ones that are too many. */
  add(line: unknown): void {
    const text = JSON.stringify(line);
    this.#added += 1;
    this.#lines.push({ sequence: this.#added, text });
    this.#characters += text.length;
    while (
      this.#lines.length - this.#first > this.#mostLines ||
      (this.#characters > this.#mostCharacters && this.#first < this.#lines.length - 1)
    ) {
      this.#characters -= this.#lines[this.#first]?.text.length ?? 0;
      this.#first += 1;
    }
    if (this.#first > this.#mostLines) {
      this.#lines = this.#lines.slice(this.#first);
      this.#first = 0;
    }
  }

  /** Answers the lines after a number, oldest first, at most so many. */
  after(sequence: number, limit: number): readonly NumberedLine[] {
    const oldest = this.#lines[this.#first]?.sequence ?? 1;
    const from = this.#first + Math.max(0, sequence + 1 - oldest);
    return this.#lines.slice(from, from + limit);
  }

  /** The number of the latest line; zero before the first. */
  get latest(): number {
    return this.#added;
  }

  /** Forgets all lines and begins to count anew; answers how to undo that. */
  clear(): () => void {
    const before = {
      lines: this.#lines,
      first: this.#first,
      characters: this.#characters,
      added: this.#added,
    };
    const become = ({ lines, first, characters, added }: typeof before) => {
      this.#lines = lines;
      this.#first = first;
      this.#characters = characters;
      this.#added = added;
    };
    become({ lines: [], first: 0, characters: 0, added: 0 });
    return () => become(before);
  }
}
