// In: the targets of a deployment. Out: their fleet as MGN and DRS describe it now, in the form of fleet files. Reads only.
import { type Problem, problemAt } from '../core/fleet/problem.ts';
import { type Target, targetName } from '../core/target.ts';
import type { Answer, Ports, ServiceApi, WatchApi, WireDocument } from '../flow/ports.ts';
import { awsProblem } from './aws-problem.ts';
import { sideBySide } from './side-by-side.ts';

/** What can be asked for, beside the servers. */
export type FleetPart = 'vcenterClients' | 'applications' | 'waves';

/** The fleet of several targets, each list as the AWS CLI would print it, the targets one after the other. */
export interface LiveFleet {
  readonly servers: readonly WireDocument[];
  readonly vcenterClients: readonly WireDocument[];
  readonly applications: readonly WireDocument[];
  readonly waves: readonly WireDocument[];
}

/** A fleet, or every target that cannot be read. */
export type LiveFleetRead =
  | { readonly ok: true; readonly fleet: LiveFleet }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Describes the servers of all targets, with the parts that are wanted; one target that cannot be read refuses all. */
export async function readLiveFleet(
  ports: Pick<Ports, 'serviceOf' | 'drsOf'>,
  targets: readonly Target[],
  wanted: readonly FleetPart[],
): Promise<LiveFleetRead> {
  const reads = await sideBySide(targets, (target) => readTarget(ports, target, wanted));
  const problems = reads.flatMap((read) => (read.ok ? [] : read.problems));
  if (problems.length > 0) return { ok: false, problems };
  const all = (part: keyof LiveFleet) => reads.flatMap((read) => (read.ok ? read.fleet[part] : []));
  return {
    ok: true,
    fleet: {
      servers: all('servers'),
      vcenterClients: all('vcenterClients'),
      applications: all('applications'),
      waves: all('waves'),
    },
  };
}

async function readTarget(
  ports: Pick<Ports, 'serviceOf' | 'drsOf'>,
  target: Target,
  wanted: readonly FleetPart[],
): Promise<LiveFleetRead> {
  const servers = await watchOf(ports, target).describeSourceServers();
  // The other lists would be refused for the same reason.
  if (!servers.ok) return refused(target, 'its servers', servers);
  const parts = { vcenterClients: [], applications: [], waves: [] };
  const fleet: Record<keyof LiveFleet, readonly WireDocument[]> = {
    ...parts,
    servers: servers.value,
  };
  // The other lists are of MGN.
  for (const part of target.service === 'mgn' ? wanted : []) {
    const answer = await ask[part].read(ports.serviceOf(target));
    if (!answer.ok) return refused(target, ask[part].what, answer);
    fleet[part] = answer.value;
  }
  return { ok: true, fleet };
}

/** What both services are asked of a target. */
export function watchOf(ports: Pick<Ports, 'serviceOf' | 'drsOf'>, target: Target): WatchApi {
  return target.service === 'drs' ? ports.drsOf(target) : ports.serviceOf(target);
}

const ask = {
  vcenterClients: {
    what: 'its vCenter clients',
    read: (api: ServiceApi) => api.describeVcenterClients(),
  },
  applications: { what: 'its applications', read: (api: ServiceApi) => api.listApplications() },
  waves: { what: 'its waves', read: (api: ServiceApi) => api.listWaves() },
} as const;

function refused(
  target: Target,
  what: string,
  answer: Extract<Answer<unknown>, { ok: false }>,
): LiveFleetRead {
  const { problem, remedy } = awsProblem(`asking for ${what}`, answer.refusal);
  return { ok: false, problems: [problemAt([], `${targetName(target)}: ${problem}`, remedy)] };
}
