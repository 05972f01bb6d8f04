import { createDrsServerSettingsApis } from '../../adapters/aws/drs-server-settings.ts';
import { part } from '../_wiring.ts';
import { reach, reachOf } from './services.ts';

/** What servers of each target of DRS are set by: in member accounts in the same role as those of MGN. */
export const drsSettingsOf = part(
  reach,
  (settings) =>
    createDrsServerSettingsApis({
      ...reachOf(settings),
      memberRole: `landfall-settings-${settings.LANDFALL_STAGE}`,
    }),
  ({ ports }) => ports.drsSettingsOf,
);
