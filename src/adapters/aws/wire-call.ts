import * as z from 'zod';
import type { Instant } from '../../core/time.ts';
import { fromMs, instantMs } from '../../core/time.ts';
import type { Answer, Refusal, WireDocument } from '../../flow/ports.ts';
import { withLowerCasedNames } from './header-names.ts';
import { refusalOf } from './refusal.ts';

type Tap = <Args, Result extends { response: unknown }>(
  next: (args: Args) => Promise<Result>,
) => (args: Args) => Promise<Result>;

/** What the calls need of an SDK command; the same in every generation of the SDK. */
export interface TappableCommand {
  readonly middlewareStack: {
    add(
      middleware: Tap,
      options: { step: 'deserialize'; priority: 'low'; name: string; override: boolean },
    ): void;
  };
}

/**
 * Makes one call and answers the document that came over the wire: members and values that the SDK
 * does not know included. Members that are null are left out, as every AWS SDK does.
 */
export async function askForDocument<C extends TappableCommand>(
  command: C,
  send: (command: C) => Promise<unknown>,
): Promise<Answer<WireDocument>> {
  const { wire, outcome } = await call(command, () => send(command), 'document');
  if (!outcome.ok) return outcome;
  const text = wire.text ?? '';
  try {
    const value: unknown = text === '' ? {} : JSON.parse(text);
    if (isDocument(value)) {
      if (text.includes('null')) dropNulls(value);
      return answered(value, wire);
    }
  } catch (error) {
    return unreadable(`the answer is not JSON: ${String(error)}`);
  }
  return unreadable('the answer is not a JSON object');
}

/** Makes one call and answers the output as the SDK parsed it. */
export async function askForOutput<C extends TappableCommand, Output>(
  command: C,
  send: (command: C) => Promise<Output>,
): Promise<Answer<Output>> {
  const { wire, outcome } = await call(command, () => send(command), 'output');
  return outcome.ok ? answered(outcome.value, wire) : outcome;
}

/** Reads what an SDK client threw as a refusal; throws it again where no service had a part in it. */
export function refusalOfError(error: unknown): Refusal {
  const known = sdkError.safeParse(error).data;
  if (known === undefined) throw error;
  const status = known.$metadata?.httpStatusCode ?? known.$response?.statusCode;
  // Node gives its own argument errors a code as well.
  if (error instanceof TypeError || error instanceof RangeError) throw error;
  if (status === undefined && known.code === undefined && !unheard.test(known.name)) throw error;
  return refusalOf({
    ...nameAndText(error, status),
    ...(status === undefined ? {} : { status }),
    ...(known.$response === undefined
      ? {}
      : { headers: withLowerCasedNames(known.$response.headers) }),
  });
}

/** Says whether a value is a JSON object. */
export function isDocument(value: unknown): value is WireDocument {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The refusal for a success that cannot be read: a write may have taken effect. */
export function unreadable(message: string): {
  readonly ok: false;
  readonly refusal: Refusal;
} {
  return {
    ok: false,
    refusal: { kind: 'ambiguous', errorName: 'AnswerUnreadable', message, culprits: [] },
  };
}

interface Wire {
  status?: number;
  headers?: Readonly<Record<string, string>>;
  text?: string;
}

// Errors of Node's network carry a code; the SDK's own timeouts and missing credentials a name.
const unheard = /^(TimeoutError|AbortError|CredentialsProviderError|TokenProviderError)$/;
const sdkError = z.object({
  name: z.string(),
  message: z.string(),
  code: z.string().optional().catch(undefined),
  $metadata: z.object({ httpStatusCode: z.number().optional() }).optional().catch(undefined),
  $response: z
    .object({ statusCode: z.number(), headers: z.record(z.string(), z.string()) })
    .optional()
    .catch(undefined),
});
const httpResponse = z.object({
  statusCode: z.number(),
  headers: z.record(z.string(), z.string()),
});

type Outcome<T> = { readonly ok: true; readonly value: T } | { ok: false; refusal: Refusal };

/** Sends a command, keeps what came over the wire, and turns every refusal into a value. */
async function call<T>(
  command: TappableCommand,
  send: () => Promise<T>,
  want: 'document' | 'output',
): Promise<{ readonly wire: Wire; readonly outcome: Outcome<T> }> {
  const wire: Wire = {};
  command.middlewareStack.add(tapInto(wire, want), {
    step: 'deserialize',
    priority: 'low',
    name: 'landfallWire',
    override: true,
  });
  try {
    return { wire, outcome: { ok: true, value: await send() } };
  } catch (error) {
    return { wire, outcome: { ok: false, refusal: refusalFrom(wire, error) } };
  }
}

/** Runs between the HTTP handler and the SDK's deserialiser, once per call. */
function tapInto(wire: Wire, want: 'document' | 'output'): Tap {
  return (next) => async (args) => {
    const result = await next(args);
    const { statusCode, headers } = httpResponse.parse(result.response);
    wire.status = statusCode;
    wire.headers = withLowerCasedNames(headers);
    const refused = statusCode >= 300;
    if (want === 'output' && !refused) return result;
    const bytes = await bytesOf(bodyOf(result.response));
    wire.text = decoder.decode(bytes);
    // The SDK need not parse a success a second time: a page of 1,000 servers is 2.5 MB.
    const rest = refused ? bytes : emptyObject;
    return { ...result, response: { ...responseOf(result.response), body: rest } };
  };
}

function refusalFrom(wire: Wire, error: unknown): Refusal {
  if (wire.status === undefined) return refusalOfError(error);
  if (wire.status < 300) return unreadable(String(error)).refusal;
  return refusalOf({
    ...nameAndText(error, wire.status, wire.text),
    status: wire.status,
    headers: wire.headers ?? {},
    body: jsonOrNothing(wire.text ?? ''),
  });
}

/** What the SDK made of an error, where it could read it; a proxy answers HTML, and half may be lost. */
function nameAndText(error: unknown, status: number | undefined, text?: string) {
  const known = sdkError.safeParse(error).data;
  const read = status === undefined || known?.$metadata?.httpStatusCode !== undefined;
  if (known === undefined || !read || error instanceof SyntaxError) {
    return { errorName: `Http${status}`, message: text ?? String(error) };
  }
  return { errorName: known.name, message: known.message };
}

function answered<T>(value: T, wire: Wire): Answer<T> {
  const at = dateOf(wire.headers?.['date']);
  return at === undefined ? { ok: true, value } : { ok: true, value, answeredAt: at };
}

function dateOf(header: string | undefined): Instant | undefined {
  const ms = instantMs(header);
  return ms === undefined ? undefined : fromMs(ms);
}

const decoder = new TextDecoder();
const emptyObject = new TextEncoder().encode('{}');

async function bytesOf(body: unknown): Promise<Uint8Array> {
  if (body === undefined || body === null) return new Uint8Array();
  if (body instanceof Uint8Array) return body;
  if (!isByteStream(body)) throw new TypeError('the answer has a body that is no stream of bytes');
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function isByteStream(body: unknown): body is AsyncIterable<Uint8Array> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}

function responseOf(response: unknown): object {
  return typeof response === 'object' && response !== null ? response : {};
}

function bodyOf(response: unknown): unknown {
  return 'body' in responseOf(response) ? Reflect.get(responseOf(response), 'body') : undefined;
}

function jsonOrNothing(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

function dropNulls(value: unknown): void {
  if (Array.isArray(value)) {
    for (const member of value) dropNulls(member);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      if (member === null) Reflect.deleteProperty(value, name);
      else dropNulls(member);
    }
  }
}
