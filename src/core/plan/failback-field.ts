import * as z from 'zod';
import { durationField } from './duration-field.ts';

/** The field that says how servers are failed back; it is for plans of kind Failback alone. */
export const failbackField = z
  .strictObject({
    hold: durationField(
      'How long the recovery instance is kept once its server has failed back, before it is terminated (ISO 8601, at most P30D): meanwhile it is looked at whether all is well where the traffic is now. Default: P3D.',
    ).optional(),
  })
  .describe('How servers are failed back.')
  .meta({ id: 'Failback' });
