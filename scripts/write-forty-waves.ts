// Writes examples/plans/forty-waves.yaml: the first 800 servers of the agentless fleet in forty waves of twenty, in the
// order of the fleet. Run with `node scripts/write-forty-waves.ts`; a test says when it has to be run.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFleet } from '../src/cli/read-fleet.ts';

const root = join(import.meta.dirname, '..');
const waves = 40;
const size = 20;
// Seven waves of twenty fit into the 150 active servers of an account and Region.
const sideBySide = 7;

const nameOf = (i: number) => `wave-${String(i + 1).padStart(2, '0')}`;

/** The plan, as text. */
export async function fortyWaves(): Promise<string> {
  const read = await readFleet([join(root, 'examples/fleets/agentless-805.json')]);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const ids = read.fleet.servers.slice(0, waves * size).map(({ sourceServerId }) => sourceServerId);
  const lines = Array.from({ length: waves }, (_, i) => {
    const own = ids.slice(i * size, (i + 1) * size);
    return [
      `    - name: ${nameOf(i)}`,
      ...(i < sideBySide ? [] : [`      dependsOn: [${nameOf(i - sideBySide)}]`]),
      '      servers:',
      '        ids:',
      ...own.map((id) => `          - ${id}`),
    ].join('\n');
  });
  return `# yaml-language-server: $schema=../../schemas/plan.schema.json
# Fleet: examples/fleets/agentless-805.json with agentless-805.vcenter-clients.json.
# Forty waves of twenty in seven lanes, as 150 servers may replicate at a time: each wave waits for the one seven before it.
# Written by scripts/write-forty-waves.ts; npm run bench:calibration measures how well it is forecast (docs/bench.md).
apiVersion: landfall/v1
kind: Migration
metadata:
  name: forty-waves
  description: 800 agentless servers in forty waves.
spec:
  defaults:
    thresholds: { lagSeconds: 7200 }
    deadlines: { replicate: P45D }
    # Weeks of copying need no look each minute.
    poll: { minSeconds: 300, maxSeconds: 3600 }
  waves:
${lines.join('\n')}
`;
}

if (process.argv[1] === import.meta.filename) {
  writeFileSync(join(root, 'examples/plans/forty-waves.yaml'), await fortyWaves());
}
