import type { Fleet } from '../core/fleet/fleet.ts';
import { type Path, type Problem, problemAt, shown } from '../core/fleet/problem.ts';
import { operations } from '../simulator/operations/registry.ts';
import { type FaultFile, parseFaults } from '../simulator/simulator.ts';
import { nameRemedy } from './near-names.ts';
import { readTextFile } from './read-text-file.ts';
import { unreadableYaml } from './unreadable-yaml.ts';

/** What is to go wrong, or every reason why the file is refused. */
export type FaultsRead =
  | { readonly ok: true; readonly faults: FaultFile }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** The largest faults file, in bytes, as for plans. */
export const largestFaultsBytes = 384 * 1024;

/** Reads a faults file (docs/faults.md). Every problem names its line where it has one; never throws. */
export async function readFaults(file: string): Promise<FaultsRead> {
  const read = await readTextFile(file, largestFaultsBytes);
  if (!read.ok) return { ok: false, problems: [read.problem] };
  try {
    const parsed = parseFaults(read.text, file);
    return parsed.ok
      ? parsed
      : { ok: false, problems: parsed.problems.map((problem) => ({ ...problem, at: [] })) };
  } catch (error) {
    return { ok: false, problems: [unreadableYaml(error, file, 'see docs/faults.md')] };
  }
}

/** What a faults file names that is not there: a fault that can hit nothing would pass unseen. */
export function strayFaults({ faults }: FaultFile, fleet: Fleet, file: string): readonly Problem[] {
  const ids = new Set(fleet.servers.map((server) => server.sourceServerId));
  const names = new Set(
    fleet.servers.flatMap(({ hostname, fqdn, tags }) =>
      [hostname, fqdn, tags['Name']].flatMap((name) =>
        name === undefined ? [] : [name.toLowerCase()],
      ),
    ),
  );
  const clients = new Set([
    ...fleet.vcenterClients.map((client) => client.vcenterClientId),
    ...fleet.servers.flatMap(({ vcenterClientId: id }) => (id === undefined ? [] : [id])),
  ]);
  const operationNames = new Set(operations.map((operation) => operation.name));
  const problems: Problem[] = [];
  const check = (
    at: Path,
    given: readonly string[] | undefined,
    known: ReadonlySet<string>,
    what: string,
  ) => {
    for (const [i, name] of (given ?? []).entries()) {
      if (known.has(name)) continue;
      const remedy = nameRemedy(name, known, 'correct or remove it');
      problems.push({ ...problemAt([...at, i], `${shown(name)} is ${what}`, remedy), file });
    }
  };
  for (const [i, fault] of faults.entries()) {
    const at = (...path: readonly string[]): Path => ['faults', i, ...path];
    if ('servers' in fault) {
      const lower = fault.servers.hostnames?.map((name) => name.toLowerCase());
      check(at('servers', 'ids'), fault.servers.ids, ids, 'no server of the fleet');
      check(at('servers', 'hostnames'), lower, names, 'no server of the fleet');
    }
    if ('clients' in fault) {
      check(at('clients', 'ids'), fault.clients.ids, clients, 'no vCenter client of the fleet');
    }
    if ('operations' in fault) {
      check(at('operations'), fault.operations, operationNames, 'no operation that is called');
    }
  }
  return problems;
}
