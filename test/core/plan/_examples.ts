import type { Fleet, FleetServer } from '../../../src/core/fleet/fleet.ts';
import { readFleetDocuments } from '../../../src/core/fleet/read-fleet-documents.ts';
import { parsePlan } from '../../../src/core/plan/parse-plan.ts';
import type { Plan } from '../../../src/core/plan/plan.ts';

/** A source server id that ends in a number. */
export function id(n: number): string {
  return `s-${String(n).padStart(17, '0')}`;
}

/** A source server's document as MGN sends it, with what a test wants to differ. */
export function aDocument(n: number, members: Record<string, unknown> = {}) {
  return {
    sourceServerID: id(n),
    arn: `arn:aws:mgn:eu-central-1:111122223333:source-server/${id(n)}`,
    tags: { Name: `host-${n}`, parity: n % 2 === 0 ? 'even' : 'odd' },
    replicationType: n % 3 === 0 ? 'SNAPSHOT_SHIPPING' : 'AGENT_BASED',
    lifeCycle: { state: 'READY_FOR_TEST' },
    sourceProperties: {
      identificationHints: { hostname: `host-${n}`, fqdn: `host-${n}.example.com` },
    },
    ...members,
  };
}

/** A fleet of servers 1 … size. */
export function aFleet(size: number, ...more: readonly unknown[]): Fleet {
  const documents = Array.from({ length: size }, (_, i) => aDocument(i + 1));
  return readFleetDocuments([{ items: documents }, ...more]);
}

/** One server of a fleet. */
export function aServer(n: number, members: Record<string, unknown> = {}): FleetServer {
  const [server] = readFleetDocuments([aDocument(n, members)]).servers;
  if (server === undefined) throw new Error('no such server');
  return server;
}

/** A plan's document with this spec. */
export function aPlanDocument(spec: unknown) {
  return { apiVersion: 'landfall/v1', kind: 'Migration', metadata: { name: 'p' }, spec };
}

/** A plan with this spec; fails where the spec is refused. */
export function aPlan(spec: unknown): Plan {
  const parse = parsePlan(aPlanDocument(spec));
  if (!parse.ok) throw new Error(JSON.stringify(parse.problems));
  return parse.plan;
}
