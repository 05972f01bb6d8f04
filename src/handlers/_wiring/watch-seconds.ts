import * as z from 'zod';
import { part } from '../_wiring.ts';

/** How often all servers of a target are looked at; undefined leaves it to the flow. */
export const watchSeconds = part(
  { LANDFALL_WATCH_SECONDS: z.coerce.number().int().min(60).max(21_600).optional() },
  ({ LANDFALL_WATCH_SECONDS }) => LANDFALL_WATCH_SECONDS,
  (deployed) => deployed.watchSeconds,
);
