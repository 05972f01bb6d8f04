import { isUtf8 } from 'node:buffer';
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { WireRequest } from '../wire.ts';
import { addressOf } from './address.ts';
import { controlPath, controlRoutes } from './control.ts';
import type { Controlled } from './control-acts.ts';
import { suspicion } from './guard.ts';
import { announcesTooMuch, readBody } from './request-body.ts';

/** What the HTTP face accepts before it refuses or hangs up. */
export interface Limits {
  /** The largest body of a call, in bytes. */
  readonly mostBodyBytes: number;
  /** Line and headers of a request, in bytes. */
  readonly mostHeaderBytes: number;
  /** How long the headers of a request may take, in milliseconds. */
  readonly headersMs: number;
  /** How long a whole request may take, in milliseconds. */
  readonly requestMs: number;
  /** How long a connection may be idle, in milliseconds. */
  readonly idleMs: number;
  readonly mostConnections: number;
}

/** The limits in force where nothing else is said. */
export const defaultLimits: Limits = {
  mostBodyBytes: 1_048_576,
  mostHeaderBytes: 32_768,
  headersMs: 10_000,
  requestMs: 30_000,
  idleMs: 120_000,
  mostConnections: 1024,
};

/** How a simulator is put on the wire. */
export interface FaceOptions extends Controlled {
  readonly host: string;
  /** Zero for any free one. */
  readonly port: number;
  /** The account of credentials that name none. */
  readonly defaultAccount: string;
  readonly limits?: Partial<Limits>;
  /** Hears of an error of the simulator itself; the caller of that request gets a 500. */
  readonly onDefect?: (error: unknown) => void;
}

/** A simulator on the wire. */
export interface Face {
  readonly port: number;
  /** Hangs up on everybody and frees the port. */
  readonly close: () => Promise<void>;
}

/** Puts a simulator on the wire; rejects where the port cannot be bound. */
export function openFace(options: FaceOptions): Promise<Face> {
  const limits = { ...defaultLimits, ...options.limits };
  const server = createServer({
    maxHeaderSize: limits.mostHeaderBytes,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.idleMs,
    connectionsCheckingInterval: Math.min(1000, limits.headersMs),
  });
  server.maxConnections = limits.mostConnections;
  server.timeout = limits.idleMs;
  let refusals = 0;
  const on = (request: IncomingMessage, response: ServerResponse, mayContinue: () => void) => {
    response.on('error', () => undefined);
    const reply = new Reply(request, response, () => {
      refusals += 1;
      return `00000000-0000-4000-8000-${refusals.toString(16).padStart(12, '0')}`;
    });
    serve({ ...options, limits }, request, reply, mayContinue).catch((error: unknown) => {
      options.onDefect?.(error);
      reply.refuse(500, 'InternalServerException', 'An internal error has occurred');
    });
  };
  server.on('request', (request, response) => on(request, response, () => undefined));
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) =>
    on(request, response, () => response.writeContinue()),
  );
  // Virtual time goes on without callers, so that none of them waits for a long way at once.
  const pulse = setInterval(() => catchUp(options), 1000).unref();
  return new Promise((resolve, reject) => {
    server.once('error', (error) => {
      clearInterval(pulse);
      reject(error);
    });
    server.listen(options.port, options.host, () => {
      server.off('error', reject);
      resolve({ port: portOf(server), close: () => closed(server, pulse) });
    });
  });
}

function closed(server: Server, pulse: NodeJS.Timeout): Promise<void> {
  clearInterval(pulse);
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function catchUp({ simulator, clock }: Controlled): void {
  const now = clock.now();
  if (now > simulator.now) simulator.advanceTo(now);
  simulator.note();
}

async function serve(
  options: FaceOptions & { readonly limits: Limits },
  request: IncomingMessage,
  reply: Reply,
  mayContinue: () => void,
): Promise<void> {
  const headers = headersOf(request);
  const why = suspicion(headers, options.host);
  if (why !== undefined) return reply.refuse(403, 'AccessDeniedException', `Refused: ${why}`);
  const { path, query } = targetOf(request.url ?? '/');
  const name = path.startsWith(controlPath) ? path.slice(controlPath.length) : undefined;
  const named = controlRoutes.filter((one) => one.name === name);
  const route = named.find((one) => one.method === request.method);
  if (name !== undefined && route === undefined) {
    const allow = named.map((one) => one.method).join(', ');
    if (allow !== '') return reply.refuse(405, 'MethodNotAllowed', `Use ${allow}`, { allow });
    const known = [...new Set(controlRoutes.map((one) => one.name))].join(', ');
    return reply.refuse(404, 'NotFound', `Below ${controlPath} there are ${known}`);
  }
  const mostBytes = route?.mostBytes ?? options.limits.mostBodyBytes;
  if (!announcesTooMuch(request, mostBytes)) mayContinue();
  const body = await readBody(request, mostBytes);
  if (!body.ok) {
    if (body.problem === 'broken-off') return reply.hangUp();
    return reply.refuse(
      413,
      'RequestEntityTooLargeException',
      `The body is larger than ${mostBytes} bytes`,
    );
  }
  if (!isUtf8(body.bytes)) {
    return reply.refuse(400, 'ValidationException', 'The body is no UTF-8 text', {}, 'cannotParse');
  }
  catchUpBefore(options);
  const text = body.bytes.toString('utf8');
  if (route !== undefined) {
    const { status, body: answer } = route.answer(options, text, new URLSearchParams(query));
    return reply.send(status, { 'content-type': 'application/json' }, answer);
  }
  answerCall(options, { method: request.method ?? 'GET', path, query, headers, body: text }, reply);
}

function catchUpBefore({ simulator, clock }: Controlled): void {
  const now = clock.now();
  if (now > simulator.now) simulator.advanceTo(now);
}

function answerCall(
  { simulator, defaultAccount }: FaceOptions,
  call: Pick<WireRequest, 'method' | 'path' | 'headers' | 'body'> & { readonly query: string },
  reply: Reply,
): void {
  const query = queryOf(call.query);
  const address = addressOf(call.headers, query, defaultAccount);
  if ('refusal' in address) {
    const { status, exception, message } = address.refusal;
    reply.refuse(status, exception, message);
    return;
  }
  const { status, headers, body, answerLost } = simulator.answer({ ...call, ...address, query });
  if (answerLost === true) reply.hangUp();
  else reply.send(status, headers, body);
}

/** Splits the target of a request line into path and query; the absolute form is taken too. */
function targetOf(url: string): { readonly path: string; readonly query: string } {
  const local = url.replace(/^https?:\/\/[^/?]*/i, '');
  const mark = local.indexOf('?');
  const path = mark < 0 ? local : local.slice(0, mark);
  return { path: path === '' ? '/' : path, query: mark < 0 ? '' : local.slice(mark + 1) };
}

function queryOf(text: string): Readonly<Record<string, string | readonly string[]>> {
  const values = new Map<string, readonly string[]>();
  for (const [name, value] of new URLSearchParams(text)) {
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  return Object.fromEntries(
    [...values].map(([name, [only = '', ...more]]) => [
      name,
      more.length === 0 ? only : [only, ...more],
    ]),
  );
}

function headersOf(request: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, String(value ?? '')]),
  );
}

/** The one answer to a request. */
class Reply {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #nextId: () => string;

  constructor(request: IncomingMessage, response: ServerResponse, nextId: () => string) {
    this.#request = request;
    this.#response = response;
    this.#nextId = nextId;
  }

  /** Sends an answer; one that is under way already stays the only one. */
  send(status: number, headers: Readonly<Record<string, string>>, body: string): void {
    if (this.#response.headersSent || this.#response.destroyed) return;
    const bytes = Buffer.from(body);
    const empty = status === 204;
    const { 'content-type': type, ...others } = headers;
    const all: OutgoingHttpHeaders = {
      ...others,
      ...(empty || type === undefined ? {} : { 'content-type': type }),
      ...(empty ? {} : { 'content-length': bytes.length }),
      ...(this.#request.complete ? {} : { connection: 'close' }),
    };
    this.#response.writeHead(status, all);
    this.#response.end(empty ? undefined : bytes);
    if (!this.#request.complete) this.#leave();
  }

  /** Refuses in the form of AWS, before any service has seen the request. */
  refuse(
    status: number,
    exception: string,
    message: string,
    headers: Readonly<Record<string, string>> = {},
    reason?: string,
  ): void {
    this.send(
      status,
      {
        ...headers,
        'content-type': 'application/json',
        'x-amzn-errortype': exception,
        'x-amzn-requestid': this.#nextId(),
      },
      JSON.stringify({ message, code: exception, ...(reason === undefined ? {} : { reason }) }),
    );
  }

  /** Cuts the connection without an answer. */
  hangUp(): void {
    this.#request.socket.destroy();
  }

  // Closing at once would reset the connection before a sender that is still busy has read the answer.
  #leave(): void {
    const { socket } = this.#request;
    const most = 1_048_576;
    let read = 0;
    this.#request.on('data', (part: Buffer) => {
      read += part.length;
      if (read > most) socket.destroy();
    });
    this.#request.resume();
    setTimeout(() => socket.destroy(), 500).unref();
  }
}
