// Writes the plans that bench/calibration.ts forecasts: example fleets cut into equal waves, in the order of the fleet. Run
// with `node scripts/write-calibration-plans.ts`; a test says when it has to be run.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFleet } from '../src/cli/read-fleet.ts';

const root = join(import.meta.dirname, '..');

interface Cut {
  readonly fleet: string;
  readonly waves: number;
  readonly size: number;
  /** How many waves move at a time: each waits for the one so many before it. */
  readonly lanes: number;
  readonly head: string;
}

const cuts: Readonly<Record<string, Cut>> = {
  'forty-waves': {
    fleet: 'agentless-805.json',
    waves: 40,
    size: 20,
    // Seven waves of twenty fit into the 150 active servers of an account and Region.
    lanes: 7,
    head: `# Fleet: examples/fleets/agentless-805.json with agentless-805.vcenter-clients.json.
# Forty waves of twenty in seven lanes, as 150 servers may replicate at a time: each wave waits for the one seven before it.
# Written by scripts/write-calibration-plans.ts; npm run bench:calibration measures how well it is forecast (docs/bench.md).
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
`,
  },
  'twelve-waves': {
    fleet: 'agent-based-120.json',
    waves: 12,
    size: 10,
    lanes: 3,
    head: `# Fleet: examples/fleets/agent-based-120.json.
# Twelve waves of ten in three lanes: each wave waits for the one three before it. Written by
# scripts/write-calibration-plans.ts; the small case of npm run bench:calibration (docs/bench.md).
apiVersion: landfall/v1
kind: Migration
metadata:
  name: twelve
spec:
`,
  },
};

/** The plans by the names of their files, as text. */
export async function calibrationPlans(): Promise<ReadonlyMap<string, string>> {
  const plans = new Map<string, string>();
  for (const [name, cut] of Object.entries(cuts)) plans.set(`${name}.yaml`, await planOf(cut));
  return plans;
}

async function planOf({ fleet, waves, size, lanes, head }: Cut): Promise<string> {
  const read = await readFleet([join(root, 'examples/fleets', fleet)]);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const ids = read.fleet.servers.map(({ sourceServerId }) => sourceServerId);
  const nameOf = (i: number) => `wave-${String(i + 1).padStart(2, '0')}`;
  const lines = Array.from({ length: waves }, (_, i) => [
    `    - name: ${nameOf(i)}`,
    ...(i < lanes ? [] : [`      dependsOn: [${nameOf(i - lanes)}]`]),
    '      servers:',
    '        ids:',
    ...ids.slice(i * size, (i + 1) * size).map((id) => `          - ${id}`),
  ]);
  const schema = '# yaml-language-server: $schema=../../schemas/plan.schema.json';
  return `${[schema, head.trimEnd(), '  waves:', ...lines.flat()].join('\n')}\n`;
}

if (process.argv[1] === import.meta.filename) {
  for (const [name, text] of await calibrationPlans()) {
    writeFileSync(join(root, 'examples/plans', name), text);
  }
}
