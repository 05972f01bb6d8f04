import * as z from 'zod';
import { createSecretsManagerClient, once } from '../../adapters/aws/clients.ts';
import { readReceiver } from '../../adapters/aws/secret-receiver.ts';
import type { PostingPorts } from '../../flow/notify/ports.ts';
import { notifyingOf, part } from '../_wiring.ts';
import { onLambda } from './post.ts';
import { region } from './region.ts';

const settings = { ...region, ...onLambda, LANDFALL_RECEIVER: z.string().min(1) };

const receiverOf = (signed: boolean) =>
  part(
    settings,
    ({ AWS_REGION, AWS_LAMBDA_RUNTIME_API, LANDFALL_RECEIVER }): PostingPorts['receiver'] => {
      const client = once(() => createSecretsManagerClient({ region: AWS_REGION }));
      const loopback = AWS_LAMBDA_RUNTIME_API === undefined;
      return () => readReceiver(client(), { secretArn: LANDFALL_RECEIVER, signed, loopback });
    },
    (deployed) => notifyingOf(deployed).receiver,
  );

/** Whom the channel posts to; its address is the secret. */
export const receiver = receiverOf(false);

/** Whom the channel posts to; the secret holds the keys that sign as well. */
export const signedReceiver = receiverOf(true);
