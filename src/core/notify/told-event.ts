import * as z from 'zod';

/**
 * What a channel needs of an event to tell it. Members that are missing or new are normal: a later version of Landfall
 * may tell more than this one knows, and it is told in general words.
 */
export const ToldEvent = z.looseObject({
  'detail-type': z.string().min(1),
  source: z.string().min(1),
  time: z.string(),
  detail: z.looseObject({ eventId: z.string().min(1) }),
});

/** An event as EventBridge delivers it. */
export type ToldEvent = z.infer<typeof ToldEvent>;

/** A message that carried an event and is given up, and why. */
export interface GivenUp {
  readonly body: string;
  readonly reason: string;
}

/** The detail of an event. */
export type Detail = Readonly<Record<string, unknown>>;
