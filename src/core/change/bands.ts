import { isAgentless, type Observation } from '../observation.ts';

/** How far a launch now would lag behind; agentless servers lag by the age of their last cycle. */
export type LagBand = 'unknown' | 'current' | 'minutes' | 'hour' | 'behind';
/** How much is written at the source and not yet copied. */
export type BacklogBand = 'unknown' | 'none' | 'some' | 'large';

/** Up to where lag (seconds) and backlog (bytes) are good: a plan's thresholds for its server. */
export interface Limits {
  readonly lagSeconds: number;
  readonly backlogBytes: number;
}

/** The limits of a server about which no plan says anything. */
export const builtInLimits: Limits = { lagSeconds: 60, backlogBytes: 0 };

/** The bound between two neighbouring bands: where a new value is split, and where a known band is left. */
interface Edge {
  readonly at: number;
  readonly rise: number;
  readonly fall: number;
}

// A band is left downward only at four fifths of its bound, so a value that hovers there does not flap.
const fallShare = 0.8;
const mebibyte = 1024 ** 2;
const gibibyte = 1024 ** 3;
// A limit of zero has no room below it: such a band is left upward only beyond this much.
const leastLagSeconds = 60;
const leastBacklogBytes = 64 * mebibyte;
// One shipping cycle of lag is an agentless server's normal state; no API tells the cycle's length.
const agentlessLagSeconds = 7200;

const lagBands = ['current', 'minutes', 'hour', 'behind'] as const;
const agentlessLagBands = ['current', 'behind'] as const;
const backlogBands = ['none', 'some', 'large'] as const;

function edge(at: number): Edge {
  return { at, rise: at, fall: at * fallShare };
}

function lowestEdge(at: number, least: number): Edge {
  const rise = Math.max(at, least);
  return { at, rise, fall: Math.min(at, rise * fallShare) };
}

function bandOf<Band extends string>(
  bands: readonly Band[],
  edges: readonly Edge[],
  value: number,
  before: string | undefined,
): Band | undefined {
  const names: readonly string[] = bands;
  let index = names.indexOf(before ?? '');
  if (index === -1) return bands[edges.filter(({ at }) => value > at).length];
  while (value > (edges[index]?.rise ?? Number.POSITIVE_INFINITY)) index += 1;
  while (value <= (edges[index - 1]?.fall ?? Number.NEGATIVE_INFINITY)) index -= 1;
  return bands[index];
}

/** Says in which band a server's lag is, given the band that it was in before. */
export function lagBandOf(
  observation: Observation,
  before: string | undefined,
  { lagSeconds: limit }: Limits,
): LagBand {
  const { lagSeconds } = observation.replication;
  if (lagSeconds === undefined) return 'unknown';
  const band = isAgentless(observation)
    ? bandOf(agentlessLagBands, [edge(Math.max(limit, agentlessLagSeconds))], lagSeconds, before)
    : bandOf(
        lagBands,
        [
          lowestEdge(limit, leastLagSeconds),
          edge(Math.max(limit, 900)),
          edge(Math.max(limit, 3600)),
        ],
        lagSeconds,
        before,
      );
  return band ?? 'unknown';
}

/** Says in which band a server's backlog is, given the band that it was in before. */
export function backlogBandOf(
  { replication: { backlogBytes } }: Observation,
  before: string | undefined,
  { backlogBytes: limit }: Limits,
): BacklogBand {
  if (backlogBytes === undefined) return 'unknown';
  const edges = [
    lowestEdge(limit, leastBacklogBytes),
    // Ten gibibytes themselves are large.
    edge(Math.max(limit, 10 * gibibyte - 1)),
  ];
  return bandOf(backlogBands, edges, backlogBytes, before) ?? 'unknown';
}
