import { ec2 } from './ec2.ts';
import { mgnLifeCycle } from './mgn-life-cycle.ts';
import { mgnReads } from './mgn-reads.ts';
import { mgnReplication } from './mgn-replication.ts';
import type { Operation } from './operation.ts';
import { serviceQuotas } from './service-quotas.ts';
import { tags } from './tags.ts';
import { waves } from './waves.ts';

/** Every operation that the simulated AWS answers; what is not here is refused as unknown. */
export const operations: readonly Operation[] = [
  ...mgnReads,
  ...mgnReplication,
  ...mgnLifeCycle,
  ...waves,
  ...tags,
  ...ec2,
  ...serviceQuotas,
];

const byName = new Map(
  operations.map((operation) => [`${operation.service}.${operation.name}`, operation]),
);
const byPath = operations.filter((operation) => operation.service === 'mgn');

/** Finds an operation by its name. */
export function operationNamed(service: string, name: string): Operation | undefined {
  return byName.get(`${service}.${name}`);
}

/** Finds the REST operation at a method and path, with the members that the path carries. */
export function operationAt(
  service: string,
  method: string,
  path: string,
):
  | { readonly operation: Operation; readonly pathInput: Readonly<Record<string, string>> }
  | undefined {
  for (const operation of byPath) {
    if (operation.service !== service || operation.method !== method) continue;
    const prefix = operation.path.split('{', 1)[0] ?? operation.path;
    const member = /\{(\w+)\}$/.exec(operation.path)?.[1];
    if (
      member === undefined
        ? path === operation.path
        : path.startsWith(prefix) && path.length > prefix.length
    ) {
      const pathInput =
        member === undefined ? {} : { [member]: decodeURIComponent(path.slice(prefix.length)) };
      return { operation, pathInput };
    }
  }
  return undefined;
}
