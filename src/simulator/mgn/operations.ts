import type { Operation } from '../operations/operation.ts';
import { account } from './account.ts';
import { actions } from './actions.ts';
import { applications } from './applications.ts';
import { connectors } from './connectors.ts';
import { inventories } from './inventory/operations.ts';
import { launchSettings } from './launch-settings.ts';
import { replicationSettings } from './replication-settings.ts';
import { waves } from './waves.ts';

/** The operations of MGN on everything but servers, jobs and tags. */
export const mgnSettings: readonly Operation[] = [
  ...account,
  ...applications,
  ...waves,
  ...launchSettings,
  ...replicationSettings,
  ...actions,
  ...connectors,
  ...inventories,
];
