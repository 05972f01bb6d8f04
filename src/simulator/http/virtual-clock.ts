/** How virtual time goes: `real` and numbers follow the wall, so many times as fast; `manual` stands still. */
export type Pace = 'real' | 'manual' | number;

/** Reads `real`, `manual` or `xN`; undefined where the text is none of them. */
export function readPace(text: string): Pace | undefined {
  if (text === 'real' || text === 'manual') return text;
  const times = /^x(\d{1,7}(?:\.\d{1,3})?)$/.exec(text)?.[1];
  return times === undefined || Number(times) === 0 ? undefined : Number(times);
}

/** Prints a pace as `readPace` reads it. */
export function paceText(pace: Pace): string {
  return typeof pace === 'number' ? `x${pace}` : pace;
}

/** Tells virtual time, in milliseconds after 1970, from the wall's. It never runs backwards. */
export class VirtualClock {
  readonly pace: Pace;
  readonly #wall: () => number;
  readonly #onSet: (aheadMs: number) => void;
  #from: { readonly wall: number; readonly at: number };

  /** `at` is the virtual instant of the present one; `onSet` hears how far virtual time is ahead of the wall's. */
  constructor(
    pace: Pace,
    wall: () => number,
    at: number,
    onSet: (aheadMs: number) => void = () => undefined,
  ) {
    this.pace = pace;
    this.#wall = wall;
    this.#onSet = onSet;
    this.#from = { wall: wall(), at };
    onSet(at - this.#from.wall);
  }

  /** Answers the present virtual instant. */
  now(): number {
    if (this.pace === 'manual') return this.#from.at;
    const times = this.pace === 'real' ? 1 : this.pace;
    const gone = Math.max(0, this.#wall() - this.#from.wall);
    return Math.floor(this.#from.at + gone * times);
  }

  /** Goes on from another instant. */
  set(at: number): void {
    this.#from = { wall: this.#wall(), at };
    this.#onSet(at - this.#from.wall);
  }
}
