import * as z from 'zod';
import { instantMs } from '../../time.ts';
import { eventTextLimit } from '../stream.ts';

/** Text that is ours or an id, as it is. */
export const text = (description: string) => z.string().meta({ description });

/** Text from outside, cut to what an event may carry. */
export const outsideText = (description: string) =>
  z.string().max(eventTextLimit).meta({ description });

/** A word of which these are known; others may come, as AWS adds some without notice. */
export const openWord = (description: string, known: readonly string[]) =>
  z.string().meta({ description, [knownWords]: [...known] });

/** The keyword under which a schema names the known words of an open enum. */
export const knownWords = 'x-known';

/** One of a closed set of words. */
export const oneOf = <const Words extends readonly [string, ...string[]]>(
  description: string,
  words: Words,
) => z.enum(words).meta({ description });

/** An instant in ISO 8601, in UTC. */
export const instant = (description: string) =>
  z
    .string()
    .refine((value) => instantMs(value) !== undefined, { error: 'is no instant' })
    .meta({ description, format: 'date-time' });

/** A count from 0. */
export const count = (description: string) => z.number().int().min(0).meta({ description });

/** Yes or no. */
export const flag = (description: string) => z.boolean().meta({ description });

/** A closed document whose further members are not promised. */
export const members = <Shape extends z.ZodRawShape>(shape: Shape) => z.looseObject(shape);

/** The value of a fact before and now. */
export const change = <Value extends z.ZodType>(value: Value) =>
  members({ previous: value, current: value });

/** Settings of a server as they are told. */
export const settingsTold = (description: string) =>
  z
    .array(
      members({
        aspect: openWord('Which of its configurations it is part of.', [
          'launch-configuration',
          'launch-template',
          'replication-configuration',
          'post-launch-actions',
        ]),
        field: outsideText('The setting, as a plan names it.'),
        from: outsideText('What it was; what looks like a secret is not told.'),
        to: outsideText('What it is to be or is.'),
      }),
    )
    .meta({ description });
