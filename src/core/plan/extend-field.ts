import * as z from 'zod';

// Limits of tags in DRS (reference/drs.md 4.2).
const mostTags = 50;

/** The field that says into which account servers are extended; it is for the phase extend alone. */
export const extendField = z
  .strictObject({
    into: z
      .string()
      .regex(/^\d{12}$/, { error: 'is no account of 12 digits' })
      .describe(
        'The account that the servers are extended into, in quotes: it can drill and recover them, while this account, their staging account, replicates them. A target of DRS in the same Region.',
      )
      .optional(),
    tags: z
      .record(z.string().min(1).max(128), z.string().max(256))
      .refine((tags) => Object.keys(tags).length <= mostTags, {
        error: `names more than ${mostTags} tags`,
      })
      .describe(
        'Tags that the extended servers get besides those of their staging servers; one that both have is taken from here.',
      )
      .optional(),
  })
  .describe('How servers are extended into another account.')
  .meta({ id: 'Extend' });
