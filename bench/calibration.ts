// Measures how well forecasts hold: forty waves are forecast from some seeds, then rehearsed with others; of how many waves
// does the rehearsed end lie between the forecast's P5 and P95? Prints the table for docs/bench.md. Each rehearsal is kept
// in out/calibration as it ends, so that a run that was interrupted goes on where it was.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { rehearseCourses } from '../src/cli/forecast/rehearse-courses.ts';
import { readRehearsal } from '../src/cli/read-rehearsal.ts';
import type { Course } from '../src/core/forecast/course.ts';
import { forecastOf } from '../src/core/forecast/forecast.ts';
import { secondsBetween, spokenSpan, toMs } from '../src/core/time.ts';

const { values } = parseArgs({
  options: {
    planned: { type: 'string', default: '19' },
    others: { type: 'string', default: '20' },
    plan: { type: 'string', default: 'examples/plans/forty-waves.yaml' },
    fleet: { type: 'string', multiple: true },
    out: { type: 'string', default: 'out/calibration' },
  },
});
const fleets = values.fleet ?? [
  'examples/fleets/agentless-805.json',
  'examples/fleets/agentless-805.vcenter-clients.json',
];
const read = await readRehearsal({ plan: values.plan, fleets });
if (!read.ok) {
  console.error(JSON.stringify(read.problems, null, 2));
  process.exit(2);
}
const { input } = read;
// What was kept of another plan, or of other code, is no measurement of this one.
const version = createHash('sha256').update(input.plan.hash);
const source = join(import.meta.dirname, '..', 'src');
for (const name of readdirSync(source, { recursive: true, encoding: 'utf8' }).sort()) {
  const file = join(source, name);
  if (statSync(file).isFile()) version.update(name).update(readFileSync(file));
}
const folder = join(values.out, version.digest('hex').slice(0, 12));
mkdirSync(folder, { recursive: true });
const fileOf = (seed: number) => join(folder, `seed-${seed}.json`);

const firstOther = 1001;
const from = (first: number, count: string) =>
  Array.from({ length: Number(count) }, (_, i) => first + i);
const planned = from(1, values.planned);
const others = from(firstOther, values.others);
const missing = [...planned, ...others].filter((seed) => !existsSync(fileOf(seed)));
const began = performance.now();
await rehearseCourses(
  missing.map((seed) => ({ ...input, seed })),
  {
    onEnded: (course, ended) => {
      writeFileSync(fileOf(course.seed), JSON.stringify(course));
      const seconds = (performance.now() - began) / 1000;
      console.error(`${ended} of ${missing.length} rehearsals, ${seconds.toFixed(0)} s`);
    },
  },
);

const kept = (seed: number): Course => JSON.parse(readFileSync(fileOf(seed), 'utf8'));
const forecast = forecastOf(planned.map(kept), input.plan.waves);
const rehearsed = others.map(kept);
const rows = forecast.waves.map(({ wave, ends }) => {
  const found = rehearsed.map((course) => course.waves.find((one) => one.wave === wave));
  const at = found.flatMap((one) => one?.concludedAt ?? []);
  if (ends === undefined) return { wave, ends, inside: 0, below: 0, above: rehearsed.length };
  const below = at.filter((end) => toMs(end) < toMs(ends.p5)).length;
  const inside = at.filter((end) => toMs(end) >= toMs(ends.p5) && toMs(end) <= toMs(ends.p95));
  return {
    wave,
    ends,
    inside: inside.length,
    below,
    above: rehearsed.length - inside.length - below,
  };
});
const inside = rows.reduce((sum, row) => sum + row.inside, 0);
const cases = rows.length * rehearsed.length;
const share = (100 * inside) / cases;

console.log(
  `Node ${process.version}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1)}\n`,
);
console.log(
  [
    '| wave | P5 | P50 | P95 | P5 to P95 | before | inside | after |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...rows.map(({ wave, ends, below, inside: within, above }) => {
      const after = (at: string | undefined) =>
        at === undefined ? '' : spokenSpan(secondsBetween(forecast.startsAt, at));
      const width = ends === undefined ? '' : spokenSpan(secondsBetween(ends.p5, ends.p95));
      const cells = [wave, after(ends?.p5), after(ends?.p50), after(ends?.p95), width];
      return `| ${[...cells, below, within, above].join(' | ')} |`;
    }),
  ].join('\n'),
);
const bySeed = rehearsed.map((course) => {
  const within = forecast.waves.filter(({ wave, ends }) => {
    const end = course.waves.find((one) => one.wave === wave)?.concludedAt;
    if (end === undefined || ends === undefined) return false;
    return toMs(end) >= toMs(ends.p5) && toMs(end) <= toMs(ends.p95);
  });
  return Math.round((100 * within.length) / rows.length);
});
console.log(`\nBy seed, percent of waves inside: ${bySeed.join(', ')}`);
console.log(
  `\n${inside} of ${cases} ends inside P5 to P95: ${share.toFixed(1)} % ` +
    `(${planned.length} seeds forecast, ${others.length} others rehearsed; 85 to 97 % is asked for)`,
);
process.exitCode = share >= 85 && share <= 97 ? 0 : 1;
