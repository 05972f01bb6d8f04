import * as z from 'zod';

/** The field for the parameters of a document of Systems Manager: each by its name in the Parameter Store, no secret itself. */
export const documentParameters = <Value extends z.ZodType>(value: Value) =>
  z
    .record(
      z
        .string()
        .max(1011)
        .regex(/^[A-Za-z0-9]+$/, { error: 'is no name of a parameter of a document' }),
      value,
    )
    .refine((given) => Object.keys(given).length <= 20, { error: 'has more than 20 parameters' })
    .describe(
      'The parameters of its document, all of them, by their names in the Parameter Store.',
    );
