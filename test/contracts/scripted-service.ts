import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Clients, createClients } from '../../src/adapters/aws/clients.ts';
import { inProcessTransport } from '../../src/adapters/aws/in-process-transport.ts';

/** What a scripted service does with one request; `half` sends less body than it announced. */
export type Scripted =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
      readonly half?: true;
    }
  | 'hang-up';

/** A request that a scripted service got. */
export interface Got {
  readonly method: string;
  readonly path: string;
  readonly operation: string;
  readonly body: string;
}

/** Clients whose requests are answered from a script, in order, and the requests so far. */
export interface ScriptedService {
  readonly clients: Clients;
  readonly requests: Got[];
  readonly close: () => Promise<void>;
}

const settings = {
  region: 'eu-central-1',
  credentials: { accessKeyId: '111122223333', secretAccessKey: 'none' },
};

/** A scripted service behind real HTTP on the loopback address. */
export async function clientsOverHttp(script: readonly Scripted[]): Promise<ScriptedService> {
  const requests: Got[] = [];
  const answers = [...script];
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    requests.push({
      method: request.method ?? '',
      path: request.url ?? '',
      operation: String(request.headers['x-amz-target'] ?? ''),
      body: await text(request),
    });
    const answer = answers.shift();
    if (answer === undefined || answer === 'hang-up') {
      request.socket.destroy();
      return;
    }
    response.sendDate = false;
    const body = answer.body ?? '';
    const length = String(Buffer.byteLength(body));
    response.writeHead(answer.status, { 'content-length': length, ...answer.headers });
    if (answer.half) {
      response.write(body.slice(0, body.length / 2), () => request.socket.destroy());
    } else {
      response.end(body);
    }
  };
  const server = createServer((request, response) => void serve(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const clients = createClients({
    ...settings,
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
  return {
    clients,
    requests,
    close: async () => {
      clients.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The same, in this process. */
export async function clientsInProcess(script: readonly Scripted[]): Promise<ScriptedService> {
  const requests: Got[] = [];
  const answers = [...script];
  const requestHandler = inProcessTransport((request) => {
    const query = new URLSearchParams(request.query).toString();
    requests.push({
      method: request.method,
      path: query === '' ? request.path : `${request.path}?${query}`,
      operation: request.headers['x-amz-target'] ?? '',
      body: request.body,
    });
    const answer = answers.shift();
    if (answer === undefined || answer === 'hang-up') {
      return { status: 200, headers: {}, body: '{}', answerLost: true };
    }
    const body = answer.body ?? '';
    return {
      status: answer.status,
      headers: answer.headers ?? {},
      body: answer.half ? body.slice(0, body.length / 2) : body,
    };
  });
  const clients = createClients({ ...settings, requestHandler });
  return { clients, requests, close: async () => clients.destroy() };
}
