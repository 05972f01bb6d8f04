import type { Fleet, FleetServer } from '../fleet/fleet.ts';
import { type Path, type Problem, problemAt } from '../fleet/problem.ts';
import type { PlanKind } from './plan.ts';
import { kindsOfPlans } from './plan-kind.ts';
import type { Selector } from './selector.ts';

/** What a selector picks from, and what of the same files it does not pick from. */
export interface Reach {
  readonly kind: PlanKind;
  readonly fleet: Fleet;
  /** Servers of the other service, and ways back that nobody names. */
  readonly beyond: readonly FleetServer[];
}

const serviceNames = { mgn: 'MGN', drs: 'DRS' } as const;
const oneKindOf = { mgn: 'Migration', drs: 'Protection' } as const;

/**
 * What the selectors of a plan pick from: the servers of its service. One that replicates back only stands for the way
 * back of another server, so `all`, tags and host names leave it out; ids and `replicationDirection` name it.
 */
export function reachOf(kind: PlanKind, whole: Fleet, selectors: readonly Selector[]): Reach {
  const { service } = kindsOfPlans[kind];
  const isWithin = (server: FleetServer) =>
    server.target.service === service && selectors.some((one) => canMean(one, server));
  const beyond = whole.servers.filter((server) => !isWithin(server));
  return beyond.length === 0
    ? { kind, fleet: whole, beyond }
    : { kind, fleet: { ...whole, servers: whole.servers.filter(isWithin) }, beyond };
}

function canMean({ ids, replicationDirection }: Selector, server: FleetServer): boolean {
  return ids !== undefined || (replicationDirection === 'FAILBACK') === isWayBack(server);
}

/** Whether a source server stands for the way back of another one. */
function isWayBack({ replicationDirection }: FleetServer): boolean {
  return replicationDirection === 'FAILBACK';
}

/** Whether a server is of the service that the plan is about. */
export function isOfService({ kind }: Reach, { target }: FleetServer): boolean {
  return target.service === kindsOfPlans[kind].service;
}

/** Why a selector cannot name a server that the files hold, and that is not in its reach. */
export function beyondProblem(reach: Reach, server: FleetServer, at: Path, name: string): Problem {
  const { kind } = reach;
  const { service } = kindsOfPlans[kind];
  const other = server.target.service;
  if (!isOfService(reach, server)) {
    return problemAt(
      at,
      `${name} is a source server of ${serviceNames[other]}, and a ${kind} is about those of ${serviceNames[service]}`,
      `name one of ${serviceNames[service]}, or write a plan of another kind, such as ${oneKindOf[other]}`,
    );
  }
  return isWayBack(server)
    ? problemAt(
        at,
        `${name} only stands for the way back of another server`,
        'if that is meant, name it by its id, or write replicationDirection: FAILBACK beside it',
      )
    : problemAt(
        at,
        `${name} does not replicate back`,
        'name another, or leave replicationDirection out',
      );
}

/** The problem of a wave that picks nobody, with what else the files hold. */
export function emptyWaveProblem(reach: Reach, at: Path): Problem {
  const { kind, fleet, beyond } = reach;
  const own = beyond.filter((server) => isOfService(reach, server));
  if (fleet.servers.length > 0 || beyond.length === 0 || own.some((one) => !isWayBack(one))) {
    return problemAt(at, 'the wave has no servers', 'widen the selection or remove the wave');
  }
  const { service } = kindsOfPlans[kind];
  return own.length > 0
    ? problemAt(
        at,
        `the wave has no servers: those of ${serviceNames[service]} are on the way back of other servers`,
        'name them by ids or replicationDirection: FAILBACK, if they are meant',
      )
    : problemAt(
        at,
        `the wave has no servers: a ${kind} is about source servers of ${serviceNames[service]}, and the fleet has none`,
        `add the answers of aws ${service} describe-source-servers to the fleet, or change kind`,
      );
}
