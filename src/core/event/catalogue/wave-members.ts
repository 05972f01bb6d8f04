// What events of waves and of their servers have in common.
import type * as z from 'zod';
import type { CatalogueEntry } from '../catalogue-entry.ts';
import type { DetailType } from '../detail-type.ts';
import { instant, openWord, outsideText } from './members.ts';
import { stretches } from './words.ts';

/** Makes the entry of an event that waves tell, on streams of this kind. */
export const event =
  (stream: CatalogueEntry['stream']) =>
  (
    detailType: DetailType,
    when: string,
    detail: z.ZodObject,
    example: CatalogueEntry['example'],
  ): CatalogueEntry => ({ detailType, source: 'landfall.wave', stream, when, detail, example });
/** The phase that it is about. */
export const phase = openWord('The phase, one state machine.', stretches);
/** Who it was. */
export const by = outsideText(
  'Who it was, as AWS or the plan names them, cut to 1,000 characters.',
);
/** Why. */
export const reason = outsideText('Why, in a sentence, cut to 1,000 characters.');
/** Who gave an order, when and why. */
export const order = { by, at: instant('When the order was given.'), reason };
/** The orders about servers. */
export const serverOrders = ['skip', 'retry', 'rollback'] as const;
/** Such an order, for examples. */
export const exampleOrder = {
  by: 'arn:aws:sts::111122223333:assumed-role/migration/anna',
  at: '2026-03-04T16:20:00.000Z',
  reason: 'the database team is not ready',
};
