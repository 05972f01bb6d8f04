import * as z from 'zod';
import { part } from '../_wiring.ts';

/** The ARN by which waves are started. */
export const waveMachineArn = part(
  { LANDFALL_WAVE_MACHINE: z.string().min(1) },
  ({ LANDFALL_WAVE_MACHINE }) => LANDFALL_WAVE_MACHINE,
  (deployed) => deployed.waveMachineArn,
);
