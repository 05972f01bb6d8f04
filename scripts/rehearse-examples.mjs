// Rehearses the examples and judges each rehearsal by its logs: `landfall rehearse`, then `landfall check`.
// With an argument only the examples whose name holds it. Ends with 1 when one was refused or broke a promise.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const landfall = join(root, 'bin/landfall.mjs');
const mixed = ['mixed-40.json', 'mixed-40.vcenter-clients.json'];
const examples = [
  { name: 'first-wave', plan: 'first-wave.yaml', fleets: mixed },
  { name: 'bad-day', plan: 'first-wave.yaml', fleets: mixed, faults: 'bad-day.yaml' },
  { name: 'drill', plan: 'drill.yaml', fleets: ['drs-60.json'] },
  {
    name: 'extension',
    plan: 'extension.yaml',
    fleets: ['drs-200.json'],
    parameters: 'own-staging-keys.yaml',
  },
  { name: 'retirement', plan: 'retirement.yaml', fleets: ['drs-60.json'] },
  { name: 'hello-wave', plan: 'hello-wave.yaml', fleets: mixed },
  { name: 'applies-settings', plan: 'applies-settings.yaml', fleets: mixed },
  { name: 'with-hooks', plan: 'with-hooks.yaml', fleets: mixed, hooks: 'one-bad-apple.yaml' },
  {
    // A plan that stops for nothing: with a canary the first fault would end the rehearsal.
    name: 'every-fault',
    plan: 'first-wave.yaml',
    fleets: ['agent-based-120.json'],
    faults: 'each-at-5-percent.yaml',
  },
  { name: 'programme', plan: 'programme-3-waves.yaml', fleets: ['agent-based-120.json'] },
  {
    name: 'three-accounts',
    plan: 'three-accounts.yaml',
    fleets: ['three-accounts-24.json', 'three-accounts-24.vcenter-clients.json'],
  },
  {
    name: 'agentless',
    plan: 'agentless.yaml',
    fleets: ['agentless-805.json', 'agentless-805.vcenter-clients.json'],
  },
  {
    name: 'region-loss',
    plan: 'recovery.yaml',
    fleets: ['drs-200.json'],
    faults: 'region-lost.yaml',
    approveAfter: 'PT20M',
  },
  {
    name: 'failback',
    plan: 'failback.yaml',
    fleets: ['drs-recovered-12.json'],
    approveAfter: 'PT1H',
  },
].filter(({ name }) => name.includes(process.argv[2] ?? ''));

const run = (...args) =>
  spawnSync(process.execPath, [landfall, ...args], { cwd: root, stdio: 'inherit' }).status;

let failed = 0;
for (const { name, plan, fleets, faults, hooks, approveAfter, parameters } of examples) {
  const out = join('out', 'examples', name);
  rmSync(join(root, out), { recursive: true, force: true });
  const given = fleets.flatMap((file) => ['--fleet', `examples/fleets/${file}`]);
  const against = faults === undefined ? [] : ['--faults', `examples/faults/${faults}`];
  if (parameters !== undefined) against.push('--parameters', `examples/parameters/${parameters}`);
  if (hooks !== undefined) against.push('--hooks', `examples/hooks/${hooks}`);
  if (approveAfter !== undefined) against.push('--approve-after', approveAfter);
  const plans = [`examples/plans/${plan}`];
  const rehearsed = run('rehearse', ...plans, ...given, ...against, '--seed', '1', '--out', out);
  // 1 is a rehearsal that ran to its end, where not every server succeeded: what faults are for.
  const held = (rehearsed === 0 || rehearsed === 1) && run('check', out) === 0;
  console.log(`${name}: rehearse ended with ${rehearsed}, ${held ? 'promises kept' : 'FAILED'}`);
  if (!held) failed += 1;
}
process.exitCode = failed === 0 && examples.length > 0 ? 0 : 1;
