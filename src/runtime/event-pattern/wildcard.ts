/** Says whether a text fits a wildcard: `*` stands for any characters, `\*` and `\\` for themselves. */
export function wildcardMatches(wildcard: string, text: string): boolean {
  const [first = '', ...rest] = piecesOf(wildcard);
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const piece of rest) {
    const at = text.indexOf(piece, from);
    if (at === -1) return false;
    from = at + piece.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}

/** Says what is wrong with a wildcard, as EventBridge reads it; undefined where nothing is. */
export function wildcardProblem(wildcard: string): string | undefined {
  const bare = wildcard.replaceAll(/\\[*\\]/g, 'x');
  if (bare.includes('\\')) return String.raw`has a \ before what is neither * nor \ `.trimEnd();
  return bare.includes('**') ? 'has two * in a row' : undefined;
}

/**
 * How far EventBridge lets wildcards of one field go: AWS documents only that it refuses what is too complex, with
 * fewer wildcards and fewer repeated characters behind them as the remedy; that it takes 10 is what others report.
 */
export const mostComplex = 10;

/**
 * How complex the wildcards of one field are together: how many of their beginnings one text can fit at the same time,
 * as AWS's published matcher (event-ruler, MachineComplexityEvaluator) counts. Counting ends beyond `mostComplex`.
 */
export function wildcardComplexity(wildcards: readonly string[]): number {
  const machines = [...new Set(wildcards)].map(tokensOf);
  const bytes = new Set(machines.flat().filter((token) => token !== any));
  const begin: Places = new Set(machines.map((_, machine) => placeOf(machine, 0, false)));
  const seen = new Set<string>();
  const pending = [begin];
  let most = 0;
  for (let places = pending.pop(); places !== undefined; places = pending.pop()) {
    for (const byte of [any, ...bytes]) {
      const next = placesAfter(places, byte, machines);
      most = Math.max(most, beginningsAt(next, machines));
      if (most > mostComplex) return most;
      const key = [...next].sort((a, b) => a - b).join();
      if (next.size === 0 || seen.has(key)) continue;
      seen.add(key);
      pending.push(next);
    }
  }
  return most;
}

function piecesOf(wildcard: string): readonly string[] {
  const pieces: string[] = [''];
  for (let i = 0; i < wildcard.length; i++) {
    const character = wildcard[i] ?? '';
    const next = wildcard[i + 1] ?? '';
    const last = pieces.length - 1;
    if (character === '\\' && (next === '*' || next === '\\')) {
      pieces[last] = `${pieces[last]}${next}`;
      i += 1;
    } else if (character === '*') pieces.push('');
    else pieces[last] = `${pieces[last]}${character}`;
  }
  return pieces;
}

// Any byte, and in a machine the wildcard.
const any = 256;
const quote = 0x22;

/** The bytes that a wildcard wants, in the quotes of JSON, with `any` for each wildcard. */
function tokensOf(wildcard: string): readonly number[] {
  const bytes = piecesOf(wildcard).map((piece) => [...Buffer.from(piece)]);
  return [quote, ...bytes.flatMap((piece, i) => (i === 0 ? piece : [any, ...piece])), quote];
}

/** Where in the machines a text may have led: behind a token, or inside the wildcard that follows it. */
type Places = ReadonlySet<number>;
const longest = 1 << 14;

function placeOf(machine: number, token: number, isInside: boolean): number {
  return (machine * longest + token) * 2 + (isInside ? 1 : 0);
}

function partsOf(place: number): readonly [machine: number, token: number, isInside: boolean] {
  const rest = Math.floor(place / 2);
  return [Math.floor(rest / longest), rest % longest, place % 2 === 1];
}

function placesAfter(
  places: Places,
  byte: number,
  machines: readonly (readonly number[])[],
): Places {
  const next = new Set<number>();
  for (const place of places) {
    const [machine, token] = partsOf(place);
    const tokens = machines[machine] ?? [];
    const isBeforeWildcard = tokens[token] === any;
    if (isBeforeWildcard) next.add(placeOf(machine, token, true));
    const wanted = isBeforeWildcard ? token + 1 : token;
    if (tokens[wanted] === byte && byte !== any) next.add(placeOf(machine, wanted + 1, false));
  }
  return next;
}

// Who stands before a wildcard stands inside it as well, for the wildcard may be nothing.
function beginningsAt(places: Places, machines: readonly (readonly number[])[]): number {
  let count = places.size;
  for (const place of places) {
    const [machine, token, isInside] = partsOf(place);
    const isBefore = !isInside && machines[machine]?.[token] === any;
    if (isBefore && !places.has(placeOf(machine, token, true))) count += 1;
  }
  return count;
}
