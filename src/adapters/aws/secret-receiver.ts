import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { parseReceiver, type Receiver } from '../../core/notify/receiver.ts';
import { askForOutput } from './wire-call.ts';

/** What secret holds the receiver, and what is asked of it. */
export interface SecretReceiverSettings {
  readonly secretArn: string;
  readonly signed: boolean;
  readonly loopback: boolean;
}

/**
 * Reads whom a channel posts to from Secrets Manager, each time anew, so that a changed secret holds at once. Rejects
 * with what is wrong, and with nothing of what the secret holds.
 */
export async function readReceiver(
  client: SecretsManagerClient,
  { secretArn, ...asks }: SecretReceiverSettings,
): Promise<Receiver> {
  const command = new GetSecretValueCommand({ SecretId: secretArn });
  const answer = await askForOutput(command, (one) => client.send(one));
  if (!answer.ok) {
    throw new Error(`the secret ${secretArn} cannot be read: ${answer.refusal.errorName}`);
  }
  const text = answer.value.SecretString;
  if (text === undefined) throw new Error(`the secret ${secretArn} holds no text`);
  const read = parseReceiver(text, asks);
  if (!read.ok) throw new Error(`the secret ${secretArn} is of no use: ${read.problem}`);
  return read.receiver;
}
