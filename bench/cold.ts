// In: the bundles of `npm run build`, and optionally how many runs and which functions. Out: how long each function
// takes from the start of a fresh process to its first handled event, against a function that does nothing; a table.
// Twice: with an event that is refused at the door, which is the cold start alone, and with one that it works on.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { BundleReport } from '../scripts/report-bundles.ts';
import { type FirstCall, firstCall, type Outcome } from './first-call.ts';
import { openLocalAws } from './local-aws.ts';

const [runsText = '15', ...chosen] = process.argv.slice(2);
const runs = Number(runsText);
const dist = join(import.meta.dirname, '../dist');
const report = BundleReport.parse(JSON.parse(await readFile(join(dist, 'bundles.json'), 'utf8')));
const names = report.functions
  .map(({ name }) => name)
  .filter((name) => chosen.length === 0 || chosen.includes(name));
const folder = await mkdtemp(join(tmpdir(), 'landfall-cold-'));
const aws = await openLocalAws();

const empty = join(folder, 'empty.mjs');
await writeFile(empty, 'export const handler = async () => ({});\n');
const bundles = new Map<string, string>();
for (const name of names) {
  const [bundle] = Object.values(unzipSync(await readFile(join(dist, `${name}.zip`))));
  if (bundle === undefined) throw new Error(`${name}.zip is empty`);
  bundles.set(name, join(folder, `${name}.mjs`));
  await writeFile(join(folder, `${name}.mjs`), bundle);
}

interface Round {
  readonly nothing: FirstCall;
  readonly refused: FirstCall;
  readonly worked: FirstCall;
}
const measured = new Map<string, readonly Round[]>();
// The first round warms the machine's file cache and is not counted.
for (let round = 0; round <= runs; round += 1) {
  for (const [name, bundle] of bundles) {
    await aws.restore();
    const nothing = await firstCall(empty, {}, aws.environment);
    const refused = await firstCall(bundle, 'no event', aws.environment);
    const worked = await firstCall(bundle, aws.events[name], aws.environment);
    if (round === 0) continue;
    measured.set(name, [...(measured.get(name) ?? []), { nothing, refused, worked }]);
  }
}
await aws.close();
await rm(folder, { recursive: true });

const rows = [...measured].map(([name, rounds]) => {
  const typical = (of: (round: Round) => number) => median(rounds.map(of));
  return {
    function: name,
    'empty, ms': typical(({ nothing }) => nothing.ms).toFixed(0),
    'refused, ms': typical(({ refused }) => refused.ms).toFixed(0),
    'worked, ms': typical(({ worked }) => worked.ms).toFixed(0),
    'refused ÷ empty': typical(({ nothing, refused }) => refused.ms / nothing.ms).toFixed(2),
    'worked ÷ empty': typical(({ nothing, worked }) => worked.ms / nothing.ms).toFixed(2),
    'the same in processor time': [
      typical(({ nothing, refused }) => refused.cpuMs / nothing.cpuMs).toFixed(2),
      typical(({ nothing, worked }) => worked.cpuMs / nothing.cpuMs).toFixed(2),
    ].join(', '),
    'came to': wordOf(rounds.at(-1)?.worked.outcome),
  };
});
console.log(`Medians of ${runs} fresh processes each; a ratio is the median of pairwise ratios.`);
console.table(rows);

/** What came of the event: an answer, or the failure that the function gave after it had looked. */
function wordOf(outcome: Outcome | undefined): string {
  if (outcome === undefined) return '';
  return 'result' in outcome ? 'answered' : outcome.message.replace(/[:;].*$/s, '');
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}
