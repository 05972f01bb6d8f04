import { notifyTopic } from '../flow/notify/channels.ts';
import { QueueBatch } from '../flow/notify/deliver.ts';
import { lambda } from './_lambda.ts';
import { channel } from './_wiring/channel.ts';
import { giveUp } from './_wiring/give-up.ts';
import { publish } from './_wiring/publish.ts';
import { wait } from './_wiring/wait.ts';
import { log } from './_wiring.ts';

/** Tells what changed on a topic of SNS, by mail among others. */
export const handler = lambda(
  'notifyTopic',
  QueueBatch,
  { channel, giveUp, publish, wait, log },
  (given, batch) => notifyTopic(given, batch),
);
