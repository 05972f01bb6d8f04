// Recovers 500 servers by 5 tiers against the published quotas of jobs, and prints how long that took, in virtual time,
// against what the jobs themselves and the checks of EC2 allow, with calls and cost. Its logs stay in out/bench/recover.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { protectedFleet, tiersOfFleet } from '../scripts/write-drs-fleet.ts';
import { controlPlaneCost } from '../src/cli/control-plane-cost.ts';
import { readPlanText } from '../src/cli/read-plan.ts';
import { setUpRehearsal } from '../src/cli/rehearsal.ts';
import { openLogs, writeSummary } from '../src/cli/rehearsal-logs.ts';
import { StoreMeter } from '../src/cli/store-meter.ts';
import { readFleetDocuments } from '../src/core/fleet/read-fleet-documents.ts';
import { resolvePlan } from '../src/core/plan/resolve-plan.ts';
import { secondsBetween } from '../src/core/time.ts';
import type { DrsApi, Ports, WireDocument } from '../src/flow/ports.ts';
import { parseFaults } from '../src/simulator/simulator.ts';

const size = 500;
const checkSeconds = 180;
const examples = join(import.meta.dirname, '..', 'examples');
const out = join('out', 'bench', 'recover');
const startAt = '2024-03-04T16:21:00.000Z';
// Each tier fills one job.
const tiers = tiersOfFleet.map(([tier]) => [tier, 20] as const);
const source = readFileSync(join(examples, 'fleets', 'agent-based-120.json'), 'utf8');
const { items } = JSON.parse(protectedFleet(source, size, tiers));
const text = `apiVersion: landfall/v1
kind: Recovery
metadata: { name: bench }
spec:
  waves:
    - name: all
      servers: { all: true }
      tiers: [${tiers.map(([tier]) => `{ name: ${tier}, servers: { tags: { tier: ${tier} } } }`).join(', ')}]
`;
const read = readPlanText(text, 'bench/recover.yaml');
if (!read.ok) throw new Error(JSON.stringify(read.problems));
const plan = resolvePlan(read.plan, readFleetDocuments(items));
if (!plan.ok) throw new Error(JSON.stringify(plan.problems));
const faults = parseFaults(
  readFileSync(join(examples, 'faults', 'region-lost.yaml'), 'utf8'),
  'faults',
);
if (!faults.ok) throw new Error(JSON.stringify(faults.problems));

mkdirSync(out, { recursive: true });
const jobs = new Map<string, WireDocument>();
const logs = new Map<string, readonly WireDocument[]>();
const recoveredAt: string[] = [];
const meter = new StoreMeter();
const began = performance.now();
const rehearsal = await setUpRehearsal({
  plan: { name: 'bench', hash: 'bench', waves: plan.waves },
  fleet: items,
  vcenterClients: [],
  faults: faults.faults,
  seed: 1,
  startAt,
  // The account replicates more than the published 300: that quota may be raised.
  // All checks take as long, so that the bound is known.
  parameters: {
    drsQuotaReplicatingServers: size,
    statusChecksSeconds: [checkSeconds, checkSeconds],
  },
  logs: openLogs(out),
  onEvent: ({ 'detail-type': type, detail }) => {
    if (type === 'Wave Server Recovered') recoveredAt.push(String(detail['observedAt']));
  },
  intercept: (ports) =>
    meter.metered({ ...ports, drsOf: (target) => listening(ports.drsOf(target)) }),
});
const rehearsed = await rehearsal.run();
const wallSeconds = (performance.now() - began) / 1000;
writeSummary(out, { ...rehearsed, size });

const launches = [...jobs.values()]
  .filter((job) => job['initiatedBy'] === 'START_RECOVERY')
  .toSorted((a, b) => (String(a['creationDateTime']) < String(b['creationDateTime']) ? -1 : 1));
const boundSeconds = launches.reduce((sum, job) => sum + leastOf(job), 0);
const first = String(launches[0]?.['creationDateTime']);
const last = recoveredAt.toSorted().at(-1) ?? startAt;
const tookSeconds = secondsBetween(first, last);
const cost = controlPlaneCost({
  servers: size,
  transitions: Math.round(rehearsed.transitionsPerServer * size),
  invocations: rehearsed.invocations,
  ticks: rehearsed.ticks,
  events: rehearsed.events,
  store: meter.use,
});
const calls = Object.values(rehearsed.apiCalls).reduce((sum, count) => sum + count, 0);
console.log(
  [
    `${size} servers in ${tiers.length} tiers: ${JSON.stringify(rehearsed.servers)}`,
    `jobs: ${launches.length}, servers in each: ${launches.map(serversIn).join(', ')}`,
    `first call to last server well: ${tookSeconds.toFixed(0)} s of virtual time`,
    `bound, that is the jobs one after the other, each to the checks of its slowest server: ${boundSeconds.toFixed(0)} s`,
    `over the bound: ${((tookSeconds / boundSeconds - 1) * 100).toFixed(1)} %`,
    `API calls: ${calls}, ${(calls / size).toFixed(2)} a server; state transitions a server: ${rehearsed.transitionsPerServer.toFixed(2)}`,
    `control plane: $${cost.perServer.toFixed(5)} a server, $${(cost.perServer * size).toFixed(3)} in all`,
    `wall time: ${wallSeconds.toFixed(1)} s`,
  ].join('\n'),
);

/** The least that a job's tier takes: its slowest launch and the checks of EC2 after it, or its own end. */
function leastOf(job: WireDocument): number {
  const from = String(job['creationDateTime']);
  const launched = (logs.get(String(job['jobID'])) ?? [])
    .filter((line) => line['event'] === 'LAUNCH_END')
    .map((line) => secondsBetween(from, String(line['logDateTime'])) + checkSeconds);
  return Math.max(secondsBetween(from, String(job['endDateTime'])), ...launched);
}

function serversIn(job: WireDocument): number {
  const servers = job['participatingServers'];
  return Array.isArray(servers) ? servers.length : 0;
}

/** Keeps what DRS says of jobs and their logs, as the poller asks for it. */
function listening(api: DrsApi): ReturnType<Ports['drsOf']> {
  return {
    ...api,
    describeJobs: async (filter) => {
      const answer = await api.describeJobs(filter);
      if (answer.ok) for (const job of answer.value) jobs.set(String(job['jobID']), job);
      return answer;
    },
    describeJobLog: async (id) => {
      const answer = await api.describeJobLog(id);
      if (answer.ok) logs.set(id, answer.value);
      return answer;
    },
  };
}
