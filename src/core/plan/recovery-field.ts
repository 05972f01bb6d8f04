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
    networks: z
      .strictObject({
        deployAsNew: z
          .boolean()
          .describe(
            'Whether each network is deployed by a new stack of CloudFormation; false updates the stack that it was recovered by before, where there is one. Default: false.',
          )
          .optional(),
        onFailure: z
          .enum(['stop', 'previous-stack'])
          .describe(
            'What follows where a network is not recovered: stop (no server of the wave is launched until a person has one retried, which recovers the networks anew) or previous-stack (it is given the stack that it had before). Default: stop.',
          )
          .optional(),
        onPartial: z
          .enum(['hold', 'accept'])
          .describe(
            'What follows where a network is recovered in part, say its stack is there and some launch templates do not point to it: hold (no server is launched until a person has one retried, which accepts it as it is) or accept. Default: hold.',
          )
          .optional(),
      })
      .describe(
        'Has the source networks of the servers recovered once, before the first of the wave is launched. Only in defaults and in waves, not for single servers. Left out: networks are left as they are.',
      )
      .meta({ id: 'RecoveryNetworks' })
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
