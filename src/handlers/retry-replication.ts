import { retryReplication } from '../flow/steps/retry-replication.ts';
import { contracts } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';

/** Retries a stalled replication within its budget. */
export const handler = lambda(
  'retryReplication',
  contracts.retryReplication.input,
  ({ ports }, event) => retryReplication(ports, event),
);
