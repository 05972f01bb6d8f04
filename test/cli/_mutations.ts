import { existsSync, readFileSync, rmSync } from 'node:fs';
import { expect, vi } from 'vitest';
import { Arguments } from '../../src/cli/arguments.ts';
import { fleetImport } from '../../src/cli/commands/fleet-import.ts';
import { planDraft } from '../../src/cli/commands/plan-draft.ts';
import { planExport } from '../../src/cli/commands/plan-export.ts';
import { readFleet } from '../../src/cli/read-fleet.ts';
import { readPlan } from '../../src/cli/read-plan.ts';
import { example } from './_files.ts';

/** A generator of whole numbers below a bound, the same for the same seed. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

type Draw = (below: number) => number;
type Mutation = (bytes: Buffer, draw: Draw) => Buffer;

const odd = [
  ...['', '"', "'", ',', ';', '\t', '\r', '\0', '\ufeff', '\u2028', '=1+1', '__proto__'],
  ...['constructor', '-1', '1e999', '1,024', 'NaN', 'null', '[RESET_VALUE]', '[DELETE_TAG]'],
  ...['- *x', '&x', '{', '}', '[', ']', ': ', '#', '\ud800', '💥', 'x'.repeat(40_000)],
];
const onText =
  (change: (text: string, draw: Draw) => string): Mutation =>
  (bytes, draw) =>
    Buffer.from(change(bytes.toString('utf8'), draw));
const onLines = (change: (lines: string[], draw: Draw) => string[]) =>
  onText((text, draw) => change(text.split('\n'), draw).join('\n'));
const pick = <T>(list: readonly T[], draw: Draw): T => list[draw(list.length)] as T;

const mutations: readonly Mutation[] = [
  (bytes, draw) => {
    const copy = Buffer.from(bytes);
    for (let n = 1 + draw(4); n > 0; n -= 1) copy[draw(copy.length)] = draw(256);
    return copy;
  },
  (bytes, draw) => bytes.subarray(0, draw(bytes.length)),
  (bytes, draw) => bytes.subarray(draw(bytes.length)),
  onLines((lines, draw) => lines.filter((_, i) => i !== draw(lines.length))),
  onLines((lines, draw) => lines.toSpliced(draw(lines.length), 1 + draw(5))),
  onLines((lines, draw) => lines.toSpliced(draw(lines.length), 0, pick(lines, draw))),
  onLines((lines, draw) => {
    const at = draw(lines.length);
    return lines.with(at, (lines[at] ?? '').slice(0, draw((lines[at] ?? '').length + 1)));
  }),
  onText((text, draw) =>
    text.replaceAll(pick([',', ';', '\n', '"', ':'], draw), pick([',', ';', '\t', ' '], draw)),
  ),
  onText((text, draw) => {
    const at = draw(text.length);
    return text.slice(0, at) + pick(odd, draw) + text.slice(at);
  }),
  // One cell or word becomes something else.
  onText((text, draw) => {
    const words = [...text.matchAll(/[^\s,;:"[\]{}]+/g)];
    const word = pick(words, draw);
    return text.slice(0, word.index) + pick(odd, draw) + text.slice(word.index + word[0].length);
  }),
  // A column or key twice, or under another name.
  onText((text, draw) => {
    const [head = '', ...rest] = text.split('\n');
    const names = head.split(',');
    names[draw(names.length)] = draw(2) === 0 ? pick(names, draw) : pick(odd, draw);
    return [names.join(','), ...rest].join('\n');
  }),
];

/** A file with one to three mutations, the same for the same seed. */
function mutated(bytes: Buffer, seed: number): Buffer {
  const draw = seeded(seed);
  let result = bytes;
  for (let n = 1 + draw(3); n > 0 && result.length > 1; n -= 1) {
    result = pick(mutations, draw)(result, draw);
  }
  return result;
}

interface Files {
  readonly directory: string;
  readonly write: (name: string, content: Uint8Array) => string;
}

/** What became of mutated files: how many were read, how many refused. */
export interface Tally {
  read: number;
  refused: number;
}

/**
 * Runs a command on mutations of a file. Each is read, and then what it writes is whole; or refused with code 2, and
 * then nothing is written. A stack trace or any other code fails.
 */
export async function runMutations(
  kind: 'csv' | 'yaml' | 'json',
  source: string,
  seeds: readonly [number, number],
  { directory, write }: Files,
): Promise<Tally> {
  const bytes = readFileSync(example(source));
  const out = `${directory}/out.${kind === 'csv' ? 'json' : 'txt'}`;
  const said: string[] = [];
  const spies = [
    vi.spyOn(console, 'log').mockImplementation(() => {}),
    vi.spyOn(console, 'error').mockImplementation((text) => void said.push(String(text))),
  ];
  const tally: Tally = { read: 0, refused: 0 };
  try {
    for (let seed = seeds[0]; seed < seeds[1]; seed += 1) {
      said.length = 0;
      rmSync(out, { force: true });
      const file = write(`mutated.${kind}`, mutated(bytes, seed));
      const code = await runs[kind](file, out);
      const where = `${source}, seed ${seed}: ${said.join('\n').slice(0, 500)}`;
      expect([0, 2], where).toContain(code);
      expect(said.join('\n'), where).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
      expect(existsSync(out), where).toBe(code === 0);
      if (code === 2) expect(said.join('\n'), where).toMatch(/→/);
      else await isWhole(kind, out, where);
      tally[code === 0 ? 'read' : 'refused'] += 1;
    }
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return tally;
}

const given = (values: Readonly<Record<string, string>>) =>
  new Arguments(new Map(Object.entries(values).map(([name, value]) => [name, [value]])));
const runs = {
  csv: (file: string, out: string) => fleetImport.run(given({ file, out })),
  json: (file: string, out: string) => planDraft.run(given({ file, out })),
  yaml: (file: string, out: string) =>
    planExport.run(given({ plan: file, fleet: example('fleets/agent-based-120.json'), out })),
};

async function isWhole(kind: 'csv' | 'yaml' | 'json', out: string, where: string): Promise<void> {
  if (kind === 'csv') {
    const fleet = await readFleet([out]);
    expect(fleet.ok, where).toBe(true);
    expect(fleet.ok ? fleet.fleet.warnings : [], where).toEqual([]);
  }
  if (kind === 'json') expect((await readPlan(out)).ok, where).toBe(true);
  if (kind === 'yaml') expect(readFileSync(out, 'utf8'), where).toMatch(/^mgn:[\s\S]*\r\n$/);
}

/** The files that are mutated, by the form that they have. */
export const sources = {
  csv: [
    'inventories/mgn-import-120.csv',
    'inventories/rvtools-30/RVTools_tabvInfo.csv',
    'inventories/cmf-9.csv',
    'inventories/azure-migrate-6.csv',
    'inventories/ads-6.csv',
  ],
  yaml: ['plans/programme-3-waves.yaml', 'plans/agent-based.yaml'],
  json: ['fleets/three-accounts-24.json', 'fleets/mixed-40.json'],
} as const;
