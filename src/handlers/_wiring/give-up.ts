import * as z from 'zod';
import { once } from '../../adapters/aws/clients.ts';
import { createSqsClient } from '../../adapters/aws/event-tap.ts';
import { keepUndelivered } from '../../adapters/aws/undelivered-queue.ts';
import type { ChannelPorts } from '../../flow/notify/ports.ts';
import { notifyingOf, part } from '../_wiring.ts';
import { region } from './region.ts';

/** Where messages go that no receiver will ever take. */
export const giveUp = part(
  { ...region, LANDFALL_CHANNEL: z.string().min(1), LANDFALL_UNDELIVERED: z.string().min(1) },
  ({ AWS_REGION, LANDFALL_CHANNEL, LANDFALL_UNDELIVERED }): ChannelPorts['giveUp'] => {
    const client = once(() => createSqsClient({ region: AWS_REGION }));
    const queue = { queueUrl: LANDFALL_UNDELIVERED, channel: LANDFALL_CHANNEL };
    return (messages) => keepUndelivered(client(), queue, messages);
  },
  (deployed) => notifyingOf(deployed).giveUp,
);
