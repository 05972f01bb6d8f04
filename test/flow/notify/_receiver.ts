// Real HTTP on the loopback address: a receiver that answers from a script, and AWS as far as channels ask it.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/** A request that came. */
export interface Came {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** What a receiver does with a request: a status, with headers and a body at times, or nothing at all. */
export type Scripted =
  | number
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    }
  | 'silence'
  | 'hang-up';

async function listening(
  serve: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<{ readonly server: Server; readonly origin: string }> {
  const server = createServer((request, response) => void serve(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** A receiver that answers from a script, and with 200 when that is over. */
export async function aReceiver(...script: readonly Scripted[]) {
  const came: Came[] = [];
  const answers = [...script];
  const { origin } = await listening(async (request, response) => {
    const { method = '', url = '', headers } = request;
    came.push({ method, path: url, headers, body: await text(request) });
    const answer = answers.shift() ?? 200;
    if (answer === 'silence') return;
    if (answer === 'hang-up') {
      request.socket.destroy();
      return;
    }
    const {
      status,
      headers: said = {},
      body = '',
    } = typeof answer === 'number' ? { status: answer } : answer;
    response.writeHead(status, said).end(body);
  });
  return { url: `${origin}/hook`, origin, came };
}

/** A message that a queue was given. */
export interface Kept {
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Secrets Manager with one secret, a queue that keeps everything, and a topic that answers from a script. */
export async function anAws(secret: string, ...topic: readonly Scripted[]) {
  const kept: Kept[] = [];
  const published: Readonly<Record<string, string>>[] = [];
  const asked: string[] = [];
  const answers = [...topic];
  const { origin } = await listening(async (request, response) => {
    const body = await text(request);
    const target = String(request.headers['x-amz-target'] ?? 'Publish');
    asked.push(target);
    if (target === 'Publish') {
      published.push(Object.fromEntries(new URLSearchParams(body)));
      const answer = answers.shift() ?? 200;
      const status = typeof answer === 'number' ? answer : 200;
      response
        .writeHead(status, { 'content-type': 'text/xml' })
        .end(status === 200 ? taken : refused);
      return;
    }
    const input: unknown = JSON.parse(body);
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(
      JSON.stringify(
        target.endsWith('GetSecretValue') ? { SecretString: secret } : keep(input, kept),
      ),
    );
  });
  return { origin, kept, published, asked };
}

const taken =
  '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>';
const refused =
  '<ErrorResponse><Error><Type>Sender</Type><Code>AuthorizationError</Code><Message>not allowed</Message></Error></ErrorResponse>';

function keep(input: unknown, kept: Kept[]) {
  const { Entries } = input as {
    Entries: {
      Id: string;
      MessageBody: string;
      MessageAttributes: Record<string, { StringValue: string }>;
    }[];
  };
  for (const { MessageBody: body, MessageAttributes } of Entries) {
    const attributes = Object.entries(MessageAttributes).map(([name, one]) => [
      name,
      one.StringValue,
    ]);
    kept.push({ body, attributes: Object.fromEntries(attributes) });
  }
  const md5 = (body: string) => createHash('md5').update(body).digest('hex');
  return {
    Successful: Entries.map(({ Id, MessageBody }) => ({
      Id,
      MessageId: Id,
      MD5OfMessageBody: md5(MessageBody),
    })),
    Failed: [],
  };
}
