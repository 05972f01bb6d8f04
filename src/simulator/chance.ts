/**
 * Draws numbers that depend on nothing but the seed and the purpose they are drawn for, so that neither the
 * order of calls nor another server's fate changes them.
 */
export class Chance {
  readonly #seed: string;

  constructor(seed: number) {
    this.#seed = String(seed);
  }

  /** Draws from [0, 1). */
  unit(...purpose: readonly (string | number)[]): number {
    return hash53(`${this.#seed}|${purpose.join('|')}`, 0) / 2 ** 53;
  }

  /** Draws from [low, high). */
  between(
    range: readonly [low: number, high: number],
    ...purpose: readonly (string | number)[]
  ): number {
    return range[0] + (range[1] - range[0]) * this.unit(...purpose);
  }

  /** Draws 17 lower-case hex digits, the form of every id that was ever observed. */
  hex17(...purpose: readonly (string | number)[]): string {
    return this.#hex(purpose.join('|')).slice(0, 17);
  }

  /** Draws a UUID. */
  uuid(...purpose: readonly (string | number)[]): string {
    const digits = this.#hex(purpose.join('|')).padEnd(32, '0');
    return [
      digits.slice(0, 8),
      digits.slice(8, 12),
      `4${digits.slice(13, 16)}`,
      `8${digits.slice(17, 20)}`,
      digits.slice(20, 32),
    ].join('-');
  }

  #hex(purpose: string): string {
    const text = `${this.#seed}|${purpose}`;
    return [1, 2, 3].map((n) => hash53(text, n).toString(16).padStart(14, '0').slice(-11)).join('');
  }
}

// cyrb53 (public domain): 53 well-mixed bits from a string, fast enough to be drawn on every read.
function hash53(text: string, salt: number): number {
  let high = 0xdeadbeef ^ salt;
  let low = 0x41c6ce57 ^ salt;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0);
}
