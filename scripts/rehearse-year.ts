// Rehearses examples/programmes/drs-year on a fleet that it makes, and judges the logs: `landfall rehearse`, then `landfall
// check`. With a number only so many servers: `npm run rehearse:year -- 60`. Ends with 1 where a promise was broken.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { yearFleet } from './write-drs-fleet.ts';

const root = join(import.meta.dirname, '..');
const folder = 'examples/programmes/drs-year';
const servers = Number(process.argv[2] ?? '300');
const out = `out/year-${servers}`;

mkdirSync(join(root, out), { recursive: true });
const source = readFileSync(join(root, 'examples/fleets/agent-based-120.json'), 'utf8');
writeFileSync(join(root, out, 'fleet.json'), yearFleet(source, servers));

const landfall = (...words: readonly string[]): number => {
  const { status } = spawnSync(process.execPath, [join(root, 'bin/landfall.mjs'), ...words], {
    cwd: root,
    stdio: 'inherit',
  });
  return status ?? 2;
};
const file = (name: string) => `${folder}/${name}.yaml`;
const rehearsed = landfall(
  ...['rehearse', file('programme'), '--fleet', `${out}/fleet.json`, '--until', 'P365D'],
  ...['--deployment', file('deployment'), '--faults', file('faults')],
  ...['--approve-after', 'PT20M', '--out', `${out}/logs`],
);
// 1 is a year that ran to its end, in which not every drill of every server succeeded: the lost site is why.
const kept = rehearsed <= 1 && landfall('check', `${out}/logs`) === 0;
console.log(`the year of ${servers} servers: ${kept ? 'every promise kept' : 'FAILED'}`);
process.exitCode = kept ? 0 : 1;
