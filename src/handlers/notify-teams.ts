import { notifyTeams } from '../flow/notify/channels.ts';
import { QueueBatch } from '../flow/notify/deliver.ts';
import { lambda } from './_lambda.ts';
import { channel } from './_wiring/channel.ts';
import { clock } from './_wiring/clock.ts';
import { giveUp } from './_wiring/give-up.ts';
import { post } from './_wiring/post.ts';
import { receiver } from './_wiring/receiver.ts';
import { wait } from './_wiring/wait.ts';
import { log } from './_wiring.ts';

/** Tells what changed in Teams. */
export const handler = lambda(
  'notifyTeams',
  QueueBatch,
  { clock, channel, giveUp, post, receiver, wait, log },
  (given, batch) => notifyTeams(given, batch),
);
