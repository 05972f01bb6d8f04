import type { DeployedQueue } from './deployment.ts';

/** A message of a queue, and how often it was handed out. */
export interface QueueMessage {
  readonly messageId: string;
  readonly body: string;
  readonly receives: number;
}

/** A batch that a function is called with. */
export interface Batch {
  readonly queueArn: string;
  readonly messages: readonly QueueMessage[];
}

/** What the reader of a queue waits for: the end of a window, or messages that are hidden, by a delay or after a failure. */
export type QueueTimer =
  | { readonly kind: 'window'; readonly queueArn: string }
  | {
      readonly kind: 'hidden';
      readonly queueArn: string;
      readonly messages: readonly QueueMessage[];
    };

/** What readers need of the runtime around them. */
export interface QueueReadersHost {
  readonly queues: readonly DeployedQueue[];
  /** Puts a call with a batch into the queue of calls. */
  readonly call: (functionName: string, batch: Batch) => void;
  /** Hands a timer back to `onTimer` after so many milliseconds. */
  readonly later: (timer: QueueTimer, afterMs: number) => void;
  /** Counts a message that is given up, by its queue. */
  readonly giveUp: (queueArn: string) => void;
}

/**
 * Reads queues as Lambda does for a function: a message comes once the queue's delay is over, and a batch is full at its
 * size, or when its window is over since the first message came. What the function did not take rests, and comes again until its tries are used up. One reader reads a
 * queue here, where Lambda has two or more.
 */
export class QueueReaders {
  readonly #host: QueueReadersHost;
  readonly #queues: ReadonlyMap<string, DeployedQueue>;
  readonly #waiting: Map<string, QueueMessage[]>;
  #sent: number;

  /** Begins with empty queues, or goes on with the messages that waited earlier. */
  constructor(host: QueueReadersHost, earlier?: QueuesState) {
    this.#host = host;
    this.#queues = new Map(host.queues.map((queue) => [queue.arn, queue]));
    this.#waiting = new Map(
      Object.entries(earlier?.waiting ?? {}).map(([arn, messages]) => [arn, [...messages]]),
    );
    this.#sent = earlier?.sent ?? 0;
  }

  /** Answers the messages that wait for a window to end. */
  state(): QueuesState {
    const waiting = [...this.#waiting].filter(([, messages]) => messages.length > 0);
    return { sent: this.#sent, waiting: Object.fromEntries(waiting) };
  }

  /** Puts something into a queue, as JSON. */
  send(queueArn: string, value: unknown): void {
    this.#sent += 1;
    const messageId = `message-${this.#sent}`;
    const messages = [{ messageId, body: JSON.stringify(value), receives: 0 }];
    const delaySeconds = this.#queues.get(queueArn)?.delaySeconds ?? 0;
    if (delaySeconds === 0) this.#arrive(queueArn, messages);
    else this.#host.later({ kind: 'hidden', queueArn, messages }, delaySeconds * 1000);
  }

  /** Takes a timer that was set with `later`. */
  onTimer(timer: QueueTimer): void {
    if (timer.kind === 'hidden') this.#arrive(timer.queueArn, timer.messages);
    else this.#handOut(timer.queueArn);
  }

  /** Is told how the call with a batch ended: with the function's answer, or undefined where it failed. */
  ended({ queueArn, messages }: Batch, answer: unknown): void {
    const queue = this.#queues.get(queueArn);
    if (queue === undefined) return;
    const failed = failedOf(queue, messages, answer);
    const again = failed.filter(({ receives }) => receives < queue.maxReceiveCount);
    for (let spent = failed.length - again.length; spent > 0; spent -= 1)
      this.#host.giveUp(queueArn);
    if (again.length === 0) return;
    const rest = { kind: 'hidden', queueArn, messages: again } as const;
    this.#host.later(rest, queue.visibilityTimeoutSeconds * 1000);
  }

  #arrive(queueArn: string, messages: readonly QueueMessage[]): void {
    const queue = this.#queues.get(queueArn);
    if (queue === undefined) return;
    const waiting = this.#waiting.get(queueArn) ?? [];
    this.#waiting.set(queueArn, waiting);
    if (waiting.length === 0) {
      this.#host.later({ kind: 'window', queueArn }, queue.windowSeconds * 1000);
    }
    waiting.push(...messages);
    if (waiting.length >= queue.batchSize) this.#handOut(queueArn);
  }

  #handOut(queueArn: string): void {
    const queue = this.#queues.get(queueArn);
    const waiting = this.#waiting.get(queueArn) ?? [];
    while (queue !== undefined && waiting.length > 0) {
      const messages = waiting
        .splice(0, queue.batchSize)
        .map((message) => ({ ...message, receives: message.receives + 1 }));
      this.#host.call(queue.functionName, { queueArn, messages });
    }
  }
}

/** What of queues outlives a snapshot. */
export interface QueuesState {
  readonly sent: number;
  readonly waiting: Readonly<Record<string, readonly QueueMessage[]>>;
}

/** Writes a batch as Lambda hands it to a function. */
export function batchEvent({ queueArn, messages }: Batch): {
  readonly Records: readonly unknown[];
} {
  return {
    Records: messages.map(({ messageId, body, receives }) => ({
      messageId,
      body,
      attributes: { ApproximateReceiveCount: String(receives) },
      messageAttributes: {},
      eventSource: 'aws:sqs',
      eventSourceARN: queueArn,
    })),
  };
}

// Lambda takes an answer that names a message which was not in the batch, or is none, for a failure of all.
function failedOf(
  queue: DeployedQueue,
  messages: readonly QueueMessage[],
  answer: unknown,
): readonly QueueMessage[] {
  if (answer === undefined) return messages;
  if (!queue.reportsFailures) return [];
  const { batchItemFailures: failures }: { batchItemFailures?: unknown } =
    typeof answer === 'object' && answer !== null ? answer : {};
  if (!Array.isArray(failures)) return [];
  const ids = failures.map(
    (failure: { itemIdentifier?: unknown } | null) => failure?.itemIdentifier,
  );
  const known = new Set(messages.map(({ messageId }) => messageId));
  if (!ids.every((id) => typeof id === 'string' && known.has(id))) return messages;
  return messages.filter(({ messageId }) => ids.includes(messageId));
}
