import * as z from 'zod';
import { severities } from '../../core/notify/severity.ts';
import type { Channel } from '../../flow/notify/ports.ts';
import { notifyingOf, part } from '../_wiring.ts';

const Severities = z
  .string()
  .default('')
  .transform((text) => text.split(',').filter((one) => one !== ''))
  .pipe(z.array(z.enum(severities)));

/** What the channel is called, and what it tells. */
export const channel = part(
  {
    LANDFALL_STAGE: z.string().min(1),
    LANDFALL_CHANNEL: z.string().min(1),
    LANDFALL_SEVERITIES: Severities,
    LANDFALL_BATCHED: z.enum(['yes', 'no']).default('no'),
  },
  ({ LANDFALL_STAGE, LANDFALL_CHANNEL, LANDFALL_SEVERITIES, LANDFALL_BATCHED }): Channel => ({
    name: LANDFALL_CHANNEL,
    stage: LANDFALL_STAGE,
    batched: LANDFALL_BATCHED === 'yes',
    ...(LANDFALL_SEVERITIES.length === 0 ? {} : { severities: LANDFALL_SEVERITIES }),
  }),
  (deployed) => notifyingOf(deployed).channel,
);
