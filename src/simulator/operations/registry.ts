import { drsOperations } from '../drs/drs-operations.ts';
import { mgnSettings } from '../mgn/operations.ts';
import { ec2 } from './ec2.ts';
import { mgnLifeCycle } from './mgn-life-cycle.ts';
import { mgnReads } from './mgn-reads.ts';
import { mgnReplication } from './mgn-replication.ts';
import type { Operation } from './operation.ts';
import { routesOf } from './route.ts';
import { serviceQuotas } from './service-quotas.ts';
import { sts } from './sts.ts';
import { tags } from './tags.ts';

/** Every operation that the simulated AWS answers; what is not here is refused as unknown. */
export const operations: readonly Operation[] = [
  ...mgnReads,
  ...mgnReplication,
  ...mgnLifeCycle,
  ...mgnSettings,
  ...tags,
  ...drsOperations,
  ...ec2,
  ...sts,
  ...serviceQuotas,
];

const byName = new Map(
  operations.map((operation) => [`${operation.service}.${operation.name}`, operation]),
);
/** Finds an operation by its name. */
export function operationNamed(service: string, name: string): Operation | undefined {
  return byName.get(`${service}.${name}`);
}

/** Finds the REST operation at a service, method and path, with the members that the path carries. */
export const operationAt = routesOf(operations);
