import type { Receiver } from '../../core/notify/receiver.ts';
import type { Mail } from '../../core/notify/render/mail.ts';
import type { PostRequest, Reply } from '../../core/notify/reply.ts';
import type { Severity } from '../../core/notify/severity.ts';
import type { GivenUp } from '../../core/notify/told-event.ts';
import type { Answer, Ports } from '../ports.ts';

/** What a channel is called, and what it tells. */
export interface Channel {
  readonly name: string;
  /** The stage, as messages name it. */
  readonly stage: string;
  /** The severities that it tells; everything that its rule takes where left out. */
  readonly severities?: readonly Severity[];
  /** Whether a webhook gets many events in one request. */
  readonly batched: boolean;
}

/** What every channel needs of the outside. */
export interface ChannelPorts {
  readonly channel: Channel;
  /** Keeps messages that nobody will ever take, for a person. */
  readonly giveUp: (messages: readonly GivenUp[]) => Promise<void>;
  readonly wait: (seconds: number) => Promise<void>;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

/** What a channel needs that posts to an address. */
export interface PostingPorts extends ChannelPorts, Pick<Ports, 'clock'> {
  /** One attempt, bounded in time; it follows no redirect. Never rejects. */
  readonly post: (request: PostRequest) => Promise<Reply>;
  /** Reads the secret of the channel; rejects where it cannot be read or says something wrong. */
  readonly receiver: () => Promise<Receiver>;
}

/** What a channel needs that publishes to a topic. */
export interface TopicPorts extends ChannelPorts {
  readonly publish: (mail: Mail) => Promise<Answer<unknown>>;
}
