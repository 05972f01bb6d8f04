import type { Operation } from '../operations/operation.ts';
import { configurationOperations } from './configuration-operations.ts';
import { extensionOperations } from './extension-operations.ts';
import { launchActionOperations } from './launch-action-operations.ts';
import { networkOperations } from './network-operations.ts';
import { recoveryInstanceOperations } from './recovery-instance-operations.ts';
import { recoveryOperations } from './recovery-operations.ts';
import { serviceOperations } from './service-operations.ts';
import { sourceServerOperations } from './source-server-operations.ts';

/** All operations of DRS. */
export const drsOperations: readonly Operation[] = [
  ...sourceServerOperations,
  ...recoveryOperations,
  ...recoveryInstanceOperations,
  ...configurationOperations,
  ...launchActionOperations,
  ...extensionOperations,
  ...networkOperations,
  ...serviceOperations,
];
