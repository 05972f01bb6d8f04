// Rehearses fleets of several sizes, each in a process of its own, and prints what it took and how that grows, as
// tables for docs/bench.md. The logs stay in out/bench/<size>.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '40,120,805,3000' },
    profile: { type: 'boolean', default: false },
    out: { type: 'string', default: 'out/bench' },
  },
});
const sizes = values.sizes.split(',').map(Number);
if (!sizes.every((size) => Number.isInteger(size) && size > 0)) {
  console.error('bench: --sizes is a list of numbers of servers, such as 40,120');
  process.exit(2);
}

const Figures = z.object({
  size: z.number(),
  outcome: z.string(),
  servers: z.record(z.string(), z.number()),
  virtualSeconds: z.number(),
  apiCalls: z.record(z.string(), z.number()),
  events: z.number(),
  transitionsPerServer: z.number(),
  ticks: z.object({ run: z.number(), skipped: z.number(), looked: z.number() }),
  setUpSeconds: z.number(),
  wallSeconds: z.number(),
  cpuSeconds: z.number(),
  peakBytes: z.number(),
  spent: z.object({
    doneMs: z.number(),
    skippedMs: z.number(),
    apiMs: z.number(),
    longestMs: z.number(),
  }),
});
type Figures = z.infer<typeof Figures>;

const measured: Figures[] = [];
for (const size of sizes) {
  const figures = rehearse(size);
  measured.push(figures);
  console.error(
    `${size}: ${figures.outcome} in ${figures.wallSeconds.toFixed(1)} s, ${megabytes(figures)} MB`,
  );
}
console.log(
  `Node ${process.version}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}\n`,
);
console.log(table(['servers', ...sizes.map(thousands)], rows(measured)));
if (measured.length > 1) console.log(`\n${growth(measured)}`);

function rehearse(size: number): Figures {
  const out = join(values.out, String(size));
  mkdirSync(out, { recursive: true });
  const profiled = values.profile ? ['--cpu-prof', `--cpu-prof-dir=${out}`] : [];
  const child = spawnSync(
    process.execPath,
    [...profiled, join(import.meta.dirname, 'rehearse-one.ts'), String(size), out],
    { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8', maxBuffer: 1 << 24 },
  );
  if (child.status !== 0) {
    console.error(`bench: the rehearsal of ${size} servers ended with ${child.status}`);
    process.exit(1);
  }
  return Figures.parse(JSON.parse(child.stdout.trimEnd().split('\n').at(-1) ?? ''));
}

function rows(all: readonly Figures[]): readonly (readonly string[])[] {
  const row = (name: string, say: (f: Figures) => string) => [name, ...all.map(say)];
  return [
    row('succeeded, skipped, others', (f) => {
      const { succeeded = 0, skipped = 0 } = f.servers;
      return `${succeeded}, ${skipped}, ${f.size - succeeded - skipped}`;
    }),
    row('virtual time, days', (f) => (f.virtualSeconds / 86_400).toFixed(1)),
    row('wall time, s', (f) => f.wallSeconds.toFixed(1)),
    row('of that reading and wiring, s', (f) => f.setUpSeconds.toFixed(1)),
    row('processor time, s', (f) => f.cpuSeconds.toFixed(1)),
    row('wall time a server, ms', (f) => perServer(f.wallSeconds * 1000, f).toFixed(0)),
    row('peak memory, MB', megabytes),
    row('events', (f) => thousands(f.events)),
    row('events a second', (f) => thousands(f.events / f.wallSeconds)),
    row('transitions a server', (f) => f.transitionsPerServer.toFixed(1)),
    row('transitions a second', (f) =>
      thousands((f.transitionsPerServer * f.size) / f.wallSeconds),
    ),
    row('API calls a server', (f) => perServer(callsOf(f), f).toFixed(1)),
    row('ticks run', (f) => thousands(f.ticks.run)),
    row('ticks skipped, not due', (f) => thousands(f.ticks.skipped)),
    row('servers looked at, in all ticks', (f) => thousands(f.ticks.looked)),
    row('looks a tick', (f) => (f.ticks.looked / f.ticks.run).toFixed(1)),
    row('a tick, ms of processor time', (f) => (f.spent.doneMs / f.ticks.run).toFixed(2)),
    row('of that SDK and simulator, ms', (f) => (f.spent.apiMs / f.ticks.run).toFixed(2)),
    row('the dearest tick, ms', (f) => f.spent.longestMs.toFixed(0)),
    row('a tick, µs for each server looked at', (f) =>
      ((f.spent.doneMs * 1000) / f.ticks.looked).toFixed(0),
    ),
    row('a skipped tick, µs', (f) => ((f.spent.skippedMs * 1000) / f.ticks.skipped).toFixed(0)),
  ];
}

/** What grows from each size to the next, as factors; 1.0 a server is linear. */
function growth(all: readonly Figures[]): string {
  const steps = all.slice(1).map((to, i) => [all[i] ?? to, to] as const);
  const row = (name: string, of: (f: Figures) => number) => [
    name,
    ...steps.map(([from, to]) => `× ${(of(to) / of(from)).toFixed(2)}`),
  ];
  return table(
    ['growth', ...steps.map(([from, to]) => `${thousands(from.size)} → ${thousands(to.size)}`)],
    [
      row('servers', (f) => f.size),
      row('wall time', (f) => f.wallSeconds),
      row('wall time a server', (f) => perServer(f.wallSeconds, f)),
      row('processor time a server', (f) => perServer(f.cpuSeconds, f)),
      row('memory', (f) => f.peakBytes),
      row('events a server', (f) => perServer(f.events, f)),
      row('transitions a server', (f) => f.transitionsPerServer),
      row('API calls a server', (f) => perServer(callsOf(f), f)),
      row('looks a server', (f) => perServer(f.ticks.looked, f)),
      row('a tick for each server looked at', (f) => f.spent.doneMs / f.ticks.looked),
    ],
  );
}

function perServer(amount: number, { size }: Figures): number {
  return amount / size;
}

function callsOf({ apiCalls }: Figures): number {
  return Object.values(apiCalls).reduce((sum, calls) => sum + calls, 0);
}

function megabytes({ peakBytes }: Figures): string {
  return thousands(peakBytes / 1e6);
}

function thousands(amount: number): string {
  return Math.round(amount).toLocaleString('en-GB');
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const rule = head.map((_, i) => (i === 0 ? '---' : '---:'));
  return [head, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
