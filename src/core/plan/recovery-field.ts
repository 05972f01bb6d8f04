import * as z from 'zod';
import { instantMs } from '../time.ts';

const instant = z
  .string()
  .max(40)
  .refine((text) => instantMs(text) !== undefined, {
    error: 'is no instant like 2024-03-05T14:30:00Z',
  });

/** The field that says how servers are recovered; it is for plans of kind Recovery alone. */
export const recoveryField = z
  .strictObject({
    impact: z
      .enum(['critical', 'optional'])
      .describe(
        'What follows where the server cannot be recovered: critical (the wave is held for a person before it goes on) or optional (the wave goes on without it). Default: critical.',
      )
      .optional(),
    pointInTime: z
      .union([
        z.literal('latest'),
        z.strictObject({
          before: instant.describe(
            'The newest recovery point that was taken before this instant, say before a ransomware hit.',
          ),
        }),
      ])
      .describe(
        'Which recovery point it is recovered from: latest, or the newest one before an instant. It is chosen anew when the server is launched, as recovery points expire. Default: latest.',
      )
      .optional(),
    retryOlder: z
      .int()
      .min(0)
      .max(10)
      .describe(
        'How often a server that could not be recovered is tried again, alone, each time from the next older recovery point. Default: 2.',
      )
      .optional(),
    incidentAt: instant
      .describe(
        'When the incident began: what of the data is lost (RPO) is measured from then. Default: the call that launches it.',
      )
      .optional(),
    liveInstance: z
      .enum(['refuse', 'replace'])
      .describe(
        'What follows where a live recovery instance of the server is already there: refuse (it is not recovered again) or replace (DRS takes that instance away as it launches the new one: what it has written since is lost). Default: refuse.',
      )
      .optional(),
  })
  .describe('How servers are recovered.')
  .meta({ id: 'Recovery' });
