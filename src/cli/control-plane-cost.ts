// In: what a rehearsal did. Out: what AWS would have asked for running Landfall itself, estimated. Prices are those of
// us-east-1 on demand, without free tiers (reference: MGN, 7.5). Not in it: MGN, replication servers, instances, disks, CloudWatch.
import type { StoreUse } from './store-meter.ts';

/** What the control plane did. */
export interface ControlPlaneUse {
  readonly servers: number;
  readonly transitions: number;
  /** Calls of functions, by name. */
  readonly invocations: Readonly<Record<string, number>>;
  /** Polls that looked, polls that had nothing to do yet, and the servers that were looked at in all. */
  readonly ticks: { readonly run: number; readonly skipped: number; readonly looked: number };
  readonly events: number;
  readonly store: StoreUse;
}

/** An estimate in US dollars, by service. */
export interface ControlPlaneCost {
  readonly stepFunctions: number;
  readonly lambda: number;
  readonly eventBridge: number;
  readonly dynamoDb: number;
  readonly total: number;
  readonly perServer: number;
}

const million = 1_000_000;
const prices = {
  /** A state transition of a standard workflow. */
  transition: 0.025 / 1000,
  lambdaRequest: 0.2 / million,
  lambdaGbSecond: 0.0000166667,
  /** An event on a bus of our own; EventBridge Scheduler asks the same for a call. */
  event: 1 / million,
  writeUnit: 0.625 / million,
  readUnit: 0.125 / million,
} as const;

/** What is assumed where a rehearsal in virtual time cannot measure. */
export const assumptions = {
  /** Memory of a poll and of every other function, in GB, as serverless.yml sets it. */
  pollGb: 1,
  stepGb: 0.5,
  /** How long a poll takes: at least, for each server that it looks at, and when it has nothing to do yet. */
  pollSeconds: 0.5,
  pollSecondsPerServer: 0.003,
  skippedPollSeconds: 0.05,
  /** How long any other function takes: a few reads and writes, one call of MGN at most. */
  stepSeconds: 0.1,
  /** An item is at most 2 KB when written (a unit a KB), and at most 4 KB when read (a unit for 4 KB). */
  writeUnits: 2,
  readUnits: 1,
} as const;

/** Estimates what the control plane costs. */
export function controlPlaneCost(use: ControlPlaneUse): ControlPlaneCost {
  const polls = use.invocations['poll'] ?? 0;
  const calls = Object.values(use.invocations).reduce((sum, count) => sum + count, 0);
  const a = assumptions;
  const pollGbSeconds =
    a.pollGb *
    (use.ticks.run * a.pollSeconds +
      use.ticks.looked * a.pollSecondsPerServer +
      use.ticks.skipped * a.skippedPollSeconds);
  const stepGbSeconds = (calls - polls) * a.stepGb * a.stepSeconds;
  const stepFunctions = use.transitions * prices.transition;
  const lambda =
    calls * prices.lambdaRequest + (pollGbSeconds + stepGbSeconds) * prices.lambdaGbSecond;
  const eventBridge = (use.events + polls) * prices.event;
  const dynamoDb =
    use.store.writes * a.writeUnits * prices.writeUnit +
    use.store.reads * a.readUnits * prices.readUnit;
  const total = stepFunctions + lambda + eventBridge + dynamoDb;
  const perServer = use.servers === 0 ? 0 : total / use.servers;
  return { stepFunctions, lambda, eventBridge, dynamoDb, total, perServer };
}

/** Writes an amount of US dollars with two digits that mean something: `$12.50`, `$0.0023`. */
export function dollars(amount: number): string {
  if (amount === 0) return '$0';
  if (amount >= 1) return `$${amount.toFixed(2)}`;
  const decimals = Math.min(8, Math.max(2, 1 - Math.floor(Math.log10(amount))));
  return `$${amount.toFixed(decimals)}`;
}
