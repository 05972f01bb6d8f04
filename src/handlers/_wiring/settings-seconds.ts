import * as z from 'zod';
import { part } from '../_wiring.ts';

/** How often the settings of servers are looked at; undefined leaves it to the flow. */
export const settingsSeconds = part(
  { LANDFALL_SETTINGS_SECONDS: z.coerce.number().int().min(3600).max(604_800).optional() },
  ({ LANDFALL_SETTINGS_SECONDS }) => LANDFALL_SETTINGS_SECONDS,
  (deployed) => deployed.settingsSeconds,
);
