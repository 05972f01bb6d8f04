import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Mail } from '../../core/notify/render/mail.ts';
import type { Answer } from '../../flow/ports.ts';
import { askForOutput } from './wire-call.ts';

/** Publishes a message to a topic of SNS, once. */
export async function publishMail(
  client: SNSClient,
  topicArn: string,
  { subject, text }: Mail,
): Promise<Answer<unknown>> {
  const command = new PublishCommand({ TopicArn: topicArn, Subject: subject, Message: text });
  return askForOutput(command, (one) => client.send(one));
}
