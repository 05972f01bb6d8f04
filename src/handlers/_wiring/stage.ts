import * as z from 'zod';
import { part } from '../_wiring.ts';

/** The stage of the stack, as metrics name it. */
export const stage = part(
  { LANDFALL_STAGE: z.string().min(1) },
  ({ LANDFALL_STAGE }) => LANDFALL_STAGE,
  () => 'local',
);
