import * as z from 'zod';
import { parseRemedies, type RemedySettings } from '../../core/remedy.ts';
import { part } from '../_wiring.ts';

/** How stalled replications are mended; undefined where the deployment does not switch it on. */
export const remedies = part(
  {
    LANDFALL_REMEDIES: z
      .string()
      .default('')
      .transform((text, context): RemedySettings | undefined => {
        try {
          return parseRemedies(text);
        } catch (error) {
          context.addIssue({ code: 'custom', message: String(error) });
          return z.NEVER;
        }
      }),
  },
  ({ LANDFALL_REMEDIES }) => LANDFALL_REMEDIES,
  (deployed) => deployed.remedies,
);
