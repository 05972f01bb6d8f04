import * as z from 'zod';
import { createSnsClient, once } from '../../adapters/aws/clients.ts';
import { publishMail } from '../../adapters/aws/topic.ts';
import type { TopicPorts } from '../../flow/notify/ports.ts';
import { notifyingOf, part } from '../_wiring.ts';
import { region } from './region.ts';

/** Publishes to the topic of the channel. */
export const publish = part(
  { ...region, LANDFALL_TOPIC: z.string().min(1) },
  ({ AWS_REGION, LANDFALL_TOPIC }): TopicPorts['publish'] => {
    const client = once(() => createSnsClient({ region: AWS_REGION }));
    return (mail) => publishMail(client(), LANDFALL_TOPIC, mail);
  },
  (deployed) => notifyingOf(deployed).publish,
);
