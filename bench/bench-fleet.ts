// In: a number of servers. Out: a fleet and a plan of that size, with the quotas that they need.
import { join } from 'node:path';
import * as z from 'zod';
import { readFleet } from '../src/cli/read-fleet.ts';
import { readPlan, readPlanText } from '../src/cli/read-plan.ts';
import type { JsonObject } from '../src/core/fleet/document.ts';
import type { Fleet } from '../src/core/fleet/fleet.ts';
import type { Problem } from '../src/core/fleet/problem.ts';
import { readFleetDocuments } from '../src/core/fleet/read-fleet-documents.ts';
import type { Plan } from '../src/core/plan/plan.ts';
import { largestWave, resolvePlan } from '../src/core/plan/resolve-plan.ts';
import type { Instant } from '../src/core/time.ts';
import type { ResolvedPlan } from '../src/flow/start-wave.ts';
import { type Parameters, parametersWith } from '../src/simulator/simulator.ts';

/** What one size of the bench rehearses. */
export interface BenchFleet {
  readonly plan: ResolvedPlan;
  readonly fleet: Fleet;
  readonly startAt: Instant;
  readonly parameters: Partial<Parameters>;
}

const examples = join(import.meta.dirname, '..', 'examples');
const clients = 'agentless-805.vcenter-clients.json';

const published = parametersWith({});

const asTheyAre = new Map([
  [40, { plan: 'first-wave.yaml', fleet: ['mixed-40.json', 'mixed-40.vcenter-clients.json'] }],
  [120, { plan: 'agent-based.yaml', fleet: ['agent-based-120.json'] }],
  [805, { plan: 'agentless.yaml', fleet: ['agentless-805.json', clients] }],
]);

/**
 * The example fleet of that size with its plan and the published quotas; of any other size, a fleet made of the
 * agentless and the agent-based example under new ids, in waves of at most 1,000 that run at the same time, with the
 * quotas and the link raised so that all its servers may replicate at once.
 */
export async function benchFleet(size: number): Promise<BenchFleet> {
  const example = asTheyAre.get(size);
  if (example === undefined) return synthesised(size);
  const read = await readFleet(example.fleet.map((file) => join(examples, 'fleets', file)));
  const plan = await readPlan(join(examples, 'plans', example.plan));
  if (!read.ok) return refused(read.problems);
  if (!plan.ok) return refused(plan.problems);
  return fitted(plan.plan, read.fleet, read.describedAt, {});
}

async function synthesised(size: number): Promise<BenchFleet> {
  const read = await readFleet(
    ['agentless-805.json', 'agent-based-120.json', clients].map((file) =>
      join(examples, 'fleets', file),
    ),
  );
  if (!read.ok) return refused(read.problems);
  const waves = Math.ceil(size / largestWave);
  const templates = read.fleet.servers.map(({ document }) => document);
  const servers = Array.from({ length: size }, (_, i) =>
    copied(templates[i % templates.length] ?? {}, i, waves),
  );
  const fleet = readFleetDocuments([
    { items: servers },
    { items: read.fleet.vcenterClients.map(({ document }) => document) },
  ]);
  if (fleet.problems.length > 0) return refused(fleet.problems);
  const plan = readPlanText(planText(waves), 'the plan of the bench');
  if (!plan.ok) return refused(plan.problems);
  return fitted(plan.plan, fleet, read.describedAt, {
    quotaActiveServers: Math.max(published.quotaActiveServers, size),
    // As much of the link for each server as 150 active ones have, so that all sizes replicate as long.
    linkMbps: published.linkMbps * Math.max(1, size / published.quotaActiveServers),
    quotaNonArchivedServers: Math.max(published.quotaNonArchivedServers, size),
    quotaConcurrentJobs: 100,
    quotaServersInAllJobs: 2000,
  });
}

const Names = z.looseObject({ arn: z.string(), tags: z.record(z.string(), z.string()).optional() });

/** A server of an example under an id of its own, tagged with its wave. */
function copied(template: JsonObject, i: number, waves: number): JsonObject {
  const { arn, tags, ...rest } = Names.parse(template);
  const sourceServerID = `s-${i.toString(16).padStart(17, '0')}`;
  return {
    ...rest,
    sourceServerID,
    arn: arn.replace(/[^/]+$/, sourceServerID),
    tags: { ...tags, 'bench-wave': String(i % waves) },
  };
}

function planText(waves: number): string {
  return JSON.stringify({
    apiVersion: 'landfall/v1',
    kind: 'Migration',
    metadata: { name: 'bench' },
    spec: {
      defaults: {
        thresholds: { lagSeconds: 7200 },
        deadlines: { replicate: 'P45D' },
        policy: { onFailure: 'continue', tolerate: '100%' },
      },
      waves: Array.from({ length: waves }, (_, i) => ({
        name: `wave-${i + 1}`,
        servers: { tags: { 'bench-wave': String(i) } },
      })),
    },
  });
}

function fitted(
  plan: Plan,
  fleet: Fleet,
  startAt: Instant | undefined,
  parameters: Partial<Parameters>,
): BenchFleet {
  const resolved = resolvePlan(plan, fleet);
  if (!resolved.ok) return refused(resolved.problems);
  if (startAt === undefined) throw new Error('the fleet has no time stamp');
  return {
    plan: { name: plan.metadata.name, hash: 'bench', waves: resolved.waves },
    fleet,
    startAt,
    parameters,
  };
}

function refused(problems: readonly Problem[]): never {
  const lines = problems
    .slice(0, 5)
    .map(({ file, path, problem }) => `${file} ${path}: ${problem}`);
  throw new Error(`the examples are refused: ${lines.join('; ')}`);
}
