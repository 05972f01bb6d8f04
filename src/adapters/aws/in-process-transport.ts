import { withLowerCasedNames } from './header-names.ts';

/** One request as it would go over the wire, with what its signature says about its addressee. */
export interface WireRequest {
  /** The signing name: `mgn`, `drs`, `ec2`, `servicequotas`, `events`, `states`, `dynamodb` … */
  readonly service: string;
  readonly region: string;
  /** The account that the access key id names: its 12 digits, alone or behind AKIA or ASIA; else `000000000000`. */
  readonly accountId: string;
  /** `landfall` or `landfall-operator` where the user agent says so, else `sdk`. */
  readonly caller: string;
  readonly method: string;
  /** Percent-encoded, as on the wire. */
  readonly path: string;
  /** A repeated parameter is a list. */
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The answer to a request; `answerLost` says that it took effect and the caller never hears of it. */
export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly answerLost?: true;
}

/** The part of an SDK's HTTP request that the transport reads; the same in every SDK generation. */
export interface SdkRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

interface SdkResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** A request handler for AWS SDK clients, in the shape that every generation of the SDK accepts. */
export type Transport = {
  readonly metadata: { readonly handlerProtocol: string };
  readonly handle: (request: SdkRequest) => Promise<{ readonly response: SdkResponse }>;
  readonly destroy: () => void;
  readonly updateHttpClientConfig: () => void;
  readonly httpHandlerConfigs: () => Record<string, never>;
};

const scopePattern = /Credential=([^/,\s]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/;
const accountPattern = /^(?:A[KS]IA)?(\d{12})$/;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * Carries the requests of AWS SDK clients to a function of this process instead of the network. The
 * SDK still serialises and parses, and signs unless `InProcessSigner` stands in. A lost answer rejects as a connection
 * that was reset; what `answer` throws reaches the caller as it is.
 */
export function inProcessTransport(
  answer: (request: WireRequest) => WireResponse | Promise<WireResponse>,
): Transport {
  return {
    metadata: { handlerProtocol: 'in-process' },
    handle: async (request) => {
      const response = await answer(wireRequestOf(request));
      if (response.answerLost) throw lostAnswer();
      return {
        response: {
          statusCode: response.status,
          headers: withLowerCasedNames(response.headers),
          body: encoder.encode(response.body),
        },
      };
    },
    destroy: () => undefined,
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
}

type Provided<T> = T | (() => Promise<T>);

interface SigningScope {
  readonly credentials: Provided<{ readonly accessKeyId: string }>;
  readonly region: Provided<string>;
  readonly service: string;
}

/**
 * Says in a request who calls which service where, as a signature does, and signs nothing: nobody can come between, and
 * the hashes of a rehearsal's hundred thousand calls are a good part of its work. Takes the place of the SDK's signer,
 * in the shape that every generation of the SDK accepts (`signerConstructor`).
 */
export class InProcessSigner {
  readonly #scope: SigningScope;

  constructor(scope: SigningScope) {
    this.#scope = scope;
  }

  async sign<R extends { headers: Record<string, string> }>(request: R): Promise<R> {
    const { credentials, region: provided, service } = this.#scope;
    const { accessKeyId } = typeof credentials === 'function' ? await credentials() : credentials;
    const region = typeof provided === 'function' ? await provided() : provided;
    const scope = `${accessKeyId}/19700101/${region}/${service}/aws4_request`;
    request.headers['authorization'] = `AWS4-HMAC-SHA256 Credential=${scope}`;
    return request;
  }
}

function wireRequestOf(request: SdkRequest): WireRequest {
  const headers = withLowerCasedNames(request.headers);
  const scope = scopePattern.exec(headers['authorization'] ?? '');
  const [, keyId, region, service] = scope ?? [];
  if (keyId === undefined || region === undefined || service === undefined) {
    throw new TypeError(`${request.method} ${request.path} is not signed with Signature Version 4`);
  }
  const agents = `${headers['user-agent'] ?? ''} ${headers['x-amz-user-agent'] ?? ''}`;
  return {
    service,
    region,
    accountId: accountPattern.exec(keyId)?.[1] ?? '000000000000',
    caller: /landfall(-operator)?/.exec(agents)?.[0] ?? 'sdk',
    method: request.method,
    path: request.path,
    query: queryOf(request.query ?? {}),
    headers,
    body: bodyOf(request.body),
  };
}

function queryOf(query: Readonly<Record<string, string | readonly string[] | null>>) {
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, value ?? '']));
}

function bodyOf(body: unknown): string {
  if (body === undefined || body === null) return '';
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return decoder.decode(body);
  throw new TypeError('a streamed request body cannot be carried in process');
}

function lostAnswer(): Error {
  // Name and code are those of Node's own errors, so that nobody can tell the difference.
  const error = new Error('socket hang up: the connection was reset before the answer came');
  return Object.assign(error, { name: 'TimeoutError', code: 'ECONNRESET' });
}
