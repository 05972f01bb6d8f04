import { markAsArchived } from '../flow/steps/mark-as-archived.ts';
import { contracts } from '../workflows/contracts.ts';
import { lambda } from './_lambda.ts';

/** Archives a finalized server. */
export const handler = lambda(
  'markAsArchived',
  contracts.markAsArchived.input,
  ({ ports }, event) => markAsArchived(ports, event),
);
