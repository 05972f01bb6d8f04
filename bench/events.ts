// Ticks over fleets of several sizes of which none, one in a hundred or all servers have changed, each in a process of its
// own, and prints what diff, record and publish took and how that grows, as tables for docs/bench.md. What runs is
// bundled first, as it is deployed: Node would otherwise spend more memory on reading TypeScript than on the servers.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import * as z from 'zod';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '2500,5000,10000' },
    shares: { type: 'string', default: '0,1,100' },
    out: { type: 'string', default: 'out/bench/events' },
  },
});
const sizes = values.sizes.split(',').map(Number);
const shares = values.shares.split(',').map(Number);
if (![...sizes, ...shares].every((number) => Number.isInteger(number) && number >= 0)) {
  console.error('bench: --sizes and --shares are lists of numbers, such as 2500,10000 and 0,1,100');
  process.exit(2);
}

const Figures = z.object({
  size: z.number(),
  changed: z.number(),
  putEvents: z.number(),
  events: z.number(),
  putBytes: z.number(),
  writes: z.number(),
  serverWrites: z.number(),
  readMs: z.number(),
  tickMs: z.number(),
  wallMs: z.number(),
  peakBytes: z.number(),
});
type Figures = z.infer<typeof Figures>;

mkdirSync(values.out, { recursive: true });
const bundle = join(values.out, 'events-one.mjs');
await build({
  entryPoints: [join(import.meta.dirname, 'events-one.ts')],
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  outfile: bundle,
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
});

console.log(
  `Node ${process.version}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}`,
);
const unchanged: Figures[] = [];
for (const size of sizes) {
  const prepared = join(values.out, `${size}.db`);
  rmSync(prepared, { force: true });
  run(size, 'prepare', prepared);
  const measured = shares.map((share) => {
    const store = join(values.out, `${size}-${share}.db`);
    copyFileSync(prepared, store);
    const figures = run(size, String(share), store);
    rmSync(store);
    return figures;
  });
  rmSync(prepared);
  console.log(
    `\n${table([`${thousands(size)} servers`, ...shares.map((s) => `${s} %`)], rows(measured))}`,
  );
  unchanged.push(...measured.filter((_, i) => shares[i] === 0));
}
if (unchanged.length > 1) console.log(`\n${growth(unchanged)}`);

function run(size: number, share: string, file: string): Figures {
  const child = spawnSync(process.execPath, [bundle, String(size), share, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (child.status !== 0) {
    console.error(`bench: ${size} servers, ${share}, ended with ${child.status}`);
    process.exit(1);
  }
  return Figures.parse(JSON.parse(child.stdout.trimEnd().split('\n').at(-1) ?? ''));
}

function rows(all: readonly Figures[]): readonly (readonly string[])[] {
  const row = (name: string, say: (f: Figures) => string) => [name, ...all.map(say)];
  return [
    row('servers changed', (f) => thousands(f.changed)),
    row('diff, record and publish, s of processor time', (f) => own(f).toFixed(2)),
    row('µs for each server', (f) => ((own(f) * 1e6) / f.size).toFixed(0)),
    row('beside it, the answers of MGN, s', (f) => (f.readMs / 1000).toFixed(2)),
    row('wall time of the tick, s', (f) => (f.wallMs / 1000).toFixed(1)),
    row('peak memory of the process, MB', (f) => thousands(f.peakBytes / 1e6)),
    row("writes of servers' records", (f) => thousands(f.serverWrites)),
    row("writes of the target's record", (f) => thousands(f.writes - f.serverWrites)),
    row('events', (f) => thousands(f.events)),
    row('PutEvents calls', (f) => thousands(f.putEvents)),
    row('bytes in them, MB', (f) => (f.putBytes / 1e6).toFixed(1)),
  ];
}

/** What grows from each size to the next where nothing has changed, as factors. */
function growth(all: readonly Figures[]): string {
  const steps = all.slice(1).map((to, i) => [all[i] ?? to, to] as const);
  const row = (name: string, of: (f: Figures) => number) => [
    name,
    ...steps.map(([from, to]) => `× ${(of(to) / of(from)).toFixed(2)}`),
  ];
  return table(
    [
      'growth, nothing changed',
      ...steps.map(([from, to]) => `${thousands(from.size)} → ${thousands(to.size)}`),
    ],
    [
      row('servers', (f) => f.size),
      row('processor time', own),
      row('processor time a server', (f) => own(f) / f.size),
      row('memory', (f) => f.peakBytes),
    ],
  );
}

/** The processor time of a tick, without what it took to make and parse the answers, in seconds. */
function own({ tickMs, readMs }: Figures): number {
  return (tickMs - readMs) / 1000;
}

function thousands(amount: number): string {
  return Math.round(amount).toLocaleString('en-GB');
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const rule = head.map((_, i) => (i === 0 ? '---' : '---:'));
  return [head, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
