import { createSettingsApis } from '../../adapters/aws/settings-api.ts';
import { part } from '../_wiring.ts';
import { reach, reachOf } from './services.ts';

/** What settings of each target are set by: in member accounts a role that may do nothing else. */
export const settingsOf = part(
  reach,
  (settings) =>
    createSettingsApis(
      { ...reachOf(settings), memberRole: `landfall-settings-${settings.LANDFALL_STAGE}` },
      'function',
    ),
  ({ ports }) => ports.settingsOf,
);
